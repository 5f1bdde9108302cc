import { HarmoniaError, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { ExecutionReader } from '../../api/ports/index.js';
import { definitionsOf, type CompiledWorkflow, type Surroundings } from '../../engine/core/index.js';
import type { DestinationBoard } from '../../integration/ports/index.js';
import { studyOf } from '../optimizer/rules/index.js';
import { adviceOf } from './advice/advice.js';
import { modelFor, type ModelAsker } from './asking/index.js';
import { diagnoseInWords } from './diagnose/diagnosis-words.js';
import { runRecordOf } from './diagnose/run-record.js';
import { helpWithExpression } from './expression-help/help-with-expression.js';
import { explainWorkflow } from './explain/explain-workflow.js';
import type { FactBook, KeptHistories } from '../suggestion/index.js';
import type { EngineLimits, WorkflowHistory } from '../optimizer/simulate/index.js';
import type {
  AdviceRequest,
  Assistants,
  DiagnoseRequest,
  ExplainRequest,
  ExpressionHelpRequest,
  PlanRequest,
  RunnableDefinitions,
  Starters,
  Whereabouts,
} from '../ports/index.js';
import { planFamily } from './plan/plan-workflow.js';

export interface AssistantParts {
  readonly definitions: RunnableDefinitions;
  readonly histories: Pick<KeptHistories, 'newestOf'>;
  readonly whereabouts: Whereabouts;
  readonly limits: EngineLimits;
  readonly executions: Pick<ExecutionReader, 'find' | 'events'>;
  readonly destinations: Pick<DestinationBoard, 'list'>;
  /** What is known of actions. */
  readonly facts: Pick<FactBook, 'factsFor'>;
  readonly starters: Starters;
  readonly models: ModelAsker;
  /** What changed definitions are checked against. */
  readonly surroundings: Surroundings;
}

/** For a whole request. */
const BUDGET_MS = 20_000;

/** Of recorded runs. */
const WINDOW_DAYS = 30;

/** Events of a journal, all of them. */
const WHOLE = 10_000_000;

/** Help with workflows, from the definition and what was recorded. */
export class WorkflowAssistants implements Assistants {
  constructor(private readonly parts: AssistantParts) {}

  async plan({ workflow, version, input, assume, now, sees }: PlanRequest): Promise<JsonObject> {
    const { definitions, whereabouts, limits } = this.parts;
    const { compiled, pinned } = await definitions.runnable(workflow, version);
    const facts = await this.parts.facts.factsFor(workflow, compiled);
    const history = await this.historyOf(workflow, compiled, pinned.definition);
    const known = { history, facts, whereabouts, limits };
    const about = { compiled, ...known, input, assume, now, sees };
    const planned = await planFamily(about, { definition: pinned.definition, definitions });
    if (planned.ok) return planned.value;
    const words = { subject: 'The request', count: planned.error.length };
    throw new HarmoniaError('validation_error', words, { faults: planned.error });
  }

  async explain({
    workflow,
    version,
    audience = 'newcomer',
    llm = 'auto',
    budget,
    now,
  }: ExplainRequest): Promise<JsonObject> {
    const { definitions, facts, starters, whereabouts, surroundings } = this.parts;
    const models = await modelFor(this.parts.models, llm, 'explain');
    const { compiled } = await definitions.runnable(workflow, version);
    const study = studyOf(compiled, await facts.factsFor(workflow, compiled));
    const found = await starters.of({ id: workflow, name: compiled.name });
    const about = { study, audience, types: surroundings.catalogue, whereabouts, starters: found, now };
    return explainWorkflow(about, models && { models, workflow, budget: { ms: BUDGET_MS, ...budget } });
  }

  async expression({ llm = 'auto', budget, now, ...asked }: ExpressionHelpRequest): Promise<JsonObject> {
    const { expression, words, workflow, task, sample } = asked;
    const { catalogue, components } = this.parts.surroundings;
    const models = await modelFor(this.parts.models, llm, 'expression_help');
    const compiled = await this.placeOf(asked);
    const question = { expression, words, workflow, task, sample, compiled, catalogue, components, now };
    return helpWithExpression(question, models && { models, budget: { ms: BUDGET_MS, ...budget } });
  }

  private async placeOf(
    asked: Pick<ExpressionHelpRequest, 'workflow' | 'version' | 'definition'>,
  ): Promise<CompiledWorkflow | undefined> {
    const { definitions } = this.parts;
    const { workflow, version, definition } = asked;
    if (workflow !== undefined) return (await definitions.runnable(workflow, version)).compiled;
    if (definition === undefined) return undefined;
    const { compiled, faults } = definitions.check(definition);
    if (compiled) return compiled;
    throw new HarmoniaError('validation_error', { subject: 'The definition', count: faults.length }, { faults });
  }

  async diagnose({ execution, llm = 'auto', budget, now }: DiagnoseRequest): Promise<JsonObject> {
    const { definitions, executions, destinations, surroundings } = this.parts;
    const models = await modelFor(this.parts.models, llm, 'diagnose');
    const found = await executions.find(execution);
    if (!found) throw new HarmoniaError('execution_not_found', { id: execution });
    if (found.journal === 'gone') throw new HarmoniaError('journal_gone', { id: execution });
    const journal = (await executions.events(execution, 0, WHOLE)).map(({ recorded }) => recorded);
    const versions = new Map<string, CompiledWorkflow>();
    for (const hash of definitionsOf(journal.map(({ event }) => event)).keys()) {
      versions.set(hash, await definitions.compiled(hash));
    }
    const { workflowId: workflow, definition } = found;
    const compiled = await definitions.compiled(definition);
    const facts = await this.parts.facts.factsFor(workflow, compiled);
    const about = {
      ...{ execution, workflow, now, facts, definitions: versions },
      record: runRecordOf(compiled, versions, journal),
      history: await this.historyOf(workflow, compiled, definition),
      destinations: destinations.list(),
      subject: { study: studyOf(compiled, facts, surroundings.catalogue), surroundings },
    };
    const { catalogue } = surroundings;
    return diagnoseInWords(about, models && { models, workflow, catalogue, budget: { ms: BUDGET_MS, ...budget } });
  }

  advise({ about, given, budget }: AdviceRequest): Promise<JsonObject> {
    return adviceOf({ about, given }, { models: this.parts.models, budget: { ms: BUDGET_MS, ...budget } });
  }

  private async historyOf(workflow: Uuid, compiled: CompiledWorkflow, definition: string): Promise<WorkflowHistory> {
    const facts = await this.parts.facts.factsFor(workflow, compiled);
    const question = { workflow, compiled, facts, definition, windowDays: WINDOW_DAYS, minRuns: 0 };
    return this.parts.histories.newestOf(question);
  }
}
