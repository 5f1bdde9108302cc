import type { Limits, RunEvent, RunState, Usage, UsedBy } from '../../../src/engine/core/index.js';
import type { Chance } from '../../../src/simulation/index.js';

/* What random executions use, and what the journal must say about it. Money is counted in billionths, as whole numbers. */

/** How much was used, by the name of a limit: `tokens`, `calls`, `cost.USD` (in billionths). */
export type Spent = Readonly<Record<string, number>>;

const CURRENCIES = ['USD', 'EUR'];

export const addTo = (spent: Record<string, number>, { tokens, calls = 0, cost = {} }: Usage): void => {
  const add = (name: string, amount: number): void => void (spent[name] = (spent[name] ?? 0) + amount);
  if (tokens) add('tokens', tokens.input + tokens.output);
  if (calls > 0) add('calls', calls);
  for (const [currency, amount] of Object.entries(cost)) add(`cost.${currency}`, Math.round(amount * 1e9));
};

export const randomUsage = (chance: Chance): Usage => ({
  ...(chance.happens(0.7) && { tokens: { input: chance.below(9), output: chance.below(9) } }),
  ...(chance.happens(0.5) && { calls: 1 + chance.below(2) }),
  ...(chance.happens(0.5) && { cost: { [chance.pick(CURRENCIES)]: chance.below(1000) / 1e4 } }),
});

export const randomLimits = (chance: Chance): Limits => {
  const limits: Limits = {
    ...(chance.happens(0.6) && { tokens: 1 + chance.below(60) }),
    ...(chance.happens(0.4) && { calls: 1 + chance.below(10) }),
    ...(chance.happens(0.4) && { cost: { USD: (1 + chance.below(3000)) / 1e4 } }),
    ...(chance.happens(0.4) && { seconds: (1 + chance.below(300_000)) / 1000 }),
  };
  return Object.keys(limits).length > 0 ? limits : { tokens: 10 };
};

/** Limits that are enough to go on for a while: those that were reached, and some more. */
export const raisedLimits = (state: RunState, reached: ReadonlySet<string>, chance: Chance): Limits => {
  const raise: Record<string, number> = {};
  const cost: Record<string, number> = {};
  for (const [name, limit] of state.limits ?? []) {
    if (!reached.has(name) && !chance.happens(0.2)) continue;
    const { used, ran } = state.account;
    const [, currency] = name.split('.');
    const spent = { tokens: used.input + used.output, calls: used.calls, seconds: ran / 1000 }[name];
    const more = Math.max(limit, spent ?? (used.billionths[currency ?? ''] ?? 0) / 1e9) + 1 + chance.below(40);
    if (currency === undefined) raise[name] = name === 'seconds' ? more : Math.ceil(more);
    else cost[currency] = more;
  }
  return { ...raise, ...(Object.keys(cost).length > 0 && { cost }) };
};

/** By name, money in billionths, time in ms. */
const tableOf = ({ cost = {}, seconds, ...whole }: Limits): Record<string, number> => ({
  ...(whole as Record<string, number>),
  ...(seconds !== undefined && { seconds: Math.ceil(seconds * 1000) }),
  ...Object.fromEntries(Object.entries(cost).map(([currency, amount]) => [`cost.${currency}`, amount * 1e9])),
});

/**
 * Reads a journal from its beginning to its end, by the letter of the rules: every report counts once; nothing begins
 * while it is paused, nor once a limit is reached that was not raised, but for what belongs to its end. Answers what was
 * used by then.
 */
export const readSpending = (events: readonly RunEvent[], limits: Limits): Spent => {
  const reading = new Reading(tableOf(limits), events[0]?.at ?? 0);
  for (const event of events) reading.take(event);
  return reading.spent;
};

const ENDS = ['execution_completed', 'execution_failed', 'execution_canceled'];

class Reading {
  readonly spent: Record<string, number> = {};
  private readonly seen = new Set<string>();
  private isStill = false;
  private isEnding = false;
  private ran = 0;

  constructor(
    private readonly table: Record<string, number>,
    private since: number,
  ) {}

  take(event: RunEvent): void {
    if (event.type === 'usage_recorded') this.count(event);
    else if (event.type === 'budget_raised') Object.assign(this.table, tableOf(event.limits));
    else if (event.type === 'execution_paused' || ENDS.includes(event.type)) this.stop(event.at);
    else if (event.type === 'execution_resumed' || event.type === 'execution_reopened') this.goOn(event);
    else if (event.type === 'notice_started') this.isEnding = true;
    else if (event.type === 'compensation_started') this.isEnding ||= event.within === undefined;
    else if (event.type === 'step_started') this.mayBegin(event.step, event.at);
  }

  private count({ by, report, usage }: Extract<RunEvent, { type: 'usage_recorded' }>): void {
    const key = keyOf(by, report);
    if (this.seen.has(key)) throw new Error(`${key} counts twice`);
    this.seen.add(key);
    addTo(this.spent, usage);
  }

  private stop(at: number): void {
    if (!this.isStill) this.ran += at - this.since;
    this.isStill = true;
  }

  private goOn({ type, at }: RunEvent): void {
    if (type === 'execution_reopened') this.isEnding = false;
    this.isStill = false;
    this.since = at;
  }

  private mayBegin(step: string, at: number): void {
    if (this.isStill) throw new Error(`${step} begins although it is paused`);
    const now: Record<string, number> = { ...this.spent, seconds: this.ran + at - this.since };
    const over = Object.entries(this.table).find(([name, limit]) => (now[name] ?? 0) >= limit);
    if (over && !this.isEnding) throw new Error(`${step} begins although ${over[0]} are used up`);
  }
}

const keyOf = ({ step, generation, attempt }: UsedBy, report: number): string =>
  `report ${report} of ${step}@${generation}#${attempt}`;
