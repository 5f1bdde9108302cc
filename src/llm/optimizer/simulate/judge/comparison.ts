import { difference, type Difference, type Pairs, type Statistic } from './bootstrap.js';
import { predictionOf, scaleOf, unitOf, type Unit } from './prediction.js';
import type { Simulation } from '../simulate-workflow.js';
import type { VirtualOutcome } from '../run/outcome.js';

/** What a workflow is to be better at. */
export type Goal = 'latency' | 'cost' | 'reliability' | 'balanced';

/** Two versions of a workflow over the same draws. Differences are after minus before, so less is better in all. */
export interface Comparison {
  readonly unit: Unit;
  /** Runs that both versions made. */
  readonly pairs: number;
  /** Over runs that complete in both; undefined: there is none. */
  readonly p50: Difference | undefined;
  readonly p95: Difference | undefined;
  /** Sum of the lengths of all attempts, mean per run. */
  readonly busy: Difference | undefined;
  /** The same by run that completes, as `costPerEnd` is: a run that fails early is cheap, and worth nothing. */
  readonly busyPerEnd: Difference | undefined;
  readonly attempts: Difference | undefined;
  /** Undefined: no cost was ever recorded. */
  readonly cost: Difference | undefined;
  readonly costPerEnd: Difference | undefined;
  /** Of the cost. */
  readonly currency: string | undefined;
  /** Share of runs that do not complete. */
  readonly failure: Difference | undefined;
  /** 0..1: that of the prediction that is trusted less. */
  readonly confidence: number;
}

type Pair = readonly [before: VirtualOutcome, after: VirtualOutcome];

const pairsOf = (base: Simulation, candidate: Simulation): Pair[] => {
  if (base.seed !== candidate.seed) throw new Error('simulations of different seeds share no draws');
  const pairs: Pair[] = [];
  base.outcomes.forEach((before, index) => {
    const after = candidate.outcomes[index];
    if (after && before.end !== 'exhausted' && after.end !== 'exhausted') pairs.push([before, after]);
  });
  return pairs;
};

/** Of one seed, base and candidate: what the change does, and how sure that is. Throws when their seeds differ. */
export const compare = (base: Simulation, candidate: Simulation): Comparison => {
  const pairs = pairsOf(base, candidate);
  const both = pairs.filter(([before, after]) => before.end === 'completed' && after.end === 'completed');
  const [was, is] = [predictionOf(base), predictionOf(candidate)];
  const unit = unitOf(base) === 'weights' || unitOf(candidate) === 'weights' ? 'weights' : 'ms';
  const scale = scaleOf(unit);
  const differ = (
    of: readonly Pair[],
    statistic: Statistic,
    value: (run: VirtualOutcome) => number,
  ): Difference | undefined => {
    const figures: Pairs = { before: of.map(([run]) => value(run)), after: of.map(([, run]) => value(run)) };
    return difference(figures, statistic, { seed: base.seed });
  };
  const isEnd = ({ end }: VirtualOutcome): number => (end === 'completed' ? 1 : 0);
  const per = { before: pairs.map(([run]) => isEnd(run)), after: pairs.map(([, run]) => isEnd(run)) };
  const perEnd = (value: (run: VirtualOutcome) => number): Difference | undefined => {
    const figures = { before: pairs.map(([run]) => value(run)), after: pairs.map(([, run]) => value(run)), per };
    return both.length === 0 ? undefined : difference(figures, 'mean', { seed: base.seed });
  };
  const makespan = ({ makespan: length }: VirtualOutcome): number => length * scale;
  const hasCost = was.cost !== undefined || is.cost !== undefined;
  return {
    unit,
    pairs: pairs.length,
    p50: differ(both, { quantile: 0.5 }, makespan),
    p95: differ(both, { quantile: 0.95 }, makespan),
    busy: differ(pairs, 'mean', (run) => run.busy * scale),
    busyPerEnd: perEnd((run) => run.busy * scale),
    attempts: differ(pairs, 'mean', (run) => run.attempts),
    cost: hasCost ? differ(pairs, 'mean', (run) => run.cost) : undefined,
    costPerEnd: hasCost ? perEnd((run) => run.cost) : undefined,
    currency: base.history.currency,
    failure: differ(pairs, 'mean', (run) => 1 - isEnd(run)),
    confidence: Math.min(was.confidence, is.confidence),
  };
};

/** Least gain that counts: this share of what was, or a second. */
const LEAST_SHARE = 0.02;
const LEAST_MILLIS = 1000;

type Verdict = 'better' | 'worse' | 'same';

const verdictOf = (found: Difference | undefined, least: number): Verdict => {
  if (!found) return 'same';
  const { before, change, ci95 } = found;
  const enough = Math.abs(change) >= Math.min(LEAST_SHARE * Math.abs(before), least);
  if (!enough || change === 0) return 'same';
  if (ci95[1] < 0) return 'better';
  return ci95[0] > 0 ? 'worse' : 'same';
};

/**
 * Gate G10: better by at least 2 % or 1 s, and the interval of the change excludes 0. `latency` looks at the median
 * makespan, else at its 95th percentile while the median is not worse; `cost` at the recorded cost, else at the time that
 * attempts take, both by run that completes; `reliability` at the share of runs that do not complete. `balanced`: one of them is better, none worse.
 * Whatever is asked for, more runs that do not complete are no gain: what is fast or cheap because it fails is neither.
 */
export const isBetter = (comparison: Comparison, goal: Goal): boolean => {
  const { unit, p50, p95, costPerEnd: cost, busyPerEnd: busy, failure } = comparison;
  const second = unit === 'ms' ? LEAST_MILLIS : Infinity;
  const [middle, tail] = [verdictOf(p50, second), verdictOf(p95, second)];
  const latency = middle === 'same' ? tail : middle;
  const costs = cost ? verdictOf(cost, Infinity) : verdictOf(busy, second);
  const fails = verdictOf(failure, Infinity);
  const verdicts = { latency: [latency], cost: [costs], reliability: [fails], balanced: [latency, costs, fails] }[goal];
  return verdicts.includes('better') && !verdicts.includes('worse') && fails !== 'worse';
};
