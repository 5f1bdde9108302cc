import type { Signature } from '../../expression/index.js';
import { ANY, OBJECT, listOf, mayBe, optionalOf, simple, union, type Kind, type Type } from './type.js';

const INNER = /^(list|optional)<(.+)>$/;

/** The type that a signature names. */
const typeNamed = (name: string): Type => {
  const [, outer, inner] = INNER.exec(name) ?? [];
  if (outer !== undefined)
    return outer === 'list' ? listOf(typeNamed(inner as string)) : optionalOf(typeNamed(inner as string));
  if (name === 'dyn') return ANY;
  if (name === 'list') return listOf(ANY);
  if (name === 'object') return OBJECT;
  return simple(name as 'string');
};

/** What is in a list is looked at when the function runs. */
const accepts = (name: string, given: Type): boolean => name === 'dyn' || mayBe(given, name.replace(/<.*/, '') as Kind);

const takes = ({ parameters }: Signature, given: readonly Type[]): boolean => {
  const many = parameters.at(-1)?.needed === 'any number' ? parameters.at(-1) : undefined;
  const least = parameters.filter(({ needed }) => needed === 'once').length;
  if (given.length < least || (!many && given.length > parameters.length)) return false;
  return given.every((type, at) => accepts((parameters[at] ?? many)?.type ?? 'dyn', type));
};

/** What a call with such arguments gives; undefined when it can but fail. */
export const typeOfCall = (signatures: readonly Signature[], given: readonly Type[]): Type | undefined => {
  const fitting = signatures.filter((signature) => takes(signature, given));
  return fitting.length === 0 ? undefined : union(...fitting.map(({ returns }) => typeNamed(returns)));
};

type Operands = readonly [left: Kind, right: Kind, result: Kind];

const same = (result: Kind | undefined, ...kinds: readonly Kind[]): readonly Operands[] =>
  kinds.map((kind) => [kind, kind, result ?? kind]);

const ORDER = same('bool', 'number', 'string', 'bool', 'time', 'duration');
const SIGNS: Readonly<Record<string, readonly Operands[]>> = {
  '+': [
    ...same(undefined, 'number', 'string', 'list', 'bytes', 'duration'),
    ['time', 'duration', 'time'],
    ['duration', 'time', 'time'],
  ],
  '-': [...same(undefined, 'number', 'duration'), ['time', 'time', 'duration'], ['time', 'duration', 'time']],
  '*': same(undefined, 'number'),
  '/': same(undefined, 'number'),
  '%': same(undefined, 'number'),
  ...{ '<': ORDER, '<=': ORDER, '>': ORDER, '>=': ORDER },
};

export const isSign = (op: string): boolean => Object.hasOwn(SIGNS, op);

/** What a sign between such operands gives; undefined when it can but fail. */
export const typeOfSign = (op: string, left: Type, right: Type): Type | undefined => {
  const fitting = (SIGNS[op] ?? []).filter(([a, b]) => mayBe(left, a) && mayBe(right, b));
  if (fitting.length === 0) return undefined;
  const results = [...new Set(fitting.map(([, , result]) => result))];
  return union(...results.map((kind) => (kind === 'list' ? listOf(ANY) : simple(kind as 'number'))));
};
