import type { Millis, Timers } from '../../../kernel/index.js';

/** How a client comes back after its socket was lost. */
export interface Reconnection {
  /** ms before the first try. Default 5000. */
  readonly first: Millis;
  /** How much longer each wait is than the one before. Default 1.5. */
  readonly factor: number;
  /** Longest wait, ms. Default 60,000. */
  readonly longest: Millis;
  /** Chance makes a wait this much shorter or longer: default from 0.8 to 1.2 times. */
  readonly jitter: readonly [number, number];
  /** Default 10; then the client gives up. */
  readonly tries: number;
}

export const DEFAULT_RECONNECTION: Reconnection = {
  ...{ first: 5000, factor: 1.5, longest: 60_000, jitter: [0.8, 1.2], tries: 10 },
};

/** ms before try number `attempt`, from 1. `chance` is from 0 to 1. */
export const pauseBefore = (
  { first, factor, longest, jitter }: Reconnection,
  attempt: number,
  chance: number,
): Millis => {
  const [least, most] = jitter;
  return Math.min(first * factor ** (attempt - 1), longest) * (least + (most - least) * chance);
};

/** The timers of the machine. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  at: (time, callback) => {
    const timer = setTimeout(callback, Math.max(0, time - Date.now()));
    return { cancel: () => clearTimeout(timer) };
  },
};
