import type { Millis } from '../../../kernel/index.js';

/** How often and when a call is made again. */
export interface HttpRetry {
  /** Attempts after the first. Default 3. */
  readonly retries: number;
  /** ms before the first of them. Default 1000. */
  readonly first: Millis;
  /** How much longer each wait is than the one before. Default 2. */
  readonly factor: number;
  /** Longest wait, ms, also when the other side asks for more. Default 30,000. */
  readonly longest: Millis;
  /** Share of a wait that chance may add or take away. Default 0.1. */
  readonly jitter: number;
}

export const DEFAULT_RETRY: HttpRetry = { retries: 3, first: 1000, factor: 2, longest: 30_000, jitter: 0.1 };

/** ms before retry number `retry`, from 1. `chance` is from 0 to 1; `asked` is what the other side asked for. */
export const waitBefore = (
  { first, factor, longest, jitter }: HttpRetry,
  { retry, chance, asked = 0 }: { readonly retry: number; readonly chance: number; readonly asked?: Millis },
): Millis => {
  const plain = Math.min(first * factor ** (retry - 1), longest);
  return Math.min(Math.max(plain * (1 + jitter * (2 * chance - 1)), asked), longest);
};

/** ms that `Retry-After` asks for, in seconds or as a date; 0 when it says nothing. */
export const retryAfter = (text: string | undefined, now: number): Millis => {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isFinite(date) ? Math.max(0, date - now) : 0;
};
