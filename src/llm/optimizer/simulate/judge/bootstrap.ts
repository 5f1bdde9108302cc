import { Chance } from '../../../../kernel/index.js';

/** Two figures of the same runs of two versions. */
export interface Pairs {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** What the figures are told by: their sums are divided by the sums of these. Of the statistic `mean` only. */
  readonly per?: Omit<Pairs, 'per'>;
}

/** What of many values: their mean, or a quantile. */
export type Statistic = 'mean' | { readonly quantile: number };

/** A figure before and after, how much it changes, and the interval that holds the change with 95 %. */
export interface Difference {
  readonly before: number;
  readonly after: number;
  /** After minus before. */
  readonly change: number;
  readonly ci95: readonly [number, number];
}

type Measure = (counts: Uint32Array) => number;

/** The statistic of values of which each counts so many times, in time proportional to their number. */
const measureOf = (values: readonly number[], statistic: Statistic, per?: readonly number[]): Measure => {
  const size = values.length;
  const sumOf = (of: readonly number[], counts: Uint32Array): number => {
    let sum = 0;
    for (let index = 0; index < size; index++) sum += (of[index] as number) * (counts[index] as number);
    return sum;
  };
  if (statistic === 'mean') return (counts) => sumOf(values, counts) / (per ? sumOf(per, counts) : size);
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const wanted = Math.max(1, Math.ceil(statistic.quantile * size));
  return (counts) => {
    let seen = 0;
    for (const index of order) {
      seen += counts[index] as number;
      if (seen >= wanted) return values[index] as number;
    }
    return values[order[size - 1] as number] as number;
  };
};

/**
 * The paired bootstrap (Efron, 1979): runs are drawn anew with both of their figures, so that what chance does to both
 * alike cancels out. Percentile interval. Undefined without pairs.
 */
export const difference = (
  { before, after, per }: Pairs,
  statistic: Statistic,
  { seed = 1, rounds = 1000 }: { readonly seed?: number; readonly rounds?: number } = {},
): Difference | undefined => {
  const size = before.length;
  if (size === 0) return undefined;
  const isSame =
    before.every((value, index) => value === after[index]) &&
    (per?.before.every((value, index) => value === per.after[index]) ?? true);
  const [first, second] = [measureOf(before, statistic, per?.before), measureOf(after, statistic, per?.after)];
  const chance = new Chance('bootstrap', seed);
  const changes = new Float64Array(rounds);
  const counts = new Uint32Array(size);
  for (let round = 0; round < rounds && !isSame; round++) {
    counts.fill(0);
    for (let index = 0; index < size; index++) {
      const place = chance.below(size);
      counts[place] = (counts[place] as number) + 1;
    }
    changes[round] = second(counts) - first(counts);
  }
  changes.sort();
  counts.fill(1);
  const [was, is] = [first(counts), second(counts)];
  const at = (share: number): number => changes[Math.min(rounds - 1, Math.floor(share * rounds))] as number;
  return { before: was, after: is, change: is - was, ci95: [at(0.025), at(0.975)] };
};
