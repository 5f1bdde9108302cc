import type { Instant } from '../../kernel/index.js';
import type { Aspect, Outcome } from '../optimizer/trial/index.js';
import type { Impact } from './impact.js';

/**
 * `promoted`: the candidate of a canary has become the current version. `rolled_back`: the base is the current version
 * again. `replaced`: another one is. `no_difference`: a canary had all its runs, and they told none.
 */
export interface TrialEnd {
  readonly at: Instant;
  readonly because: 'promoted' | 'abandoned' | 'rolled_back' | 'replaced' | 'no_difference';
}

/**
 * What was observed of two versions: makespan and busy in seconds, failures as shares, tokens, cost in the currency. Null:
 * too few runs completed; of tokens and cost, too few runs of which it is known, or none ever used any.
 */
export interface Observed {
  /** Runs that counted. */
  readonly runs: { readonly before: number; readonly after: number };
  readonly makespan: Aspect | null;
  readonly busy: Aspect | null;
  readonly failure: Aspect;
  readonly tokens: Aspect | null;
  readonly cost: Aspect | null;
  readonly currency: string | null;
}

/** What is followed of a suggestion that was applied, as people see it. */
export type FollowUp = {
  /** `canary`: it runs beside the current version. */
  readonly way: 'applied' | 'canary';
  readonly version: string;
  readonly baseVersion: string;
  /** Null: `way` is `applied`. */
  readonly share: number | null;
  readonly since: Instant;
  /** Runs of the version that are seen, of those that it is judged after. */
  readonly runs: { readonly seen: number; readonly of: number };
  readonly predicted: Impact | null;
  readonly end: TrialEnd | null;
} & FollowUpState;

/**
 * `ended`: the version was gone before it was judged; `nothing_before`: the base has too few runs to compare with.
 */
export type FollowUpState =
  | { readonly state: 'waiting' }
  | { readonly state: 'ended'; readonly because: Exclude<TrialEnd['because'], 'no_difference'> | 'nothing_before' }
  | {
      readonly state: Exclude<Outcome, 'regressed'>;
      readonly observed: Observed;
      readonly settledAt: Instant;
    }
  | {
      readonly state: 'regressed';
      readonly observed: Observed;
      readonly settledAt: Instant;
      /** The suggestion to go back. Null: the version is a canary's, and gets no further runs. */
      readonly rollback: string | null;
    };

/** How predictions of one kind fared. Null: nothing can be compared. */
export interface Accuracy {
  readonly compared: number;
  /** Median of |predicted − observed| / observed, of what was to be after the change. */
  readonly medianError: number;
  /** Share of the 95 % intervals of the observed change that hold the predicted change. */
  readonly coverage: number;
}

/** Predictions held against what was observed, over all suggestions that were followed to their end. */
export interface Calibration {
  readonly followed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly makespan: Accuracy | null;
  readonly busy: Accuracy | null;
  /** Of money, where it was predicted and observed in one currency. */
  readonly cost: Accuracy | null;
  readonly failure: {
    readonly compared: number;
    /** Means of the shares after the change. */
    readonly predicted: number;
    readonly observed: number;
    readonly coverage: number;
  } | null;
}
