import { pointer, type JsonPointer } from './json-pointer.js';

/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. Keys may be anything, `__proto__` included: read them with `ownValue`. */
export interface JsonObject {
  /** Own properties only. */
  readonly [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own property of a hostile object: never reaches the prototype. */
export const ownValue = <T>(object: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Freezes a JSON value all the way down, however deep, and hands it back. */
export const deepFreeze = <T>(value: T): T => {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const inner = open.pop();
    if (typeof inner !== 'object' || inner === null || Object.isFrozen(inner)) continue;
    Object.freeze(inner);
    for (const entry of Object.values(inner)) open.push(entry);
  }
  return value;
};

/**
 * JSON text with sorted object keys: equal values give equal bytes, in every release: keys of kept results are made of them.
 * Of what is no JSON, `undefined` in a list says nothing (`[,1]`): such keys there are.
 */
export const canonicalJson = (value: Json): string => {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // Texts are added to one another: lists in between took twice as long.
  let text = '';
  if (Array.isArray(value)) {
    for (const [index, entry] of (value as Json[]).entries())
      text += `${index === 0 ? '' : ','}${(canonicalJson(entry) as string | undefined) ?? ''}`;
    return `[${text}]`;
  }
  const object = value as JsonObject;
  for (const key of Object.keys(object).sort())
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`;
  return `{${text}}`;
};

/** Depth of nesting of a JSON value; scalars have depth 0. Stops counting beyond `limit`. */
export const jsonDepth = (value: Json, limit: number): number => {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit <= 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, jsonDepth(inner, limit - 1));
  return deepest + 1;
};

/** Numbers that JSON cannot say, with where they stand: `1e999` is read as Infinity, YAML has `.nan`. Depth must be bounded. */
export const unspeakableNumbers = (
  value: Json,
): readonly { readonly pointer: JsonPointer; readonly value: number }[] => {
  const found: { pointer: JsonPointer; value: number }[] = [];
  const path: string[] = [];
  const look = (inner: Json): void => {
    if (typeof inner === 'number' && !Number.isFinite(inner))
      found.push({ pointer: pointer('', ...path), value: inner });
    if (typeof inner !== 'object' || inner === null) return;
    for (const [key, entry] of Object.entries(inner)) {
      path.push(key);
      look(entry);
      path.pop();
    }
  };
  look(value);
  return found;
};
