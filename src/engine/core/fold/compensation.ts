import type { Address } from '../address.js';
import type { CompiledTask } from '../definition.js';
import type { CompensationStarted } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import {
  findStep,
  isTerminalStep,
  leftToUndo,
  pendingStep,
  scopesOf,
  scopesAround,
  type Compensation,
  type RunState,
  type Scope,
  type Step,
} from './run-state.js';
import { cancelScope } from './transition.js';

/* Compensation (semantics 22; Garcia-Molina and Salem, Sagas, 1987): completed steps are undone in reverse order. */

/** What a failed scope has to undo: the steps in it that have completed, last first. `spare` and what it holds stays. */
export const toUndo = (state: RunState, scope: Scope, spare?: Step): readonly Address[] => {
  const within = [...state.undoable, ...beingUndone(scope)].filter((step) => {
    const around = [...scopesAround(step)];
    return around.includes(scope) && step !== spare && !around.some(({ owner }) => owner && owner === spare);
  });
  return within.sort((a, b) => b.endSeq - a.endSeq).map(({ address }) => address);
};

/** Completed steps that constructs inside are about to undo: they end with the scope, and it has to. */
function* beingUndone(scope: Scope): Iterable<Step> {
  for (const { state, bodies } of scope.steps) {
    if (isTerminalStep(state) || !bodies) continue;
    if ('compensation' in bodies && bodies.compensation) {
      for (const { undoes } of leftToUndo(bodies.compensation)) if (undoes) yield undoes;
    }
    for (const inner of scopesOf(bodies)) yield* beingUndone(inner);
  }
}

/** Whether steps are still being undone. */
export const isUndoing = (compensation: Compensation | undefined): boolean =>
  compensation !== undefined && compensation.next < compensation.steps.length;

/** The fold of `compensation_started`: what is open there is canceled, and the first step is undone. */
export const beginCompensation = (state: RunState, event: CompensationStarted): void => {
  if (event.within === undefined) {
    if (!event.ending) throw new JournalDamaged('a compensation of the execution says how it ends');
    cancelScope(state, state.root);
    const compensation = compensationOf(state, event);
    state.ending = { as: event.ending, compensation, notice: undefined };
    begin(state, compensation);
  } else {
    const owner = findStep(state, event.within);
    const bodies = owner?.bodies;
    if (bodies?.is !== 'try' && bodies?.is !== 'race') throw new JournalDamaged(`${event.within} undoes nothing`);
    cancelScope(state, bodies.is === 'try' ? bodies.scopes.try : bodies.scope);
    bodies.compensation = compensationOf(state, event);
    begin(state, bodies.compensation);
  }
};

const compensationOf = (state: RunState, { undo }: CompensationStarted): Compensation => {
  const undone = new Set(undo);
  const rest = state.undoable.filter(({ address }) => !undone.has(address));
  state.undoable.splice(0, state.undoable.length, ...rest);
  return { steps: undo.map((address) => undoingStep(state, address)), next: 0 };
};

const undoingStep = (state: RunState, address: string): Step => {
  const undoes = findStep(state, address);
  const task: CompiledTask | undefined = undoes?.task.compensate;
  if (!undoes || !task) throw new JournalDamaged(`${address} can not be undone`);
  const place = { address: `${address}!compensate`, scope: undoes.scope, generation: state.generation };
  const fresh = { state: pendingStep(task), bodies: undefined, endSeq: 0, isNotice: false };
  const step: Step = { task, ...place, ...fresh, undoes };
  const before = state.nested.get(step.address);
  // The same key as before: its attempts go on, so that a late result is none of the next attempt.
  if (before?.generation === step.generation && before.state.at === 'canceled') step.state = before.state;
  state.nested.set(step.address, step);
  return step;
};

/** The next step that is undone becomes ready; the others wait for it. */
const begin = (state: RunState, { steps, next }: Compensation): void => {
  const step = steps[next];
  if (!step || step.state.at === 'completed' || step.state.at === 'failed') return;
  const tries = 'tries' in step.state ? step.state.tries : undefined;
  step.state = { at: 'ready', tries, handles: undefined };
  state.touched.add(step);
};

/** A step has been undone, or could not be: the rest goes on. */
export const endUndoing = (state: RunState, step: Step): void => {
  for (const compensation of compensationsAround(state, step)) {
    if (compensation.steps[compensation.next] !== step) continue;
    compensation.next += 1;
    begin(state, compensation);
    return;
  }
};

function* compensationsAround(state: RunState, step: Step): Iterable<Compensation> {
  if (state.ending?.compensation) yield state.ending.compensation;
  for (const scope of scopesAround(step)) {
    const bodies = scope.owner?.bodies;
    if (!bodies || !('compensation' in bodies) || !bodies.compensation) continue;
    state.closing.add(scope);
    yield bodies.compensation;
  }
}
