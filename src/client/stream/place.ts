import type { StoredEvent } from './frame.js';

/** Whose places: those of one execution, or those of all. */
export type Scope = 'execution' | 'everything';

/**
 * A place of a stream, as `since` takes it: `17`, or `17.1` after the first of two events that share one. `part` absent:
 * after all of them.
 */
export interface Place {
  readonly at: number;
  readonly part?: number | undefined;
}

const PLACE = /^(\d{1,15})(?:\.([1-9]))?$/;

export const parsePlace = (text: string): Place | undefined => {
  const [, at, part] = PLACE.exec(text) ?? [];
  return at === undefined ? undefined : { at: Number(at), ...(part !== undefined && { part: Number(part) }) };
};

/** The place right after an event. */
export const placeOf = (event: StoredEvent, scope: Scope): Place => ({
  ...{ at: scope === 'execution' ? event.sequence : (event.position ?? 0), part: event.part },
});

export const textOf = ({ at, part }: Place): string => (part === undefined ? `${at}` : `${at}.${part}`);

export const later = (a: Place, b: Place): Place => {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return (a.part ?? Infinity) > (b.part ?? Infinity) ? a : b;
};
