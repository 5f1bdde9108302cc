import { HarmoniaError, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { ExecutionReader } from '../../api/ports/index.js';
import { definitionsOf, type CompiledWorkflow, type Surroundings } from '../../engine/core/index.js';
import type { DestinationBoard } from '../../integration/ports/index.js';
import { studyOf } from '../optimizer/rules/index.js';
import { diagnose } from './diagnose/diagnose-execution.js';
import { runRecordOf } from './diagnose/run-record.js';
import type { FactBook, KeptHistories } from '../suggestion/index.js';
import type { EngineLimits, WorkflowHistory } from '../optimizer/simulate/index.js';
import type { Assistants, PlanRequest, RunnableDefinitions, Whereabouts } from '../ports/index.js';
import { planWorkflow } from './plan/plan-workflow.js';

export interface AssistantParts {
  readonly definitions: RunnableDefinitions;
  readonly histories: Pick<KeptHistories, 'newestOf'>;
  /** What is known of actions. */
  readonly facts: Pick<FactBook, 'factsFor'>;
  readonly whereabouts: Whereabouts;
  readonly limits: EngineLimits;
  readonly executions: Pick<ExecutionReader, 'find' | 'events'>;
  readonly destinations: Pick<DestinationBoard, 'list'>;
  /** What changed definitions are checked against. */
  readonly surroundings: Surroundings;
}

/** Of recorded runs. */
const WINDOW_DAYS = 30;

/** Events of a journal, all of them. */
const WHOLE = 10_000_000;

/** Help with workflows, from the definition and what was recorded. */
export class WorkflowAssistants implements Assistants {
  constructor(private readonly parts: AssistantParts) {}

  async plan({ workflow, version, input, assume, now }: PlanRequest): Promise<JsonObject> {
    const { definitions, whereabouts, limits } = this.parts;
    const { compiled, pinned } = await definitions.runnable(workflow, version);
    const { definition } = pinned;
    const facts = await this.parts.facts.factsFor(workflow, compiled);
    const history = await this.historyOf(workflow, compiled, definition);
    const known = { history, facts, whereabouts, limits };
    const planned = await planWorkflow({ compiled, definition, definitions, ...known, input, assume, now });
    if (planned.ok) return planned.value;
    const words = { subject: 'The input', count: planned.error.length };
    throw new HarmoniaError('validation_error', words, { faults: planned.error });
  }

  async diagnose(execution: Uuid, now: number): Promise<JsonObject> {
    const { definitions, executions, destinations, surroundings } = this.parts;
    const found = await executions.find(execution);
    if (!found) throw new HarmoniaError('execution_not_found', { id: execution });
    if (found.journal === 'gone') throw new HarmoniaError('journal_gone', { id: execution });
    const journal = (await executions.events(execution, 0, WHOLE)).map(({ recorded }) => recorded);
    const versions = new Map<string, CompiledWorkflow>();
    for (const hash of definitionsOf(journal.map(({ event }) => event)).keys()) {
      versions.set(hash, await definitions.compiled(hash));
    }
    const compiled = await definitions.compiled(found.definition);
    return diagnose({
      ...{ execution, now, definitions: versions, record: runRecordOf(compiled, versions, journal) },
      history: await this.historyOf(found.workflowId, compiled, found.definition),
      destinations: destinations.list(),
      subject: { study: studyOf(compiled, await this.parts.facts.factsFor(found.workflowId, compiled)), surroundings },
    });
  }

  private async historyOf(workflow: Uuid, compiled: CompiledWorkflow, definition: string): Promise<WorkflowHistory> {
    const question = { workflow, compiled, definition, windowDays: WINDOW_DAYS, minRuns: 0 };
    return this.parts.histories.newestOf(question);
  }
}
