import type { Millis } from '../../../../kernel/index.js';
import { ENOUGH } from './rate.js';
import type { Statistics } from './statistics.js';
import { above, fitLognormal, lognormalQuantile, type Lognormal } from './survival.js';

/**
 * What attempts were about that their timeout has ended. `hung`: the durations of those that succeeded end well below it,
 * so the others were no slow ones. `slow`: the timeout stands amid those durations, and what it cut is their tail, of
 * which `durations` says how it goes on (an extrapolation: nobody has seen it).
 */
export type Cuts =
  { readonly are: 'hung' } | { readonly are: 'slow'; readonly timeout: Millis; readonly durations: Lognormal };

const HUNG: Cuts = { are: 'hung' };

/**
 * Where a timeout cuts the tail of a distribution that falls, there are more successes in the half below it than attempts
 * that it cut: of an exponential one e^(λT/2) - 1 times as many. Attempts that hang come on top of nothing.
 */
export const cutsOf = ({ cut, durations }: Pick<Statistics, 'cut' | 'durations'>): Cuts => {
  if (cut.count === 0 || durations.count < ENOUGH || durations.mean < 1) return HUNG;
  const timeout = cut.quantile(0.5);
  // The timeout rings a little after its time; successes that are later were made under another one.
  const near = durations.ascending().filter(({ value }) => value >= timeout / 2 && value <= timeout * 1.05);
  const count = near.reduce((sum, bin) => sum + bin.count, 0);
  if (count < cut.count || durations.most > timeout * 1.5) return HUNG;
  const fitted = fitLognormal({ ended: durations, stopped: [cut] });
  return { are: 'slow', timeout, durations: fitted };
};

/** How long an attempt takes of which it is known that it takes longer than the timeout; `share` of those take less, 0..1. */
export const tailOf = ({ timeout, durations }: Extract<Cuts, { are: 'slow' }>, share: number): Millis => {
  const beyond = above((Math.log(Math.max(1, timeout)) - durations.mean) / durations.deviation);
  const upTo = Math.min(1 - 1e-9, 1 - beyond * (1 - share));
  return Math.max(timeout, lognormalQuantile(durations, upTo));
};
