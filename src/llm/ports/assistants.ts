import type { Fault, Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { AdviceRequest } from './advice.js';
import type { DiagnoseRequest, ExplainRequest } from './explain.js';
import type { ExpressionHelpRequest } from './expression-help.js';

/** Where a task may go in the network. */
export interface Whereabouts {
  /** Hosts that the plugin of a task type may reach, as its manifest says; `*`: all. Empty: none by the platform's HTTP. */
  readonly hostsOf: (type: string) => readonly string[];
  /** Base address of a component; undefined: nobody knows it. */
  readonly baseOf: (component: string) => string | undefined;
}

/** A version that may be run. */
export interface RunnableDefinition {
  readonly pinned: {
    readonly id: Uuid;
    readonly version: string;
    /** Content hash of its document. */
    readonly definition: string;
  };
  readonly compiled: CompiledWorkflow;
}

/** Finds definitions as they may be run. Throws `workflow_not_found` and `version_not_found`. */
export interface RunnableDefinitions extends ChildDefinitions {
  /** `version`: absent, the current one. */
  runnable(id: Uuid, version?: string): Promise<RunnableDefinition>;
  /** A stored version by the hash of its definition. */
  compiled(definition: string): Promise<CompiledWorkflow>;
  /** Checks a document that is not kept. Without faults it is compiled. */
  check(source: unknown): { readonly compiled?: CompiledWorkflow | undefined; readonly faults: readonly Fault[] };
}

/** Finds the workflows that a workflow runs, as the engine does when a step starts one. */
export interface ChildDefinitions {
  /** The newest version in a range, or the current one. Throws `workflow_not_found` and `version_not_found`. */
  acceptedByName(name: string, range: string | undefined): Promise<RunnableDefinition>;
}

/** How tasks and waits are taken to end, by address or pattern: `/fetch`, `/each[*]/fetch`. */
export type AssumedResults = Readonly<
  Record<
    string,
    { readonly output: Json } | { readonly failure: { readonly code: string; readonly kind?: 'transient' | 'fatal' } }
  >
>;

/** What a plan is wanted for. */
export interface PlanRequest {
  readonly workflow: Uuid;
  /** Absent: the current one. */
  readonly version?: string;
  /** Absent: nothing of the input is known, and what depends on it is open. */
  readonly input?: JsonObject;
  /** Absent: nothing is assumed. */
  readonly assume?: AssumedResults;
  /** Workflows that whoever asks may see; of others that are started nothing is told. Absent: all. */
  readonly sees?: (workflow: Uuid) => boolean;
  readonly now: Instant;
}

/** Help with workflows, in the words of the API. But for advice it needs no model; some of it says more with one. */
export interface Assistants {
  /** What an execution will do before it is started. Throws `validation_error` for an input that the workflow does not take. */
  plan(request: PlanRequest): Promise<JsonObject>;
  /** What a workflow does, in words. Throws `llm_unavailable` when a model is required and there is none. */
  explain(request: ExplainRequest): Promise<JsonObject>;
  /**
   * What an expression reads, gives and lacks, or expressions that do what words say. Throws `validation_error` for a
   * definition that is not valid and a task that is not there, `llm_unavailable` as `explain`.
   */
  expression(request: ExpressionHelpRequest): Promise<JsonObject>;
  /** Why an execution failed, or does not go on. Throws `execution_not_found` and `journal_gone`. */
  diagnose(request: DiagnoseRequest): Promise<JsonObject>;
  /** What a model says, and nothing else. Throws `llm_no_answer` when none says anything of use. */
  advise(request: AdviceRequest): Promise<JsonObject>;
}
