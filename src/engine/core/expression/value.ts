import { Optional } from '@marcbachmann/cel-js';
import { isJsonObject, type Json } from '../../../kernel/index.js';
import { ExpressionRefused, MAX_TEXT } from './budget.js';

const VALUE_COST = 16;

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = isJsonObject(value) ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
};

/** An object of an expression: plain where it comes from data, a `Map` where a key may be anything. */
export const isMap = (value: unknown): value is Map<unknown, unknown> | Readonly<Record<string, unknown>> =>
  value instanceof Map || isPlainObject(value);

/** The entries of an object of an expression, in order. */
export const entriesOf = (map: unknown): (readonly [string, unknown])[] => {
  if (map instanceof Map) return [...map].map(([key, value]) => [String(key), value]);
  return isPlainObject(map) ? Object.entries(map) : [];
};

/** CEL takes an object with a key `constructor` for an instance of something; as a `Map` it is data again. */
export const asMaps = (value: Json): unknown => {
  if (Array.isArray(value)) return (value as Json[]).map(asMaps);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([key, entry]) => [key, asMaps(entry)]));
};

/**
 * Only a plain value comes out of an expression: numbers as doubles, an optional as what it holds or null.
 * Throws on what is no JSON, and on more than 16 Mi characters.
 */
export const toJson = (value: unknown, budget: { left: number } = { left: MAX_TEXT }): Json => {
  budget.left -= VALUE_COST + (typeof value === 'string' ? value.length : 0);
  if (budget.left < 0) throw new ExpressionRefused(`the result is larger than ${MAX_TEXT} characters`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ExpressionRefused(`the result is ${value}, which is no JSON number`);
    return value + 0; // -0 has no place in JSON
  }
  return compoundToJson(value, budget);
};

const compoundToJson = (value: unknown, budget: { left: number }): Json => {
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), budget) : null;
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, budget));
  if (isMap(value)) return objectOf(entriesOf(value), budget);
  throw new ExpressionRefused('the result is no JSON value; convert it with string(…)');
};

const objectOf = (entries: readonly (readonly [string, unknown])[], budget: { left: number }): Json =>
  // fromEntries defines own properties, `__proto__` included: it never reaches a prototype.
  Object.fromEntries(
    entries.map(([key, value]) => {
      budget.left -= key.length;
      return [key, toJson(value, budget)];
    }),
  );

/** A text that is equal for equal values and for no others. Its cost is that of going over the value: pay deep before. */
export const identityOf = (value: unknown): string => {
  if (value instanceof Date) return `t${value.getTime()}`;
  if (value instanceof Uint8Array) return `b(${String(value)})`;
  if (Array.isArray(value)) return `[${value.map(identityOf).join(',')}]`;
  if (isMap(value)) {
    const entries = entriesOf(value).map(([key, entry]) => `${JSON.stringify(key)}:${identityOf(entry)}`);
    return `{${entries.sort().join(',')}}`;
  }
  if (value instanceof Optional) return value.hasValue() ? `?${identityOf(value.value())}` : '?';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
};
