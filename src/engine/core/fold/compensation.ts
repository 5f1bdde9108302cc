import type { Address } from '../address.js';
import type { CompiledTask } from '../definition.js';
import type { CompensationStarted } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import {
  findStep,
  isTerminalStep,
  pendingStep,
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
  const within = state.undoable.filter((step) => {
    const around = [...scopesAround(step)];
    return around.includes(scope) && step !== spare && !around.some(({ owner }) => owner && owner === spare);
  });
  return within.reverse().map(({ address }) => address);
};

/** Whether steps are still being undone. */
export const isUndoing = (compensation: Compensation | undefined): boolean =>
  compensation !== undefined && compensation.next < compensation.steps.length;

/** The fold of `compensation_started`: what is open there is canceled, and the first step is undone. */
export const beginCompensation = (state: RunState, event: CompensationStarted): void => {
  const compensation = { steps: event.undo.map((address) => undoingStep(state, address)), next: 0 };
  const undone = new Set(event.undo);
  const rest = state.undoable.filter(({ address }) => !undone.has(address));
  state.undoable.splice(0, state.undoable.length, ...rest);
  if (event.within === undefined) {
    if (!event.ending) throw new JournalDamaged('a compensation of the execution says how it ends');
    cancelScope(state, state.root);
    state.ending = { as: event.ending, compensation, notice: undefined };
  } else {
    const owner = findStep(state, event.within);
    const bodies = owner?.bodies;
    if (bodies?.is !== 'try' && bodies?.is !== 'race') throw new JournalDamaged(`${event.within} undoes nothing`);
    cancelScope(state, bodies.is === 'try' ? bodies.scopes.try : bodies.scope);
    bodies.compensation = compensation;
  }
  begin(state, compensation);
};

const undoingStep = (state: RunState, address: string): Step => {
  const undoes = findStep(state, address);
  const task: CompiledTask | undefined = undoes?.task.compensate;
  if (!undoes || !task) throw new JournalDamaged(`${address} can not be undone`);
  const place = { address: `${address}!compensate`, scope: undoes.scope, generation: state.generation };
  const step: Step = { task, ...place, state: pendingStep(task), bodies: undefined, undoes, isNotice: false };
  state.nested.set(step.address, step);
  return step;
};

/** The next step that is undone becomes ready; the others wait for it. */
const begin = (state: RunState, { steps, next }: Compensation): void => {
  const step = steps[next];
  if (!step || isTerminalStep(step.state)) return;
  step.state = { at: 'ready', tries: undefined, handles: undefined };
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
