import type { Instant, Json, JsonObject } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { Limit } from '../definition.js';
import type { Awaited, Handled, SkipCause } from '../event.js';
import type { Failure } from '../failure.js';
import type { SecretSlot } from '../secret.js';

/** What all attempts of a step within one generation share. */
export interface Tries {
  /** Number of the latest attempt, from 1. */
  readonly attempt: number;
  /** Attempts that count against `max_retries`: failed, not lost. */
  readonly retries: number;
  readonly firstStartedAt: Instant;
  readonly input: JsonObject;
  readonly secrets: readonly SecretSlot[];
  /** What they did once and for all. */
  readonly results: readonly RecordedResult[];
}

/** What an attempt did once and for all. */
export interface RecordedResult {
  /** Names it within the step. */
  readonly key: string;
  readonly result: Json;
}

/** What decides when a step may begin, beside its place in the queue. */
export interface Readiness {
  readonly limit: Limit | undefined;
  readonly cacheKey: string | undefined;
}

/** A step that waits for others. Counters make each transition O(successors). */
export interface PendingStep {
  readonly at: 'pending';
  /** Dependency edges whose source is not terminal. */
  readonly open: number;
  /** Sources of dependency edges that completed. */
  readonly completed: number;
  /** Some source completed, continued after a failure, or was skipped by its own condition. */
  readonly carried: boolean;
  /** A source that stands in the way. */
  readonly blockedBy: Address | undefined;
  /** Control edges whose source is not terminal. */
  readonly gatesOpen: number;
  /** Some control edge chose this step. */
  readonly chosen: boolean;
  /** The step whose failure chose this one. */
  readonly handles: Address | undefined;
  /** A source of a control edge that chose otherwise. */
  readonly passedOverBy: Address | undefined;
  /** A source of a control edge that failed before it could choose. */
  readonly failedGate: Address | undefined;
}

/**
 * Where a step is. `due`: nothing it waits for is open, and its own condition, or the skip that follows, is yet to be
 * recorded. `ready`: waits for a slot.
 */
export type StepState =
  | PendingStep
  | { readonly at: 'due'; readonly verdict: Verdict; readonly handles: Address | undefined }
  | {
      readonly at: 'ready';
      readonly tries: Tries | undefined;
      readonly ready?: Readiness;
      readonly handles: Address | undefined;
    }
  | {
      readonly at: 'running';
      readonly tries: Tries;
      readonly startedAt: Instant;
      readonly deadline: Instant | undefined;
      readonly ready?: Readiness;
      readonly handles: Address | undefined;
    }
  | {
      readonly at: 'backing-off';
      readonly tries: Tries;
      readonly ready?: Readiness;
      readonly until: Instant;
      readonly handles: Address | undefined;
    }
  /** A construct whose body runs. */
  | {
      readonly at: 'inside';
      readonly startedAt: Instant;
      readonly deadline: Instant | undefined;
      readonly handles: Address | undefined;
    }
  /** Waits for the world. */
  | {
      readonly at: 'armed';
      readonly awaits: Awaited;
      readonly startedAt: Instant;
      readonly until: Instant | undefined;
      readonly handles: Address | undefined;
    }
  | { readonly at: 'completed'; readonly output: Json }
  | { readonly at: 'failed'; readonly failure: Failure; readonly handled: Handled | undefined }
  | { readonly at: 'skipped'; readonly cause: SkipCause; readonly because: Address | undefined }
  /** `tries`: of a step that undoes another; whoever undoes that after all goes on from there. */
  | { readonly at: 'canceled'; readonly tries?: Tries };

export type Verdict =
  { readonly is: 'run' } | { readonly is: 'skip'; readonly cause: SkipCause; readonly because: Address | undefined };

/** The status words of the outside (semantics 7). */
export type StepStatus = 'pending' | 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'canceled';

const STATUS: Readonly<Record<StepState['at'], StepStatus>> = {
  pending: 'pending',
  due: 'pending',
  ready: 'pending',
  running: 'running',
  'backing-off': 'waiting',
  inside: 'running',
  armed: 'waiting',
  completed: 'completed',
  failed: 'failed',
  skipped: 'skipped',
  canceled: 'canceled',
};

export const stepStatus = (state: StepState): StepStatus => STATUS[state.at];

const TERMINAL: ReadonlySet<StepState['at']> = new Set(['completed', 'failed', 'skipped', 'canceled'] as const);

export const isTerminalStep = (state: StepState): boolean => TERMINAL.has(state.at);

/** A failure that nobody handled. */
export const isUnhandled = (state: StepState): boolean => state.at === 'failed' && state.handled === undefined;

/** Whether other steps could read what it came to: it has completed, or its failure was handled. */
export const isReadable = (state: StepState): boolean =>
  state.at === 'completed' || (state.at === 'failed' && state.handled !== undefined);
