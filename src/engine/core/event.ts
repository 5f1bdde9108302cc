import type { Instant, Json, JsonObject, Millis, Uuid } from '../../kernel/index.js';
import type { RetryPolicySpec } from '../../retry-policy/index.js';
import type { Address } from './address.js';
import type { Limit } from './definition.js';
import type { Failure } from './failure.js';
import type { SecretSlot } from './secret.js';

/**
 * The facts that an execution is made of. This is the format of people's data: a member may gain optional fields, and
 * new members may come; nothing here ever changes its meaning.
 */
export type RunEvent =
  | ExecutionStarted
  | StepKept
  | StepReady
  | StepStarted
  | StepCompleted
  | StepFailed
  | StepSkipped
  | StepCanceled
  | StepOpened
  | BodyOpened
  | BodyClosed
  | StepArmed
  | AttemptFailed
  | AttemptLost
  | EventReceived
  | CallbackReceived
  | CompensationStarted
  | NoticeStarted
  | VariablesSet
  | ExecutionReopened
  | ExecutionMigrated
  | ExecutionPaused
  | ExecutionResumed
  | CheckpointCreated
  | ExecutionCompleted
  | ExecutionFailed
  | ExecutionCanceled;

export type RunEventType = RunEvent['type'];

/** An event at its place in the journal of its execution. */
export interface RecordedEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly event: RunEvent;
}

/** Options of one execution. */
export interface ExecutionOptions {
  /** Bounds the whole execution, ms from its start. */
  readonly timeout?: Millis;
  /** For tasks that state no policy of their own. */
  readonly retry_policy?: RetryPolicySpec;
}

/** Which definition an execution is pinned to. */
export interface PinnedWorkflow {
  readonly id: Uuid;
  readonly name: string;
  readonly version: string;
  /** Content hash of the canonical document. */
  readonly definition: string;
}

