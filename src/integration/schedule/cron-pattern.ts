import { Cron } from 'croner';
import type { Instant } from '../../kernel/index.js';

const LONGEST = 256;

/** What the pattern says of a wall clock that is never changed: all that croner is asked. */
export class CronPattern {
  private readonly cron: Cron;
  /** It has ticks in every hour of a day. */
  readonly isEveryHour: boolean;

  /** Throws an error with the reason when it is none. */
  constructor(pattern: string) {
    const fields = pattern.trim().split(/\s+/);
    if (pattern.length > LONGEST) throw new Error(`it has more than ${LONGEST} characters`);
    if (fields.length < 5 || fields.length > 6) throw new Error(`it has ${fields.length} field(s), not five or six`);
    this.cron = new Cron(fields.join(' '), { utcOffset: 0 });
    this.isEveryHour = /^[*?](\/0*1)?$/.test(fields.at(-4) as string);
  }

  /** The first time after another, both as if the wall clock showed UTC; undefined when there is none. */
  next(after: Instant): Instant | undefined {
    return this.cron.nextRun(new Date(after))?.getTime();
  }

  /** Whether there is a time from one (included) to another (not). */
  firesBetween(from: Instant, to: Instant): boolean {
    const next = this.next(from - 1);
    return next !== undefined && next < to;
  }

  fires(at: Instant): boolean {
    return this.next(at - 1) === at;
  }
}
