import { canonicalJson, contentHash, err, ok, type Json, type Result } from '../../../kernel/index.js';
import { advance, closeBodyOf, openConstruct } from './construct.js';
import { isUndoing, toUndo } from '../fold/compensation.js';
import type { Branch, CompiledTask, Limit, TaskLimit } from '../definition.js';
import { about, completeStep, failStep, give, scopeOf, type Draft } from './draft.js';
import type { Ending } from '../event.js';
import { evaluateCondition, evaluateTemplate, type Template } from '../expression/index.js';
import type { Failure } from '../failure.js';
import { executionFailure, outputMismatch, outputOf } from './outcome.js';
import { ON_COMPLETE, ON_FAILURE } from '../fold/notice.js';
import { isTerminalRun, isTerminalStep, scopesAround, type Step } from '../fold/run-state.js';
import { armStep, cancelWaits } from './wait.js';

/**
 * Records everything that follows from what was given so far: skips, conditions, switches, constructs that begin and
 * end, waits, and the end of the execution.
 */
export const settle = (draft: Draft): void => {
  const { state } = draft;
  while (!isTerminalRun(state.status)) {
    const failsFast = state.compiled.failFast && state.root.failed.length > 0;
    if (!(failsFast ? closeNext(draft) : settleNext(draft))) break;
  }
  settleEnd(draft);
};

/** A body in which all is over ends before `fail_fast` cancels the rest: a step that was skipped may have been its last. */
const closeNext = (draft: Draft): boolean => {
  const { closing } = draft.state;
  const over = closing.first;
  if (!over) return false;
  closing.delete(over);
  closeBodyOf(draft, over);
  return true;
};

/** One thing at a time, since each may change what the others come to. */
const settleNext = (draft: Draft): boolean => {
  const { due, doomed, advancing } = draft.state;
  const step = due.first;
  if (step) {
    settleStep(draft, step);
    return true;
  }
  const failing = doomed.first;
  if (failing) {
    doomed.delete(failing);
    cancelWaits(draft, failing);
    return true;
  }
  if (closeNext(draft)) return true;
  const construct = advancing.first;
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
      return makeReady(draft, step);
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

/** What decides when the step may begin is worked out once. */
const makeReady = (draft: Draft, step: Step): void => {
  const { limit, cache } = step.task;
  const scope = scopeOf(draft, step);
  const keyOf = (template: Template): Result<string, Failure> => {
    const key = evaluateTemplate(template, scope);
    return key.ok ? ok(canonicalJson(key.value.value)) : err(key.error);
  };
  const limitKey = limit ? keyOf(limit.key) : ok(undefined);
  if (!limitKey.ok) return failStep(draft, step, { failure: limitKey.error });
  const cacheKey = cache ? keyOf(cache.key) : ok(undefined);
  if (!cacheKey.ok) return failStep(draft, step, { failure: cacheKey.error });
  give(draft, {
    type: 'step_ready',
    ...about(draft, step),
    ...(limit && limitKey.value !== undefined && { limit: limitOf(limit, limitKey.value) }),
    ...(cacheKey.value !== undefined && { cache_key: cacheKeyOf(draft, step, cacheKey.value) }),
  });
};

const limitOf = ({ concurrency, rate }: TaskLimit, key: string): Limit => ({
  key,
  ...(concurrency !== undefined && { concurrency }),
  ...(rate && { rate }),
});

/** Results are shared by all executions of the workflow, and by all instances of the task in them. */
const cacheKeyOf = ({ state }: Draft, step: Step, key: string): string => {
  const path = [...scopesAround(step)].map(({ owner, key: body }) => [
    owner?.task.id,
    typeof body === 'string' ? body : 0,
  ]);
  return contentHash(canonicalJson([state.workflow.id, step.task.id, path as Json, key]));
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
    const { as, compensation, notice } = state.ending;
    if (isUndoing(compensation)) return;
    if (notice && !isTerminalStep(notice.state)) return;
    return notice ? giveEnd(draft, as) : conclude(draft, as);
  }
  const { failed, open } = state.root;
  if (failed.length > 0 && (open === 0 || state.compiled.failFast)) {
    return endAs(draft, { is: 'failed', failure: executionFailure(state), steps: [...failed] });
  }
  if (open > 0) return;
  const output = outputOf(draft, state.root);
  const failure = output.ok ? outputMismatch(state.compiled, output.value) : output.error;
  if (failure) return endAs(draft, { is: 'failed', failure, steps: [] });
  if (output.ok) conclude(draft, { is: 'completed', output: output.value });
};

/** Ends the execution, after what has completed is undone; with `compensate` false, at once. */
export const endAs = (draft: Draft, ending: Ending, compensate = true): void => {
  const { state, at } = draft;
  const undo = compensate && !state.ending ? toUndo(state, state.root) : [];
  if (undo.length === 0) conclude(draft, ending);
  else give(draft, { type: 'compensation_started', at, undo, ending });
};

/** The execution ends, after somebody is told if the workflow says so. */
const conclude = (draft: Draft, ending: Ending): void => {
  const { onComplete, onFailure } = draft.state.compiled;
  const notice =
    ending.is === 'completed' && onComplete
      ? ON_COMPLETE
      : ending.is === 'failed' && onFailure
        ? ON_FAILURE
        : undefined;
  if (notice === undefined) return giveEnd(draft, ending);
  give(draft, { type: 'notice_started', at: draft.at, notice, generation: draft.state.generation, ending });
};

const giveEnd = (draft: Draft, ending: Ending): void => {
  const { at } = draft;
  if (ending.is === 'completed') {
    give(draft, { type: 'execution_completed', at, output: ending.output });
  } else if (ending.is === 'failed') {
    give(draft, { type: 'execution_failed', at, failure: ending.failure, steps: ending.steps });
  } else {
    const reason = ending.reason === undefined ? {} : { reason: ending.reason };
    give(draft, { type: 'execution_canceled', at, ...reason });
  }
};
