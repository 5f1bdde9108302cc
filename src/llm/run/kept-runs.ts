import { LRUCache } from 'lru-cache';
import type { Degraded, PlacedEvent } from '../ports/index.js';
import { ToldRun, type RunOptions, type Told, type ToldError, type Telling } from './told-run.js';

/** Answers that are kept, and for how long. */
const RUNS_KEPT = 500;
const KEPT_FOR = 3_600_000;

interface Kept<E extends Told, R, A> {
  readonly run: ToldRun<E, R>;
  readonly about: A;
  isDone: boolean;
}

/** A run that answers a question: a new one, or the one that did or does. */
export interface Taken<E extends Told, R> {
  readonly run: ToldRun<E, R>;
  /** It had its answer before. */
  readonly isDone: boolean;
  readonly name: string;
}

export interface NewRun<E extends Told, R, A> {
  readonly about: A;
  readonly telling: Telling<E, R>;
  readonly options: RunOptions;
}

/**
 * Runs by the hash of their question. Equal questions that are asked at the same time, or later, have one answer; less
 * than was asked for (`degraded`), or an error, is no answer for later, unless no model is configured: that stays so.
 */
export class KeptRuns<E extends Told, R extends { readonly degraded?: Degraded | undefined }, A> {
  private readonly runs = new LRUCache<string, Kept<E, R, A>>({ max: RUNS_KEPT, ttl: KEPT_FOR });

  /** `name`: hex digits. */
  take(name: string, { about, telling, options }: NewRun<E, R, A>): Taken<E, R> {
    const known = this.runs.get(name);
    if (known) return { run: known.run, isDone: known.isDone, name };
    const run = new ToldRun<E, R>(name, telling, options);
    const kept: Kept<E, R, A> = { run, about, isDone: false };
    this.runs.set(name, kept);
    const forget = (): void => {
      if (this.runs.peek(name) === kept) this.runs.delete(name);
    };
    run.result.then(({ degraded }) => {
      if (degraded === undefined || degraded.reason === 'not_configured') kept.isDone = true;
      else forget();
    }, forget);
    return { run, isDone: false, name };
  }

  /** From the beginning; from behind an event that was seen, when it is one of this run. */
  follow({ run, name }: Taken<E, R>, after?: string): AsyncIterable<PlacedEvent<E | ToldError>> {
    const place = after === undefined ? undefined : ToldRun.placeIn(after);
    return run.follow(place?.run === name ? place.place : 0);
  }

  /** The run that an event is of; undefined: it is not known any more. */
  told(eventId: string): Taken<E, R> | undefined {
    const name = ToldRun.placeIn(eventId)?.run;
    const known = name === undefined ? undefined : this.runs.get(name);
    return known && name !== undefined ? { run: known.run, isDone: known.isDone, name } : undefined;
  }

  forget(isMeant: (about: A) => boolean): void {
    for (const [name, { about }] of this.runs.entries()) if (isMeant(about)) this.runs.delete(name);
  }
}
