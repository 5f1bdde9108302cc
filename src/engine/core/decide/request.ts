import type { ErrorCode, Fault, Instant, Json, JsonObject, Uuid } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { Limits, Reached, Usage } from '../budget/index.js';
import type { CompiledWorkflow } from '../definition.js';
import type {
  ExecutionOptions,
  ParentStep,
  PinnedWorkflow,
  RestoredFrom,
  RunEvent,
  TraceOrigin,
  UsedBy,
} from '../event.js';
import type { Failure } from '../failure.js';
import type { RunState } from '../fold/run-state.js';
import type { DefinitionDiff } from '../migrate/index.js';
import type { InPlace } from '../reexecute/index.js';
import type { ApprovalAnswer, ChildOutcome, KeptEvent } from './wait.js';

/** Asks for a new execution. */
export interface StartRequest {
  readonly at: Instant;
  readonly execution: Uuid;
  readonly compiled: CompiledWorkflow;
  readonly workflow: PinnedWorkflow;
  readonly input: Json;
  readonly metadata: JsonObject;
  readonly options: ExecutionOptions;
  readonly parent?: ParentStep;
  /** At least 120 random bits: makes the tokens of callbacks unguessable. */
  readonly seed?: string;
  /** Address of the service, for callbacks. */
  readonly origin?: string;
  /** The trace that it belongs to; absent: one of its own. */
  readonly trace?: TraceOrigin;
  /** The execution that this one continues, and what it keeps of it. */
  readonly restore?: { readonly from: RestoredFrom; readonly carried: readonly RunEvent[] };
}

interface OfAttempt {
  readonly at: Instant;
  readonly step: Address;
  readonly generation: number;
  readonly attempt: number;
}

/** Asks something of an execution that is there. Time arrives with the request. */
export type RunRequest =
  /** A slot was granted. */
  | { readonly is: 'begin'; readonly at: Instant; readonly step: Address; readonly generation: number }
  /** Its result was known under its cache key. */
  | {
      readonly is: 'recall';
      readonly at: Instant;
      readonly step: Address;
      readonly generation: number;
      readonly cacheKey: string;
      readonly output: Json;
    }
  /** Assigns variables of the workflow. */
  | { readonly is: 'set-variables'; readonly at: Instant; readonly values: JsonObject }
  | ({ readonly is: 'succeed'; readonly output: Json } & OfAttempt)
  | ({ readonly is: 'fail'; readonly failure: Failure } & OfAttempt)
  /** Something that the attempt did once and for all. Of one key, the first result counts. */
  | ({ readonly is: 'record'; readonly key: string; readonly result: Json } & OfAttempt)
  /** The deadline of the attempt is over. */
  | ({ readonly is: 'expire' } & OfAttempt)
  /** The process that ran the attempt has died. */
  | ({ readonly is: 'lose' } & OfAttempt)
  /** Something was used that costs. It counts whatever became of the attempt. Of one number, the first report counts. */
  | {
      readonly is: 'use';
      readonly at: Instant;
      readonly by: UsedBy;
      /** From 1. */
      readonly report: number;
      readonly usage: Usage;
    }
  /** The time of its budget is over. */
  | { readonly is: 'expire-budget'; readonly at: Instant }
  /** The deadline of the execution is over. */
  | { readonly is: 'expire-execution'; readonly at: Instant }
  /** Goes on with another version of its workflow. */
  | {
      readonly is: 'migrate';
      readonly at: Instant;
      /** Content hash of the definition that `diff` is from. */
      readonly from: string;
      readonly to: PinnedWorkflow;
      readonly diff: DefinitionDiff;
    }
  /** Goes on after the end. */
  | {
      readonly is: 'reopen';
      readonly at: Instant;
      readonly operation: InPlace;
      /** The set of plugin versions that there is now; absent: the first. */
      readonly plugins?: number;
    }
  | { readonly is: 'pause'; readonly at: Instant; readonly reason?: string }
  | ({ readonly is: 'resume'; readonly at: Instant } & Resumption)
  /** `compensate`: completed steps are undone first (semantics 22). */
  | { readonly is: 'cancel'; readonly at: Instant; readonly reason?: string; readonly compensate?: boolean }
  /** The time of a construct or of a wait is over. */
  | { readonly is: 'elapse'; readonly at: Instant; readonly step: Address; readonly generation: number }
  /** Something happened outside. */
  | {
      readonly is: 'deliver';
      readonly at: Instant;
      readonly event: Uuid;
      readonly name: string;
      readonly payload: Json;
    }
  /** What is kept of before the execution, oldest first, for a step that looks back. */
  | {
      readonly is: 'recollect';
      readonly at: Instant;
      readonly step: Address;
      readonly generation: number;
      readonly events: readonly KeptEvent[];
    }
  | ({ readonly is: 'approve'; readonly at: Instant; readonly step: Address } & ApprovalAnswer)
  /** The URL of a webhook step was called. */
  | { readonly is: 'callback'; readonly at: Instant; readonly token: string; readonly payload: Json }
  /** Of the execution that a step has started. */
  | {
      readonly is: 'child';
      readonly at: Instant;
      readonly step: Address;
      readonly generation: number;
      readonly outcome: ChildOutcome;
    }
  | {
      readonly is: 'checkpoint';
      readonly at: Instant;
      readonly checkpoint: Uuid;
      readonly name?: string;
      readonly description?: string;
    };

/** How a paused execution goes on. */
export interface Resumption {
  /** New limits, as a whole each, in the place of those that there are. */
  readonly raise?: Limits;
  /** Who raises them. */
  readonly by?: string;
  readonly comment?: string;
}

/**
 * Why a request changes nothing. `stale`: what it speaks of is over, which is nobody's mistake. `conflict`: the
 * execution is in the wrong state. `invalid`: the request itself is wrong.
 */
export type Refusal =
  | { readonly is: 'stale' }
  | { readonly is: 'conflict'; readonly reason: string }
  /** It has used up its budget. */
  | { readonly is: 'exhausted'; readonly reached: readonly Reached[] }
  | { readonly is: 'invalid'; readonly code: ErrorCode; readonly faults: readonly Fault[] };

export type RequestOf<K extends RunRequest['is']> = Extract<RunRequest, { is: K }>;

export const STALE: Refusal = { is: 'stale' };

/** What became of a request. The events are already folded into the state. A refused one left it as it was (E8). */
export type Decision =
  | { readonly is: 'accepted'; readonly events: readonly RunEvent[] }
  | { readonly is: 'refused'; readonly refusal: Refusal };

export type StartDecision =
  | { readonly is: 'accepted'; readonly state: RunState; readonly events: readonly RunEvent[] }
  | { readonly is: 'refused'; readonly refusal: Refusal };
