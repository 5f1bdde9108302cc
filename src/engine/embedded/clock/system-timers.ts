import type { Instant } from '../../../kernel/index.js';
import type { Timer, Timers } from '../../ports/index.js';
import { steadyClock } from './steady-clock.js';

/**
 * A later time is reached in several steps: Node's timers keep no delay above 2³¹−1 ms, and one that is armed does not
 * notice that the clock was set forward, ms.
 */
const LONGEST = 10 * 60_000;

const now = steadyClock({ wall: () => Date.now(), elapsed: () => performance.now() });

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
    const delay = Math.max(0, this.time - now());
    this.handle = setTimeout(() => this.ring(), Math.min(delay, LONGEST));
  }

  /** Node may ring up to a millisecond early; a deadline must not be over before its time. */
  private ring(): void {
    if (now() < this.time) this.arm();
    else this.callback();
  }
}

/** The clock of the machine, which goes no way back, and the timers of Node. */
export const systemTimers: Timers = {
  now,
  at: (time, callback) => new SystemTimer(time, callback),
};
