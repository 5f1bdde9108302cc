import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import { propertySchema } from '../../workflow/dialect/index.js';
import { LIMITS } from './limits.js';

/** One parameter of a template. */
export interface Parameter {
  /** JSON Schema 2020-12 of its values. */
  readonly schema: JsonObject;
  readonly required: boolean;
  /** Its value is kept as a credential: no workflow and no answer ever has it. */
  readonly secret: boolean;
  readonly description?: string;
  /** Used when no value is given. */
  readonly default?: Json;
}

/** By name. A map, as names may be anything that looks like one. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** How parameters are kept and answered: by name the words of `parameters`. Null in a child takes the parent's away. */
export type ParameterWords = JsonObject;

export const PARAMETER_NAME = /^[A-Za-z_]\w{0,127}$/;
/** Names that mean something else wherever objects are read carelessly. */
const NO_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Words for a type that say more than a type. */
const SAID_TYPES: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['enum', {}],
  ['any', {}],
  ['json', {}],
  ['password', { type: 'string' }],
  ['secret', { type: 'string' }],
  ['date', { type: 'string', format: 'date' }],
  ['datetime', { type: 'string', format: 'date-time' }],
  ['email', { type: 'string', format: 'email' }],
  ['url', { type: 'string', format: 'uri' }],
  ['uri', { type: 'string', format: 'uri' }],
  ['uuid', { type: 'string', format: 'uuid' }],
]);
const SECRET_TYPES: ReadonlySet<string> = new Set(['password', 'secret']);

/** What an entry may say beside the keywords of JSON Schema. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  ...['name', 'parameter_type', 'type', 'description', 'required', 'secret', 'default', 'default_value', 'options'],
  ...['min_value', 'max_value', 'min_length', 'max_length', 'schema', 'label', 'placeholder'],
]);
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['title', 'examples', 'deprecated', 'const', 'enum', 'format', 'pattern', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'items', 'prefixItems'],
  ...['contains', 'minContains', 'maxContains', 'minItems', 'maxItems', 'uniqueItems', 'properties'],
  ...['patternProperties', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties'],
  ...['dependentRequired', 'dependentSchemas', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', '$defs'],
  ...['$ref', '$comment', '$schema', 'contentEncoding', 'contentMediaType'],
]);

const optionsOf = (entry: JsonObject): { enum?: readonly Json[] } => {
  if (!Array.isArray(entry.options)) return {};
  const values = (entry.options as Json[]).map((option) =>
    isJsonObject(option) && option.value !== undefined ? option.value : option,
  );
  return { enum: values };
};

const schemaOf = (entry: JsonObject): JsonObject => {
  if (isJsonObject(entry.schema)) return entry.schema;
  const keywords = Object.fromEntries(Object.entries(entry).filter(([word]) => KEYWORDS.has(word)));
  const { default: _, description: __, ...known } = propertySchema(entry);
  const said = entry.parameter_type ?? entry.type;
  const type = typeof said === 'string' ? SAID_TYPES.get(said.toLowerCase()) : undefined;
  const schema = {
    ...known,
    ...keywords,
    ...type,
    ...(Array.isArray(said) && { type: said as Json }),
    ...(isJsonObject(entry.required) && {}),
    ...optionsOf(entry),
  };
  // A choice may be of any kind of value, whatever the word for it is.
  return schema.enum?.every((value) => typeof value === 'string') === false && said === 'select'
    ? withoutType(schema)
    : schema;
};

const withoutType = ({ type: _, ...rest }: JsonObject): JsonObject => rest;

const isKnownType = (said: Json | undefined): boolean =>
  said === undefined ||
  Array.isArray(said) ||
  (typeof said === 'string' &&
    (SAID_TYPES.has(said.toLowerCase()) || propertySchema({ type: said }).type !== undefined));

/** What a reading of parameters gave. `words` is what is kept: it reads as the same parameters again. */
export interface ReadParameters {
  readonly parameters: Parameters;
  readonly removed: ReadonlySet<string>;
}

class ParameterReader {
  readonly parameters = new Map<string, Parameter>();
  readonly removed = new Set<string>();

  constructor(
    private readonly faults: Fault[],
    private readonly schemas: SchemaChecker,
  ) {}

