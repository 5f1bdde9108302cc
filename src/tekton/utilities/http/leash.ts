import type { Millis } from '../../../kernel/index.js';

/** A signal as far as it is listened to: that of plugins is no `AbortSignal` of this process. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** One attempt's abort: by any of several signals, or because it took too long. Leaves nothing on signals that live longer. */
export class Leash {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly followed: (readonly [AbortSignalLike, () => void])[] = [];
  /** The other side was too slow. */
  isLate = false;

  constructor(signals: readonly (AbortSignalLike | undefined)[], timeout: Millis) {
    for (const signal of signals) if (signal) this.follow(signal);
    if (timeout > 0 && Number.isFinite(timeout)) this.timer = setTimeout(() => this.late(), timeout);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The attempt is over, its body read or let go. */
  letGo(): void {
    clearTimeout(this.timer);
    for (const [signal, heard] of this.followed.splice(0)) signal.removeEventListener('abort', heard);
  }

  private late(): void {
    this.isLate = true;
    this.controller.abort(new Error('no answer in time'));
  }

  private follow(signal: AbortSignalLike): void {
    const heard = (): void => this.controller.abort(signal.reason ?? new Error('aborted'));
    if (signal.aborted) return heard();
    signal.addEventListener('abort', heard, { once: true });
    this.followed.push([signal, heard]);
  }
}
