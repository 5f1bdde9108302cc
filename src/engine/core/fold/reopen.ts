import type { ExecutionReopened } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import { countDependency, countGate } from './join.js';
import {
  everyScope,
  findStep,
  isTerminalRun,
  isTerminalStep,
  isUnhandled,
  pendingStep,
  scopesOf,
  type Bodies,
  type MapBodies,
  type PendingStep,
  type RunState,
  type Scope,
  type Step,
} from './run-state.js';
import { hasBegun } from './bodies.js';
import { ON_COMPLETE, ON_FAILURE } from './notice.js';
import { recallVariables } from './variables.js';
import { isChosen, resolve } from './transition.js';

/**
 * The fold of `execution_reopened` (semantics 23): steps that are reset are pending again and have heard of those that
 * stay; the constructs around them are open again. What is reset, and why, is decided by `reexecute`.
 */
export const reopen = (state: RunState, event: ExecutionReopened): void => {
  if (!isTerminalRun(state.status)) throw new JournalDamaged('execution_reopened before the end');
  state.status = { is: 'running' };
  if (event.plugins !== undefined) state.workflow = { ...state.workflow, plugins: event.plugins };
  state.generation = event.generation;
  state.ending = undefined;
  const timeout = state.options.timeout ?? state.compiled.timeout;
  state.timedFrom = event.at;
  state.deadline = timeout === undefined ? undefined : event.at + timeout;
  const fresh = new Set(event.reset.map((address) => mustFind(state, address)));
  if (event.skipped !== undefined) fresh.add(mustFind(state, event.skipped));
  const scopes = new Set<Scope>();
  for (const step of fresh) {
    dropBodies(state, step);
    step.generation = event.generation;
    step.state = pendingStep(step.task);
    openAround(state, { step, scopes, fresh, at: event.at });
  }
  if (event.skipped !== undefined) {
    const step = mustFind(state, event.skipped);
    step.state = { at: 'skipped', cause: 'operator', because: undefined };
    step.endSeq = state.seq;
  }
  for (const scope of scopes) recount(state, scope);
  for (const step of state.advancing) {
    if (step.state.at === 'inside' && step.bodies?.is === 'map') recountItems(state, step.bodies);
  }
  state.nested.delete(ON_COMPLETE);
  state.nested.delete(ON_FAILURE);
  for (const scope of everyScope(state)) recallVariables(state, scope);
  for (const scope of scopes) for (const step of scope.steps) resolve(state, step);
  const stays = state.undoable.filter(
    (step) => step.state.at === 'completed' && findStep(state, step.address) === step,
  );
  state.undoable.splice(0, state.undoable.length, ...stays);
};

const mustFind = (state: RunState, address: string): Step => {
  const step = findStep(state, address);
  if (!step) throw new JournalDamaged(`execution_reopened names ${address}, which the execution does not have`);
  return step;
};

const dropBodies = (state: RunState, step: Step): void => {
  if (step.bodies) for (const scope of scopesOf(step.bodies)) dropScope(state, scope);
  step.bodies = undefined;
  state.nested.delete(`${step.address}!compensate`);
  state.callbacks.delete(step.address); // it was called by a URL that is not this generation's
};

const dropScope = (state: RunState, scope: Scope): void => {
  state.closing.delete(scope);
  state.doomed.delete(scope);
  for (const step of scope.steps) {
    dropBodies(state, step);
    state.nested.delete(step.address);
  }
};

interface Opening {
  readonly step: Step;
  /** Scopes that have changed. */
  readonly scopes: Set<Scope>;
  readonly fresh: ReadonlySet<Step>;
  readonly at: number;
}

/** The constructs around a step that is reset go on. */
const openAround = (state: RunState, { step, scopes, fresh, at }: Opening): void => {
  for (let scope = step.scope; ; scope = scope.owner.scope) {
    if (scopes.has(scope)) return;
    scopes.add(scope);
    const { owner } = scope;
    if (!owner || fresh.has(owner)) return;
    if (isTerminalStep(owner.state)) {
      const { timeout } = owner.task;
      const deadline = timeout === undefined ? undefined : at + timeout;
      owner.state = { at: 'inside', startedAt: at, deadline, handles: heardOf(owner).handles };
      state.touched.add(owner);
    }
    if (owner.bodies) goOn(state, owner.bodies, scope);
    if (owner.bodies?.is === 'map' || owner.bodies?.is === 'loop') state.advancing.add(owner);
    if (!scope.owner) return;
  }
};

/** What followed from a body is gone when the body goes on. */
const goOn = (state: RunState, bodies: Bodies, scope: Scope): void => {
  // What was undone before `catch` or `finally` stays so when that goes on.
  const isLater = scope.key === 'catch' || scope.key === 'finally';
  if ('compensation' in bodies && !isLater) bodies.compensation = undefined;
  if (bodies.is === 'race') bodies.winner = undefined;
  else if (bodies.is === 'loop') {
    for (const later of bodies.scopes.splice((scope.key as number) + 1)) dropScope(state, later);
    bodies.previous = scope.variables.previous ?? null;
  } else if (bodies.is === 'try') {
    const { scopes } = bodies;
    if (scope.key !== 'finally' && scopes.finally) dropScope(state, scopes.finally);
    if (scope.key === 'try' && scopes.catch) dropScope(state, scopes.catch);
    if (scope.key !== 'finally') {
      delete scopes.finally;
      bodies.result = undefined;
    }
    if (scope.key === 'try') {
      delete scopes.catch;
      bodies.caught = undefined;
    }
    bodies.phase = scope.key as typeof bodies.phase;
  } else if (bodies.is === 'map') {
    bodies.results[scope.key as number] = undefined;
  }
};

const recountItems = (state: RunState, bodies: MapBodies): void => {
  const open = bodies.scopes.filter((item, position) => item !== undefined && !bodies.results[position]);
  bodies.open = open.length;
  bodies.failed = bodies.results.filter((result) => result?.is === 'failed').length;
  const next = bodies.items.findIndex((_, position) => !hasBegun(bodies, position));
  bodies.next = next < 0 ? bodies.items.length : next;
};

const recount = (state: RunState, scope: Scope): void => {
  const isLeftFailed = (address: string): boolean => {
    const step = findStep(state, address);
    return step !== undefined && isUnhandled(step.state);
  };
  const failed = scope.failed.filter(isLeftFailed);
  scope.failed.splice(0, scope.failed.length, ...failed);
  scope.open = scope.steps.filter((step) => !isTerminalStep(step.state)).length;
  scope.canceled = scope.steps.filter((step) => step.state.at === 'canceled').length;
  for (const step of scope.steps) if (step.state.at === 'pending') step.state = heardOf(step);
  if (scope.owner && scope.open === 0) state.closing.add(scope);
};

/** A pending step that has heard of all its predecessors that are terminal, in the order in which they ended. */
export const heardOf = (step: Step): PendingStep => {
  let waits = pendingStep(step.task);
  for (const source of endedOf(step, step.task.needs)) waits = countDependency(waits, source);
  for (const source of endedOf(step, step.task.gates)) waits = countGate(waits, source, isChosen(source, step));
  return waits;
};

const endedOf = ({ scope }: Step, indices: readonly number[]): Step[] =>
  indices
    .map((index) => scope.steps[index] as Step)
    .filter(({ state }) => isTerminalStep(state))
    .sort((a, b) => a.endSeq - b.endSeq);
