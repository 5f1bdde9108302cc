import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { RATE_CLASSES, type RateClass, type Rates } from './http-limits.js';

/** Seconds over which requests are counted; they begin with the first one. */
export const RATE_WINDOW = 60;
/** Counts that are kept, some 500 bytes each; beyond, the one that was used longest ago is forgotten. */
export const MAX_COUNTS = 50_000;

/** How a client stands. */
export interface Quota {
  readonly kind: RateClass;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds, 1 or more, until all of it is there again. */
  readonly reset: number;
  readonly isOver: boolean;
}

const quotaOf = (kind: RateClass, limit: number, { consumedPoints, msBeforeNext }: RateLimiterRes): Quota => ({
  kind,
  limit,
  remaining: Math.max(0, limit - consumedPoints),
  reset: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  isOver: consumedPoints > limit,
});

/** Counts what clients ask for, by kind. Its memory has a bound, however many clients come. */
export class RateLimits {
  private readonly limiters: ReadonlyMap<RateClass, RateLimiterMemory>;
  private readonly kept: LRUCache<string, () => void>;

  constructor(
    private readonly rates: Rates,
    maxCounts = MAX_COUNTS,
  ) {
    const limited = RATE_CLASSES.filter((kind) => rates[kind] > 0);
    this.limiters = new Map(
      limited.map((kind) => [
        kind,
        new RateLimiterMemory({ points: rates[kind], duration: RATE_WINDOW, keyPrefix: '' }),
      ]),
    );
    this.kept = new LRUCache({ max: maxCounts, dispose: (forget) => forget() });
  }

  /** Counts one request of a client. Undefined: requests of this kind have no limit. */
  async count(kind: RateClass, client: string): Promise<Quota | undefined> {
    const limiter = this.limiters.get(kind);
    if (!limiter) return undefined;
    const key = `${kind} ${client}`;
    if (this.kept.get(key) === undefined) this.kept.set(key, () => void limiter.delete(client));
    return quotaOf(kind, this.rates[kind], await limiter.penalty(client));
  }

  /** Counts that are held at the moment. */
  get size(): number {
    return [...this.limiters.values()].reduce((sum, limiter) => sum + limiter.dump().storage.length, 0);
  }
}
