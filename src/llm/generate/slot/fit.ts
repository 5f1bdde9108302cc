import type { Json } from '../../../kernel/index.js';
import { stemOf, termOf, type Mention } from '../word/index.js';
import { direction, FILLERS, isNamedBefore, nearness, type Sentence } from './nearness.js';
import { formatOfItems, takesAddress, type Slot } from './slot.js';

/** A value that a mention would give a slot, and how much speaks for it. */
export interface Fit {
  readonly value: Json;
  /** From 1 on it counts. */
  readonly worth: number;
}

/** The value is of the very kind that the slot is for: nothing else need speak for it. */
const SURE = 3;
/** It may be: something has to be said beside it. */
const PERHAPS = 0.6;
/** Only right behind the name of the slot. */
const BARE = -1;

type Values = (slot: Slot, mention: Mention) => Fit | undefined;

const of = (value: Json, worth: number): Fit => ({ value, worth });

const exactly =
  (...kinds: readonly Mention['is'][]): Values =>
  (_, mention) =>
    kinds.includes(mention.is) ? of(mention.value, SURE) : undefined;

const choice: Values = ({ parameter }, mention) => {
  if (mention.is !== 'word' && mention.is !== 'quoted' && mention.is !== 'number') return undefined;
  const said = String(mention.value).toLowerCase();
  const choices = parameter.schema.enum as readonly Json[];
  const found = choices.find((one) => typeof one !== 'object' && String(one).toLowerCase() === said);
  return found === undefined ? undefined : of(found, SURE);
};

/** A length of time becomes a number of the unit that the slot is in. */
const number: Values = ({ unit }, mention) => {
  if (mention.is === 'number') return of(mention.value, 0.3);
  if (mention.is !== 'duration' || unit === undefined) return undefined;
  return of(Number((mention.value / unit).toPrecision(12)), 1);
};

const list: Values = (slot, mention) => {
  const format = formatOfItems(slot);
  if (mention.is === 'json') return Array.isArray(mention.value) ? of(mention.value, SURE) : undefined;
  if (mention.is === 'list')
    return format === undefined ? of([...mention.value], mention.isQuoted ? 1 : PERHAPS) : undefined;
  if (mention.is === 'email') return of([mention.value], format === 'email' ? SURE : 1);
  if (mention.is === 'url') return format === 'uri' ? of([mention.value], SURE) : undefined;
  return mention.is === 'quoted' && format === undefined ? of([mention.value], BARE) : undefined;
};

const object: Values = (_, mention) =>
  mention.is === 'json' && !Array.isArray(mention.value) ? of(mention.value, SURE) : undefined;

/** A word that is in every sentence is the value of nothing. */
const isCommon = (word: string): boolean =>
  !/\d/.test(word) && (FILLERS.has(word.toLowerCase()) || termOf(word.toLowerCase()) === undefined);

const text: Values = (slot, mention) => {
  const { place, parameter } = slot;
  switch (mention.is) {
    case 'quoted':
      return of(mention.value, PERHAPS);
    case 'path':
      return of(mention.value, place > 0 ? SURE * place : 0.3);
    case 'url':
    case 'email':
      return of(mention.value, takesAddress(slot, mention.is) ? PERHAPS : BARE);
    case 'date':
    case 'date-time':
      return of(mention.value, BARE);
    case 'word':
      if (isCommon(mention.value)) return undefined;
      // What has the form that is asked for, and is no common word, speaks for itself.
      return of(mention.value, parameter.schema.pattern !== undefined && /\d/.test(mention.value) ? 1 : BARE);
    default:
      return undefined;
  }
};

const VALUES: Readonly<Record<Slot['kind'], Values>> = {
  ...{ uri: exactly('url'), email: exactly('email'), date: exactly('date'), 'date-time': exactly('date-time') },
  ...{ choice, number, list, object, text, boolean: () => undefined },
};

/** What a mention would give a slot; undefined: nothing that fits its schema. */
export const fitOf = (sentence: Sentence, slot: Slot, mention: Mention): Fit | undefined => {
  const found = VALUES[slot.kind](slot, mention);
  if (!found) return undefined;
  const named = isNamedBefore(sentence, mention, slot) ? 1.5 : 0;
  if ((found.worth === BARE && named === 0) || !slot.fits(found.value)) return undefined;
  if (found.worth === BARE) return of(found.value, 1);
  const near = nearness(sentence, mention, slot);
  const way = slot.kind === 'text' ? 0.8 * direction(sentence, mention, slot) : 0;
  return of(found.value, found.worth + 1.5 * near + named + way);
};

const NO: ReadonlySet<string> = new Set(['no', 'not', 'never', 'without', 'dont', 'don', 'isn', 'aren']);

/** True, when all words of its name are said, false when a "not" stands before them; undefined: it is not spoken of. */
export const flagOf = ({ tokens }: Sentence, { name }: Slot): boolean | undefined => {
  const wanted = name.split(/[_\W]+/).map(stemOf);
  const places = wanted.map((stem) => tokens.findIndex(({ text: word }) => stemOf(word) === stem));
  if (wanted.length < 2 || places.includes(-1)) return undefined;
  const first = Math.min(...places);
  if (Math.max(...places) - first > wanted.length + 2) return undefined;
  return !tokens.slice(Math.max(0, first - 3), first).some(({ text: word }) => NO.has(word));
};
