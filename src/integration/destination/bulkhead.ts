import type { AbortSignalLike } from '../../plugin/contract/index.js';

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (reason: unknown) => void;
}

export interface BulkheadLimits {
  /** Requests at once. */
  readonly atOnce: number;
  /** Requests that may wait for their turn. */
  readonly queue: number;
}

/** Lets so many requests in at once; the others wait, first come, first served. */
export class Bulkhead {
  inFlight = 0;
  private readonly line = new Set<Waiting>();

  constructor(private readonly limits: BulkheadLimits) {}

  get queued(): number {
    return this.line.size;
  }

  get limit(): number {
    return this.limits.atOnce;
  }

  get isFull(): boolean {
    return this.inFlight >= this.limits.atOnce && this.line.size >= this.limits.queue;
  }

  /** Undefined: it is in. Else it is when the promise fulfils; that rejects when the signal aborts first. */
  enter(signal: AbortSignalLike): Promise<void> | undefined {
    if (this.inFlight < this.limits.atOnce) {
      this.inFlight += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        this.line.delete(waiting);
        signal.removeEventListener('abort', abort);
        how();
      };
      const abort = (): void => settle(() => reject(new Error('aborted')));
      const waiting: Waiting = {
        enter: () => settle(resolve),
        refuse: (reason) => settle(() => reject(reason)),
      };
      this.line.add(waiting);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The place goes to the one who has waited longest. */
  leave(): void {
    const [next] = this.line;
    if (next) next.enter();
    else this.inFlight -= 1;
  }

  /** Sends all away who wait. */
  refuseAll(reason: () => unknown): void {
    for (const waiting of [...this.line]) waiting.refuse(reason());
  }
}
