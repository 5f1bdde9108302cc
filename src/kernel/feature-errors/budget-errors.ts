import type { CatalogueEntry } from '../catalogue-entry.js';

export const BUDGET_ERRORS = {
  budget_exhausted: {
    status: 409,
    message: 'The execution has used up its budget: {reached}.',
    cure: 'Resume it with higher limits, POST /api/v1/executions/{id}/resume {"budget": {"tokens": 200000}}, or cancel it.',
  },
  budget_reached: {
    status: 409,
    message: '{used} of {limit} are used.',
    cure: 'Send a limit above {used}.',
  },
  budget_missing: {
    status: 422,
    message: 'The execution has no budget {budget}, which could be raised.',
    cure: 'Those that it has: {known}.',
  },
  budget_not_raised: {
    status: 422,
    message: 'The limit of {budget} is {limit} already.',
    cure: 'Send the new limit as a whole, above {limit}.',
  },
  usage_invalid: {
    status: 422,
    message: 'This report of usage cannot be booked: {reason}.',
    cure: 'Report whole numbers from 0 of tokens and calls, and money as {amount, currency}, such as {amount: 0.002, currency: "USD"}.',
  },
} as const satisfies Record<string, CatalogueEntry>;
