import {
  amountOf,
  limitsInForce,
  limitsReached,
  timeRun,
  timeUpAt,
  usedOf,
  type Account,
  type Budget,
  type Limits,
} from '../../../engine/core/index.js';
import { isJsonObject, isoInstant, type Instant, type Json, type JsonObject } from '../../../kernel/index.js';

/** What a journal says about budgets. */
export interface Spending {
  readonly account: Account;
  /** When its last event was: time is counted up to there, so that the same journal always says the same. */
  readonly at: Instant;
  /** What the start request said. */
  readonly asked: Limits | undefined;
}

/** What an execution has used. */
export const usageWords = ({ account, at }: Spending): Record<string, Json> => {
  const { input, output, calls, unpriced, billionths } = account.used;
  return {
    tokens: { input, output, total: input + output },
    calls,
    unpriced_calls: unpriced,
    cost: Object.fromEntries(Object.entries(billionths).map(([currency, sum]) => [currency, amountOf(sum)])),
    seconds: timeRun(account, at) / 1000,
  };
};

/** How far its budget is used up; null when it has none. The document was accepted when it was stored. */
export const budgetWords = ({ account, at, asked }: Spending, document: JsonObject | undefined): Json => {
  const budget = isJsonObject(document?.budget) ? document.budget : undefined;
  const table = limitsInForce([budget, asked], account.raised);
  if (!table) return null;
  const reached = new Set(limitsReached(table, account, at).map((one) => one.budget));
  const timeUp = timeUpAt(table, account);
  const limits = [...table].map(([name, limit]): [string, Json] => [
    name,
    { used: usedOf(account, name, at), limit, reached: reached.has(name) },
  ]);
  return {
    limits: Object.fromEntries(limits),
    exhausted: reached.size > 0,
    time_up_at: timeUp === undefined ? null : isoInstant(timeUp),
    raised_by: [...((budget as Partial<Budget> | undefined)?.by ?? [])],
  };
};
