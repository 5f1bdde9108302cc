import type { FilterInput, MapInput, QueryInput, SortInput } from '../inputs.js';
import { Expression, isTrue } from './expression.js';
import { Wrong, type Deadline } from './wrong.js';

export const query = ({ data = null, expression, variables = {} }: QueryInput, deadline: Deadline): Promise<unknown> =>
  new Expression(expression, 'expression', deadline).of(data, variables);

export const map = async ({ items, expression, variables = {} }: MapInput, deadline: Deadline): Promise<unknown> => {
  const each = new Expression(expression, 'expression', deadline);
  const mapped: unknown[] = [];
  for (const [index, item] of items.entries())
    mapped.push((await each.of(item, { ...variables, index }, index)) ?? null);
  return mapped;
};

export const filter = async ({ items, where, variables = {} }: FilterInput, deadline: Deadline): Promise<unknown> => {
  const test = new Expression(where, 'where', deadline);
  const kept: unknown[] = [];
  for (const [index, item] of items.entries())
    if (isTrue(await test.of(item, { ...variables, index }, index))) kept.push(item);
  return kept;
};

type Key = string | number | boolean | undefined;

/** False before true, and nothing last, whichever way the sorting goes. */
const comparable = (value: unknown, field: string, index: number): Key => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const details = { field, index };
  throw new Wrong('expression_failed', `\`${field}\` gives no text, number or truth value for item ${index}.`, details);
};

const compared = (a: Key, b: Key, field: string): number => {
  if (typeof a !== typeof b)
    throw new Wrong(
      'expression_failed',
      `\`${field}\` gives a ${typeof a} for one item and a ${typeof b} for another.`,
      {
        field,
      },
    );
  // By code points, not by a language: the same everywhere.
  return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
};

export const sort = async ({ items, by, variables = {} }: SortInput, deadline: Deadline): Promise<unknown> => {
  const orders = by.map(({ expression, order = 'asc' }, index) => {
    const field = `by[${index}]`;
    return { key: new Expression(expression, field, deadline), field, sign: order === 'asc' ? 1 : -1 };
  });
  const keyed: { item: unknown; keys: Key[] }[] = [];
  for (const [index, item] of items.entries()) {
    const keys: Key[] = [];
    for (const { key, field } of orders)
      keys.push(comparable(await key.of(item, { ...variables, index }, index), field, index));
    keyed.push({ item, keys });
  }
  keyed.sort((one, other) => {
    for (const [index, { field, sign }] of orders.entries()) {
      const [a, b] = [one.keys[index], other.keys[index]];
      if (a === undefined && b === undefined) continue;
      if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
      const order = compared(a, b, field);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
};
