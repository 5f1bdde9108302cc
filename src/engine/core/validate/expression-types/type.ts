import type { Json } from '../../../../kernel/index.js';

/**
 * What is known of a value before it is there: it is one of some alternatives, or anything. Never less than what it can
 * be: a check on types may only refuse what fails whatever the data is.
 */
export type Type =
  | { readonly is: 'any' }
  | {
      readonly is: 'one of';
      readonly alternatives: readonly Alternative[];
      /** Schemas that it is made of: what is made of too many is not looked into. Default 1. */
      readonly weight?: number;
    };

export type Scalar = 'null' | 'bool' | 'number' | 'string';
export type Alternative =
  | {
      readonly kind: Scalar;
      /** Absent: whichever of its kind. */
      readonly values?: readonly Json[];
      /** null in place of an output that is not there: `may_be_null` tells of it. */
      readonly untold?: true;
    }
  | { readonly kind: 'bytes' | 'time' | 'duration' | 'type' }
  | { readonly kind: 'list'; readonly of: () => Type }
  | { readonly kind: 'optional'; readonly of: () => Type }
  | { readonly kind: 'object'; readonly fields: Fields };

export type Kind = Alternative['kind'];

/** The fields of an object, looked up as they are asked for: a schema may be large, or refer to itself. */
export interface Fields {
  readonly field: (name: string) => Field;
  /** Those that are named, for messages. */
  readonly names: readonly string[];
  /** Those that must be there. */
  readonly required: readonly string[];
}

/**
 * `always`: it is there. `maybe`: it is named, but need not be there. `unlisted`: others are named, this one is not.
 * `unknown`: nobody says. `never`: it can not be there.
 */
export interface Field {
  readonly presence: 'always' | 'maybe' | 'unlisted' | 'unknown' | 'never';
  readonly type: Type;
}

export const ANY: Type = { is: 'any' };

/** More are taken for anything. */
const MAX_ALTERNATIVES = 16;

export const oneOf = (...alternatives: readonly Alternative[]): Type =>
  alternatives.length === 0 || alternatives.length > MAX_ALTERNATIVES ? ANY : { is: 'one of', alternatives };

export const simple = (...kinds: readonly (Scalar | 'bytes' | 'time' | 'duration' | 'type')[]): Type =>
  oneOf(...kinds.map((kind) => ({ kind })));

export const BOOL = simple('bool');
export const NUMBER = simple('number');
export const STRING = simple('string');
export const NULL = simple('null');

export const listOf = (type: Type): Type => oneOf({ kind: 'list', of: () => type });
export const optionalOf = (type: Type): Type => oneOf({ kind: 'optional', of: () => type });

/** An object of which nothing more is known. */
export const DICTIONARY: Fields = { field: () => ({ presence: 'unknown', type: ANY }), names: [], required: [] };

export const OBJECT: Type = oneOf({ kind: 'object', fields: DICTIONARY });

/** An object that has just these fields, all of them. */
export const record = (fields: Readonly<Record<string, Type>>, optional: Readonly<Record<string, Type>> = {}): Type => {
  const [always, maybe] = [new Map(Object.entries(fields)), new Map(Object.entries(optional))];
  const field = (name: string): Field => {
    const type = always.get(name);
    if (type) return { presence: 'always', type };
    const other = maybe.get(name);
    return other ? { presence: 'maybe', type: other } : { presence: 'never', type: ANY };
  };
  return oneOf({
    kind: 'object',
    fields: { field, names: [...always.keys(), ...maybe.keys()], required: [...always.keys()] },
  });
};

export const union = (...types: readonly Type[]): Type => {
  const alternatives: Alternative[] = [];
  for (const type of types) {
    if (type.is === 'any') return ANY;
    alternatives.push(...type.alternatives);
  }
  return oneOf(...alternatives);
};

/** The type of a value that is known already. */
export const typeOfValue = (value: Json): Type => {
  if (value === null) return oneOf({ kind: 'null', values: [null] });
  if (typeof value === 'string') return oneOf({ kind: 'string', values: [value] });
  if (typeof value === 'number') return oneOf({ kind: 'number', values: [value] });
  if (typeof value === 'boolean') return oneOf({ kind: 'bool', values: [value] });
  if (Array.isArray(value)) return oneOf({ kind: 'list', of: () => union(...(value as Json[]).map(typeOfValue)) });
  return record(Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, typeOfValue(entry)])));
};

export const kindsOf = (type: Type): readonly Kind[] | undefined =>
  type.is === 'any' ? undefined : [...new Set(type.alternatives.map(({ kind }) => kind))];

/** Whether a value of the type may be of one of these kinds. */
export const mayBe = (type: Type, ...kinds: readonly Kind[]): boolean =>
  type.is === 'any' || type.alternatives.some(({ kind }) => kinds.includes(kind));

/** For messages: `number or null`. */
export const nameOf = (type: Type): string => {
  const kinds = kindsOf(type);
  if (kinds === undefined || kinds.length === 0) return 'anything';
  return kinds.length === 1 ? String(kinds[0]) : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
};

/** Whether two values of these types can be equal, as far as kinds and listed values say. */
export const mayBeEqual = (left: Type, right: Type): boolean => {
  if (left.is === 'any' || right.is === 'any') return true;
  return left.alternatives.some((a) => right.alternatives.some((b) => meet(a, b)));
};

const meet = (a: Alternative, b: Alternative): boolean => {
  if (a.kind !== b.kind) return false;
  if (!('values' in a) || !('values' in b) || !a.values || !b.values) return true;
  const others = b.values;
  return a.values.some((value) => others.includes(value));
};

/** What comes out of an expression: of an optional what it holds, or null. */
export const resultOf = (type: Type): Type => {
  if (type.is === 'any') return ANY;
  return union(
    ...type.alternatives.map((alternative) =>
      alternative.kind === 'optional'
        ? union(resultOf(alternative.of()), oneOf({ kind: 'null', untold: true }))
        : oneOf(alternative),
    ),
  );
};
