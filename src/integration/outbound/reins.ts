import { isTimeout } from '../destination/index.js';
import { isTaskFailure, transient, type AbortSignalLike } from '../../plugin/contract/index.js';

/** Node's timers keep no longer delay, ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Holds one exchange: aborts it when one of several signals does, or when nothing has come in time. Unlike
 * `AbortSignal.any` it leaves nothing behind on signals that live longer than the exchange.
 */
export class Reins {
  /** The other side was too slow. */
  timedOut = false;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly listeners: (readonly [AbortSignalLike, () => void])[] = [];

  /** `timeout`: ms until the headers of the answer must be there. */
  constructor(signals: readonly AbortSignalLike[], timeout: number | undefined) {
    for (const signal of signals) this.follow(signal);
    if (timeout !== undefined) {
      const late = (): void => this.abort(transient('timeout', `No answer came within ${timeout} ms.`), true);
      this.timer = setTimeout(late, Math.min(timeout, LONGEST));
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What was thrown, or what the abort was for. */
  reasonOf(error: unknown): unknown {
    const reason: unknown = this.signal.reason;
    return isTaskFailure(reason) ? reason : error;
  }

  /** An answer is there: from now on only the signals count. */
  stopWaiting(): void {
    clearTimeout(this.timer);
  }

  /** The exchange is over. */
  letGo(): void {
    this.stopWaiting();
    for (const [signal, listener] of this.listeners.splice(0)) signal.removeEventListener('abort', listener);
  }

  private follow(signal: AbortSignalLike): void {
    const heard = (): void => this.abort(new Error('aborted'), isTimeout(signal));
    if (signal.aborted) return heard();
    signal.addEventListener('abort', heard, { once: true });
    this.listeners.push([signal, heard]);
  }

  private abort(reason: Error, timedOut: boolean): void {
    if (this.signal.aborted) return;
    this.timedOut = timedOut;
    this.controller.abort(reason);
  }
}
