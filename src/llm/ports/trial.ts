import type { Usage } from '../../engine/core/index.js';
import type { Instant, Millis, Uuid } from '../../kernel/index.js';
import type { Outcome } from '../optimizer/trial/index.js';
import type { Observed, TrialEnd } from './follow-up.js';
import type { Impact } from './impact.js';
import type { StoredSuggestion } from './suggestion-store.js';

export interface TrialVersion {
  readonly version: string;
  readonly definition: string;
}

/** What the runs came to. It stays, whatever becomes of them. */
export interface Settled {
  readonly outcome: Outcome;
  readonly observed: Observed;
  readonly at: Instant;
  /** Of `regressed`, when the version is the current one: the suggestion to go back. */
  readonly offered: string | null;
}

/** A version that was made of a suggestion and is followed. */
export interface Trial {
  readonly id: Uuid;
  readonly suggestion: string;
  readonly workflow: Uuid;
  readonly base: TrialVersion;
  readonly candidate: TrialVersion;
  /** Of new executions that run the candidate; null: it is the current version. */
  readonly share: number | null;
  /** Runs of the candidate after which it is judged. */
  readonly runs: number;
  readonly predicted: Impact | null;
  readonly since: Instant;
  /** Executions up to here began before. */
  readonly place: number;
  readonly end: (TrialEnd & { readonly place: number }) | null;
  readonly settled: Settled | null;
}

/** What came of the runs of a trial, and the roll-back that is offered for it. */
export interface Settlement {
  readonly trial: Uuid;
  readonly settled: Settled;
  readonly offer?: StoredSuggestion;
}

/** Where trials are kept. They begin and end in the transactions of the versions, and go with their workflow. */
export interface TrialStore {
  /** The newest of each suggestion. */
  newest(suggestions: readonly string[]): Promise<ReadonlyMap<string, Trial>>;
  /** Those that are neither over nor settled. Absent: of all workflows. */
  open(workflow?: Uuid): Promise<readonly Trial[]>;
  /**
   * Once: false when it is settled already. In one transaction with the suggestion that is offered; a canary that
   * regressed is paused by it, one that shows no difference is over.
   */
  settle(settlement: Settlement): Promise<boolean>;
  /** Settled since then, the oldest first. */
  settledSince(at: Instant, most: number): Promise<readonly Trial[]>;
}

/** An execution of one version that was neither paused, taken up again nor migrated, and that nobody canceled. */
export interface ObservedRun {
  /** Grows with every execution. */
  readonly place: number;
  readonly execution: Uuid;
  readonly startedAt: Instant;
  /** Undefined: it is open. */
  readonly ended:
    | {
        readonly at: Instant;
        readonly isCompleted: boolean;
        readonly busy: Millis;
        /** What its attempts used together; undefined: they told more than anybody reads. */
        readonly usage: Usage | undefined;
      }
    | undefined;
}

export interface RunsQuery {
  readonly workflow: Uuid;
  readonly definition: string;
  /** Places behind `after`, up to and with `upTo`. */
  readonly after: number;
  readonly upTo?: number;
  readonly order: 'oldest' | 'newest';
  /** Executions of any version that are looked at, and runs that are answered. */
  readonly mostSeen: number;
  readonly most: number;
}

/** Which runs versions had, in their order. */
export interface TrialRuns {
  runs(query: RunsQuery): Promise<readonly ObservedRun[]>;
}
