import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

/** Levels of a schema that a sample follows. */
const DEEPEST = 8;

const BY_TYPE: Readonly<Record<string, Json>> = { string: 'sample', number: 1, integer: 1, boolean: true, null: null };

/** What a schema itself gives as a value: its constant, default, or first example. */
const givenBy = ({ const: constant, default: usual, examples, enum: allowed }: JsonObject): Json | undefined => {
  if (constant !== undefined) return constant;
  if (usual !== undefined) return usual;
  for (const list of [examples, allowed]) if (Array.isArray(list) && list.length > 0) return list[0] as Json;
  return undefined;
};

/** A value of the shape that a schema describes: what it gives itself where it does. Need not be valid. */
export const sampleOf = (schema: Json, depth = 0): Json => {
  if (!isJsonObject(schema) || depth > DEEPEST) return null;
  const given = givenBy(schema);
  if (given !== undefined) return given;
  const { anyOf, type, items, properties } = schema;
  if (Array.isArray(anyOf) && anyOf.length > 0) return sampleOf(anyOf[0] as Json, depth + 1);
  const [first = null] = Array.isArray(type) ? (type as Json[]) : [type];
  if (first === 'array') return items === undefined ? [] : [sampleOf(items, depth + 1)];
  if (first !== 'object' && !isJsonObject(properties))
    return typeof first === 'string' ? (BY_TYPE[first] ?? null) : null;
  const entries = Object.entries((properties ?? {}) as JsonObject);
  return Object.fromEntries(entries.map(([name, property]) => [name, sampleOf(property, depth + 1)]));
};
