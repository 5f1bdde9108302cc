import { isJsonObject, type Json } from '../../../kernel/index.js';

const YES: ReadonlySet<string> = new Set(['true', 'yes', '1', 'y', 't', 'on']);
const NO: ReadonlySet<string> = new Set(['false', 'no', '0', 'n', 'f', 'off']);

/** What a text stands for; `wrong` when it can not be that. Nothing of the text is said: it may be a secret. */
export type ReadText =
  { readonly is: 'value'; readonly value: Json } | { readonly is: 'wrong'; readonly reason: string };

const value = (read: Json): ReadText => ({ is: 'value', value: read });
const wrong = (reason: string): ReadText => ({ is: 'wrong', reason });

const asNumber = (text: string): ReadText => {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? wrong('it must be a number') : value(number);
};

const asBoolean = (text: string): ReadText => {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return value(true);
  return NO.has(word) ? value(false) : wrong('it must be true or false');
};

const parsed = (text: string, fits: (read: Json) => boolean, reason: string): ReadText => {
  try {
    const read = JSON.parse(text) as Json;
    return fits(read) ? value(read) : wrong(reason);
  } catch {
    return wrong(reason);
  }
};

const asList = (text: string, items: Json | undefined): ReadText => {
  if (text.trim().startsWith('[')) return parsed(text, Array.isArray, 'it must be a list, as JSON or with commas');
  const entries = text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [readText(entry.trim(), items)]));
  const bad = entries.find((entry) => entry.is === 'wrong');
  return bad ?? value(entries.flatMap((entry) => (entry.is === 'value' ? [entry.value] : [])));
};

/** Reads the text of a setting as the type that its schema names; without one it stays a text. */
export const readText = (text: string, schema: Json | undefined): ReadText => {
  const type = isJsonObject(schema) ? schema.type : undefined;
  switch (type) {
    case 'integer':
    case 'number':
      return asNumber(text);
    case 'boolean':
      return asBoolean(text);
    case 'array':
      return asList(text, isJsonObject(schema) ? schema.items : undefined);
    case 'object':
      return parsed(text, isJsonObject, 'it must be an object, as JSON');
    default:
      return value(text);
  }
};
