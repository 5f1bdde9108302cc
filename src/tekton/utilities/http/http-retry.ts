import type { Millis } from '../../../kernel/index.js';
import { pauseBefore, type Backoff } from '../backoff/index.js';

/** How often and when a call is made again. Default: after 1, 2 and 4 s, a tenth more or less; never after more than 30 s. */
export interface HttpRetry extends Backoff {
  /** Attempts after the first. Default 3. */
  readonly retries: number;
}

export const DEFAULT_RETRY: HttpRetry = { retries: 3, first: 1000, factor: 2, longest: 30_000, jitter: 0.1 };

/** ms before retry number `retry`, from 1; at most `longest`. `chance` is from 0 to 1; `asked` is what the other side asked for. */
export const waitBefore = (
  backoff: Backoff,
  { retry, chance, asked = 0 }: { readonly retry: number; readonly chance: number; readonly asked?: Millis },
): Millis => Math.min(Math.max(pauseBefore(backoff, retry, chance), asked), backoff.longest);
