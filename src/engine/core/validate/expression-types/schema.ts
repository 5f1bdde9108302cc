import { isJsonObject, ownValue, pointerTokens, type Json, type JsonObject } from '../../../../kernel/index.js';
import { ANY, DICTIONARY, oneOf, type Alternative, type Field, type Fields, type Kind, type Type } from './type.js';

/** Schemas that are looked at for one value: references and `allOf` may go on for ever. More are taken for anything. */
const MAX_LOOKS = 32;

interface Look {
  readonly root: Json;
  /** Whether what is absent has been filled in from `default`. */
  readonly defaults: boolean;
  left: number;
}

/** Words that may say more about an object than is looked at here. */
const SAYS_MORE = [
  ...['anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas', 'patternProperties', 'unevaluatedProperties'],
  ...['$dynamicRef', '$recursiveRef'],
];

const KINDS: Readonly<Record<string, Kind>> = {
  ...{ null: 'null', boolean: 'bool', number: 'number', integer: 'number', string: 'string' },
  ...{ array: 'list', object: 'object' },
};
const ALL: readonly Kind[] = ['null', 'bool', 'number', 'string', 'list', 'object'];

/**
 * What a JSON Schema says of a value: `type`, `properties`, `required`, `items`, `additionalProperties`, `enum`, `const`,
 * `default`, `$ref` within the document, `allOf`. Everything else may only narrow it further, and is left out.
 */
export const typeOfSchema = (schema: Json | undefined, options: { readonly defaults: boolean }): Type =>
  schema === undefined ? ANY : typeIn(schema, { root: schema, defaults: options.defaults, left: MAX_LOOKS });

const typeIn = (schema: Json, look: Look): Type => {
  look.left -= 1;
  if (look.left < 0 || !isJsonObject(schema)) return ANY;
  // A schema with an id of its own is another document: its references lead elsewhere.
  if (schema.$id !== undefined && schema !== look.root) return ANY;
  const own = ownType(schema, look);
  const others = [...referred(schema, look), ...listed(schema.allOf)].map((part) => typeIn(part, look));
  return others.reduce(both, own);
};

/** Looked at anew: one value pays for itself only. */
const later = (schema: Json | undefined, { root, defaults }: Look): Type =>
  schema === undefined ? ANY : typeIn(schema, { root, defaults, left: MAX_LOOKS });

const listed = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const referred = ({ $ref }: JsonObject, { root }: Look): readonly Json[] => {
  if (typeof $ref !== 'string') return [];
  if ($ref === '#') return [root];
  // Anchors and other documents are not looked up: `true` says nothing.
  if (!$ref.startsWith('#/')) return [true];
  let target: Json | undefined = root;
  for (const token of tokensOf($ref) ?? []) {
    if (isJsonObject(target) && target !== root && target.$id !== undefined) return [true];
    if (Array.isArray(target)) target = (target as Json[])[Number(token)];
    else target = isJsonObject(target) ? ownValue(target, token) : undefined;
  }
  return [target ?? true];
};

const tokensOf = ($ref: string): readonly string[] | undefined => {
  try {
    return pointerTokens(decodeURIComponent($ref.slice(1)));
  } catch {
    return undefined;
  }
};

const ownType = (schema: JsonObject, look: Look): Type => {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  const kinds = kindsIn(schema.type);
  if (Array.isArray(values)) return typeOfValues(values as Json[], kinds);
  const says =
    kinds !== undefined || ['properties', 'required', 'additionalProperties', 'items'].some((word) => word in schema);
  if (!says) return ANY;
  return oneOf(...(kinds ?? ALL).map((kind) => alternativeOf(kind, schema, look)));
};

const kindsIn = (type: Json | undefined): readonly Kind[] | undefined => {
  const names = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as Json[]) : undefined;
  const kinds = names?.map((name) => (typeof name === 'string' ? ownValue(KINDS, name) : undefined));
  if (!kinds || kinds.length === 0 || kinds.includes(undefined)) return undefined;
  return [...new Set(kinds as Kind[])];
};

