import type { Instant, Json, JsonObject, Millis, Uuid } from '../../kernel/index.js';
import type { RetryPolicySpec } from '../../retry-policy/index.js';
import type { Address } from './address.js';
import type { Limits, Reached } from './budget/limits.js';
import type { Usage } from './budget/usage.js';
import type { Failure } from './failure.js';

/* The facts about an execution as a whole. */

/** Options of one execution. */
export interface ExecutionOptions {
  /** Bounds the whole execution, ms from its start. */
  readonly timeout?: Millis;
  /** For tasks that state no policy of their own. */
  readonly retry_policy?: RetryPolicySpec;
  /** Beside the budget of the workflow: of each limit, the tighter holds. */
  readonly budget?: Limits;
}

/** Which definition an execution is pinned to. */
export interface PinnedWorkflow {
  readonly id: Uuid;
  readonly name: string;
  readonly version: string;
  /** Content hash of the canonical document. */
  readonly definition: string;
  /** Names the set of plugin versions that it runs with; absent: the first, before any plugin was changed. */
  readonly plugins?: number;
}

/** The execution that a restored one continues. */
export interface RestoredFrom {
  readonly execution: Uuid;
  /** Absent: a fork. */
  readonly checkpoint?: Uuid;
  /** Journal position up to which it continues that one. */
  readonly seq: number;
}

/** The trace that an execution belongs to when it is not its own (W3C Trace Context). */
export interface TraceOrigin {
  /** Id of the trace: 32 hexadecimal digits. */
  readonly trace: string;
  /** The span that the execution is below: 16 of them. */
  readonly span: string;
  /** What who began the trace has decided: whether it is recorded. Absent: it began in this service, which decides. */
  readonly sampled?: boolean;
  /** `tracestate`, to be passed on as it is. */
  readonly state?: string;
}

export interface ExecutionStarted {
  readonly type: 'execution_started';
  readonly at: Instant;
  readonly execution: Uuid;
  readonly workflow: PinnedWorkflow;
  /** With the defaults of the input schema filled in. */
  readonly input: Json;
  readonly metadata: JsonObject;
  readonly options: ExecutionOptions;
  readonly restored_from?: RestoredFrom;
  /** The step that this execution was started by. */
  readonly parent?: ParentStep;
  /** Makes the tokens of callbacks unguessable; never shown. Absent in journals of 0.1.0. */
  readonly seed?: string;
  /** First values of the variables of the workflow. */
  readonly variables?: JsonObject;
  /** Address of the service, under which callbacks reach it: `https://harmonia.example`. */
  readonly origin?: string;
  /** Absent: its trace is its own, and begins with it. */
  readonly trace?: TraceOrigin;
}

/** The step of another execution that waits for this one, or only started it. */
export interface ParentStep {
  readonly execution: Uuid;
  readonly step: Address;
  readonly generation: number;
  /** Levels of executions above this one, from 1. */
  readonly depth: number;
  /** False: nobody waits. */
  readonly awaited: boolean;
}

/** Something happened outside. It satisfies at most one wait of the execution, also one that is armed later (semantics 20). */
export interface EventReceived {
  readonly type: 'event_received';
  readonly at: Instant;
  readonly event: Uuid;
  readonly name: string;
  readonly payload: Json;
}

/**
 * Completed steps are undone, one after another (semantics 22): those in the body of the step, else those of the
 * execution, which then ends as it says. What was open there is canceled. Each has a step of its own,
 * `<address>!compensate`.
 */
export interface CompensationStarted {
  readonly type: 'compensation_started';
  readonly at: Instant;
  /** The try or the race; absent: the execution. */
  readonly within?: Address;
  /** What is undone, in that order. */
  readonly undo: readonly Address[];
  readonly ending?: Ending;
}

/**
 * Somebody is told that the execution ends, before it does, by a step of its own: `/on_complete` or `/on_failure`. What
 * was open is canceled.
 */
