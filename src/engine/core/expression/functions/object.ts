import { ExpressionRefused, payEntries } from '../budget.js';
import { entriesOf, isMap } from '../value.js';
import { kindOf } from './arguments.js';
import type { Family } from './function.js';

type Named = ReadonlyMap<string, unknown>;

/** Later ones win. */
const merged = (objects: readonly unknown[]): Named => {
  const all = new Map<string, unknown>();
  for (const object of objects) {
    if (!isMap(object)) throw new ExpressionRefused(`merge() takes objects, not ${kindOf(object)}`);
    const entries = entriesOf(object);
    payEntries(entries.length);
    for (const [key, value] of entries) all.set(key, value);
  }
  return all;
};

const namesIn = (names: readonly unknown[], of: string): ReadonlySet<string> => {
  for (const name of names)
    if (typeof name !== 'string') throw new ExpressionRefused(`${of}() takes a list of texts, not of ${kindOf(name)}`);
  return new Set(names as readonly string[]);
};

const pick = (object: unknown, names: readonly unknown[]): Named => {
  const wanted = namesIn(names, 'pick');
  return new Map(entriesOf(object).filter(([key]) => wanted.has(key)));
};

const omit = (object: unknown, names: readonly unknown[]): Named => {
  const unwanted = namesIn(names, 'omit');
  return new Map(entriesOf(object).filter(([key]) => !unwanted.has(key)));
};

const entries = (object: unknown): readonly Named[] => {
  const found = entriesOf(object);
  payEntries(found.length * 4);
  return found.map(([key, value]) => new Map([['key', key] as const, ['value', value] as const]));
};

const partOf = (entry: unknown, name: string): unknown => {
  const found = entriesOf(entry).find(([key]) => key === name);
  if (!found) throw new ExpressionRefused('fromEntries() takes a list of {key, value} or of [key, value]');
  return found[1];
};

const fromEntries = (list: readonly unknown[]): Named => {
  payEntries(list.length * 4);
  return new Map(
    list.map((entry) => {
      const [key, value] = Array.isArray(entry)
        ? (entry as [unknown, unknown])
        : [partOf(entry, 'key'), partOf(entry, 'value')];
      if (!['string', 'number', 'bool'].includes(kindOf(key ?? null)) || value === undefined)
        throw new ExpressionRefused('fromEntries() takes a list of {key, value} or of [key, value]');
      return [String(key), value];
    }),
  );
};

export const objects: Family = {
  title: 'Objects',
  functions: [
    {
      name: 'keys',
      signatures: ['keys(object: object): list<string>', 'object.keys(): list<string>'],
      does: 'Its keys, in order.',
      examples: [['keys(input.address)', ['street', 'city']]],
      alias: ['Object.keys', 'fields', 'keySet'],
      run: (object: unknown) => entriesOf(object).map(([key]) => key),
    },
    {
      name: 'values',
      signatures: ['values(object: object): list', 'object.values(): list'],
      does: 'Its values, in the order of the keys.',
      examples: [['input.address.values()', ['1 Main St', 'London']]],
      run: (object: unknown) => entriesOf(object).map(([, value]) => value),
    },
    {
      name: 'entries',
      signatures: ['entries(object: object): list<object>', 'object.entries(): list<object>'],
      does: 'A list of `{key, value}`, as a map over an object gives them.',
      examples: [['{"a": 1}.entries()', [{ key: 'a', value: 1 }]]],
      alias: ['items', 'toPairs', 'toEntries', 'to_entries'],
      run: entries,
    },
    {
      name: 'fromEntries',
      signatures: ['fromEntries(entries: list): object', 'list.fromEntries(): object'],
      does: 'An object of `{key, value}` or `[key, value]`; of equal keys the last one wins.',
      examples: [
        ['fromEntries([["a", 1], ["b", 2]])', { a: 1, b: 2 }],
        ['fromEntries(input.rows.map(r, [r.id, r.v]))', { a: 3, b: 2, c: 1 }],
      ],
      alias: ['toObject', 'toMap', 'from_entries', 'dict'],
      run: fromEntries,
    },
    {
      name: 'merge',
      signatures: ['merge(objects: object...): object'],
      does: 'One object of many; of equal keys the last one wins. Objects inside are not merged.',
      examples: [['merge({"a": 1, "b": 1}, {"b": 2})', { a: 1, b: 2 }]],
      alias: ['assign', 'extend', 'combine', 'Object.assign'],
      run: merged,
    },
    {
      name: 'pick',
      signatures: ['pick(object: object, keys: list<string>): object', 'object.pick(keys: list<string>): object'],
      does: 'Only these keys, as far as they are there.',
      examples: [['input.address.pick(["city", "zip"])', { city: 'London' }]],
      alias: ['select', 'only'],
      run: pick,
    },
    {
      name: 'omit',
      signatures: ['omit(object: object, keys: list<string>): object', 'object.omit(keys: list<string>): object'],
      does: 'All but these keys.',
      examples: [['omit(input.address, ["street"])', { city: 'London' }]],
      alias: ['without', 'except', 'remove'],
      run: omit,
    },
  ],
};
