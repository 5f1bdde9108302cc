import type { Timers } from '../../../kernel/index.js';

/** Node's timers keep no longer delay: such a one would ring at once. ms. */
const LONGEST = 2 ** 31 - 1;

/** The clock and the timers of the machine. A time that is further away than a timer can say is reached in several steps. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  at: (time, callback) => {
    let handle: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const rest = Math.max(0, time - Date.now());
      handle = rest > LONGEST ? setTimeout(arm, LONGEST) : setTimeout(callback, rest);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};
