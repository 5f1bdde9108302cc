import type { Instant, Millis } from '../../../kernel/index.js';
import type { RunEvent } from '../event.js';
import {
  currencyOf,
  limitsOfTable,
  raisedTo,
  type LimitName,
  type Limits,
  type LimitTable,
  type Reached,
} from './limits.js';
import { addUsage, amountOf, NOTHING_USED, type Used } from './usage.js';

/** What an execution has used, and what its limits were raised to: a fold of its journal, and of nothing else. */
export interface Account {
  readonly used: Used;
  /** Time in which it ran, up to `runsSince`. */
  readonly ran: Millis;
  /** Undefined: it is paused, or has ended. */
  readonly runsSince: Instant | undefined;
  readonly raised: Limits;
}

export const openAccount = (at: Instant): Account => ({ used: NOTHING_USED, ran: 0, runsSince: at, raised: {} });

/** The account after one more event. */
export const accountAfter = (account: Account, event: RunEvent): Account => {
  switch (event.type) {
    case 'usage_recorded':
      return { ...account, used: addUsage(account.used, event.usage) };
    case 'budget_raised':
      return { ...account, raised: raisedTo(account.raised, event.limits) };
    case 'execution_resumed':
    case 'execution_reopened':
      return { ...account, runsSince: event.at };
    case 'execution_paused':
    case 'execution_completed':
    case 'execution_failed':
    case 'execution_canceled':
      return { ...account, ran: timeRun(account, event.at), runsSince: undefined };
    default:
      return account;
  }
};

/** The account of a journal; undefined when it is empty. */
export const accountOf = (events: Iterable<RunEvent>): Account | undefined => {
  let account: Account | undefined;
  for (const event of events) account = account ? accountAfter(account, event) : openAccount(event.at);
  return account;
};

/** Time in which the execution was not paused. The clock of another process may have been ahead: it never counts back. */
export const timeRun = ({ ran, runsSince }: Account, at: Instant): Millis =>
  runsSince === undefined ? ran : ran + Math.max(0, at - runsSince);

/** How much was used of what a limit is about. */
export const usedOf = (account: Account, name: LimitName, at: Instant): number => {
  const { used } = account;
  if (name === 'tokens') return used.input + used.output;
  if (name === 'calls') return used.calls;
  if (name === 'seconds') return timeRun(account, at) / 1000;
  return amountOf(used.billionths[currencyOf(name) ?? ''] ?? 0);
};

/** Time is compared in whole ms, so that what `timeUpAt` rings for is so when it rings. */
const millisOf = (seconds: number): Millis => Math.ceil(seconds * 1000);

/** In the order in which they are written down. */
export const limitsReached = (table: LimitTable, account: Account, at: Instant): readonly Reached[] =>
  [...table].flatMap(([budget, limit]) => {
    const used = usedOf(account, budget, at);
    const isReached = budget === 'seconds' ? timeRun(account, at) >= millisOf(limit) : used >= limit;
    return isReached ? [{ budget, used, limit }] : [];
  });

/** When the limit on time will be reached; undefined: there is none, or no time passes. */
export const timeUpAt = (table: LimitTable | undefined, { ran, runsSince }: Account): Instant | undefined => {
  const seconds = table?.get('seconds');
  return seconds === undefined || runsSince === undefined ? undefined : runsSince + millisOf(seconds) - ran;
};

/** What is left of limits that none has reached. Time passes for all alike, and is not handed on. */
export const limitsLeft = (table: LimitTable, account: Account): Limits => {
  const left = [...table].flatMap(([name, limit]): [LimitName, number][] =>
    name === 'seconds' ? [] : [[name, roundedOf(limit - usedOf(account, name, 0))]],
  );
  return limitsOfTable(new Map(left));
};

/** In whole billionths again: 0.3 - 0.1 is 0.2. */
const roundedOf = (amount: number): number => Math.round(amount * 1e9) / 1e9;