  add(name: Json | undefined, said: Json, where: string): void {
    if (typeof name !== 'string' || !PARAMETER_NAME.test(name) || NO_NAMES.has(name)) {
      const expected = `a name of letters, digits and _, not ${JSON.stringify(name ?? null)}`;
      this.faults.push(fault('wrong_type', where, { expected }));
    } else if (this.parameters.has(name) || this.removed.has(name)) {
      this.faults.push(fault('duplicate_key', where, { key: name }));
    } else if (said === null) this.removed.add(name);
    else this.read(name, typeof said === 'string' ? { type: said } : said, where);
  }

  private read(name: string, said: Json, where: string): void {
    if (!isJsonObject(said)) {
      this.faults.push(fault('wrong_type', where, { expected: 'an object with the `type` of the parameter' }));
      return;
    }
    const before = this.faults.length;
    this.checkWords(said, where);
    const fallback = said.default_value ?? said.default ?? undefined;
    const type = said.parameter_type ?? said.type;
    const secret = said.secret === true || (typeof type === 'string' && SECRET_TYPES.has(type.toLowerCase()));
    const schema = schemaOf(said);
    this.checkSchema({ schema, fallback, secret, where });
    if (this.faults.length > before) return;
    this.parameters.set(name, {
      schema,
      required: said.required === true,
      secret,
      ...(typeof said.description === 'string' && { description: said.description }),
      ...(fallback !== undefined && { default: fallback }),
    });
  }

  private checkWords(said: JsonObject, where: string): void {
    for (const word of Object.keys(said)) {
      if (OWN_WORDS.has(word) || KEYWORDS.has(word)) continue;
      const known = [...OWN_WORDS].slice(0, 9).join(', ');
      this.faults.push(fault('unknown_field', pointer(where, word), { field: word, known: `${known}, JSON Schema` }));
    }
    const field = said.parameter_type === undefined ? 'type' : 'parameter_type';
    if (!isKnownType(said[field])) {
      const expected = 'string, number, integer, boolean, object, array or enum';
      this.faults.push(fault('out_of_range', pointer(where, field), { expected }));
    }
    for (const word of ['required', 'secret']) {
      if (said[word] === undefined || said[word] === null || typeof said[word] === 'boolean') continue;
      this.faults.push(fault('wrong_type', pointer(where, word), { expected: 'true or false' }));
    }
  }

  private checkSchema(said: { schema: JsonObject; fallback: Json | undefined; secret: boolean; where: string }): void {
    const { schema, fallback, secret, where } = said;
    const compiled = this.schemas.compile(schema);
    if (!compiled.ok) {
      const { pointer: at, reason } = compiled.error;
      this.faults.push(fault('invalid_schema', where + at, { reason }));
      return;
    }
    if (fallback === undefined) return;
    const at = pointer(where, 'default');
    if (secret) this.faults.push(fault('wrong_type', at, { expected: 'absent: a secret has no default' }));
    for (const { reason, pointer: inside } of compiled.value.check(fallback))
      this.faults.push(fault('schema_mismatch', at + inside, { reason: `the default ${reason}` }));
  }
}

/** Parameters of a map by name, or of a list of entries with names. Faults point below `where`. */
export const readParameters = (
  said: Json | undefined,
  { where, faults, schemas }: { where: string; faults: Fault[]; schemas: SchemaChecker },
): ReadParameters => {
  const reader = new ParameterReader(faults, schemas);
  const entries: readonly (readonly [Json | undefined, Json, string])[] = Array.isArray(said)
    ? (said as Json[]).map((entry, index) => [
        isJsonObject(entry) ? entry.name : undefined,
        entry,
        pointer(where, index),
      ])
    : isJsonObject(said)
      ? Object.entries(said).map(([name, entry]) => [name, entry, pointer(where, name)])
      : [];
  if (said !== undefined && said !== null && typeof said !== 'object')
    faults.push(fault('wrong_type', where, { expected: 'an object by name, or a list of entries with names' }));
  if (entries.length > LIMITS.parameters) {
    faults.push(fault('template_too_large', where, { what: 'parameters', limit: LIMITS.parameters }));
    return reader;
  }
  for (const [name, entry, at] of entries) reader.add(name, entry, at);
  return reader;
};

/** A child's parameters over its parent's. */
export const inheritParameters = (parent: Parameters, { parameters, removed }: ReadParameters): Parameters =>
  new Map([...[...parent].filter(([name]) => !removed.has(name)), ...parameters]);
