import type { Instant } from '../../kernel/index.js';
import type { Rate } from '../core/index.js';

/** Entries of the log of one rate. */
const MOST_ENTRIES = 1024;

interface Entry {
  /** When the last of them began. */
  at: Instant;
  begins: number;
}

/**
 * A sliding window over the begins of a key: a log of their times. In no window of `per` ms do more than `count` begin
 * as long as nothing begins without room.
 *
 * The log has at most 1024 entries. Beyond that several begins share one, with the time of the last of them: they are
 * remembered a little too long, never too short. Up to 1024 the window is exact.
 */
export class RateWindow {
  private readonly entries: Entry[] = [];
  private begins = 0;
  private readonly grain: number;

  constructor(readonly rate: Rate) {
    this.grain = Math.ceil(rate.count / MOST_ENTRIES);
  }

  /** `at` never goes back. */
  record(at: Instant): void {
    const last = this.entries.at(-1);
    if (last && (last.begins < this.grain || this.entries.length >= MOST_ENTRIES)) {
      last.begins += 1;
      last.at = at;
    } else this.entries.push({ at, begins: 1 });
    this.begins += 1;
  }

  /** How many may begin at that time; none or less: none. */
  room(at: Instant): number {
    for (let first = this.entries[0]; first && first.at + this.rate.per <= at; first = this.entries[0]) {
      this.entries.shift();
      this.begins -= first.begins;
    }
    return this.rate.count - this.begins;
  }

  /** When there is room again, if there is none. */
  opensAt(): Instant {
    let left = this.begins;
    for (const { at, begins } of this.entries) {
      left -= begins;
      if (left < this.rate.count) return at + this.rate.per;
    }
    return 0;
  }

  /** Nothing has begun within the window that ends then. */
  isOver(at: Instant): boolean {
    return this.room(at) === this.rate.count;
  }
}
