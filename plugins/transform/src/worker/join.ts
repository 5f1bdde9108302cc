import type { JoinInput } from '../inputs.js';
import { Expression, jsonOf } from './expression.js';
import { Wrong, type Deadline } from './wrong.js';

interface Keyed {
  readonly item: unknown;
  /** `undefined`: it has none, and fits nothing. */
  readonly key: string | undefined;
}

const keyed = async (
  items: readonly unknown[],
  key: Expression,
  variables: Readonly<Record<string, unknown>>,
): Promise<Keyed[]> => {
  const found: Keyed[] = [];
  for (const [index, item] of items.entries()) {
    const value = await key.of(item, { ...variables, index }, index);
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isMissing = parts.length === 0 || parts.some((part) => part === null || part === undefined);
    found.push({ item, key: isMissing ? undefined : jsonOf(value) });
  }
  return found;
};

/** The items of one side by their keys. */
const byKeyOf = (rights: readonly Keyed[]): Map<string, unknown[]> => {
  const byKey = new Map<string, unknown[]>();
  for (const { item, key } of rights) {
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known) known.push(item);
    else byKey.set(key, [item]);
  }
  return byKey;
};

interface Row {
  readonly left: unknown;
  readonly right: unknown;
}

/** The rows of a join, in the order of `left`, then of `right`; then those of `right` that fit nothing. */
function* rowsOf(lefts: readonly Keyed[], rights: readonly Keyed[], kind: string): Generator<Row, void, void> {
  const byKey = byKeyOf(rights);
  const used = new Set<string>();
  for (const { item, key } of lefts) {
    const found = key === undefined ? undefined : byKey.get(key);
    if (key !== undefined && found) {
      used.add(key);
      for (const other of found) yield { left: item, right: other };
    } else if (kind === 'left' || kind === 'full') yield { left: item, right: null };
  }
  if (kind !== 'right' && kind !== 'full') return;
  for (const { item, key } of rights) if (key === undefined || !used.has(key)) yield { left: null, right: item };
}

export const join = async (input: JoinInput, deadline: Deadline): Promise<unknown> => {
  const { left, right, on, kind = 'inner', max_rows = 100_000, variables = {} } = input;
  const leftKey = new Expression(on.left, 'on.left', deadline);
  const rightKey = new Expression(on.right, 'on.right', deadline);
  const select = input.select === undefined ? undefined : new Expression(input.select, 'select', deadline);
  const lefts = await keyed(left, leftKey, variables);
  const rights = await keyed(right, rightKey, variables);
  const rows: Row[] = [];
  for (const row of rowsOf(lefts, rights, kind)) {
    if (rows.length >= max_rows) {
      const message = `The join has more than ${max_rows} rows. Raise \`max_rows\`, or join by more.`;
      throw new Wrong('result_too_large', message);
    }
    rows.push(row);
  }
  if (!select) return rows;
  const selected: unknown[] = [];
  for (const [index, row] of rows.entries())
    selected.push((await select.of(row, { ...variables, ...row, index }, index)) ?? null);
  return selected;
};
