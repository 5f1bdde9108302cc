import { EXIT, type ExitCode } from '../exit-code.js';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
type Signal = keyof typeof CODES;

/** Ctrl-C: the first asks to end in order, the second ends at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private received: Signal | undefined;
  private readonly listener = (signal: Signal): void => this.on(signal);

  /** `atOnce` is the last that happens when there is a second signal. */
  constructor(
    private readonly told: () => void,
    private readonly atOnce: () => void,
  ) {
    process.on('SIGINT', this.listener).on('SIGTERM', this.listener);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What the shell is told; undefined when nobody interrupted. */
  get code(): ExitCode | undefined {
    return this.received && CODES[this.received];
  }

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
