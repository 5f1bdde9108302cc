import type { Timer, Timers } from '../../../engine/ports/index.js';
import type { Instant, Millis } from '../../../kernel/index.js';
import type { AbortSignalLike } from '../../../plugin/contract/index.js';

/** What ends a wait. */
export interface DeadlineOptions {
  readonly within: Millis;
  readonly timers: Timers;
  /** Ends it earlier: the caller's signal, or that of the deadline this one is a part of. */
  readonly outer?: AbortSignalLike;
}

/** The reason of a signal that aborted because its time was up. */
class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/** A length of time that everything in it shares. Must be closed, or its timer stays armed. */
export class Deadline {
  readonly end: Instant;
  private readonly controller = new AbortController();
  private readonly timer: Timer;
  private readonly timers: Timers;
  private readonly outer: AbortSignalLike | undefined;
  private readonly onOuter = (): void => this.controller.abort(this.outer?.reason);

  constructor({ within, timers, outer }: DeadlineOptions) {
    this.timers = timers;
    this.outer = outer;
    this.end = timers.now() + within;
    this.timer = timers.at(this.end, () => this.controller.abort(new TimeIsUp('time is up')));
    if (outer?.aborted === true) this.onOuter();
    else outer?.addEventListener('abort', this.onOuter, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get left(): Millis {
    return Math.max(0, this.end - this.timers.now());
  }

  /** The time is up, its own or that of what it is a part of; false when somebody called it off. */
  get isOver(): boolean {
    return this.signal.reason instanceof TimeIsUp;
  }

  /** A part of what is left: `share` of it. */
  slice(share: number): Deadline {
    return new Deadline({ within: this.left * share, timers: this.timers, outer: this.signal });
  }

  /** As the promise; rejects with the reason of the signal as soon as that aborts, whatever the promise does. */
  async race<T>(promise: Promise<T>): Promise<T> {
    // Nobody may be left to hear of it.
    promise.catch(() => undefined);
    const { signal } = this;
    if (signal.aborted) throw signal.reason;
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Waits; rejects with the reason of the signal when that aborts first. */
  async pause(length: Millis): Promise<void> {
    let timer: Timer | undefined;
    const rung = new Promise<void>((resolve) => (timer = this.timers.at(this.timers.now() + length, resolve)));
    try {
      await this.race(rung);
    } finally {
      timer?.cancel();
    }
  }

  close(): void {
    this.timer.cancel();
    this.outer?.removeEventListener('abort', this.onOuter);
  }
}
