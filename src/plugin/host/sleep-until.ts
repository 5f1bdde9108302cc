import type { Clock, Instant } from '../../kernel/index.js';

/** Longest delay that Node's timers keep: 2³¹−1 ms. */
const LONGEST = 2 ** 31 - 1;

/** Fulfils at `time` or soon after, never before; rejects when the signal aborts. */
export const sleepUntil = (time: Instant, clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    };
    const arm = (): void => {
      const left = time - clock.now();
      if (left > 0) {
        timer = setTimeout(arm, Math.min(left, LONGEST));
        return;
      }
      signal.removeEventListener('abort', abort);
      resolve();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    arm();
  });
