import { HarmoniaError } from '../../kernel/index.js';
import type { PlacedEvent } from '../ports/index.js';

/** Something that is told while an answer is made. */
export interface Told {
  readonly event: string;
  readonly data: object;
}

/** What is told last when it went wrong. */
export interface ToldError {
  readonly event: 'error';
  readonly data: { readonly code: string; readonly message: string };
}

export interface RunOptions {
  /** ms after which the signal ends it. */
  readonly ms: number;
  /** What the run is about, when something goes wrong that nobody foresaw. */
  readonly what: string;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Tells one event after the other, and answers what they came to. */
export type Telling<E extends Told, R> = (signal: AbortSignal) => AsyncGenerator<E, R, undefined>;

/**
 * One question being answered, for all who ask it: whoever comes later hears from the beginning, or from where they were.
 * It goes on when nobody listens any more, until it is done or its time is over.
 */
export class ToldRun<E extends Told, R> {
  private readonly events: (E | ToldError)[] = [];
  private readonly waiting = new Set<() => void>();
  private isOver = false;
  readonly result: Promise<R>;

  constructor(
    private readonly id: string,
    telling: Telling<E, R>,
    private readonly options: RunOptions,
  ) {
    this.result = this.work(telling);
    // Whoever follows the events hears of it there.
    this.result.catch(() => undefined);
  }

  /** The run and the number of an event that it has told. */
  static placeIn(eventId: string): { readonly run: string; readonly place: number } | undefined {
    const [, run, place] = /^([0-9a-f]+)\.(\d{1,9})$/.exec(eventId) ?? [];
    return run === undefined ? undefined : { run, place: Number(place) };
  }

  async *follow(after = 0): AsyncGenerator<PlacedEvent<E | ToldError>> {
    for (let next = after; ; next++) {
      while (next >= this.events.length) {
        if (this.isOver) return;
        await new Promise<void>((resolve) => this.waiting.add(resolve));
      }
      yield { id: `${this.id}.${next + 1}`, event: this.events[next] as E | ToldError };
    }
  }

  private async work(telling: Telling<E, R>): Promise<R> {
    try {
      const told = telling(AbortSignal.timeout(this.options.ms));
      for (;;) {
        const next = await told.next();
        if (next.done === true) return next.value;
        this.tell(next.value);
      }
    } catch (error) {
      this.tell({ event: 'error', data: this.words(error) });
      throw error;
    } finally {
      this.isOver = true;
      this.wake();
    }
  }

  private words(error: unknown): ToldError['data'] {
    if (error instanceof HarmoniaError) return { code: error.code, message: error.message };
    this.options.onTrouble(this.options.what, error);
    return { code: 'internal_error', message: 'Something went wrong here.' };
  }

  private tell(event: E | ToldError): void {
    this.events.push(event);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
