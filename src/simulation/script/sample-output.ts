import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

/** Levels of a schema that a sample follows. */
const DEEPEST = 8;

const BY_TYPE: Readonly<Record<string, Json>> = { string: 'sample', number: 1, integer: 1, boolean: true, null: null };

/** A value of the shape that a schema describes: its constant, default or example where it has one. Need not be valid. */
export const sampleOf = (schema: Json, depth = 0): Json => {
  if (!isJsonObject(schema) || depth > DEEPEST) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  for (const list of [schema.examples, schema.enum]) if (Array.isArray(list) && list.length > 0) return list[0] as Json;
  const [first] = Array.isArray(schema.anyOf) ? (schema.anyOf as Json[]) : [];
  if (first !== undefined) return sampleOf(first, depth + 1);
  const type = Array.isArray(schema.type) ? (schema.type[0] as Json) : schema.type;
  if (type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items, depth + 1)];
  if (type === 'object' || isJsonObject(schema.properties)) return sampleObject(schema, depth);
  return typeof type === 'string' ? (BY_TYPE[type] ?? null) : null;
};

const sampleObject = ({ properties = {} }: JsonObject, depth: number): Json =>
  Object.fromEntries(
    Object.entries(properties as JsonObject).map(([name, property]) => [name, sampleOf(property, depth + 1)]),
  );
