import type { Instant } from '../../../kernel/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import { FEWEST_RUNS, judgeRuns, LOOKS, outcomeOf, runsAt, type Judgement } from '../../optimizer/trial/index.js';
import type {
  FollowUp,
  FollowUpState,
  Observed,
  Settled,
  Settlement,
  StoredSuggestion,
  SuggestionStore,
  Trial,
  TrialRuns,
  TrialStore,
} from '../../ports/index.js';
import { observedOf } from './observed.js';
import { rollbackOffer } from './offer-rollback.js';
import { armsOf, ArmsReader } from './read-arms.js';

export interface FollowUpParts {
  readonly trials: TrialStore;
  readonly runs: TrialRuns;
  readonly store: Pick<SuggestionStore, 'find'>;
  readonly catalog: WorkflowCatalog;
  readonly now: () => Instant;
}

/** What was seen of a trial now. */
export type Seen = { readonly runs: number } & (
  | { readonly is: 'settled'; readonly settled: Settled }
  /** `missing`: runs that the next look needs; 0: those that it needs have not all ended. */
  | { readonly is: 'waiting'; readonly missing: number }
  | { readonly is: 'nothing_before' }
);

/**
 * Follows versions that were made of suggestions. Everything follows from the executions that are stored and from what was
 * predicted, so it is the same whoever asks, and when; it is looked at fixed numbers of runs only. What they came to is
 * kept the first time that it is known, since executions are forgotten.
 */
export class FollowUps {
  private readonly arms: ArmsReader;
  private readonly followers = new Set<(trial: Trial) => void>();

  constructor(private readonly parts: FollowUpParts) {
    this.arms = new ArmsReader(parts.runs);
  }

  /** Tells of every trial once it is settled. Who is told must not throw. */
  follow(follower: (trial: Trial) => void): void {
    this.followers.add(follower);
  }

  /** Each suggestion with what is followed of it. */
  async withFollowUps<T extends Pick<StoredSuggestion, 'suggestion'>>(
    kept: readonly T[],
  ): Promise<readonly (T & { readonly followUp?: FollowUp })[]> {
    const trials = await this.parts.trials.newest(kept.map(({ suggestion }) => suggestion.id));
    const shown: (T & { readonly followUp?: FollowUp })[] = [];
    for (const one of kept) {
      const trial = trials.get(one.suggestion.id);
      shown.push(trial ? { ...one, followUp: await this.of(trial) } : one);
    }
    return shown;
  }

  async of(trial: Trial): Promise<FollowUp> {
    const seen = await this.look(trial);
    const { candidate, base, share, since, runs, predicted, end } = trial;
    return {
      way: share === null ? 'applied' : 'canary',
      ...{ version: candidate.version, baseVersion: base.version, share, since, predicted },
      runs: { seen: seen.runs, of: runs },
      end: end && { at: end.at, because: end.because },
      ...stateOf(seen, trial),
    };
  }

  /** Looks at the runs that there are, and settles what they say. */
  async look(trial: Trial): Promise<Seen> {
    if (trial.settled) return { is: 'settled', settled: trial.settled, runs: trial.settled.observed.runs.after };
    const candidates = await this.arms.candidates(trial);
    const runs = candidates.filter(({ ended }) => ended).length;
    for (const look of LOOKS) {
      const needed = runsAt(look, trial.runs);
      if (candidates.length < needed) return { is: 'waiting', missing: needed - candidates.length, runs };
      const looked = candidates.slice(0, needed);
      const bases = await this.arms.bases(trial, looked);
      if (bases.length < FEWEST_RUNS)
        return trial.share === null ? { is: 'nothing_before', runs } : { is: 'waiting', missing: 0, runs };
      const arms = armsOf(bases, looked, this.parts.now());
      const judged = arms && judgeRuns(arms, look.level);
      if (!judged) return { is: 'waiting', missing: 0, runs };
      if (look === LOOKS[1] || outcomeOf(judged) === 'regressed')
        return { is: 'settled', settled: await this.settle(trial, observedOf(judged, arms.currency), judged), runs };
    }
    throw new Error('the last look settles');
  }

  private async settle(trial: Trial, observed: Observed, judged: Judgement): Promise<Settled> {
    const { trials, now } = this.parts;
    const at = now();
    const outcome = outcomeOf(judged);
    const offer = outcome === 'regressed' ? await this.offerFor(trial, observed) : undefined;
    const settled: Settled = { outcome, observed, at, offered: offer?.suggestion.id ?? null };
    const settlement: Settlement = { trial: trial.id, settled, ...(offer && { offer }) };
    if (await trials.settle(settlement)) for (const follower of this.followers) follower({ ...trial, settled });
    // Somebody else may have looked at the same time: what is kept counts.
    return (await trials.newest([trial.suggestion])).get(trial.suggestion)?.settled ?? settled;
  }

  /** A canary needs none: its share ends with the verdict. */
  private async offerFor(trial: Trial, observed: Observed): Promise<StoredSuggestion | undefined> {
    if (trial.share !== null || trial.end) return undefined;
    const { store, catalog, now } = this.parts;
    const from = await store.find(trial.suggestion);
    return from && rollbackOffer(trial, from.suggestion, { catalog, observed, now: now() });
  }
}

const stateOf = (seen: Seen, { end }: Trial): FollowUpState => {
  if (seen.is === 'nothing_before') return { state: 'ended', because: 'nothing_before' };
  if (seen.is === 'waiting') {
    const { because } = end ?? {};
    const isOver = because !== undefined && because !== 'no_difference' && seen.missing > 0;
    return isOver ? { state: 'ended', because } : { state: 'waiting' };
  }
  const { outcome, observed, at: settledAt, offered } = seen.settled;
  if (outcome === 'regressed') return { state: outcome, observed, settledAt, rollback: offered };
  return { state: outcome, observed, settledAt };
};
