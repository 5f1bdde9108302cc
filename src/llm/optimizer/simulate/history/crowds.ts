import { Chance, type Instant } from '../../../../kernel/index.js';
import { wilson } from '../judge/wilson.js';
import { Rate } from './rate.js';

/** An attempt, and when it ran. */
export interface CrowdedAttempt {
  /** The task, by its pattern. */
  readonly task: string;
  /** The execution that it was of. */
  readonly execution: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** `passing`: it failed, and another attempt may not. */
  readonly outcome: 'completed' | 'passing' | 'failed';
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
}

const MOST_SAMPLES = 4000;
const ROUNDS = 200;
/** Below this nothing grows enough to be looked at more closely. */
const GROWS = 0.3;
const ENOUGH = 30;
/** Successes without which a bin does not say how long attempts take in it. */
const FEW = 5;
/** Executions without which an interval over them says nothing. */
const CLUSTERS = 8;
/** Failures that may pass, below which they say nothing of crowds. */
const FAILURES = 10;

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

interface Sample {
  readonly task: string;
  readonly execution: number;
  /** Logarithms of level and length. */
  readonly level: number;
  readonly length: number;
}

/** Less the mean of its task: tasks take different times, and each is compared with itself. */
interface Centred {
  readonly execution: number;
  readonly bin: number;
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

const centred = (samples: readonly Sample[]): readonly Centred[] => {
  const means = new Map<string, { count: number; level: number; length: number }>();
  for (const { task, level, length } of samples) {
    const mean = means.get(task) ?? { count: 0, level: 0, length: 0 };
    mean.count += 1;
    mean.level += (level - mean.level) / mean.count;
    mean.length += (length - mean.length) / mean.count;
    means.set(task, mean);
  }
  return samples.map(({ task, execution, level, length }) => {
    const mean = means.get(task) as { level: number; length: number };
    const bin = binOf(Math.round(Math.exp(level)));
    return { execution, bin, level, x: level - mean.level, y: length - mean.length };
  });
};

/** Of one execution: of x·x and of x·y. */
interface Sums {
  xx: number;
  xy: number;
}

const sumsOf = (samples: readonly Centred[]): readonly Sums[] => {
  const sums = new Map<number, Sums>();
  for (const { execution, x, y } of samples) {
    const sum = sums.get(execution) ?? { xx: 0, xy: 0 };
    sum.xx += x * x;
    sum.xy += x * y;
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

const intervalOf = (sums: readonly Sums[]): readonly [number, number] => {
  const chance = new Chance('crowd', sums.length);
  const draw = (): Sums => sums[chance.below(sums.length)] as Sums;
  const slopes = Float64Array.from({ length: ROUNDS }, () => slopeOf(sums.map(draw))).sort();
  return [slopes[Math.floor(0.025 * ROUNDS)] as number, slopes[Math.floor(0.975 * ROUNDS)] as number];
};

const binsOf = (samples: readonly Centred[], failing: readonly Rate[]): readonly CrowdBin[] => {
  const bins = failing.map((rate) => ({ level: 0, length: 0, samples: 0, failing: rate }));
  for (const { bin: at, level, y } of samples) {
    const bin = bins[at];
    if (!bin) continue;
    bin.samples += 1;
    bin.level += (level - bin.level) / bin.samples;
    bin.length += (y - bin.length) / bin.samples;
  }
  return bins;
};

/** Undefined: too few attempts ran beside others to say anything. Each list: attempts that crowd each other. */
export const crowdOf = (instances: readonly (readonly CrowdedAttempt[])[]): Crowd | undefined => {
  const all = instances.flat();
  if (all.length < ENOUGH) return undefined;
  const levels = instances.flatMap((attempts) => [...levelsOf(attempts)]);
  const most = levels.reduce((greatest, level) => Math.max(greatest, level), 0);
  if (most < 2) return undefined;
  const failing = Array.from({ length: binOf(most) + 1 }, () => new Rate());
  const samples: Sample[] = [];
  const stride = Math.ceil(all.length / MOST_SAMPLES);
  for (const [index, { task, execution, startedAt, endedAt, outcome }] of all.entries()) {
    const level = levels[index] as number;
    failing[binOf(level)]?.add(outcome === 'passing', 1);
    if (outcome !== 'completed' || index % stride !== 0) continue;
    samples.push({ task, execution, level: Math.log(level), length: Math.log(Math.max(1, endedAt - startedAt)) });
  }
  if (samples.length < ENOUGH) return undefined;
  const told = centred(samples);
  const sums = sumsOf(told);
  const growth = slopeOf(sums);
  const ci95: Crowd['ci95'] = growth >= GROWS && sums.length >= CLUSTERS ? intervalOf(sums) : [-Infinity, Infinity];
  return { samples: all.length, most, growth, ci95, bins: binsOf(told, failing) };
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

/** The first bin from which on more attempts fail than below it, beyond chance; undefined: there is none. */
export const overloadedFrom = (crowd: Crowd): number | undefined => {
  const failures = crowd.bins.reduce((sum, { failing }) => sum + failing.yes, 0);
  if (failures < FAILURES) return undefined;
  for (let bin = 1; bin < crowd.bins.length; bin++) {
    const [few, many] = failingBelow(crowd, bin);
    if (few.cases < ENOUGH || many.cases < ENOUGH) continue;
    if (wilson(few.share as number, few.cases)[1] < wilson(many.share as number, many.cases)[0]) return bin;
  }
  return undefined;
};

/** Share of attempts at a level that fail in a way that may pass; undefined: none was seen. */
export const failingAt = (level: number, { bins }: Pick<Crowd, 'bins'>): number | undefined =>
  bins[Math.min(binOf(level), bins.length - 1)]?.failing.share;
