import type { Difference } from './bootstrap.js';
import type { Comparison, Goal } from './comparison.js';

export type Risk = 'low' | 'medium' | 'high';

/** A suggestion, as far as its rank goes. */
export interface Ranked {
  readonly comparison: Comparison;
  readonly goal: Goal;
  readonly risk: Risk;
  /** Operations that it makes on the workflow, from 1. */
  readonly operations: number;
}

/** What each gain is worth under each goal. They add up to 1. */
const WORTH: Readonly<Record<Goal, { readonly latency: number; readonly cost: number; readonly reliability: number }>> =
  {
    latency: { latency: 0.8, cost: 0.1, reliability: 0.1 },
    cost: { latency: 0.1, cost: 0.8, reliability: 0.1 },
    reliability: { latency: 0.1, cost: 0.1, reliability: 0.8 },
    balanced: { latency: 0.4, cost: 0.3, reliability: 0.3 },
  };
/** Of the gain in latency, the median counts for so much, the 95th percentile for the rest. */
const MEDIAN = 0.7;
const RISK: Readonly<Record<Risk, number>> = { low: 0, medium: 0.05, high: 0.15 };
const PER_OPERATION = 0.005;
const MOST_FOR_SIZE = 0.1;

/** Share of what was that is saved, -1..1. */
const saved = (found: Difference | undefined): number => {
  if (!found || found.change === 0) return 0;
  const of = Math.max(Math.abs(found.before), Math.abs(found.after));
  return -found.change / of;
};

/**
 * What a suggestion is worth, about -1..1: the gains that the goal asks for, times the confidence in them, less a price
 * for risk (low 0, medium 0.05, high 0.15) and for size (0.005 an operation, at most 0.1). A gain is the share that is
 * saved: of the makespan (0.7 its median, 0.3 its 95th percentile), of the cost by run that completes (else of the time attempts take), of the
 * probability to fail.
 */
export const scoreOf = ({ comparison, goal, risk, operations }: Ranked): number => {
  const { p50, p95, costPerEnd: cost, busyPerEnd: busy, failure, confidence } = comparison;
  const worth = WORTH[goal];
  const utility =
    worth.latency * (MEDIAN * saved(p50) + (1 - MEDIAN) * saved(p95)) +
    worth.cost * saved(cost ?? busy) +
    worth.reliability * saved(failure);
  return utility * confidence - RISK[risk] - Math.min(MOST_FOR_SIZE, PER_OPERATION * operations);
};