export interface NoticeStarted {
  readonly type: 'notice_started';
  readonly at: Instant;
  readonly notice: Address;
  readonly generation: number;
  readonly ending: Ending;
}

/** Somebody outside has assigned variables of the workflow. */
export interface VariablesSet {
  readonly type: 'variables_set';
  readonly at: Instant;
  readonly values: JsonObject;
}

/** How an execution ends once its compensations are over and its notice is given. */
export type Ending =
  | { readonly is: 'completed'; readonly output: Json }
  | { readonly is: 'failed'; readonly failure: Failure; readonly steps: readonly Address[] }
  | { readonly is: 'canceled'; readonly reason?: string };

/** A re-execution that goes on in this journal. */
export type ReopenOperation = 'resume' | 'retry_failed' | 'rerun_from' | 'skip';

/** The execution goes on after its end (semantics 23). Terminal is final within a generation. */
export interface ExecutionReopened {
  readonly type: 'execution_reopened';
  readonly at: Instant;
  readonly operation: ReopenOperation;
  /** That of all steps that are reset, and of all that come. */
  readonly generation: number;
  /** Steps that are pending again; what their bodies held is gone. The constructs around them are open again. */
  readonly reset: readonly Address[];
  /** A step that counts as skipped from now on. */
  readonly skipped?: Address;
  /** The set of plugin versions that it runs with from now on; absent: the first. */
  readonly plugins?: number;
}

/** The execution goes on with another version of its workflow. */
export interface ExecutionMigrated {
  readonly type: 'execution_migrated';
  readonly at: Instant;
  readonly from: PinnedWorkflow;
  readonly to: PinnedWorkflow;
  /** Tasks of the workflow from now on, without those in constructs. */
  readonly total_tasks: number;
  /** Steps that had not begun and are decided anew. Others keep what they are; those that are no more vanish. */
  readonly reset: readonly Address[];
}

export interface ExecutionPaused {
  readonly type: 'execution_paused';
  readonly at: Instant;
  readonly reason?: string;
  /** It has reached these limits, and pauses by itself. Absent: somebody has asked. */
  readonly exhausted?: readonly Reached[];
}

export interface ExecutionResumed {
  readonly type: 'execution_resumed';
  readonly at: Instant;
}

/** Something was used that costs. It was, whatever becomes of the attempt: nothing takes it back. */
export interface UsageRecorded {
  readonly type: 'usage_recorded';
  readonly at: Instant;
  readonly by: UsedBy;
  /** Counts the reports of the attempt, from 1: of one number, the first counts. */
  readonly report: number;
  readonly usage: Usage;
}

/** The attempt that has used something; or the execution that a step has started, at its end. */
export interface UsedBy {
  readonly step: Address;
  readonly generation: number;
  /** 0 of a step that has started an execution. */
  readonly attempt: number;
}

/** Somebody lets the execution use more. */
export interface BudgetRaised {
  readonly type: 'budget_raised';
  readonly at: Instant;
  /** The new limits, as a whole each; others stay. */
  readonly limits: Limits;
  readonly by: string | null;
  readonly comment: string | null;
}

/** Names this position of the journal. */
export interface CheckpointCreated {
  readonly type: 'checkpoint_created';
  readonly at: Instant;
  readonly checkpoint: Uuid;
  readonly name?: string;
  readonly description?: string;
  /** The workflow asks for it: why now. Absent: somebody has asked. */
  readonly automatic?: 'tasks' | 'time' | 'before';
}

export interface ExecutionCompleted {
  readonly type: 'execution_completed';
  readonly at: Instant;
  readonly output: Json;
}

/** Everything that was not terminal is canceled with it. */
export interface ExecutionFailed {
  readonly type: 'execution_failed';
  readonly at: Instant;
  readonly failure: Failure;
  /** Steps whose unhandled failure this is. */
  readonly steps: readonly Address[];
}

/** Everything that was not terminal is canceled with it: one event (semantics 19). */
export interface ExecutionCanceled {
  readonly type: 'execution_canceled';
  readonly at: Instant;
  readonly reason?: string;
}
