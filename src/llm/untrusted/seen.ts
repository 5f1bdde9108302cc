import { isJsonObject, type Json } from '../../kernel/index.js';

/** Control characters but for tabs and ends of lines, those that turn the direction of writing, and those that nobody sees. */
const UNSEEN = /[^\P{C}\t\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text of a model to the letter, but for signs that nobody sees. It is as little to be trusted as before. */
export const seenText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNSEEN, '');

/** JSON of a model, its texts and names without signs that nobody sees. */
export const seenJson = (value: Json): Json => {
  if (typeof value === 'string') return seenText(value);
  if (Array.isArray(value)) return value.map(seenJson);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [seenText(name), seenJson(inner)]));
};
