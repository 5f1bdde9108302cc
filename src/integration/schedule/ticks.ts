import type { Instant } from '../../kernel/index.js';

/** What daylight saving time does to a tick. */
export type DstRemark = 'after_gap' | 'first_of_two' | 'second_of_two';

/** The ticks of a schedule, one after the other. */
export interface Ticker {
  /** The first tick after a moment; undefined when there is none. */
  next(after: Instant): Instant | undefined;
  remark(tick: Instant): DstRemark | undefined;
}

/** The ticks after one moment, up to another, at most so many. */
export const ticksBetween = (
  ticker: Ticker,
  { after, until, most }: { readonly after: Instant; readonly until: Instant; readonly most: number },
): readonly Instant[] => {
  const ticks: Instant[] = [];
  for (let tick = ticker.next(after); tick !== undefined && tick <= until; tick = ticker.next(tick)) {
    if (ticks.push(tick) >= most) break;
  }
  return ticks;
};
