import { isTimeout } from '../destination/index.js';
import { isTaskFailure, transient, type AbortSignalLike } from '../../plugin/contract/index.js';

/** Node's timers keep no longer delay, ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Holds one exchange, as the signal that it hears: aborts it when one of several signals does, or when nothing has come in
 * time. Unlike `AbortSignal.any` it costs little and leaves nothing behind on signals that live longer than the exchange.
 */
export class Reins implements AbortSignalLike {
  aborted = false;
  reason: Error | undefined;
  /** The other side was too slow. */
  timedOut = false;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly followed: (readonly [AbortSignalLike, () => void])[] = [];
  private readonly listeners = new Set<() => void>();

  /** `timeout`: ms until the headers of the answer must be there. */
  constructor(signals: readonly AbortSignalLike[], timeout: number | undefined) {
    for (const signal of signals) this.follow(signal);
    if (timeout !== undefined) {
      const late = (): void => this.abort(transient('timeout', `No answer came within ${timeout} ms.`), true);
      this.timer = setTimeout(late, Math.min(timeout, LONGEST));
    }
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  /** What was thrown, or what the abort was for. */
  reasonOf(error: unknown): unknown {
    return isTaskFailure(this.reason) ? this.reason : error;
  }

  /** An answer is there: from now on only the signals count. */
  stopWaiting(): void {
    clearTimeout(this.timer);
  }

  /** The exchange is over. */
  letGo(): void {
    this.stopWaiting();
    for (const [signal, listener] of this.followed.splice(0)) signal.removeEventListener('abort', listener);
  }

  private follow(signal: AbortSignalLike): void {
    const heard = (): void => this.abort(new Error('aborted'), isTimeout(signal));
    if (signal.aborted) return heard();
    signal.addEventListener('abort', heard, { once: true });
    this.followed.push([signal, heard]);
  }

  private abort(reason: Error, timedOut: boolean): void {
    if (this.aborted) return;
    [this.aborted, this.reason, this.timedOut] = [true, reason, timedOut];
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener();
  }
}
