import { isJsonObject, type Json } from '../../../kernel/index.js';
import { entriesOf, numberOf, yesOrNo } from '../settings/index.js';

/** What a text stands for; `wrong` when it can not be that. Nothing of the text is said: it may be a secret. */
export type ReadText =
  { readonly is: 'value'; readonly value: Json } | { readonly is: 'wrong'; readonly reason: string };

const value = (read: Json): ReadText => ({ is: 'value', value: read });
const wrong = (reason: string): ReadText => ({ is: 'wrong', reason });

const orWrong = (found: Json | undefined, reason: string): ReadText =>
  found === undefined ? wrong(reason) : value(found);

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
  const entries = entriesOf(text).map((entry) => readText(entry, items));
  const bad = entries.find((entry) => entry.is === 'wrong');
  return bad ?? value(entries.flatMap((entry) => (entry.is === 'value' ? [entry.value] : [])));
};

/** Reads the text of a setting as the type that its schema names; without one it stays a text. */
export const readText = (text: string, schema: Json | undefined): ReadText => {
  const type = isJsonObject(schema) ? schema.type : undefined;
  switch (type) {
    case 'integer':
    case 'number':
      return orWrong(numberOf(text), 'it must be a number');
    case 'boolean':
      return orWrong(yesOrNo(text), 'it must be true or false');
    case 'array':
      return asList(text, isJsonObject(schema) ? schema.items : undefined);
    case 'object':
      return parsed(text, isJsonObject, 'it must be an object, as JSON');
    default:
      return value(text);
  }
};
