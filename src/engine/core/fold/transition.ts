import { JournalDamaged } from './journal-damaged.js';
import { countDependency, countGate, verdictOf } from './join.js';
import {
  isDoomed,
  isTerminalStep,
  leftToUndo,
  scopesOf,
  type Bodies,
  type Compensation,
  type RunState,
  type Scope,
  type Step,
  type StepState,
} from './run-state.js';

/* What a step's change of state means for those around it: the fold's inner part. O(successors) each. */

/** The step whose failure chose this one, if one did: its `error` is in scope here. */
export const handles = (step: Step): string | undefined => ('handles' in step.state ? step.state.handles : undefined);

export const move = (state: RunState, step: Step, next: StepState): void => {
  const before = step.state;
  if (isTerminalStep(before)) throw new JournalDamaged(`${step.address} is ${before.at} and cannot be ${next.at}`);
  if (before.at === 'due') state.due.delete(step);
  else if (before.at === 'armed') disarm(state, step, next);
  step.state = next;
  state.touched.add(step);
};

const disarm = (state: RunState, step: Step, next: StepState): void => {
  state.listening.delete(step);
  if (step.state.at !== 'armed' || step.state.awaits.is !== 'workflow') return;
  const isGivenUp = next.at === 'canceled' || (next.at === 'failed' && next.failure.kind === 'timeout');
  if (isGivenUp) state.orphans.push(step.state.awaits.execution);
};

export const stopAttempt = (state: RunState, step: Step): void => {
  if (step.state.at !== 'running') return;
  state.stopped.push({ step: step.address, generation: step.generation, attempt: step.state.tries.attempt });
};

/** The step is over: its bodies are canceled, its successors and the construct around it hear of it. */
export const end = (state: RunState, step: Step, next: StepState): void => {
  move(state, step, next);
  step.endSeq = state.seq;
  if (step.bodies) cancelBodies(state, step.bodies);
  if (step.undoes || step.isNotice) return;
  const { scope } = step;
  scope.open -= 1;
  if (next.at === 'completed' && step.task.compensate) state.undoable.push(step);
  if (next.at === 'canceled') scope.canceled += 1;
  if (next.at === 'failed' && next.handled === undefined) fail(state, scope, step);
  if (scope.owner) tellOwner(state, scope, step);
  const { steps } = scope;
  for (const index of step.task.feeds) inform(state, steps[index] as Step, step);
  for (const index of step.task.opens) informGate(state, steps[index] as Step, step);
};

const fail = (state: RunState, scope: Scope, step: Step): void => {
  scope.failed.push(step.address);
  if (scope.open > 0 && isDoomed(scope)) state.doomed.add(scope);
};

const tellOwner = (state: RunState, scope: Scope, step: Step): void => {
  const bodies = scope.owner?.bodies;
  if (bodies?.is === 'race' && step.state.at === 'completed' && scope.definition.leaves.includes(step.task)) {
    bodies.winner ??= step;
    state.closing.add(scope);
  }
  if (scope.open === 0 || (state.compiled.failFast && isDoomed(scope))) state.closing.add(scope);
};

const inform = (state: RunState, target: Step, source: Step): void => {
  if (target.state.at !== 'pending') return; // a join that did not wait for all of its predecessors
  target.state = countDependency(target.state, source);
  resolve(state, target);
};

const informGate = (state: RunState, target: Step, source: Step): void => {
  if (target.state.at !== 'pending') return;
  target.state = countGate(target.state, source, isChosen(source, target));
  resolve(state, target);
};

export const isChosen = (source: Pick<Step, 'state' | 'task'>, target: Pick<Step, 'task'>): boolean => {
  if (source.state.at === 'completed')
    return source.task.work.is === 'switch' && source.state.output === target.task.id;
  if (source.state.at !== 'failed' || typeof source.state.handled !== 'object') return false;
  return source.state.handled.goto === target.task.id;
};

/** Lets a pending step become due, or ready at once when nothing about it has to be recorded first. */
export const resolve = (state: RunState, step: Step): void => {
  if (step.state.at !== 'pending') return;
  const verdict = verdictOf(step.task, step.state);
  if (!verdict) return;
  const { handles: failed } = step.state;
  if (verdict.is === 'run' && isPlain(step)) step.state = { at: 'ready', tries: undefined, handles: failed };
  else {
    step.state = { at: 'due', verdict, handles: failed };
    state.due.add(step);
  }
  state.touched.add(step);
};

/** A task that nothing has to be worked out for needs no event to be ready; all else is decided where it stands. */
const isPlain = ({ task: { when, work, limit, cache } }: Step): boolean =>
  when === undefined && work.is === 'task' && limit === undefined && cache === undefined;

/** Cancels what is open in the bodies of a construct. */
export const cancelBodies = (state: RunState, bodies: Bodies): void => {
  for (const scope of scopesOf(bodies)) cancelScope(state, scope);
  if ('compensation' in bodies && bodies.compensation) cancelCompensation(state, bodies.compensation);
};

/** Cancels what is open in a scope. Nobody is told: the whole of it is over. */
export const cancelScope = (state: RunState, scope: Scope): void => {
  state.closing.delete(scope);
  state.doomed.delete(scope);
  if (scope.open === 0) return;
  for (const step of scope.steps) {
    if (!isTerminalStep(step.state)) cancelStep(state, step);
  }
  scope.open = 0;
};

const cancelStep = (state: RunState, step: Step): void => {
  stopAttempt(state, step);
  const tries = step.undoes && 'tries' in step.state ? step.state.tries : undefined;
  move(state, step, { at: 'canceled', ...(tries && { tries }) });
  state.advancing.delete(step);
  if (step.bodies) cancelBodies(state, step.bodies);
};

/** What was not undone yet is to be undone by whatever is undone around it. */
export const cancelCompensation = (state: RunState, compensation: Compensation): void => {
  const left = leftToUndo(compensation);
  for (const step of left) if (!isTerminalStep(step.state)) cancelStep(state, step);
  state.undoable.push(...left.flatMap(({ undoes }) => undoes ?? []));
  state.undoable.sort((a, b) => a.endSeq - b.endSeq);
};
