import type { Accuracy, Aspect, Calibration, ImpactFigure, Outcome, Trial } from '../../ports/index.js';

interface Pair {
  readonly predicted: ImpactFigure;
  readonly observed: Aspect;
}

const DIGITS = 6;
const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
};

const coverageOf = (pairs: readonly Pair[]): number =>
  rounded(
    meanOf(
      pairs.map(({ predicted: { change }, observed: { ci95 } }) => (change >= ci95[0] && change <= ci95[1] ? 1 : 0)),
    ),
  );

const accuracyOf = (pairs: readonly Pair[]): Accuracy | null => {
  const timed = pairs.filter(({ observed }) => observed.after > 0);
  if (timed.length === 0) return null;
  const errors = timed.map(({ predicted, observed }) => Math.abs(predicted.after - observed.after) / observed.after);
  return { compared: timed.length, medianError: rounded(medianOf(errors)), coverage: coverageOf(timed) };
};

/** What predictions were worth, of trials that are settled. Predictions in weights are no times, and not compared. */
export const calibrationOf = (settled: readonly Trial[]): Calibration => {
  const outcomes: Record<Outcome, number> = { confirmed: 0, no_difference: 0, regressed: 0 };
  const pairs = { makespan: [] as Pair[], busy: [] as Pair[], cost: [] as Pair[], failure: [] as Pair[] };
  for (const { settled: found, predicted } of settled) {
    if (!found) continue;
    outcomes[found.outcome] += 1;
    if (predicted?.unit !== 'seconds') continue;
    const { makespan, busy, failure, cost, currency } = found.observed;
    const note = (of: keyof typeof pairs, expected: ImpactFigure | null, observed: Aspect | null): void => {
      if (expected && observed) pairs[of].push({ predicted: expected, observed });
    };
    note('makespan', predicted.makespan.p50, makespan);
    note('busy', predicted.cost.busy, busy);
    if (predicted.cost.currency === currency) note('cost', predicted.cost.recorded, cost);
    note('failure', predicted.reliability.failure, failure);
  }
  const { failure } = pairs;
  return {
    followed: settled.length,
    outcomes,
    makespan: accuracyOf(pairs.makespan),
    busy: accuracyOf(pairs.busy),
    cost: accuracyOf(pairs.cost),
    failure:
      failure.length === 0
        ? null
        : {
            compared: failure.length,
            predicted: rounded(meanOf(failure.map(({ predicted }) => predicted.after))),
            observed: rounded(meanOf(failure.map(({ observed }) => observed.after))),
            coverage: coverageOf(failure),
          },
  };
};
