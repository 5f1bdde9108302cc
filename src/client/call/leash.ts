/** One signal of several, and of a limit of time. Leaves nothing on signals that live longer. */
export class Leash {
  readonly #controller = new AbortController();
  readonly #followed: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLate = false;

  constructor(signals: readonly (AbortSignal | undefined)[], ms?: number) {
    for (const signal of signals) if (signal) this.#follow(signal);
    if (ms !== undefined && Number.isFinite(ms)) this.#timer = setTimeout(() => this.#end(true), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** It took too long. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Throws the reason of a signal; not that it is late. */
  throwIfTold(): void {
    if (this.signal.aborted && !this.#isLate) throw this.signal.reason;
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  letGo(): void {
    clearTimeout(this.#timer);
    for (const forget of this.#followed.splice(0)) forget();
  }

  #end(isLate: boolean): void {
    if (this.signal.aborted) return;
    this.#isLate = isLate;
    this.#controller.abort();
  }

  #follow(signal: AbortSignal): void {
    const heard = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) return heard();
    signal.addEventListener('abort', heard, { once: true });
    this.#followed.push(() => signal.removeEventListener('abort', heard));
  }
}

/** Waits; shorter when the signal ends it. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
