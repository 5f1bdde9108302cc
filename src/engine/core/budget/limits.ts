/** What an execution may use, as a workflow or a request says it. Absent: as much as it likes. Journaled. */
export interface Limits {
  /** Input and output together. */
  readonly tokens?: number;
  readonly calls?: number;
  /** By currency (ISO 4217). */
  readonly cost?: Readonly<Record<string, number>>;
  /** Time in which the execution is not paused. */
  readonly seconds?: number;
}

/** The budget of a workflow. */
export interface Budget {
  readonly limits: Limits;
  /** Who may raise it; empty: anybody. */
  readonly by: readonly string[];
}

/** Names one limit: `tokens`, `calls`, `seconds`, `cost.USD`. */
export type LimitName = string;

/** A limit that was reached. Journaled. */
export interface Reached {
  readonly budget: LimitName;
  readonly used: number;
  readonly limit: number;
}

/** Limits by name. */
export type LimitTable = ReadonlyMap<LimitName, number>;

const COST = 'cost.';

/** The currency of a limit on money. */
export const currencyOf = (name: LimitName): string | undefined =>
  name.startsWith(COST) ? name.slice(COST.length) : undefined;

const NAMES = ['tokens', 'calls', 'seconds'] as const;

export const tableOf = (limits: Limits): LimitTable => {
  const table = new Map<LimitName, number>();
  for (const name of NAMES) if (limits[name] !== undefined) table.set(name, limits[name]);
  for (const [currency, amount] of Object.entries(limits.cost ?? {})) table.set(COST + currency, amount);
  return table;
};

export const limitsOfTable = (table: LimitTable): Limits => {
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {};
  const cost: Record<string, number> = {};
  for (const name of NAMES) if (table.has(name)) limits[name] = table.get(name);
  for (const [name, limit] of table) {
    const currency = currencyOf(name);
    if (currency !== undefined) cost[currency] = limit;
  }
  return { ...limits, ...(Object.keys(cost).length > 0 && { cost }) };
};

/**
 * The limits that hold: of each, the tighter of what the workflow and what the start request says; or what it was raised
 * to, if that is more. Undefined: there are none.
 */
export const limitsInForce = (said: readonly (Limits | undefined)[], raised: Limits): LimitTable | undefined => {
  if (said.every((limits) => limits === undefined)) return undefined; // most
  const table = new Map<LimitName, number>();
  for (const limits of said) {
    if (!limits) continue;
    for (const [name, limit] of tableOf(limits)) table.set(name, Math.min(limit, table.get(name) ?? Infinity));
  }
  for (const [name, limit] of tableOf(raised)) {
    const before = table.get(name);
    if (before !== undefined) table.set(name, Math.max(limit, before));
  }
  return table.size > 0 ? table : undefined;
};

/** Limits, and in their place those that were raised. */
export const raisedTo = (before: Limits, raise: Limits): Limits =>
  limitsOfTable(new Map([...tableOf(before), ...tableOf(raise)]));
