import type { Instant } from '../../kernel/index.js';
import type { DstPolicy, ScheduleSpec, Timing } from '../ports/index.js';
import { CronPattern } from './cron-pattern.js';
import { CronTicker } from './cron-ticker.js';
import type { Ticker } from './ticks.js';

/** What is needed to know when ticks are. */
export type WhenSpec = Pick<ScheduleSpec, 'timing' | 'timeZone' | 'start' | 'end'>;

const SECOND = 1000;

const intervalTicker = (seconds: number, anchor: Instant): Ticker => {
  const length = seconds * SECOND;
  return { next: (after) => anchor + (Math.floor((after - anchor) / length) + 1) * length, remark: () => undefined };
};

const onceTicker = (at: Instant): Ticker => ({
  next: (after) => (after < at ? at : undefined),
  remark: () => undefined,
});

const tickerOf = (timing: Timing, timeZone: string, start: Instant | undefined): Ticker => {
  switch (timing.is) {
    case 'cron':
      return new CronTicker(new CronPattern(timing.cron), timeZone, timing.dst);
    case 'interval':
      return intervalTicker(timing.seconds, start ?? 0);
    case 'once':
      return onceTicker(timing.at);
  }
};

const bounded = (ticker: Ticker, start: Instant | undefined, end: Instant | undefined): Ticker => ({
  next: (after) => {
    const tick = ticker.next(start === undefined ? after : Math.max(after, start - 1));
    return tick === undefined || (end !== undefined && tick > end) ? undefined : tick;
  },
  remark: (tick) => ticker.remark(tick),
});

/** The ticks of a schedule between its bounds. */
export const createTicker = ({ timing, timeZone, start, end }: WhenSpec): Ticker =>
  bounded(tickerOf(timing, timeZone, start), start, end);

/** The ticks that it would have had before its start, too: those that a backfill may ask for. */
export const unboundedTicker = ({ timing, timeZone, start }: WhenSpec): Ticker => tickerOf(timing, timeZone, start);

/** A pattern that says something of every hour means the passing of time; others mean the time of the day. */
export const defaultDst = (pattern: CronPattern): DstPolicy => ({
  gap: 'after',
  overlap: pattern.isEveryHour ? 'both' : 'first',
});
