import type {
  Analysis,
  AskedQuestion,
  Degraded,
  Rejected,
  StoredSuggestion,
  SuggestEvent,
  SuggestUsage,
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

/** Tells what a maker tells, `done` after it, and what all of it came to. */
export async function* tellSuggestions(
  maker: SuggestionMaker,
  signal: AbortSignal,
): AsyncGenerator<SuggestEvent, RunResult, undefined> {
  const events: SuggestEvent[] = [];
  for await (const event of maker.make(signal)) {
    events.push(event);
    yield event;
  }
  const { suggestions } = maker.made;
  yield { event: 'done', data: { suggestions: suggestions.map(({ suggestion: { id } }) => id), cached: false } };
  const last = <E extends SuggestEvent['event']>(name: E): Data<E> | undefined =>
    events.findLast((told) => told.event === name)?.data as Data<E> | undefined;
  return {
    suggestions,
    analysis: last('analysis') as Analysis,
    rejected: events.flatMap((told) => (told.event === 'rejected' ? [told.data] : [])),
    questions: events.flatMap((told) => (told.event === 'question' ? [told.data] : [])),
    degraded: last('degraded'),
    usage: last('usage') as SuggestUsage,
  };
}
