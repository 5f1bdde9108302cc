import { HarmoniaError } from '../../kernel/index.js';
import type {
  Analysis,
  AskedQuestion,
  Degraded,
  PlacedEvent,
  Rejected,
  SuggestEvent,
  SuggestUsage,
  StoredSuggestion,
} from '../ports/index.js';
import type { SuggestionMaker } from './make-suggestions.js';

/** What a run came to. */
export interface RunResult {
  readonly suggestions: readonly StoredSuggestion[];
  readonly analysis: Analysis;
  readonly rejected: readonly Rejected[];
  readonly questions: readonly AskedQuestion[];
  readonly degraded: Degraded | undefined;
  readonly usage: SuggestUsage;
}

type Data<E extends SuggestEvent['event']> = Extract<SuggestEvent, { event: E }>['data'];

/**
 * One question being answered, for all who ask it: whoever comes later hears from the beginning, or from where they were.
 * It goes on when nobody listens any more, until it is done or its time is over.
 */
export class SuggestionRun {
  private readonly events: SuggestEvent[] = [];
  private readonly waiting = new Set<() => void>();
  private isOver = false;
  readonly result: Promise<RunResult>;

  constructor(
    private readonly id: string,
    maker: SuggestionMaker,
    private readonly options: { readonly ms: number; readonly onTrouble: (what: string, error: unknown) => void },
  ) {
    this.result = this.work(maker);
    // Whoever follows the events hears of it there.
    this.result.catch(() => undefined);
  }

  /** The number of an event that this run has told. */
  static placeIn(eventId: string): { readonly run: string; readonly place: number } | undefined {
    const [, run, place] = /^([0-9a-f]+)\.(\d{1,9})$/.exec(eventId) ?? [];
    return run === undefined ? undefined : { run, place: Number(place) };
  }

  async *follow(after = 0): AsyncGenerator<PlacedEvent> {
    for (let next = after; ; next++) {
      while (next >= this.events.length) {
        if (this.isOver) return;
        await new Promise<void>((resolve) => this.waiting.add(resolve));
      }
      yield { id: `${this.id}.${next + 1}`, event: this.events[next] as SuggestEvent };
    }
  }

  private async work(maker: SuggestionMaker): Promise<RunResult> {
    const signal = AbortSignal.timeout(this.options.ms);
    try {
      for await (const event of maker.make(signal)) this.tell(event);
      const { suggestions } = maker.made;
      this.tell({
        event: 'done',
        data: { suggestions: suggestions.map(({ suggestion: { id } }) => id), cached: false },
      });
      return {
        suggestions,
        analysis: this.last('analysis') as Analysis,
        rejected: this.events.flatMap((told) => (told.event === 'rejected' ? [told.data] : [])),
        questions: this.events.flatMap((told) => (told.event === 'question' ? [told.data] : [])),
        degraded: this.last('degraded'),
        usage: this.last('usage') as SuggestUsage,
      };
    } catch (error) {
      this.tell({ event: 'error', data: this.words(error) });
      throw error;
    } finally {
      this.isOver = true;
      this.wake();
    }
  }

  private last<E extends SuggestEvent['event']>(name: E): Data<E> | undefined {
    return this.events.findLast((told) => told.event === name)?.data as Data<E> | undefined;
  }

  private words(error: unknown): Data<'error'> {
    if (error instanceof HarmoniaError) return { code: error.code, message: error.message };
    this.options.onTrouble('suggestions could not be made', error);
    return { code: 'internal_error', message: 'Something went wrong here.' };
  }

  private tell(event: SuggestEvent): void {
    this.events.push(event);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
