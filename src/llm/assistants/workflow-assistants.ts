import { HarmoniaError, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import { buildHistory, type EngineLimits, type WorkflowHistory } from '../optimizer/simulate/index.js';
import type { Assistants, PlanRequest, RunHistory, RunnableDefinitions, Whereabouts } from '../ports/index.js';
import { planWorkflow } from './plan/plan-workflow.js';

export interface AssistantParts {
  readonly definitions: RunnableDefinitions;
  readonly history: RunHistory;
  readonly whereabouts: Whereabouts;
  readonly limits: EngineLimits;
}

/** Help with workflows, from the definition and what was recorded. */
export class WorkflowAssistants implements Assistants {
  constructor(private readonly parts: AssistantParts) {}

  async plan({ workflow, version, input, assume, now }: PlanRequest): Promise<JsonObject> {
    const { definitions, whereabouts, limits } = this.parts;
    const { compiled } = await definitions.runnable(workflow, version);
    const history = await this.historyOf(workflow, compiled, now);
    const planned = planWorkflow({ compiled, history, whereabouts, limits, input, assume, now });
    if (planned.ok) return planned.value;
    const words = { subject: 'The input', count: planned.error.length };
    throw new HarmoniaError('validation_error', words, { faults: planned.error });
  }

  private async historyOf(workflow: Uuid, compiled: CompiledWorkflow, now: number): Promise<WorkflowHistory> {
    return buildHistory(compiled, await this.parts.history.observe({ workflow, until: now }));
  }
}
