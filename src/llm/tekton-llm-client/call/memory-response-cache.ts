import { LRUCache } from 'lru-cache';
import type { Timers } from '../../../engine/ports/index.js';
import type { Millis } from '../../../kernel/index.js';
import type { KeptResponse, ResponseCache } from '../../ports/index.js';

export interface MemoryResponseCacheOptions {
  readonly timers: Pick<Timers, 'now'>;
  /** Characters of all answers together. Default 16 Mi. */
  readonly maxSize?: number;
  /** Default one hour. */
  readonly ttl?: Millis;
}

/** Keeps answers in memory; those that were not wanted for longest make room. */
export class MemoryResponseCache implements ResponseCache {
  private readonly kept: LRUCache<string, KeptResponse>;

  constructor({ timers, maxSize = 16 * 2 ** 20, ttl = 3_600_000 }: MemoryResponseCacheOptions) {
    this.kept = new LRUCache({
      maxSize,
      ttl,
      ttlResolution: 0,
      sizeCalculation: ({ text }) => text.length + 500,
      perf: timers,
    });
  }

  get(key: string): Promise<KeptResponse | undefined> {
    return Promise.resolve(this.kept.get(key));
  }

  put(key: string, response: KeptResponse): Promise<void> {
    this.kept.set(key, response);
    return Promise.resolve();
  }

  forget(key: string): Promise<void> {
    this.kept.delete(key);
    return Promise.resolve();
  }
}
