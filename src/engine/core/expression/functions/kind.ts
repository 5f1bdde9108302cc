import { Optional } from '@marcbachmann/cel-js';
import { surroundings } from '../budget.js';
import { entriesOf, isMap } from '../value.js';
import { kindOf } from './arguments.js';
import type { ExpressionFunction, Family } from './function.js';

/** What an optional holds; null when it holds nothing. */
const held = (value: unknown): unknown => {
  if (!(value instanceof Optional)) return value;
  return value.hasValue() ? value.value() : null;
};

const isEmpty = (value: unknown): boolean => {
  const inner = held(value);
  if (inner === null || inner === '') return true;
  if (Array.isArray(inner) || inner instanceof Uint8Array) return inner.length === 0;
  return isMap(inner) && entriesOf(inner).length === 0;
};

const is = (name: string, kind: string, example: readonly [string, boolean][]): ExpressionFunction => ({
  name,
  signatures: [`${name}(value: dyn): bool`],
  does: kind === 'null' ? 'Whether it is null, or an optional without a value.' : `Whether it is of type ${kind}.`,
  examples: example,
  run: (value: unknown) => kindOf(held(value)) === kind,
});

export const kinds: Family = {
  title: 'Types and defaults',
  functions: [
    {
      name: 'coalesce',
      signatures: ['coalesce(values: dyn...): dyn'],
      does: 'The first that is neither null nor an optional without a value; null if there is none.',
      examples: [
        ['coalesce(input.none, "default")', 'default'],
        ['coalesce(input.?nick, input.?none, input.name)', 'Ada Lovelace'],
      ],
      alias: ['default', 'ifNull', 'nvl', 'defaultTo', 'orElse', 'firstNonNull'],
      run: (values: readonly unknown[]) => values.map(held).find((value) => value !== null) ?? null,
    },
    {
      name: 'isEmpty',
      signatures: ['isEmpty(value: dyn): bool'],
      does: 'Whether it is null, an optional without a value, or a text, list or object with nothing in it.',
      examples: [
        ['isEmpty("")', true],
        ['isEmpty(input.?nosuch)', true],
        ['isEmpty(input.tags)', false],
      ],
      alias: ['empty', 'isBlank'],
      run: isEmpty,
    },
    {
      name: 'typeOf',
      signatures: ['typeOf(value: dyn): string'],
      does: 'The type as a text: null, bool, number, string, list, object, bytes, time, duration, optional.',
      examples: [
        ['typeOf(input.tags)', 'list'],
        ['typeOf(1)', 'number'],
      ],
      alias: ['typeof', 'kind'],
      run: kindOf,
    },
    is('isNull', 'null', [['isNull(input.none)', true]]),
    is('isBool', 'bool', [['isBool(true)', true]]),
    is('isNumber', 'number', [['isNumber("1")', false]]),
    is('isString', 'string', [['isString(input.name)', true]]),
    is('isList', 'list', [['isList(input.tags)', true]]),
    is('isObject', 'object', [['isObject(input.address)', true]]),
    {
      name: 'uuid',
      signatures: ['uuid(): string'],
      does: 'A UUID that depends on the execution, the step and how many were asked for before: replay gives the same.',
      examples: [['size(uuid())', 36]],
      alias: ['guid', 'uuid4', 'randomUUID', 'newId'],
      run: () => surroundings().uuid(),
    },
  ],
};
