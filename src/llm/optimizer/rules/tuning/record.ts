import { patternOf, type PlacedTask } from '../../ir/index.js';
import { Statistics, type EngineLimits, type WorkflowHistory } from '../../simulate/index.js';
import type { Study } from '../study.js';

/** What rules that rest on history look at. */
export interface Recorded extends Study {
  readonly history: WorkflowHistory;
  readonly limits: EngineLimits;
}

/** Findings of one kind: those that are worth most. A person reads them, and each is simulated. */
export const MOST_OF_A_KIND = 5;

const NOTHING = new Statistics();

export const statisticsOf = (placed: PlacedTask, { history }: Recorded): Statistics =>
  history.tasks.get(patternOf(placed)) ?? NOTHING;

/** Those that are worth most, then those that come first. */
export const worthMost = <T>(found: readonly { readonly worth: number; readonly finding: T }[]): T[] =>
  [...found]
    .sort((a, b) => b.worth - a.worth)
    .slice(0, MOST_OF_A_KIND)
    .map(({ finding }) => finding);
