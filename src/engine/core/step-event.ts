import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { Address } from './address.js';
import type { Limit } from './definition.js';
import type { Failure } from './failure.js';
import type { SecretSlot } from './secret.js';

/* The facts about the steps of an execution. */

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

/** Something that an attempt did once and for all: later attempts of the step get the result, and do not do it again. */
export interface ResultRecorded extends AboutAttempt {
  readonly type: 'result_recorded';
  /** Names it within the step. */
  readonly key: string;
  readonly result: Json;
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

/** The URL of a webhook step was called before the step waited for it. */
export interface CallbackReceived extends AboutStep {
  readonly type: 'callback_received';
  readonly payload: Json;
}
