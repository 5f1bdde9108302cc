import { pointer, type Json, type JsonPointer } from '../../../kernel/index.js';

/** A text of a document. */
export interface PlacedText {
  readonly text: string;
  readonly pointer: JsonPointer;
  /** The key that it stands under; that of its list, in a list. */
  readonly key: string;
}

/** All texts of a document, its keys too, with their places. */
export const textsOf = (value: Json, where: JsonPointer = '', key = ''): readonly PlacedText[] => {
  if (typeof value === 'string') return [{ text: value, pointer: where, key }];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((entry, index) => textsOf(entry, pointer(where, index), key));
  return Object.entries(value).flatMap(([name, entry]) => [
    { text: name, pointer: pointer(where, name), key: '' },
    ...textsOf(entry, pointer(where, name), name),
  ]);
};
