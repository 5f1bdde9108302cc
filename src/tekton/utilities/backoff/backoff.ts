import type { Millis } from '../../../kernel/index.js';

/** How long is waited before each further try. */
export interface Backoff {
  /** ms before the first of them. */
  readonly first: Millis;
  /** How much longer each wait is than the one before. */
  readonly factor: number;
  /** Longest wait, ms, before chance has its say. */
  readonly longest: Millis;
  /** Share of a wait that chance may add or take away, so that those who failed together do not come back together. */
  readonly jitter: number;
}

/** ms before try number `retry`, from 1. `chance` is from 0 to 1. */
export const pauseBefore = ({ first, factor, longest, jitter }: Backoff, retry: number, chance: number): Millis =>
  Math.min(first * factor ** (retry - 1), longest) * (1 + jitter * (2 * chance - 1));
