import type { CompiledScope, CompiledTask, CompiledWorkflow } from '../definition.js';
import type { ExecutionMigrated } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import { limitsFor } from './booking.js';
import { heardOf } from './reopen.js';
import {
  findStep,
  isTerminalRun,
  isTerminalStep,
  liveSteps,
  newStep,
  scopesOf,
  type Bodies,
  type RunState,
  type Scope,
  type Step,
} from './run-state.js';
import { resolve } from './transition.js';

/**
 * The fold of `execution_migrated`: every scope that has begun has the tasks of the other definition. Steps that are in
 * both keep their state, added ones are pending, removed ones vanish, and those that are reset are decided anew. Whether
 * it may be done, and what is reset, is decided by `classify`.
 */
export const migrate = (state: RunState, event: ExecutionMigrated, compiled: CompiledWorkflow): void => {
  if (isTerminalRun(state.status) || state.ending) throw new JournalDamaged('execution_migrated at the end');
  if (event.from.definition !== state.workflow.definition) {
    throw new JournalDamaged(`execution_migrated from ${event.from.definition}, not ${state.workflow.definition}`);
  }
  const fresh = event.reset.map((address) => mustFind(state, address));
  const added = putInto(state, state.root, compiled.scope);
  state.compiled = compiled;
  state.workflow = event.to;
  state.limits = limitsFor(state);
  const timeout = state.options.timeout ?? compiled.timeout;
  state.deadline = timeout === undefined ? undefined : state.timedFrom + timeout;
  for (const step of fresh) state.due.delete(step);
  for (const step of [...fresh, ...added]) step.state = heardOf(step);
  for (const step of [...fresh, ...added]) resolve(state, step);
  // Limits, priorities and deadlines may be others. In their order, so that none overtakes what was ready before it.
  for (const step of liveSteps(state)) {
    state.touched.delete(step);
    state.touched.add(step);
  }
};

const mustFind = (state: RunState, address: string): Step => {
  const step = findStep(state, address);
  if (!step) throw new JournalDamaged(`execution_migrated names ${address}, which the execution does not have`);
  return step;
};

/** Puts the tasks of another definition into a scope, and into what has begun in it; answers the steps that come. */
const putInto = (state: RunState, scope: Scope, definition: CompiledScope): Step[] => {
  const before = new Map(scope.steps.map((step) => [step.task.id, step]));
  const added: Step[] = [];
  scope.definition = definition;
  scope.steps = definition.tasks.map((task) => {
    const step = before.get(task.id);
    before.delete(task.id);
    if (step) return changeTask(state, step, task);
    const fresh = addStep(state, scope, task);
    added.push(fresh);
    return fresh;
  });
  for (const step of before.values()) removeStep(state, step);
  if (added.length > 0 || before.size > 0) countOpen(state, scope);
  for (const step of scope.steps) {
    const { bodies } = step;
    if (!bodies) continue;
    for (const inner of scopesOf(bodies)) added.push(...putInto(state, inner, bodyOf(step, bodies, inner)));
  }
  return added;
};

/** What was still open in a scope may have gone. */
const countOpen = (state: RunState, scope: Scope): void => {
  scope.open = scope.steps.filter((step) => !isTerminalStep(step.state)).length;
  if (scope.owner && scope.open === 0) state.closing.add(scope);
};

const changeTask = (state: RunState, step: Step, task: CompiledTask): Step => {
  step.task = task;
  const undoing = state.nested.get(`${step.address}!compensate`);
  if (undoing && task.compensate) undoing.task = task.compensate;
  return step;
};

const addStep = (state: RunState, scope: Scope, task: CompiledTask): Step => {
  const step = newStep(task, { scope, address: scope.address + task.path, generation: state.generation });
  if (scope.owner) state.nested.set(step.address, step);
  return step;
};

const removeStep = (state: RunState, step: Step): void => {
  if (step.bodies) throw new JournalDamaged(`execution_migrated takes ${step.address} away, which has begun`);
  state.nested.delete(step.address);
  state.due.delete(step);
  state.touched.delete(step);
};

const bodyOf = ({ task: { work }, address }: Step, bodies: Bodies, scope: Scope): CompiledScope => {
  if (work.is !== bodies.is) throw new JournalDamaged(`execution_migrated makes a ${work.is} of ${address}`);
  const phase = work.is === 'try' && scope.key !== 'try' ? (scope.key as 'catch' | 'finally') : 'body';
  const definition = 'body' in work ? (work as { readonly [K in typeof phase]?: CompiledScope })[phase] : undefined;
  if (!definition) throw new JournalDamaged(`execution_migrated takes the ${phase} of ${address} away`);
  return definition;
};
