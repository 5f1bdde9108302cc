/** What the shell is told of a process that was interrupted: 128 and the number of the signal. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof CODES;

/** Ctrl-C, or SIGTERM: the first asks to end in order, the second ends at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private received: Signal | undefined;
  private readonly listener = (signal: Signal): void => this.on(signal);

  /** `atOnce` is the last that happens when there is a second signal. */
  constructor(
    private readonly told: () => void,
    private readonly atOnce: () => void = () => undefined,
  ) {
    process.on('SIGINT', this.listener).on('SIGTERM', this.listener);
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What the shell is told; undefined when nobody interrupted. */
  get code(): (typeof CODES)[Signal] | undefined {
    return this.received && CODES[this.received];
  }

  /** Listens no more. */
  over(): void {
    process.off('SIGINT', this.listener).off('SIGTERM', this.listener);
  }

  private on(signal: Signal): void {
    if (this.received !== undefined) {
      this.atOnce();
      process.exit(CODES[this.received]);
    }
    this.received = signal;
    this.told();
    this.controller.abort();
  }
}
