import type { Json } from '../../../kernel/index.js';
import { advance, closeBodyOf, openConstruct } from './construct.js';
import { isUndoing, toUndo } from '../fold/compensation.js';
import type { Branch, CompiledTask } from '../definition.js';
import { about, completeStep, failStep, give, scopeOf, type Draft } from './draft.js';
import type { Ending } from '../event.js';
import { evaluateCondition } from '../expression/index.js';
import type { Failure } from '../failure.js';
import { executionFailure, outputMismatch, outputOf } from './outcome.js';
import { isTerminalRun, type Step } from '../fold/run-state.js';
import { armStep, cancelWaits } from './wait.js';

/**
 * Records everything that follows from what was given so far: skips, conditions, switches, constructs that begin and
 * end, waits, and the end of the execution.
 */
export const settle = (draft: Draft): void => {
  const { state } = draft;
  while (!isTerminalRun(state.status) && !(state.compiled.failFast && state.root.failed.length > 0)) {
    if (!settleNext(draft)) break;
  }
  settleEnd(draft);
};

/** One thing at a time, since each may change what the others come to. */
const settleNext = (draft: Draft): boolean => {
  const { due, doomed, closing, advancing } = draft.state;
  const step = due.values().next().value;
  if (step) {
    settleStep(draft, step);
    return true;
  }
  const failing = doomed.values().next().value;
  if (failing) {
    doomed.delete(failing);
    cancelWaits(draft, failing);
    return true;
  }
  const over = closing.values().next().value;
  if (over) {
    closing.delete(over);
    closeBodyOf(draft, over);
    return true;
  }
  const construct = advancing.values().next().value;
  if (construct) {
    advancing.delete(construct);
    advance(draft, construct);
  }
  return construct !== undefined;
};

const settleStep = (draft: Draft, step: Step): void => {
  if (step.state.at !== 'due') throw new Error(`${step.address} is ${step.state.at}, not due`);
  const { verdict } = step.state;
  if (verdict.is === 'skip') {
    const because = verdict.because === undefined ? {} : { because: verdict.because };
    return give(draft, { type: 'step_skipped', ...about(draft, step), cause: verdict.cause, ...because });
  }
  const condition = holds(draft, step);
  if (condition.is === 'failed') return failStep(draft, step, { failure: condition.failure });
  if (!condition.value) return give(draft, { type: 'step_skipped', ...about(draft, step), cause: 'condition' });
  const { work } = step.task;
  switch (work.is) {
    case 'task':
      return give(draft, { type: 'step_ready', ...about(draft, step) });
    case 'switch':
      return choose(draft, step, work.branches);
    case 'group':
    case 'race':
    case 'try':
    case 'map':
    case 'loop':
      return openConstruct(draft, step, work);
    default:
      armStep(draft, step, work);
  }
};

type Tested = { readonly is: 'tested'; readonly value: boolean } | { readonly is: 'failed'; readonly failure: Failure };

const holds = (draft: Draft, step: Step): Tested => {
  const { when } = step.task;
  if (when === undefined) return { is: 'tested', value: true };
  const result = evaluateCondition(when, scopeOf(draft, step));
  return result.ok ? { is: 'tested', value: result.value } : { is: 'failed', failure: result.error };
};

/** A switch ends where it stands: its output is the id of the chosen sibling, or null. */
const choose = (draft: Draft, step: Step, branches: readonly Branch[]): void => {
  const scope = scopeOf(draft, step);
  let output: Json = null;
  for (const branch of branches) {
    const taken =
      branch.when === undefined ? { ok: true as const, value: true } : evaluateCondition(branch.when, scope);
    if (!taken.ok) return failStep(draft, step, { failure: taken.error });
    if (!taken.value) continue;
    output = (step.scope.definition.tasks[branch.goto] as CompiledTask).id;
    break;
  }
  completeStep(draft, step, { output });
};

/** Ends the execution when nothing of it is open. A paused one ends when it is resumed. */
const settleEnd = (draft: Draft): void => {
  const { state } = draft;
  if (state.status.is !== 'running') return;
  if (state.ending) {
    if (!isUndoing(state.ending.compensation)) giveEnd(draft, state.ending.as);
    return;
  }
  const { failed, open } = state.root;
  if (failed.length > 0 && (open === 0 || state.compiled.failFast)) {
    return endAs(draft, { is: 'failed', failure: executionFailure(state), steps: [...failed] });
  }
  if (open > 0) return;
  const output = outputOf(draft, state.root);
  const failure = output.ok ? outputMismatch(state.compiled, output.value) : output.error;
  if (failure) return endAs(draft, { is: 'failed', failure, steps: [] });
  if (output.ok) give(draft, { type: 'execution_completed', at: draft.at, output: output.value });
};

/** Ends the execution, after what has completed is undone; with `compensate` false, at once. */
export const endAs = (draft: Draft, ending: Ending, compensate = true): void => {
  const { state, at } = draft;
  const undo = compensate && !state.ending ? toUndo(state, state.root) : [];
  if (undo.length === 0) giveEnd(draft, ending);
  else give(draft, { type: 'compensation_started', at, undo, ending });
};

const giveEnd = (draft: Draft, ending: Ending): void => {
  const { at } = draft;
  if (ending.is === 'failed') {
    give(draft, { type: 'execution_failed', at, failure: ending.failure, steps: ending.steps });
  } else {
    const reason = ending.reason === undefined ? {} : { reason: ending.reason };
    give(draft, { type: 'execution_canceled', at, ...reason });
  }
};
