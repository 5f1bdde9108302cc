import type { Timers } from '../../../kernel/index.js';

/** The clock and the timers of the machine. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  at: (time, callback) => {
    const timer = setTimeout(callback, Math.max(0, time - Date.now()));
    return { cancel: () => clearTimeout(timer) };
  },
};
