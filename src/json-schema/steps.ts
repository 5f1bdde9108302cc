import { isJsonObject, pointerTokens, type Json, type JsonObject } from '../kernel/index.js';

/**
 * Schemas come from strangers, and one of a few lines can take for ever: subschemas that refer to each other twice are
 * checked 2ⁿ times. References, and what is checked once for each element, therefore count their steps, and a check may
 * take only so many.
 */
const BUDGET = 1_000_000;

/** The keyword that counts. */
export const STEP = 'harmoniaStep';

let left = 0;

class TooManySteps extends Error {}
const EXHAUSTED = new TooManySteps();

export const spend = (steps: number): true => {
  left -= steps;
  if (left < 0) throw EXHAUSTED;
  return true;
};

/** Runs a check; says why when it had to be stopped. */
export const bounded = (check: () => unknown): string | undefined => {
  left = BUDGET;
  try {
    check();
    return undefined;
  } catch (error) {
    // A schema that refers to itself without an end fills the stack first.
    if (error instanceof TooManySteps || error instanceof RangeError)
      return 'takes too long to check: simplify the schema';
    throw error;
  }
};

/** Keywords whose value is data. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required', 'dependentRequired']);
/** Keywords whose value has a schema for each of many names. */
const NAMED: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'],
]);
/** Keywords whose schema is checked once for each element or property. */
const REPEATED: ReadonlySet<string> = new Set([
  ...['items', 'contains', 'additionalProperties', 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties'],
]);
const REFERENCES = ['$ref', '$dynamicRef'];

/** Puts the counting keyword where it is needed, in place. An unknown keyword may hold a schema: `$ref` can point there. */
export const countSteps = (root: JsonObject): void => {
  const whole = sizeOf(root);
  const visit = (schema: unknown, isRepeated: boolean): void => {
    if (Array.isArray(schema)) return schema.forEach((entry) => visit(entry, isRepeated));
    if (!isJsonObject(schema)) return;
    const own = isRepeated ? sizeOf(schema) : 0;
    const refers = REFERENCES.some((keyword) => typeof schema[keyword] === 'string');
    for (const [keyword, value] of Object.entries(schema)) {
      if (DATA.has(keyword)) continue;
      if (NAMED.has(keyword) && isJsonObject(value))
        Object.values(value).forEach((inner) => visit(inner, keyword === 'patternProperties'));
      else visit(value, REPEATED.has(keyword));
    }
    const target = refers ? targetSize(root, schema.$ref, whole) : 0;
    if (own + target > 0) Object.assign(schema, { [STEP]: 1 + ((own + target) >> 2) });
  };
  visit(root, false);
};

const targetSize = (root: JsonObject, reference: Json | undefined, whole: number): number => {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return whole;
  let target: Json | undefined = root;
  for (const token of pointerTokens(reference.slice(1))) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, token)) return whole;
    target = (target as Readonly<Record<string, Json>>)[token];
  }
  return target === undefined ? whole : sizeOf(target);
};

const sizeOf = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, entry) => sum + sizeOf(entry), 1);
};

const INTO_DATA =
  /"\$(?:ref|dynamicRef)":("[^"]*(?<!\/(?:properties|patternProperties|\$defs|definitions|dependentSchemas))\/(?:const|enum|default|examples)(?:\/[^"]*)?")/;

/** A reference into data, where no step would be counted. */
export const refersIntoData = (text: string): string | undefined => INTO_DATA.exec(text)?.[1];
