import { Optional } from '@marcbachmann/cel-js';
import { ExpressionRefused, payEntries, payWork, spend } from '../budget.js';
import { identityOf } from '../value.js';
import { kindOf, wholeNumber } from './arguments.js';
import type { ExpressionFunction, Family } from './function.js';

type List = readonly unknown[];
const MAX_DEPTH = 100;

const ORDERED: ReadonlySet<string> = new Set(['number', 'string', 'bool', 'time', 'duration']);

/** Throws unless there is an order among the keys, which is that of `<`. */
const checkOrder = (keys: List): void => {
  const kinds = new Set(keys.map(kindOf));
  const [kind = 'number', other] = kinds;
  if (other !== undefined) throw new ExpressionRefused(`${kind} and ${other} have no order among them`);
  if (!ORDERED.has(kind))
    throw new ExpressionRefused(
      `values of type ${kind} have no order; sort by one of their fields: sortBy(x, x.field)`,
    );
};

/** Stable. Pays for the comparisons: each may look at a whole text. */
const sortedBy = (pairs: readonly (readonly [unknown, unknown])[]): List => {
  const levels = Math.ceil(Math.log2(pairs.length + 2));
  const characters = pairs.reduce((sum, [, key]) => sum + (typeof key === 'string' ? key.length : 0), 0);
  spend(((pairs.length >> 2) + (characters >> 6)) * levels + pairs.length);
  checkOrder(pairs.map(([, key]) => key));
  const sorted = [...pairs].sort(([, a], [, b]) =>
    (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0,
  );
  return sorted.map(([element]) => element);
};

const groupedBy = (pairs: readonly (readonly [unknown, unknown])[]): Map<string, unknown[]> => {
  payEntries(pairs.length);
  const groups = new Map<string, unknown[]>();
  for (const [element, key] of pairs) {
    if (!['string', 'number', 'bool'].includes(kindOf(key)))
      throw new ExpressionRefused(`groupBy() needs texts, numbers or bools as keys, not ${kindOf(key)}`);
    const group = groups.get(String(key));
    if (group) group.push(element);
    else groups.set(String(key), [element]);
  }
  return groups;
};

const flattened = (list: List, depth = 1): List => {
  const levels = wholeNumber(depth, 'the depth', { max: MAX_DEPTH });
  const flat: unknown[] = [];
  const add = (entries: List, left: number): void => {
    payEntries(entries.length);
    for (const entry of entries) {
      if (left > 0 && Array.isArray(entry)) add(entry as List, left - 1);
      else flat.push(entry);
    }
  };
  add(list, levels);
  return flat;
};

const sliced = (list: List, start: number, end = list.length): List => {
  const bounds = { min: -Number.MAX_SAFE_INTEGER };
  return list.slice(wholeNumber(start, 'a position', bounds), wholeNumber(end, 'a position', bounds));
};

const range = (first: number, end?: number): List => {
  const bounds = { min: -Number.MAX_SAFE_INTEGER };
  const [from, to] = end === undefined ? [0, first] : [first, end];
  const count = wholeNumber(to, 'the end of a range', bounds) - wholeNumber(from, 'the start of a range', bounds);
  payEntries(Math.max(0, count));
  return Array.from({ length: Math.max(0, count) }, (_, index) => from + index);
};

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** How much longer than going over a value it takes to write down what it equals. */
const IDENTITY_WORK = 16;

/** Equal values have equal keys: scalars are their own, all else is written down. */
const keyOf = (value: unknown): unknown => {
  if (isScalar(value)) return value;
  payWork(value, IDENTITY_WORK);
  return `\u0000${identityOf(value)}`;
};

/** As many units as there are elements, beside what keys cost. */
const keysOf = (list: List): List => {
  payEntries(list.length * 2);
  // A text that begins like the key of something else is written down too.
  return list.map((value) => keyOf(typeof value === 'string' && value.startsWith('\u0000') ? [value] : value));
};

const indexOf = (within: string | List, wanted: unknown, from?: number): number => {
  if (typeof within === 'string') {
    const start = from === undefined ? 0 : wholeNumber(from, 'a position', { max: within.length });
    return within.indexOf(wanted as string, start);
  }
  return isScalar(wanted) ? within.indexOf(wanted) : keysOf(within).indexOf(keyOf(wanted));
};

const lastIndexOf = (within: string | List, wanted: unknown, from?: number): number => {
  if (typeof within === 'string') {
    const start = from === undefined ? Infinity : wholeNumber(from, 'a position', { max: within.length });
    return within.lastIndexOf(wanted as string, start);
  }
  return isScalar(wanted) ? within.lastIndexOf(wanted) : keysOf(within).lastIndexOf(keyOf(wanted));
};

const distinct = (list: List): List => {
  const seen = new Set<unknown>();
  const keys = keysOf(list);
  return list.filter((_, at) => seen.size < seen.add(keys[at]).size);
};

const zipped = (left: List, right: List): List => {
  const length = Math.min(left.length, right.length);
  payEntries(length * 3);
  return Array.from({ length }, (_, at) => [left[at], right[at]]);
};

const chunked = (list: List, size: number): List => {
  const each = wholeNumber(size, 'the size of a chunk', { min: 1 });
  payEntries(Math.ceil(list.length / each) * 2 + list.length);
  return Array.from({ length: Math.ceil(list.length / each) }, (_, at) => list.slice(at * each, (at + 1) * each));
};

const setsOf = (left: List, right: List): readonly [ReadonlySet<unknown>, ReadonlySet<unknown>] => [
  new Set(keysOf(left)),
  new Set(keysOf(right)),
];
const isWithin = (inner: ReadonlySet<unknown>, outer: ReadonlySet<unknown>): boolean =>
  [...inner].every((key) => outer.has(key));

const ends: readonly ExpressionFunction[] = [
  {
    name: 'first',
    signatures: ['list.first(): optional<dyn>'],
    does: 'The first element, if there is one: add `.orValue(…)` to say what else, or `.value()` to insist.',
    examples: [
      ['input.tags.first().value()', 'x'],
      ['[].first().orValue("none")', 'none'],
      ['input.rows.first().v', 3],
    ],
    alias: ['head'],
    run: (list: List) => (list.length === 0 ? Optional.none() : Optional.of(list[0])),
  },
  {
    name: 'last',
    signatures: ['list.last(): optional<dyn>'],
    does: 'The last element, if there is one.',
    examples: [['input.rows.last().v', 1]],
    alias: ['tail', 'end'],
    run: (list: List) => (list.length === 0 ? Optional.none() : Optional.of(list.at(-1))),
  },
  {
    name: 'slice',
    signatures: ['list.slice(start: number, end: number?): list'],
    does: 'From one position up to before another; below 0 it counts from the end.',
    examples: [
      ['[1, 2, 3, 4].slice(1, 3)', [2, 3]],
      ['[1, 2, 3, 4].slice(-2)', [3, 4]],
    ],
    alias: ['take', 'skip', 'drop', 'sublist', 'limit'],
    run: sliced,
  },
  {
    name: 'indexOf',
    signatures: ['string.indexOf(wanted: string, from: number?): number', 'list.indexOf(wanted: dyn): number'],
    does: 'The first position of a text in a text, or of a value in a list; -1 if there is none.',
    examples: [
      ['"abcabc".indexOf("c")', 2],
      ['"abcabc".indexOf("a", 1)', 3],
      ['input.tags.indexOf("y")', 1],
    ],
    alias: ['find', 'position', 'findIndex'],
    run: indexOf,
  },
  {
    name: 'lastIndexOf',
    signatures: ['string.lastIndexOf(wanted: string, from: number?): number', 'list.lastIndexOf(wanted: dyn): number'],
    does: 'The last such position.',
    examples: [
      ['"abcabc".lastIndexOf("a")', 3],
      ['input.tags.lastIndexOf("x")', 2],
    ],
    run: lastIndexOf,
  },
];

const orders: readonly ExpressionFunction[] = [
  {
    name: 'sort',
    signatures: ['list.sort(): list'],
    does: 'In order: numbers, texts (by code units), bools, times or durations, not mixed.',
    examples: [
      ['[3, 1, 2].sort()', [1, 2, 3]],
      ['input.tags.sort().reverse()', ['y', 'x', 'x']],
    ],
    alias: ['sorted', 'order', 'orderBy'],
    run: (list: List) => sortedBy(list.map((entry) => [entry, entry])),
  },
  {
    name: 'sortBy',
    signatures: ['list.sortBy(x: dyn, key: dyn): list'],
    does: 'In the order of what `key`, in which `x` is an element, gives for each. Equal ones keep their order.',
    examples: [['input.rows.sortBy(r, r.v).map(r, r.id)', ['c', 'b', 'a']]],
    alias: ['sort_by', 'sortOn'],
    macro: true,
    run: sortedBy,
  },
  {
    name: 'groupBy',
    signatures: ['list.groupBy(x: dyn, key: dyn): object'],
    does: 'An object of lists: the elements by what `key`, in which `x` is an element, gives for each.',
    examples: [
      ['input.tags.groupBy(t, t)', { x: ['x', 'x'], y: ['y'] }],
      ['input.rows.groupBy(r, r.v > 1).keys()', ['true', 'false']],
    ],
    alias: ['group_by', 'partition', 'indexBy', 'keyBy'],
    macro: true,
    run: groupedBy,
  },
];

const shapes: readonly ExpressionFunction[] = [
  {
    name: 'distinct',
    signatures: ['list.distinct(): list'],
    does: 'Each value once, where it comes first.',
    examples: [['input.tags.distinct()', ['x', 'y']]],
    alias: ['unique', 'uniq', 'dedupe'],
    run: distinct,
  },
  {
    name: 'flatten',
    signatures: ['list.flatten(depth: number?): list'],
    does: 'The elements of the lists in it, one level deep or so many.',
    examples: [
      ['[[1], [2, [3]]].flatten()', [1, 2, [3]]],
      ['[[1], [2, [3]]].flatten(2)', [1, 2, 3]],
    ],
    alias: ['flat', 'flatMap', 'concat'],
    run: flattened,
  },
  {
    name: 'zip',
    signatures: ['list.zip(other: list): list<list>'],
    does: 'Pairs of the elements at the same position, as long as both have one.',
    examples: [
      [
        '["a", "b"].zip([1, 2])',
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
    ],
    run: zipped,
  },
  {
    name: 'chunk',
    signatures: ['list.chunk(size: number): list<list>'],
    does: 'Lists of so many elements; the last may be shorter.',
    examples: [['[1, 2, 3, 4, 5].chunk(2)', [[1, 2], [3, 4], [5]]]],
    alias: ['batch', 'chunks', 'chunked'],
    run: chunked,
  },
  {
    name: 'lists.range',
    signatures: [
      'lists.range(start: number, end: number?): list<number>',
      'range(start: number, end: number?): list<number>',
    ],
    does: 'Whole numbers from `start` up to before `end`; with one number, from 0 up to before it.',
    examples: [
      ['lists.range(3)', [0, 1, 2]],
      ['range(2, 5)', [2, 3, 4]],
    ],
    alias: ['sequence', 'seq'],
    run: range,
  },
  {
    name: 'sets.contains',
    signatures: ['sets.contains(list: list, all: list): bool'],
    does: 'Whether everything in the second list is in the first.',
    examples: [['sets.contains(input.tags, ["y", "x"])', true]],
    alias: ['containsAll', 'isSuperset', 'includesAll'],
    run: (outer: List, inner: List) => {
      const [all, wanted] = setsOf(outer, inner);
      return isWithin(wanted, all);
    },
  },
  {
    name: 'sets.intersects',
    signatures: ['sets.intersects(one: list, other: list): bool'],
    does: 'Whether something is in both lists.',
    examples: [['sets.intersects(input.tags, ["z"])', false]],
    alias: ['containsAny', 'overlaps', 'intersection'],
    run: (one: List, other: List) => {
      const [left, right] = setsOf(one, other);
      return [...left].some((key) => right.has(key));
    },
  },
  {
    name: 'sets.equivalent',
    signatures: ['sets.equivalent(one: list, other: list): bool'],
    does: 'Whether both lists hold the same values, in any order, however often.',
    examples: [['sets.equivalent(input.tags, ["y", "x"])', true]],
    run: (one: List, other: List) => {
      const [left, right] = setsOf(one, other);
      return left.size === right.size && isWithin(left, right);
    },
  },
];

export const lists: Family = { title: 'Lists', functions: [...ends, ...orders, ...shapes] };
