import type { Address, FailureKind } from '../../../../engine/core/index.js';
import type { Instant, JsonObject, Millis } from '../../../../kernel/index.js';

/* What was seen of executions that have ended: times, counts and classes. No input and no output. */

/** An attempt that failed. */
export interface ObservedFailure {
  /** Undefined: that is not known any more. */
  readonly kind: FailureKind | undefined;
  readonly code: string;
  /** From the begin of the attempt; undefined: not known any more. */
  readonly after: Millis | undefined;
  /** What the failing side asked for, from the failure until the next attempt; absent: nothing. */
  readonly retryAfter?: Millis;
}

/** What an attempt used, as far as it was recorded. */
export interface ObservedUsage {
  /** 0: what the execution has used that the step started. */
  readonly attempt: number;
  /** Input and output together. */
  readonly tokens: number;
  /** By currency. */
  readonly cost: Readonly<Record<string, number>>;
  /** Calls whose price nobody knows: it cost more than is said. */
  readonly unpriced: number;
}

/** One run of a step within one generation. */
export interface ObservedStep {
  readonly step: Address;
  readonly status: 'completed' | 'failed' | 'skipped' | 'canceled';
  /** Of the last attempt; 0: it ended without one. */
  readonly attempt: number;
  /** Attempts that failed before the last one. */
  readonly retries: number;
  readonly firstStartedAt: Instant | undefined;
  /** Of the last attempt. */
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant;
  /** Why it was skipped: `condition`, `branch`, `upstream`, `operator`. */
  readonly cause: string | undefined;
  /** The step's own failure last, those of attempts before it first, as far as they are known. */
  readonly failures: readonly ObservedFailure[];
  /** A re-execution has reset the step since: its times count, what was decided does not. */
  readonly isSuperseded: boolean;
  /** Equal for equal inputs among these observations, and nothing else; absent: nobody asked, or it is not known. */
  readonly input?: number;
  /** By attempt; one that is not in here has reported nothing. Absent: that is not known any more. */
  readonly usage?: readonly ObservedUsage[];
}

export interface ObservedExecution {
  /** Content hash of the document that it ran. */
  readonly definition: string;
  readonly status: 'completed' | 'failed' | 'canceled';
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** Neither paused nor taken up again, so that its length is that of its work. */
  readonly isStraight: boolean;
  /** All of its steps are here. */
  readonly isWhole: boolean;
  readonly steps: readonly ObservedStep[];
}

/** Executions of a workflow, and others for the sake of their task types. */
export interface Observations {
  /** Until when was looked. */
  readonly until: Instant;
  readonly windowDays: number;
  readonly own: readonly ObservedExecution[];
  readonly others: readonly ObservedExecution[];
  /** Canonical documents by content hash. */
  readonly documents: ReadonlyMap<string, JsonObject>;
}
