import { parseLimits } from '../engine/core/index.js';
import type { BudgetFaults } from '../integration/ports/index.js';

/** Budgets that integrations hand on are those of requests. */
export const budgetFaults: BudgetFaults = (limits, where) => {
  const parsed = parseLimits(limits, where);
  return parsed.ok ? [] : parsed.error;
};
