import type { GroupInput } from '../inputs.js';
import { Expression, jsonOf } from './expression.js';
import { Wrong, type Deadline } from './wrong.js';

type Operation = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'list' | 'first' | 'last';

/** What an operation knows of a group so far. Items that have no value, or null, are not counted in. */
interface Tally {
  count: number;
  sum: number;
  least: string | number | undefined;
  most: string | number | undefined;
  values: unknown[];
}

const RESULTS: Readonly<Record<Operation, (tally: Tally) => unknown>> = {
  count: ({ count }) => count,
  sum: ({ sum }) => sum,
  avg: ({ sum, count }) => (count === 0 ? null : sum / count),
  min: ({ least }) => least ?? null,
  max: ({ most }) => most ?? null,
  list: ({ values }) => values,
  first: ({ values }) => values[0] ?? null,
  last: ({ values }) => values[0] ?? null,
};

/** One aggregate of all groups. */
interface Aggregate {
  readonly name: string;
  readonly operation: Operation;
  /** Absent: the item itself. */
  readonly of: Expression | undefined;
}

const ordered = (value: unknown, previous: string | number | undefined, name: string): string | number => {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Wrong('expression_failed', `\`aggregates.${name}\` compares something that is no text and no number.`);
  if (previous !== undefined && typeof previous !== typeof value)
    throw new Wrong('expression_failed', `\`aggregates.${name}\` compares texts with numbers.`);
  return value;
};

const tallyUp = (tally: Tally, value: unknown, { name, operation }: Aggregate): void => {
  if (value === undefined || value === null) return;
  tally.count++;
  if (operation === 'sum' || operation === 'avg') {
    if (typeof value !== 'number')
      throw new Wrong('expression_failed', `\`aggregates.${name}\` adds up something that is no number.`);
    tally.sum += value;
  } else if (operation === 'min') {
    const one = ordered(value, tally.least, name);
    if (tally.least === undefined || one < tally.least) tally.least = one;
  } else if (operation === 'max') {
    const one = ordered(value, tally.most, name);
    if (tally.most === undefined || one > tally.most) tally.most = one;
  } else if (operation === 'last') tally.values = [value];
  else if (operation === 'list' || (operation === 'first' && tally.values.length === 0)) tally.values.push(value);
};

interface Group {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly tallies: readonly Tally[];
}

const compile = ({ by = {}, aggregates }: GroupInput, deadline: Deadline) => {
  const twin = Object.keys(by).find((name) => Object.hasOwn(aggregates, name));
  if (twin !== undefined)
    throw new Wrong('expression_invalid', `\`by\` and \`aggregates\` both have "${twin}". Name one of them otherwise.`);
  const keys = Object.entries(by as Record<string, string>).map(
    ([name, text]) => [name, new Expression(text, `by.${name}`, deadline)] as const,
  );
  const named = aggregates as Readonly<Record<string, { op: Operation; of?: string }>>;
  const all = Object.entries(named).map(([name, { op, of }]): Aggregate => ({
    name,
    operation: op,
    of: of === undefined ? undefined : new Expression(of, `aggregates.${name}.of`, deadline),
  }));
  return { keys, aggregates: all };
};

/** One row for each combination of keys, in the order of their first items; without `by` one row for all. */
export const group = async (input: GroupInput, deadline: Deadline): Promise<unknown> => {
  const { items, variables = {} } = input;
  const { keys, aggregates } = compile(input, deadline);
  const groups = new Map<string, Group>();
  const groupOf = (found: readonly (readonly [string, unknown])[]): Group => {
    const id = jsonOf(found.map(([, value]) => value));
    const known = groups.get(id);
    if (known) return known;
    const tallies = aggregates.map((): Tally => ({ count: 0, sum: 0, least: undefined, most: undefined, values: [] }));
    const made = { keys: Object.fromEntries(found), tallies };
    groups.set(id, made);
    return made;
  };
  if (keys.length === 0) groupOf([]);
  for (const [index, item] of items.entries()) {
    const bindings = { ...variables, index };
    const found: (readonly [string, unknown])[] = [];
    for (const [name, key] of keys) found.push([name, (await key.of(item, bindings, index)) ?? null]);
    const { tallies } = groupOf(found);
    for (const [at, aggregate] of aggregates.entries()) {
      const value = aggregate.of ? await aggregate.of.of(item, bindings, index) : item;
      tallyUp(tallies[at] as Tally, value, aggregate);
    }
  }
  return [...groups.values()].map(({ keys: found, tallies }) => ({
    ...found,
    ...Object.fromEntries(
      aggregates.map(({ name, operation }, at) => [name, RESULTS[operation](tallies[at] as Tally)]),
    ),
  }));
};
