import type { Histogram } from './histogram.js';

/*
 * How long attempts take, when some were stopped before they had ended. Such an attempt is a right-censored observation:
 * what is known of it is that it takes longer. To leave it out would make tasks look faster than they are, to count its
 * age as a duration as well.
 */

/** Durations of attempts that ended by themselves, and ages at which others were stopped. */
export interface Lifetimes {
  readonly ended: Histogram;
  readonly stopped: readonly Histogram[];
}

interface Point {
  readonly at: number;
  readonly ended: number;
  readonly stopped: number;
}

const pointsOf = ({ ended, stopped }: Lifetimes): Point[] =>
  [
    ...ended.ascending().map(({ value, weight }) => ({ at: value, ended: weight, stopped: 0 })),
    ...stopped.flatMap((ages) =>
      ages.ascending().map(({ value, weight }) => ({ at: value, ended: 0, stopped: weight })),
    ),
  ].sort((a, b) => a.at - b.at || b.ended - a.ended);

/**
 * Quantiles by the product limit (Kaplan and Meier, 1958). What was stopped after the last that ended says nothing about
 * those: it is another kind of attempt, one that hangs, and is left out. Undefined: nothing ended.
 */
export const survivalQuantile = (lifetimes: Lifetimes, share: number): number | undefined => {
  const { most } = lifetimes.ended;
  const points = pointsOf(lifetimes).filter(({ at, ended }) => ended > 0 || at <= most);
  let left = points.reduce((sum, { ended, stopped }) => sum + ended + stopped, 0);
  if (lifetimes.ended.weight === 0) return undefined;
  let surviving = 1;
  for (const { at, ended, stopped } of points) {
    surviving *= 1 - ended / left;
    left -= ended + stopped;
    if (surviving <= 1 - share + 1e-12) return at;
  }
  return most;
};

/** A lognormal distribution of durations, ms. */
export interface Lognormal {
  readonly mean: number;
  readonly deviation: number;
}

/** Density of the standard normal distribution. */
const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** What lies above z of the standard normal distribution (Abramowitz and Stegun 26.2.17; error below 7.5e-8). */
export const above = (z: number): number => {
  if (z < 0) return 1 - above(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) * t;
  return density(z) * series;
};

/** The point above which that share of the standard normal distribution lies, 0..1 exclusive: by bisection. */
export const pointAbove = (share: number): number => {
  let [low, high] = [-8, 8];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (above(middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const ROUNDS = 200;

/** Maximum likelihood from durations of which some are censored (Tobin, 1958), by expectation and maximization. */
export const fitLognormal = (lifetimes: Lifetimes): Lognormal => {
  const points = pointsOf(lifetimes).map(({ at, ...rest }) => ({ x: Math.log(Math.max(1, at)), ...rest }));
  const all = points.reduce((sum, { ended, stopped }) => sum + ended + stopped, 0);
  let mean = points.reduce((sum, { x, ended, stopped }) => sum + x * (ended + stopped), 0) / all;
  let deviation = 0.5;
  for (let round = 0; round < ROUNDS; round++) {
    let [first, second] = [0, 0];
    for (const { x, ended, stopped } of points) {
      const z = (x - mean) / deviation;
      const tail = Math.max(1e-300, above(z));
      const rise = density(z) / tail;
      const expected = mean + deviation * rise;
      const square = expected ** 2 + deviation ** 2 * (1 + z * rise - rise ** 2);
      first += ended * x + stopped * expected;
      second += ended * x * x + stopped * square;
    }
    const was = mean;
    mean = first / all;
    deviation = Math.sqrt(Math.max(1e-6, second / all - mean ** 2));
    if (Math.abs(mean - was) < 1e-9) break;
  }
  return { mean, deviation };
};

/** The value below which that share of a lognormal distribution lies, 0..1 exclusive. */
export const lognormalQuantile = ({ mean, deviation }: Lognormal, share: number): number =>
  Math.exp(mean + deviation * pointAbove(1 - share));
