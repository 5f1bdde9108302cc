import type { Instant, Millis } from '../../../kernel/index.js';

interface Sources {
  /** The clock of the machine, which people and time servers set. */
  readonly wall: () => Instant;
  /** Time since some moment; nobody sets it. */
  readonly elapsed: () => Millis;
}

/**
 * The clock of the machine, but that it never goes back: while that one is behind, for it was set back, time goes on at
 * the pace of what has elapsed. So a wait of a minute takes a minute, whatever is done to the clock meanwhile.
 */
export const steadyClock = ({ wall, elapsed }: Sources): (() => Instant) => {
  let [last, lastElapsed] = [wall(), elapsed()];
  return () => {
    const since = elapsed();
    last = Math.max(wall(), last + (since - lastElapsed));
    lastElapsed = since;
    return Math.floor(last);
  };
};
