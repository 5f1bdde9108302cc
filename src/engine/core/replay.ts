import type { Json } from '../../kernel/index.js';
import type { CompiledWorkflow } from './definition.js';
import { beginRun, evolve, JournalDamaged } from './evolve.js';
import type { RunEvent } from './event.js';
import { stepStatus, type RunState, type Step } from './run-state.js';

/** Folds a journal, or the beginning of one, into a state. Throws `JournalDamaged` when the events do not fit together. */
export const replay = (compiled: CompiledWorkflow, events: Iterable<RunEvent>): RunState => {
  let state: RunState | undefined;
  for (const event of events) {
    if (state) evolve(state, event);
    else if (event.type === 'execution_started') state = beginRun(event, compiled);
    else throw new JournalDamaged(`a journal begins with execution_started, not ${event.type}`);
  }
  if (!state) throw new JournalDamaged('the journal is empty');
  return state;
};

const stepSnapshot = ({ address, generation, state }: Step): Json => {
  const plain = JSON.parse(JSON.stringify(state)) as Json;
  return { address, generation, status: stepStatus(state), state: plain };
};

/** The whole fold as plain JSON: two states are the same if these are equal. */
export const snapshot = (state: RunState): Json => ({
  execution: state.execution,
  seq: state.seq,
  status: JSON.parse(JSON.stringify(state.status)) as Json,
  started_at: state.startedAt,
  deadline: state.deadline ?? null,
  input: state.input,
  open: state.root.open,
  failed: [...state.root.failed],
  due: [...state.due].map((step) => step.address),
  steps: state.root.steps.map(stepSnapshot),
});
