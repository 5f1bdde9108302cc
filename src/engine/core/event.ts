import type { Instant, Json, JsonObject, Millis, Uuid } from '../../kernel/index.js';
import type { RetryPolicySpec } from '../../retry-policy/index.js';
import type { Address } from './address.js';
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
  | AttemptFailed
  | AttemptLost
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
  readonly checkpoint: Uuid;
  /** Journal position of the checkpoint. */
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
  | { readonly is: 'failed'; readonly failure: Failure; readonly handled: Handled }
  | { readonly is: 'skipped'; readonly cause: SkipCause; readonly because?: Address };

/** The step ended in the execution that this one continues; it does not run again. */
export interface StepKept extends AboutAttempt {
  readonly type: 'step_kept';
  readonly outcome: KeptOutcome;
  /** When it started there. */
  readonly started_at?: Instant;
  readonly ended_at: Instant;
}

/** The step's own condition was true. Steps without a condition have no such event. */
export interface StepReady extends AboutStep {
  readonly type: 'step_ready';
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

/** `condition`: its own `when` was false. `branch`: not chosen. `upstream`: what it waits for did not come about. */
export type SkipCause = 'condition' | 'branch' | 'upstream';

export interface StepSkipped extends AboutStep {
  readonly type: 'step_skipped';
  readonly cause: SkipCause;
  /** The step that stood in the way, or that chose otherwise. */
  readonly because?: Address;
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
