import { pointer, type JsonObject } from '../../kernel/index.js';
import type { BudgetFaults } from '../ports/index.js';
import type { BodyReader } from './body-reader.js';

/** Limits that an execution is started with, as `budget`; undefined: none are said. */
export const readBudget = (reader: BodyReader, budgetFaults: BudgetFaults): JsonObject | undefined => {
  const budget = reader.object('budget');
  if (budget) reader.faults.push(...budgetFaults(budget, pointer(reader.at, 'budget')));
  return budget;
};
