import { deepFreeze, type Instant, type Json } from '../../kernel/index.js';
import type { Branch, CompiledTask } from './definition.js';
import { evolve, handles } from './evolve.js';
import type { Handled, RunEvent } from './event.js';
import { evaluateCondition, evaluateTemplate } from './expression/index.js';
import type { Failure } from './failure.js';
import { executionFailure, outputMismatch } from './outcome.js';
import { isTerminalRun, type RunState, type Step } from './run-state.js';
import { variablesFor } from './step-scope.js';

/** A decision in the making: every event is folded as soon as it is given, so that the next one follows from it. */
export interface Draft {
  readonly state: RunState;
  readonly events: RunEvent[];
  readonly at: Instant;
}

export const give = (draft: Draft, event: RunEvent): void => {
  evolve(draft.state, event);
  draft.events.push(event);
};

/** Records everything that follows from what was given so far: skips, conditions, switches, and the end of the execution. */
export const settle = (draft: Draft): void => {
  const { state } = draft;
  if (isTerminalRun(state.status)) return;
  for (;;) {
    if (state.compiled.failFast && state.root.failed.length > 0) break;
    const step = state.due.values().next().value;
    if (!step) break;
    settleStep(draft, step);
  }
  settleEnd(draft);
};

const settleStep = (draft: Draft, step: Step): void => {
  if (step.state.at !== 'due') throw new Error(`${step.address} is ${step.state.at}, not due`);
  const about = { at: draft.at, step: step.address, generation: step.generation };
  const { verdict } = step.state;
  if (verdict.is === 'skip') {
    const because = verdict.because === undefined ? {} : { because: verdict.because };
    return give(draft, { type: 'step_skipped', ...about, cause: verdict.cause, ...because });
  }
  const condition = holds(draft, step);
  if (condition.is === 'failed') return failStep(draft, step, { attempt: 0, failure: condition.failure });
  if (!condition.value) return give(draft, { type: 'step_skipped', ...about, cause: 'condition' });
  if (step.task.work.is === 'task') return give(draft, { type: 'step_ready', ...about });
  choose(draft, step, step.task.work.branches);
};

type Tested = { readonly is: 'tested'; readonly value: boolean } | { readonly is: 'failed'; readonly failure: Failure };

const holds = (draft: Draft, step: Step): Tested => {
  const { when } = step.task;
  if (when === undefined) return { is: 'tested', value: true };
  const result = evaluateCondition(when, scopeOf(draft, step));
  return result.ok ? { is: 'tested', value: result.value } : { is: 'failed', failure: result.error };
};

/** What the expressions of a step see now. */
export const scopeOf = ({ state, at }: Pick<Draft, 'state' | 'at'>, step: Step): ReturnType<typeof variablesFor> => {
  const { task, address, generation, scope } = step;
  return variablesFor({ state, scope, now: at }, { reads: task.reads, address, generation, handles: handles(step) });
};

/** A switch ends where it stands: its output is the id of the chosen sibling, or null. */
const choose = (draft: Draft, step: Step, branches: readonly Branch[]): void => {
  const scope = scopeOf(draft, step);
  let output: Json = null;
  for (const branch of branches) {
    const taken =
      branch.when === undefined ? { ok: true as const, value: true } : evaluateCondition(branch.when, scope);
    if (!taken.ok) return failStep(draft, step, { attempt: 0, failure: taken.error });
    if (!taken.value) continue;
    output = (step.scope.definition.tasks[branch.goto] as CompiledTask).id;
    break;
  }
  const about = { at: draft.at, step: step.address, generation: step.generation };
  give(draft, { type: 'step_completed', ...about, attempt: 0, output });
};

/** The failure is final for the step; what it means for the others is the task's `on_error`. */
export const failStep = (
  draft: Draft,
  step: Step,
  { attempt, failure }: { attempt: number; failure: Failure },
): void => {
  const handled = handledBy(step);
  const about = { at: draft.at, step: step.address, generation: step.generation, attempt };
  give(draft, { type: 'step_failed', ...about, failure, ...(handled && { handled }) });
};

const handledBy = (step: Step): Handled | undefined => {
  const { onError } = step.task;
  switch (onError.is) {
    case 'fail':
      return undefined;
    case 'continue':
      return 'continue';
    case 'goto':
      return { goto: (step.scope.definition.tasks[onError.target] as CompiledTask).id };
  }
};

/** Ends the execution when nothing of it is open. A paused one ends when it is resumed. */
const settleEnd = (draft: Draft): void => {
  const { state, at } = draft;
  if (state.status.is !== 'running') return;
  const failed = state.root.failed;
  if (failed.length > 0 && (state.root.open === 0 || state.compiled.failFast)) {
    return give(draft, { type: 'execution_failed', at, failure: executionFailure(state), steps: [...failed] });
  }
  if (state.root.open > 0) return;
  const output = mappedOutput(draft);
  const failure = output.is === 'mapped' ? outputMismatch(state.compiled, output.value) : output.failure;
  if (output.is === 'failed' || failure) {
    return give(draft, { type: 'execution_failed', at, failure: failure as Failure, steps: [] });
  }
  give(draft, { type: 'execution_completed', at, output: output.value });
};

type Mapped = { readonly is: 'mapped'; readonly value: Json } | { readonly is: 'failed'; readonly failure: Failure };

/** The `output` mapping, else the outputs of the completed leaves by id (semantics 12). */
const mappedOutput = ({ state, at }: Draft): Mapped => {
  const { output } = state.compiled;
  if (!output) return { is: 'mapped', value: leafOutputs(state) };
  const reader = { reads: output.reads, address: '', generation: 1, handles: undefined };
  const result = evaluateTemplate(output.mapping, variablesFor({ state, scope: state.root, now: at }, reader));
  return result.ok ? { is: 'mapped', value: result.value.value } : { is: 'failed', failure: result.error };
};

const leafOutputs = (state: RunState): Json => {
  const leaves = state.root.steps.filter(({ task }) => task.feeds.length === 0 && task.opens.length === 0);
  const completed = leaves.flatMap((leaf) =>
    leaf.state.at === 'completed' ? [[leaf.task.id, leaf.state.output]] : [],
  );
  return deepFreeze(Object.fromEntries(completed) as Json);
};
