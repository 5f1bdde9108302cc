import { fault, pointer, type Fault } from '../../../kernel/index.js';
import { limitsReached, tableOf, type Limits, type Reached } from '../budget/index.js';
import { reporterOf } from '../fold/booking.js';
import { isTerminalRun, type RunState } from '../fold/run-state.js';
import { give, type Draft } from './draft.js';
import { STALE, type Refusal, type RequestOf, type Resumption } from './request.js';

/* What executions use, and what follows when they may not use more. */

export const use = (draft: Draft, { by, report, usage }: Omit<RequestOf<'use'>, 'is' | 'at'>): Refusal | undefined => {
  const { state, at } = draft;
  if (isTerminalRun(state.status)) return STALE;
  if ((state.reports.get(reporterOf(by)) ?? 0) >= report) return undefined; // decided once before
  give(draft, { type: 'usage_recorded', at, by, report, usage });
  return undefined;
};

/** What a child has used counts also when its step did not wait for it any more. True if it is news. */
export const bookChild = (draft: Draft, { step, generation, outcome }: RequestOf<'child'>): boolean => {
  if (outcome.is === 'started' || !outcome.usage) return false;
  const before = draft.events.length;
  use(draft, { by: { step, generation, attempt: 0 }, report: 1, usage: outcome.usage });
  return draft.events.length > before;
};

const reachedIn = ({ limits, account }: RunState, at: number): readonly Reached[] =>
  limits ? limitsReached(limits, account, at) : [];

export const isAtLimit = ({ state, at }: Draft): boolean => reachedIn(state, at).length > 0;

/**
 * Pauses an execution that has used what it may. One that is about to end is left alone: what undoes it, and what tells
 * of it, is not held up. True when it pauses.
 */
export const pauseAtLimit = (draft: Draft): boolean => {
  const { state, at } = draft;
  if (!state.limits || state.status.is !== 'running' || state.ending) return false;
  const exhausted = reachedIn(state, at);
  if (exhausted.length === 0) return false;
  give(draft, { type: 'execution_paused', at, reason: reasonOf(exhausted), exhausted });
  return true;
};

const reasonOf = (reached: readonly Reached[]): string =>
  `budget: ${reached.map(({ budget, used, limit }) => `${budget} ${used} of ${limit}`).join(', ')}`;

/** Paused by its budget, and nothing is left of it that could use more: nobody has to be asked. */
export const isHeldForNothing = ({ status, root, compiled }: RunState): boolean => {
  if (status.is !== 'paused' || !status.exhausted) return false;
  // Nothing is open in one that is about to end, either: what undoes it is not in its scope.
  return root.open === 0 || (compiled.failFast && root.failed.length > 0);
};

/** Raises limits, if that is asked for; refuses to go on below one that was reached. Changes nothing when it refuses. */
export const raiseLimits = (draft: Draft, { raise, by, comment }: Resumption): Refusal | undefined => {
  const { state, at } = draft;
  if (raise) {
    const refusal = mayRaise(state, raise, by);
    if (refusal) return refusal;
  }
  const raised = raise ? tableOf(raise) : new Map<string, number>();
  const left = reachedIn(state, at).filter(({ budget, used }) => used >= (raised.get(budget) ?? 0));
  if (left.length > 0) return { is: 'exhausted', reached: left };
  if (raise) {
    give(draft, { type: 'budget_raised', at, limits: raise, by: by ?? null, comment: comment ?? null });
  }
  return undefined;
};

const mayRaise = ({ compiled, limits }: RunState, raise: Limits, by: string | undefined): Refusal | undefined => {
  const allowed = compiled.budget?.by ?? [];
  if (allowed.length > 0 && (by === undefined || !allowed.includes(by))) {
    return { is: 'conflict', reason: `The budget is raised by ${allowed.join(' or ')}` };
  }
  const faults = [...tableOf(raise)].flatMap(([budget, limit]): Fault[] => {
    const where = pointer('/budget', ...budget.split('.'));
    const before = limits?.get(budget);
    if (before === undefined) {
      return [fault('budget_missing', where, { budget, known: [...(limits?.keys() ?? [])].join(', ') || 'none' })];
    }
    return limit > before ? [] : [fault('budget_not_raised', where, { budget, limit: before })];
  });
  return faults.length > 0 ? { is: 'invalid', code: 'validation_error', faults } : undefined;
};
