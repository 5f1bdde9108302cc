import type { Instant, Millis } from '../../kernel/index.js';
import type { DstPolicy } from '../ports/index.js';
import type { CronPattern } from './cron-pattern.js';
import type { DstRemark, Ticker } from './ticks.js';
import { changeBefore, firstChange, offsetAt, type Change } from './zone.js';

/** Times that no clock has shown before the change have this as their bound. */
const NEVER_SHOWN = -Infinity;

/**
 * Lays a pattern over the wall clock of a zone. Between two changes of that clock its times and those of the world differ
 * by a constant; what happens at a change is our policy alone. So ticks only ever go forward, and none is there twice:
 *
 * - times that are not shown (from `at + before` to `at + after`): one tick at the change, or none;
 * - times that are shown again (from `at + after` to `at + before`): again, or not.
 */
export class CronTicker implements Ticker {
  constructor(
    private readonly pattern: CronPattern,
    private readonly zone: string,
    private readonly dst: DstPolicy,
  ) {}

  next(after: Instant): Instant | undefined {
    let at = after;
    let offset = offsetAt(at, this.zone);
    let shownBefore = this.shownBefore(changeBefore(this.zone, at));
    for (;;) {
      const wall = this.pattern.next(Math.max(at + offset, shownBefore - 1));
      if (wall === undefined) return undefined;
      const tick = wall - offset;
      const change = firstChange(this.zone, at, tick);
      if (!change) return tick;
      if (this.firesAt(change)) return change.at;
      at = change.at;
      offset = change.after;
      shownBefore = this.shownBefore(change);
    }
  }

  remark(tick: Instant): DstRemark | undefined {
    const wall = tick + offsetAt(tick, this.zone);
    const last = changeBefore(this.zone, tick);
    if (last?.at === tick && this.dst.gap === 'after' && this.isAfterGap(last)) return 'after_gap';
    if (last && wall < last.at + last.before) return 'second_of_two';
    const next = firstChange(this.zone, tick, tick + LONGEST_OVERLAP);
    return next && wall >= next.at + next.after && next.after < next.before ? 'first_of_two' : undefined;
  }

  /** Up to which wall time everything has been shown before a change, when it is not to count again. */
  private shownBefore(change: Change | undefined): Instant {
    if (!change || this.dst.overlap === 'both' || change.after > change.before) return NEVER_SHOWN;
    return change.at + change.before;
  }

  /** Whether there is a tick at the very moment of a change. */
  private firesAt(change: Change): boolean {
    const wall = change.at + change.after;
    if (change.after < change.before) return this.dst.overlap === 'both' && this.pattern.fires(wall);
    return this.pattern.fires(wall) || (this.dst.gap === 'after' && this.isAfterGap(change));
  }

  /** Times of the pattern are in the gap that a change makes. */
  private isAfterGap({ at, before, after }: Change): boolean {
    return after > before && this.pattern.firesBetween(at + before, at + after);
  }
}

const LONGEST_OVERLAP: Millis = 86_400_000;
