import { Histogram } from './histogram.js';
import type { ObservedExecution, ObservedStep, ObservedUsage } from './observation.js';

const BILLION = 1e9;

/** What attempts used, of those that ended alike. */
export class Spending {
  /** Of each attempt; 0 of one that reported nothing. */
  readonly tokens = new Histogram();
  /** Billionths of the currency, of attempts whose whole cost is known. */
  readonly nano = new Histogram();
  /** Attempts that reported something. */
  reports = 0;

  add(usage: ObservedUsage | undefined, currency: string | undefined, weight: number): void {
    this.tokens.add(usage?.tokens ?? 0, weight);
    if (!usage) return this.nano.add(0, weight);
    this.reports += 1;
    const amount = currency === undefined || usage.unpriced > 0 ? undefined : usage.cost[currency];
    if (amount !== undefined) this.nano.add(Math.round(amount * BILLION), weight);
  }
}

/** Told of each attempt of a step: whether it failed, and what it used. */
export type Spent = (hasFailed: boolean, usage: ObservedUsage | undefined) => void;

/** Of attempts that died with their process nobody knows which they were: then only the last one counts. */
export const attemptsOf = ({ usage, status, attempt, retries }: ObservedStep, tell: Spent): void => {
  if (!usage) return;
  const of = (number: number): ObservedUsage | undefined => usage.find((one) => one.attempt === number);
  if (retries === attempt - 1) for (let number = 1; number < attempt; number++) tell(true, of(number));
  tell(status === 'failed', of(attempt));
};

/** The currency that most reports are in, of the first group that has one; undefined: nobody ever said a cost. */
export const usualCurrency = (...groups: readonly (readonly ObservedExecution[])[]): string | undefined => {
  for (const group of groups) {
    const counts = new Map<string, number>();
    for (const { steps } of group)
      for (const { usage = [] } of steps)
        for (const { cost } of usage)
          for (const currency of Object.keys(cost)) counts.set(currency, (counts.get(currency) ?? 0) + 1);
    const [most] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    if (most) return most[0];
  }
  return undefined;
};
