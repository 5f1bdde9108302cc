import type { Instant } from '../../kernel/index.js';
import type { Timer, Timers } from '../ports/index.js';

/** Longest delay that Node's timers keep: 2³¹−1 ms. A later time is reached in several steps. */
const LONGEST = 2 ** 31 - 1;

class SystemTimer implements Timer {
  private handle: NodeJS.Timeout | undefined;

  constructor(
    private readonly time: Instant,
    private readonly callback: () => void,
  ) {
    this.arm();
  }

  cancel(): void {
    clearTimeout(this.handle);
  }

  private arm(): void {
    const delay = Math.max(0, this.time - Date.now());
    this.handle = setTimeout(() => this.ring(), Math.min(delay, LONGEST));
  }

  /** Node may ring up to a millisecond early; a deadline must not be over before its time. */
  private ring(): void {
    if (Date.now() < this.time) this.arm();
    else this.callback();
  }
}

/** The clock of the machine and the timers of Node. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  at: (time, callback) => new SystemTimer(time, callback),
};
