import type { Json } from '../../../kernel/index.js';
import type { CompiledWorkflow } from '../definition.js';
import { beginRun, evolve } from './evolve.js';
import { JournalDamaged } from './journal-damaged.js';
import type { PinnedWorkflow, RunEvent } from '../event.js';
import { allSteps, stepStatus, type Bodies, type RunState, type Step } from './run-state.js';

/** Definitions by content hash. */
export type Definitions = ReadonlyMap<string, CompiledWorkflow>;

/** Content hashes of the definitions that a journal needs: the one it begins with, and those it was migrated to. */
export const definitionsOf = (events: Iterable<RunEvent>): ReadonlyMap<string, PinnedWorkflow['plugins']> => {
  const found = new Map<string, PinnedWorkflow['plugins']>();
  for (const event of events) {
    if (event.type === 'execution_started') found.set(event.workflow.definition, event.workflow.plugins);
    else if (event.type === 'execution_migrated') found.set(event.to.definition, event.to.plugins);
    else if (event.type === 'execution_reopened' && event.plugins !== undefined)
      for (const hash of found.keys()) found.set(hash, event.plugins);
  }
  return found;
};

/**
 * Folds a journal, or the beginning of one, into a state. One definition alone is enough for a journal that was never
 * migrated. Throws `JournalDamaged` when the events do not fit together, or a definition is missing.
 */
export const replay = (definitions: CompiledWorkflow | Definitions, events: Iterable<RunEvent>): RunState => {
  const known = 'document' in definitions ? undefined : definitions;
  let state: RunState | undefined;
  for (const event of events) {
    if (state) {
      evolve(state, event, event.type === 'execution_migrated' ? known?.get(event.to.definition) : undefined);
      continue;
    }
    if (event.type !== 'execution_started') {
      throw new JournalDamaged(`a journal begins with execution_started, not ${event.type}`);
    }
    const first = 'document' in definitions ? definitions : definitions.get(event.workflow.definition);
    if (!first) throw new JournalDamaged(`its definition ${event.workflow.definition} is not there`);
    state = beginRun(event, first);
  }
  if (!state) throw new JournalDamaged('the journal is empty');
  return state;
};

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

const bodiesSnapshot = (bodies: Bodies): Json => {
  switch (bodies.is) {
    case 'group':
      return { is: bodies.is };
    case 'race':
      return { is: bodies.is, winner: bodies.winner?.address ?? null };
    case 'try':
      return { is: bodies.is, phase: bodies.phase, result: plain(bodies.result) };
    case 'map':
      return {
        is: bodies.is,
        results: plain(bodies.results),
        open: bodies.open,
        next: bodies.next,
        failed: bodies.failed,
      };
    case 'loop':
      return { is: bodies.is, iterations: bodies.scopes.length, previous: bodies.previous };
  }
};

const stepSnapshot = ({ address, generation, state, bodies }: Step): Json => ({
  address,
  generation,
  status: stepStatus(state),
  state: plain(state),
  ...(bodies && { bodies: bodiesSnapshot(bodies) }),
});

/** The whole fold as plain JSON: two states are the same if these are equal. */
export const snapshot = (state: RunState): Json => ({
  execution: state.execution,
  definition: state.workflow.definition,
  seq: state.seq,
  status: plain(state.status),
  generation: state.generation,
  started_at: state.startedAt,
  deadline: state.deadline ?? null,
  account: plain(state.account),
  limits: state.limits ? Object.fromEntries(state.limits) : null,
  reports: plain([...state.reports]),
  input: state.input,
  open: state.root.open,
  failed: [...state.root.failed],
  due: [...state.due].map((step) => step.address),
  undoable: state.undoable.map((step) => step.address),
  ending: state.ending ? { as: plain(state.ending.as), next: state.ending.compensation?.next ?? null } : null,
  variables: plain(state.root.state?.values),
  inbox: plain(state.inbox),
  callbacks: plain([...state.callbacks]),
  sinceCheckpoint: plain(state.sinceCheckpoint),
  steps: [...allSteps(state)].map(stepSnapshot),
});
