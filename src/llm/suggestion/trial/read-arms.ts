import type { Instant, Millis } from '../../../kernel/index.js';
import { isDrawn } from '../../../workflow/index.js';
import { FEWEST_RUNS, type Arms, type TrialRun } from '../../optimizer/trial/index.js';
import type { ObservedRun, RunsQuery, Trial, TrialRuns } from '../../ports/index.js';

/** Runs of the base, and executions that are looked at for it. */
const MOST_BASE = 100;
const MOST_SEEN_BEFORE = 2000;
const MOST_SEEN = 50_000;
/** Runs that are read for each one that is to count: somebody may run the candidate of a canary by its name. */
const NAMED = 5;

type About = Pick<RunsQuery, 'after' | 'order' | 'mostSeen'> & { readonly upTo?: number };

/**
 * The runs of a trial in the order in which they began, so that long ones count as much as short ones. Of a canary only
 * those count for which it was drawn: who names a version does not compare.
 */
export class ArmsReader {
  constructor(private readonly store: TrialRuns) {}

  /** The first ones of the candidate, as many as it is judged after. */
  async candidates(trial: Trial): Promise<readonly ObservedRun[]> {
    const { runs, place, end } = trial;
    const about = { after: place, order: 'oldest', mostSeen: MOST_SEEN, ...(end && { upTo: end.place }) } as const;
    return (await this.read(trial, true, about)).slice(0, runs);
  }

  /** Those of the base: of a canary while the candidates began, else the newest before. */
  async bases(trial: Trial, candidates: readonly ObservedRun[]): Promise<readonly ObservedRun[]> {
    const { share, place } = trial;
    if (share === null) {
      const before = { after: 0, upTo: place, order: 'newest', mostSeen: MOST_SEEN_BEFORE } as const;
      return (await this.read(trial, false, before)).slice(0, MOST_BASE);
    }
    const upTo = candidates.at(-1)?.place ?? place;
    const beside = await this.read(trial, false, { after: place, upTo, order: 'newest', mostSeen: MOST_SEEN });
    if (beside.length >= FEWEST_RUNS) return beside.slice(0, MOST_BASE);
    const first = await this.read(trial, false, { after: place, order: 'oldest', mostSeen: MOST_SEEN });
    return first.slice(0, FEWEST_RUNS);
  }

  private async read(trial: Trial, isCandidate: boolean, about: About): Promise<readonly ObservedRun[]> {
    const { id, workflow, share, base, candidate, runs } = trial;
    const { definition } = isCandidate ? candidate : base;
    const most = NAMED * Math.max(runs, MOST_BASE);
    const found = await this.store.runs({ ...about, workflow, definition, most });
    return share === null ? found : found.filter(({ execution }) => isDrawn({ id, share }, execution) === isCandidate);
  }
}

const longest = (runs: readonly ObservedRun[]): Millis =>
  runs.reduce((most, { ended, startedAt }) => (ended ? Math.max(most, ended.at - startedAt) : most), 0);

/** The currency that most runs paid in; undefined: nobody ever said a cost. */
const currencyOf = (runs: readonly ObservedRun[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const { ended } of runs)
    for (const currency of Object.keys(ended?.usage?.cost ?? {})) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return most?.[0];
};

type Used = Pick<TrialRun, 'tokens' | 'cost'>;

/** Money that nobody knows, or that was paid in another currency, is not taken for none. */
const usedBy = ({ ended }: ObservedRun, currency: string | undefined): Used => {
  const { usage } = ended ?? {};
  if (!usage) return { tokens: undefined, cost: undefined };
  const { tokens, cost = {}, unpriced_calls: unpriced = 0 } = usage;
  const isKnown = unpriced === 0 && Object.keys(cost).every((one) => one === currency);
  return {
    tokens: (tokens?.input ?? 0) + (tokens?.output ?? 0),
    cost: isKnown && currency !== undefined ? (cost[currency] ?? 0) : undefined,
  };
};

interface Comparing {
  readonly others: readonly ObservedRun[];
  readonly currency: string | undefined;
  readonly now: Instant;
}

const known = (runs: readonly ObservedRun[], { others, currency, now }: Comparing): TrialRun[] | undefined => {
  const most = longest(others);
  const found: TrialRun[] = [];
  for (const run of runs) {
    const { startedAt, ended } = run;
    const makespan = (ended?.at ?? now) - startedAt;
    if (!ended && makespan <= most) return undefined;
    const [busy, isCompleted] = [ended?.busy ?? makespan, ended?.isCompleted ?? true];
    found.push({ makespan, busy, isCompleted, ...usedBy(run, currency) });
  }
  return found;
};

/** What can be compared, and in which currency. */
export interface KnownArms extends Arms {
  readonly currency: string | undefined;
}

/**
 * What can be compared. One that is open counts once it is longer than all of the others: how much longer changes no
 * rank. Undefined: until then nothing can be said.
 */
export const armsOf = (
  bases: readonly ObservedRun[],
  candidates: readonly ObservedRun[],
  now: Instant,
): KnownArms | undefined => {
  const currency = currencyOf([...bases, ...candidates]);
  const before = known(bases, { others: candidates, currency, now });
  const after = known(candidates, { others: bases, currency, now });
  return before && after && { before, after, currency };
};