const typeOfValues = (values: readonly Json[], kinds: readonly Kind[] | undefined): Type => {
  const byKind = new Map<Kind, Json[]>();
  for (const value of values) {
    const kind = Array.isArray(value) ? 'list' : value === null ? 'null' : KINDS[typeof value];
    if (kind && (!kinds || kinds.includes(kind))) byKind.set(kind, [...(byKind.get(kind) ?? []), value]);
  }
  // Nothing fits such a schema.
  if (byKind.size === 0) return ANY;
  return oneOf(
    ...[...byKind].map(([kind, some]): Alternative => {
      if (kind === 'list') return { kind, of: () => ANY };
      return kind === 'object' ? { kind, fields: DICTIONARY } : ({ kind, values: some } as Alternative);
    }),
  );
};

const alternativeOf = (kind: Kind, schema: JsonObject, look: Look): Alternative => {
  if (kind === 'object') return { kind, fields: fieldsOf(schema, look) };
  if (kind !== 'list') return { kind } as Alternative;
  const items = 'prefixItems' in schema ? undefined : schema.items;
  return { kind, of: once(() => later(items, look)) };
};

/** Many expressions read the same: it is looked up once. */
const once = (make: () => Type): (() => Type) => {
  let made: Type | undefined;
  return () => (made ??= make());
};

const onceEach = (make: (name: string) => Field): ((name: string) => Field) => {
  const made = new Map<string, Field>();
  return (name) => {
    const field = made.get(name) ?? make(name);
    made.set(name, field);
    return field;
  };
};

const fieldsOf = (schema: JsonObject, look: Look): Fields => {
  const properties = isJsonObject(schema.properties) ? schema.properties : undefined;
  const required = new Set(listed(schema.required).filter((name) => typeof name === 'string'));
  const rest = schema.additionalProperties;
  const saysMore = SAYS_MORE.some((word) => word in schema);
  const unnamed = (): Field => {
    if ('patternProperties' in schema) return { presence: 'unknown', type: ANY };
    if (rest === false) return { presence: 'never', type: ANY };
    if (isJsonObject(rest)) return { presence: 'unknown', type: later(rest, look) };
    return { presence: properties && rest === undefined && !saysMore ? 'unlisted' : 'unknown', type: ANY };
  };
  const field = (name: string): Field => {
    const property = properties && ownValue(properties, name);
    if (property === undefined) return required.has(name) ? { ...unnamed(), presence: 'always' } : unnamed();
    if (property === false) return { presence: 'never', type: ANY };
    const filled = look.defaults && isJsonObject(property) && 'default' in property;
    return { presence: required.has(name) || filled ? 'always' : 'maybe', type: later(property, look) };
  };
  return { field: onceEach(field), names: properties ? Object.keys(properties) : [], required: [...required] };
};

/** What both say. Where they can not agree nothing fits, and nothing is said. */
const both = (left: Type, right: Type): Type => {
  if (left.is === 'any') return right;
  if (right.is === 'any') return left;
  const alternatives = left.alternatives.flatMap((a) => {
    const b = right.alternatives.find(({ kind }) => kind === a.kind);
    return b ? [narrowed(a, b)] : [];
  });
  // The parts of each field are as many again: without a bound they would multiply with each level.
  const weight = (left.weight ?? 1) + (right.weight ?? 1);
  return alternatives.length === 0 || weight > MAX_LOOKS ? ANY : { is: 'one of', alternatives, weight };
};

const narrowed = (a: Alternative, b: Alternative): Alternative => {
  if (a.kind === 'object' && b.kind === 'object') return { kind: 'object', fields: bothFields(a.fields, b.fields) };
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', of: once(() => both(a.of(), b.of())) };
  return 'values' in a ? a : b;
};

const STRENGTH: readonly Field['presence'][] = ['never', 'always', 'maybe', 'unknown', 'unlisted'];

const bothFields = (a: Fields, b: Fields): Fields => ({
  field: onceEach((name) => {
    const [one, other] = [a.field(name), b.field(name)];
    const presence = STRENGTH.find((strength) => one.presence === strength || other.presence === strength);
    return { presence: presence ?? 'unknown', type: both(one.type, other.type) };
  }),
  names: [...new Set([...a.names, ...b.names])],
  required: [...new Set([...a.required, ...b.required])],
});
