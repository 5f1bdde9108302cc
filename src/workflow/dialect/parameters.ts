import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

const TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  select: 'string',
  textarea: 'string',
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
};
const KNOWN: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);

/** Words of upstream's ParameterDefinition and their JSON Schema names. */
const KEYWORDS: readonly (readonly [string, string])[] = [
  ['description', 'description'],
  ['enum', 'enum'],
  ['options', 'enum'],
  ['min_value', 'minimum'],
  ['max_value', 'maximum'],
  ['minimum', 'minimum'],
  ['maximum', 'maximum'],
  ['min_length', 'minLength'],
  ['max_length', 'maxLength'],
  ['pattern', 'pattern'],
  ['format', 'format'],
  ['items', 'items'],
  ['properties', 'properties'],
];

const typeOf = (parameter: JsonObject): { type?: string } => {
  const said = parameter.parameter_type ?? parameter.type;
  if (typeof said !== 'string') return {};
  const type = TYPES[said.toLowerCase()] ?? said.toLowerCase();
  return KNOWN.has(type) ? { type } : {};
};

/** The JSON Schema of one parameter of a template, or of one entry of a name → property map. */
export const propertySchema = (parameter: Json): JsonObject => {
  if (typeof parameter === 'string') return typeOf({ type: parameter });
  if (!isJsonObject(parameter)) return {};
  const keywords = KEYWORDS.flatMap(([theirs, ours]) =>
    parameter[theirs] === undefined ? [] : [[ours, parameter[theirs]] as const],
  );
  const fallback = parameter.default_value ?? parameter.default;
  return {
    ...typeOf(parameter),
    ...Object.fromEntries(keywords),
    ...(fallback !== undefined && fallback !== null && { default: fallback }),
  };
};

/** Parameters of a template by name: a map, or a list whose entries have names. */
export const namedParameters = (parameters: Json | undefined): ReadonlyMap<string, Json> => {
  if (Array.isArray(parameters)) {
    const named = (parameters as Json[]).filter(isJsonObject).filter((entry) => typeof entry.name === 'string');
    return new Map(named.map((entry) => [entry.name as string, entry]));
  }
  return new Map(isJsonObject(parameters) ? Object.entries(parameters) : []);
};

/** A full JSON Schema says so: it has a `type` that is a text, or keywords of one. A name → property map has neither. */
export const isJsonSchema = (value: JsonObject): boolean =>
  typeof value.$schema === 'string' ||
  Array.isArray(value.required) ||
  typeof value.additionalProperties === 'boolean' ||
  (value.type === 'object' && (value.properties === undefined || isJsonObject(value.properties))) ||
  ['properties', 'allOf', 'anyOf', 'oneOf', '$ref'].some((keyword) => typeof value[keyword] === 'object');

const isRequired = (parameter: Json): boolean => isJsonObject(parameter) && parameter.required === true;

/** The input schema of a workflow from its inputs (name → property) and the parameters of its template; the latter win. */
export const inputSchema = (
  inputs: ReadonlyMap<string, Json>,
  parameters: ReadonlyMap<string, Json>,
): JsonObject | undefined => {
  const names = new Set([...inputs.keys(), ...parameters.keys()]);
  if (names.size === 0) return undefined;
  const properties = [...names].map((name) => {
    const merged = { ...propertySchema(inputs.get(name) ?? {}), ...propertySchema(parameters.get(name) ?? {}) };
    return [name, merged] as const;
  });
  const required = properties.flatMap(([name, schema]) => {
    const asked = isRequired(parameters.get(name) ?? null) || isRequired(inputs.get(name) ?? null);
    return asked && schema.default === undefined ? [name] : [];
  });
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
};