/** The execution that a restored one continues. */
export interface RestoredFrom {
  readonly execution: Uuid;
  /** Absent: a fork. */
  readonly checkpoint?: Uuid;
  /** Journal position up to which it continues that one. */
  readonly seq: number;
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

interface AboutStep {
  readonly at: Instant;
  readonly step: Address;
  /** Counts from 1; raised only by a re-execution that resets the step. */
  readonly generation: number;
}

interface AboutAttempt extends AboutStep {
  /** Counts from 1; 0 for steps that end without an attempt. */
  readonly attempt: number;
}

/** How a step ended that a re-execution keeps. */
export type KeptOutcome =
  | { readonly is: 'completed'; readonly output: Json }
  /** `handled` is absent of what `catch` goes on about. */
  | { readonly is: 'failed'; readonly failure: Failure; readonly handled?: Handled }
  | { readonly is: 'skipped'; readonly cause: SkipCause; readonly because?: Address };

/** The step ended in the execution that this one continues; it does not run again. */
export interface StepKept extends AboutAttempt {
  readonly type: 'step_kept';
  readonly outcome: KeptOutcome;
  /** Variables that it assigned there. */
  readonly set?: JsonObject;
  /** When it started there. */
  readonly started_at?: Instant;
  readonly ended_at: Instant;
}

/** The step's own condition was true, and what decides when it may begin is known. Plain steps have no such event. */
export interface StepReady extends AboutStep {
  readonly type: 'step_ready';
  /** Its own limit. */
  readonly limit?: Limit;
  /** Under which its result may be known already. */
  readonly cache_key?: string;
}

export interface StepStarted extends AboutAttempt {
  readonly type: 'step_started';
  /** On the first attempt only: all attempts of a step within its generation get the same input. Absent: `{}`. */
  readonly input?: JsonObject;
  readonly secrets?: readonly SecretSlot[];
  readonly deadline?: Instant;
}

export interface StepCompleted extends AboutAttempt {
  readonly type: 'step_completed';
  readonly output: Json;
  /** The received event that the step had waited for; it satisfies no other. */
  readonly consumed?: Uuid;
  /** Variables that it assigns, each in the nearest scope around that has one of that name. */
  readonly set?: JsonObject;
  /** Keep the output under the key of `step_ready` until then. */
  readonly cache_until?: Instant;
  /** The output was known already. */
  readonly cached?: true;
}

/** `continue`: dependants run, with null for its output. `{goto}`: that sibling runs instead (semantics 10). */
export type Handled = 'continue' | { readonly goto: string };

/** The step has failed for good. */
export interface StepFailed extends AboutAttempt {
  readonly type: 'step_failed';
  readonly failure: Failure;
  /** Absent: the failure is the scope's. */
  readonly handled?: Handled;
}

/**
 * `condition`: its own `when` was false. `branch`: not chosen. `upstream`: what it waits for did not come about.
 * `operator`: somebody said so; its dependants run as after `condition`.
 */
export type SkipCause = 'condition' | 'branch' | 'upstream' | 'operator';

export interface StepSkipped extends AboutStep {
  readonly type: 'step_skipped';
  readonly cause: SkipCause;
  /** The step that stood in the way, or that chose otherwise. */
  readonly because?: Address;
}

/** A wait in a scope that has failed: it ends without an outcome (semantics 10). */
export interface StepCanceled extends AboutStep {
  readonly type: 'step_canceled';
}

/**
 * The body of a construct begins: that of a group or a race, the `try` body. A map or a loop has none yet. When the
 * step ends, what is open in its bodies is canceled with it.
 */
export interface StepOpened extends AboutStep {
  readonly type: 'step_opened';
  /** First values of the variables of its first body. */
  readonly variables?: JsonObject;
  /** Of a map: what it goes over, evaluated once. */
  readonly over?: Json;
  readonly deadline?: Instant;
}

/** Which body: a phase of a try; the position, from 0, of a map's item or a loop's iteration. */
export type BodyKey = 'try' | 'catch' | 'finally' | number;

/** How a body ended. `canceled`: something in it was, and nothing failed. */
export type BodyResult =
  | { readonly is: 'completed'; readonly output: Json }
  | { readonly is: 'failed'; readonly failure: Failure; readonly step?: Address }
  | { readonly is: 'canceled' };

/** The next body of a construct begins. What is open in the one before, of a try or a loop, is canceled with that. */
export interface BodyOpened extends AboutStep {
  readonly type: 'body_opened';
  readonly body: BodyKey;
  /** First values of its variables. */
  readonly variables?: JsonObject;
  /** How the body before it ended: of a try or a loop. */
  readonly result?: BodyResult;
  /** Steps that are canceled with it. */
  readonly canceled?: readonly Address[];
}

/** An item of a map has ended. What is open in it is canceled with it. */
export interface BodyClosed extends AboutStep {
  readonly type: 'body_closed';
  readonly body: number;
  readonly result: BodyResult;
  /** Steps that are canceled with it. */
  readonly canceled?: readonly Address[];
}

/** What an armed step waits for. */
export type Awaited =
  | { readonly is: 'time' }
  /** `since`: events also count that were given to all from then on, before the execution began. */
  | { readonly is: 'event'; readonly name: string; readonly since?: Instant }
  | { readonly is: 'approval'; readonly by: readonly string[]; readonly message: string }
  | { readonly is: 'webhook' }
  | {
      readonly is: 'workflow';
      readonly execution: Uuid;
      readonly name: string;
      readonly version?: string;
      readonly input: Json;
    };

/** The step waits for the world. */
export interface StepArmed extends AboutStep {
  readonly type: 'step_armed';
  readonly awaits: Awaited;
  /** When it stops to wait. */
  readonly until?: Instant;
}

/** The attempt failed and another follows. */
export interface AttemptFailed extends AboutAttempt {
  readonly type: 'attempt_failed';
  readonly failure: Failure;
  readonly retry_at: Instant;
}

/** The attempt died with its process; another follows with the same key, not counted as a retry (semantics 18). */
export interface AttemptLost extends AboutAttempt {
  readonly type: 'attempt_lost';
}

/** Something happened outside. It satisfies at most one wait of the execution, also one that is armed later (semantics 20). */
export interface EventReceived {
  readonly type: 'event_received';
  readonly at: Instant;
  readonly event: Uuid;
  readonly name: string;
  readonly payload: Json;
}

/** The URL of a webhook step was called before the step waited for it. */
export interface CallbackReceived extends AboutStep {
  readonly type: 'callback_received';
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
}

export interface ExecutionResumed {
  readonly type: 'execution_resumed';
  readonly at: Instant;
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
