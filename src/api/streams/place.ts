import { fault } from '../../kernel/index.js';
import { requestFault } from '../rest/validation.js';
import type { PublicEvent } from '../contract/index.js';

/**
 * After which event a stream goes on. `at` is a sequence of one execution, or a global position. One journal event may
 * give two public events: `part` says after which of them; absent, after all.
 */
export interface Place {
  readonly at: number;
  readonly part?: number;
}

/** Before the first event. */
export const BEGINNING: Place = { at: 0 };

const PLACE = /^(\d{1,15})(?:\.([1-9]))?$/;

/** Reads `since` or `Last-Event-ID`: `17`, or `17.1` after the first of two events that share a place. */
export const parsePlace = (text: string): Place | undefined => {
  const [, at, part] = PLACE.exec(text) ?? [];
  if (at === undefined) return undefined;
  return { at: Number(at), ...(part !== undefined && { part: Number(part) }) };
};

/** The place that a request names. Throws `validation_error` when it is none. */
export const placeAt = (text: string | undefined, where: string): Place | undefined => {
  if (text === undefined) return undefined;
  const place = typeof text === 'string' ? parsePlace(text) : undefined;
  if (place) return place;
  throw requestFault(fault('wrong_type', where, { expected: 'a place of the stream: a whole number, or 17.1' }));
};

/** Whose places: those of one execution, or those of all. */
export type Scope = 'execution' | 'everything';

/** The place right after an event: with it as `since` nothing is missed and nothing comes twice. */
export const placeOf = (event: PublicEvent, scope: Scope): Place => ({
  at: scope === 'execution' ? event.sequence : (event.position ?? 0),
  ...(event.part !== undefined && { part: event.part }),
});

export const textOf = ({ at, part }: Place): string => (part === undefined ? `${at}` : `${at}.${part}`);

/** Negative: `a` comes before `b`. */
export const compare = (a: Place, b: Place): number => {
  if (a.at !== b.at) return a.at - b.at;
  return a.part === b.part ? 0 : (a.part ?? Infinity) - (b.part ?? Infinity);
};
