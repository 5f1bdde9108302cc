import { accountAfter, limitsInForce, type LimitTable } from '../budget/index.js';
import type { RunEvent, UsedBy } from '../event.js';
import type { RunState } from './run-state.js';

/* The fold of what an execution uses, and may use. */

/** Names who has used something, among all that may report. */
export const reporterOf = ({ step, generation, attempt }: UsedBy): string => `${step}@${generation}#${attempt}`;

/** The limits that hold for an execution. */
export const limitsFor = ({
  compiled,
  options,
  account,
}: Pick<RunState, 'compiled' | 'options' | 'account'>): LimitTable | undefined =>
  limitsInForce([compiled.budget?.limits, options.budget], account.raised);

export const book = (state: RunState, event: RunEvent): void => {
  state.account = accountAfter(state.account, event);
  if (event.type === 'usage_recorded') state.reports.set(reporterOf(event.by), event.report);
  else if (event.type === 'budget_raised') state.limits = limitsFor(state);
};
