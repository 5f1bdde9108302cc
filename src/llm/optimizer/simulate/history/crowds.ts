import { Chance, type Instant } from '../../../../kernel/index.js';
import { ENOUGH, Rate } from './rate.js';

/** An attempt, and when it ran. */
export interface CrowdedAttempt {
  /** The task, by its pattern. */
  readonly task: string;
  /** The execution that it was of. */
  readonly execution: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** It is not the first of its step. */
  readonly isLater: boolean;
  /** `passing`: it failed, and another attempt may not. `stopped`: it was in the way of others, and says nothing itself. */
  readonly outcome: 'completed' | 'passing' | 'failed' | 'stopped';
}

/**
 * What the number of attempts that run at the same time in a map, a group or the workflow has to do with how they go. The
 * level of an attempt is that number at its begin, itself counted.
 */
export interface Crowd {
  readonly samples: number;
  readonly most: number;
  /** Twice as many at a time take 2^growth times as long each: 0: they do not notice; 1: together they do no more. */
  readonly growth: number;
  /** Holds it with 95 %: bootstrap over executions, since attempts of one have much in common. */
  readonly ci95: readonly [number, number];
  /** The more run at a time, the more fail in a way that may pass: that much is beyond chance. */
  readonly failsMore: boolean;
  /** By level: 1, 2..3, 4..7, … */
  readonly bins: readonly CrowdBin[];
}

/** Attempts at levels that are alike. */
export interface CrowdBin {
  /** Mean level, and mean length against what the same task takes at all levels, of attempts that succeeded; logarithms. */
  readonly level: number;
  readonly length: number;
  readonly samples: number;
  /** Failures that may pass, of all attempts. */
  readonly failing: Rate;
  /** As many of them as the same attempts would have at all levels. */
  readonly expected: number;
}

const ROUNDS = 400;
/** Below this nothing grows enough to be looked at more closely. */
const GROWS = 0.3;
/** Successes without which a bin does not say how long attempts take in it. */
const FEW = 5;
/** Executions without which an interval over them says nothing. */
const CLUSTERS = 8;
/** Failures that may pass, below which they say nothing of crowds. */
const FAILURES = 10;
/** Probability of an interval that decides whether crowds fail: many are looked at. */
const SURE = 0.99;
const TWICE = 2;

const binOf = (level: number): number => Math.floor(Math.log2(Math.max(1, level)));

