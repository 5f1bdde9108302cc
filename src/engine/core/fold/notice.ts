import type { NoticeStarted } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import { isTerminalStep, pendingStep, type RunState, type Step } from './run-state.js';
import { cancelScope, stopAttempt } from './transition.js';

/* The fold of the notice that is given before an execution ends. */

export const ON_COMPLETE = '/on_complete';
export const ON_FAILURE = '/on_failure';

/** The step that gives the notice is ready: nothing else of the execution goes on. */
export const beginNotice = (state: RunState, { notice: address, ending }: NoticeStarted): void => {
  const { onComplete, onFailure } = state.compiled;
  const task = address === ON_COMPLETE ? onComplete : address === ON_FAILURE ? onFailure : undefined;
  if (!task) throw new JournalDamaged(`the workflow gives no notice at ${address}`);
  cancelScope(state, state.root);
  const place = { address, scope: state.root, generation: state.generation };
  const fresh = { state: pendingStep(task), bodies: undefined, endSeq: 0, undoes: undefined };
  const step: Step = { task, ...place, ...fresh, isNotice: true };
  step.state = { at: 'ready', tries: undefined, handles: undefined };
  state.nested.set(address, step);
  state.touched.add(step);
  state.ending = { as: ending, compensation: state.ending?.compensation, notice: step };
};

/** The execution ends without it. */
export const cancelNotice = (state: RunState): void => {
  const step = state.ending?.notice;
  if (!step || isTerminalStep(step.state)) return;
  stopAttempt(state, step);
  step.state = { at: 'canceled' };
  state.touched.add(step);
};