/** How many of ascending values are not greater. */
const notAfter = (values: Float64Array, limit: number): number => {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** How many ran at the begin of each attempt, itself counted. */
export const levelsOf = (attempts: readonly CrowdedAttempt[]): Uint32Array => {
  const starts = Float64Array.from(attempts, ({ startedAt }) => startedAt).sort();
  const ends = Float64Array.from(attempts, ({ endedAt }) => endedAt).sort();
  return Uint32Array.from(attempts, ({ startedAt, endedAt }) => {
    // One that took no time is over as soon as it begins, and counts all the same.
    const isOver = endedAt <= startedAt ? 1 : 0;
    return Math.max(1, notAfter(starts, startedAt) - notAfter(ends, startedAt) + isOver);
  });
};

/** Two figures of an attempt, of a kind of attempts. */
interface Sample {
  readonly kind: string;
  readonly execution: number;
  readonly x: number;
  readonly y: number;
}

/** Of one execution: of x·x and of x·y. */
interface Sums {
  xx: number;
  xy: number;
}

interface Mean {
  count: number;
  x: number;
  y: number;
}

/** Of each kind. */
const meansOf = (samples: readonly Sample[]): ReadonlyMap<string, Mean> => {
  const means = new Map<string, Mean>();
  for (const { kind, x, y } of samples) {
    const mean = means.get(kind) ?? { count: 0, x: 0, y: 0 };
    mean.count += 1;
    mean.x += (x - mean.x) / mean.count;
    mean.y += (y - mean.y) / mean.count;
    means.set(kind, mean);
  }
  return means;
};

/** Less the means of their kind: tasks differ, and each is compared with itself. */
const sumsOf = (samples: readonly Sample[], means: ReadonlyMap<string, Mean>): readonly Sums[] => {
  const sums = new Map<number, Sums>();
  for (const { kind, execution, x, y } of samples) {
    const mean = means.get(kind) as Mean;
    const sum = sums.get(execution) ?? { xx: 0, xy: 0 };
    sum.xx += (x - mean.x) ** 2;
    sum.xy += (x - mean.x) * (y - mean.y);
    sums.set(execution, sum);
  }
  return [...sums.values()];
};

const slopeOf = (sums: readonly Sums[]): number => {
  let [xx, xy] = [0, 0];
  for (const sum of sums) {
    xx += sum.xx;
    xy += sum.xy;
  }
  return xx < 1e-9 ? 0 : xy / xx;
};

/** Holds the slope with that probability. */
const intervalOf = (sums: readonly Sums[], probability: number): readonly [number, number] => {
  if (sums.length < CLUSTERS) return [-Infinity, Infinity];
  const chance = new Chance('crowd', sums.length);
  const draw = (): Sums => sums[chance.below(sums.length)] as Sums;
  const slopes = Float64Array.from({ length: ROUNDS }, () => slopeOf(sums.map(draw))).sort();
  const beyond = Math.floor(((1 - probability) / 2) * ROUNDS);
  return [slopes[beyond] as number, slopes[ROUNDS - 1 - beyond] as number];
};

interface Levelled extends CrowdedAttempt {
  readonly level: number;
}

const lengthsOf = (attempts: readonly Levelled[]): readonly Sample[] =>
  attempts.flatMap(({ task: kind, execution, level, startedAt, endedAt, outcome }) =>
    outcome === 'completed'
      ? [{ kind, execution, x: Math.log(level), y: Math.log(Math.max(1, endedAt - startedAt)) }]
      : [],
  );

/** What fails once fails more often again: later attempts, which run at other times, are of a kind of their own. */
const failuresOf = (attempts: readonly Levelled[]): readonly Sample[] =>
  attempts.map(({ task, isLater, execution, level, outcome }) => ({
    ...{ kind: `${isLater ? 'later' : 'first'} ${task}`, execution },
    ...{ x: Math.log(level), y: outcome === 'passing' ? 1 : 0 },
  }));

interface Means {
  readonly lengths: ReadonlyMap<string, Mean>;
  readonly failures: ReadonlyMap<string, Mean>;
}

const binsOf = (
  { lengths, failures }: { readonly lengths: readonly Sample[]; readonly failures: readonly Sample[] },
  means: Means,
): readonly CrowdBin[] => {
  const bins: { level: number; length: number; samples: number; failing: Rate; expected: number }[] = [];
  const binAt = (x: number): (typeof bins)[number] => {
    const at = binOf(Math.round(Math.exp(x)));
    while (bins.length <= at) bins.push({ level: 0, length: 0, samples: 0, failing: new Rate(), expected: 0 });
    return bins[at] as (typeof bins)[number];
  };
  for (const { kind, x, y } of failures) {
    const bin = binAt(x);
    bin.failing.add(y > 0, 1);
    bin.expected += (means.failures.get(kind) as Mean).y;
  }
  for (const { kind, x, y } of lengths) {
    const bin = binAt(x);
    bin.samples += 1;
    bin.level += (x - bin.level) / bin.samples;
    bin.length += (y - (means.lengths.get(kind) as Mean).y - bin.length) / bin.samples;
  }
  return bins;
};

/** Undefined: too few attempts ran beside others to say anything. Each list: attempts that crowd each other. */
export const crowdOf = (instances: readonly (readonly CrowdedAttempt[])[]): Crowd | undefined => {
  const count = instances.reduce((sum, { length }) => sum + length, 0);
  if (count < ENOUGH) return undefined;
  let most = 0;
  const attempts: Levelled[] = [];
  for (const instance of instances) {
    const levels = levelsOf(instance);
    for (const [index, attempt] of instance.entries()) {
      const level = levels[index] as number;
      most = Math.max(most, level);
      if (attempt.outcome !== 'stopped') attempts.push({ ...attempt, level });
    }
  }
  if (most < 2) return undefined;
  const samples = { lengths: lengthsOf(attempts), failures: failuresOf(attempts) };
  if (samples.lengths.length < ENOUGH) return undefined;
  const means = { lengths: meansOf(samples.lengths), failures: meansOf(samples.failures) };
  const sums = sumsOf(samples.lengths, means.lengths);
  const growth = slopeOf(sums);
  const passing = samples.failures.reduce((sum, { y }) => sum + y, 0);
  const failing = passing < FAILURES ? [] : sumsOf(samples.failures, means.failures);
  return {
    ...{ samples: count, most, growth },
    ci95: growth >= GROWS ? intervalOf(sums, 0.95) : [-Infinity, Infinity],
    failsMore: slopeOf(failing) > 0 && intervalOf(failing, SURE)[0] > 0,
    bins: binsOf(samples, means),
  };
};

/** Whether durations are known to grow with the number of attempts: the interval is clear of what may be chance. */
export const isGrowing = ({ ci95 }: Crowd): boolean => ci95[0] >= GROWS;

/**
 * How many times as long an attempt takes at a level as at the lowest that was seen: between the levels that were, on a
 * straight line of logarithms.
 */
export const crowdFactor = (level: number, { bins }: Pick<Crowd, 'bins'>): number => {
  const seen = bins.filter(({ samples }) => samples >= FEW);
  const [first] = seen;
  if (!first) return 1;
  const x = Math.log(Math.max(1, level));
  const next = seen.findIndex((bin) => bin.level >= x);
  if (next === 0) return 1;
  const high = seen.at(next) as CrowdBin;
  const low = next < 0 ? high : (seen[next - 1] as CrowdBin);
  const part = high.level > low.level ? (x - low.level) / (high.level - low.level) : 0;
  return Math.exp(low.length + part * (high.length - low.length) - first.length);
};

/** Attempts in the bins below one, and in it and above: how many failed in a way that may pass. */
export const failingBelow = ({ bins }: Crowd, below: number): readonly [few: Rate, many: Rate] => {
  const [few, many] = [new Rate(), new Rate()];
  for (const [index, { failing }] of bins.entries()) {
    const part = index < below ? few : many;
    part.yes += failing.yes;
    part.of += failing.of;
    part.cases += failing.cases;
  }
  return [few, many];
};

/** The first bin from which on failures are at least twice as many as below it; undefined: there is none, beyond chance. */
export const overloadedFrom = (crowd: Crowd): number | undefined => {
  if (!crowd.failsMore) return undefined;
  for (let bin = 1; bin < crowd.bins.length; bin++) {
    const [few, many] = [crowd.bins.slice(0, bin), crowd.bins.slice(bin)];
    if (casesIn(few) < ENOUGH || casesIn(many) < ENOUGH) continue;
    if (excessOf(many) >= TWICE * excessOf(few)) return bin;
  }
  return undefined;
};

const casesIn = (bins: readonly CrowdBin[]): number => bins.reduce((sum, { failing }) => sum + failing.cases, 0);

/** Failures over what would be expected of these attempts at all levels. One of each is added: few say little. */
const excessOf = (bins: readonly CrowdBin[]): number => {
  const failures = bins.reduce((sum, { failing }) => sum + failing.yes, 0);
  return (failures + 1) / (bins.reduce((sum, { expected }) => sum + expected, 0) + 1);
};

/** As many times as usual do attempts fail at a level. */
export const excessAt = (level: number, { bins }: Pick<Crowd, 'bins'>): number => {
  const bin = bins[Math.min(binOf(level), bins.length - 1)];
  return bin ? excessOf([bin]) : 1;
};

/** Share of attempts at a level that fail in a way that may pass; undefined: none was seen. */
export const failingAt = (level: number, { bins }: Pick<Crowd, 'bins'>): number | undefined =>
  bins[Math.min(binOf(level), bins.length - 1)]?.failing.share;
