import { err, ok, type Result } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { CompiledWorkflow } from '../definition.js';
import type { RecordedEvent, RunEvent } from '../event.js';
import { replay, type Definitions } from '../fold/replay.js';
import type { RunState } from '../fold/run-state.js';
import { planCarrying, type Seen } from './carrying.js';
import type { Operation, Reexecution, Unable } from './operation.js';
import { planReopening } from './reopening.js';

/**
 * What a re-execution keeps, resets and creates, and the events that carry it out: a pure function of a journal
 * (semantics 23). What it answers beforehand is what the engine does.
 */
export const reexecute = (
  definitions: CompiledWorkflow | Definitions,
  journal: readonly RecordedEvent[],
  operation: Operation,
): Result<Reexecution, Unable> => {
  const last = journal.at(-1)?.seq ?? 0;
  const at = 'at' in operation && operation.at !== undefined ? operation.at : last;
  if (!Number.isInteger(at) || at < 1 || at > last) {
    return err({ is: 'unknown', reason: `The journal has positions 1 to ${last}` });
  }
  const events = journal.flatMap(({ seq, event }) => (seq <= at ? [event] : []));
  const state = replay(definitions, events);
  if (operation.is !== 'fork' && operation.is !== 'restore') return planReopening(state, operation);
  return ok(planCarrying({ state, seen: seenIn(state, events) }, operation));
};

/** When each step of the present generation ran, in the order in which they ended. */
const seenIn = (state: RunState, events: readonly RunEvent[]): ReadonlyMap<Address, Seen> => {
  const seen = new Map<Address, Seen & { readonly generation: number }>();
  for (const event of events) {
    if (event.type === 'execution_reopened' && event.skipped !== undefined) {
      const { at, generation, skipped } = event;
      seen.delete(skipped);
      seen.set(skipped, { generation, startedAt: undefined, endedAt: at, attempt: 0 });
    }
    if (!('step' in event) || event.type === 'body_opened' || event.type === 'body_closed') continue;
    if (event.type === 'step_ready' || event.type === 'callback_received') continue;
    const known = seen.get(event.step);
    const before = known?.generation === event.generation ? known : undefined;
    // Moved to the end: what is kept is folded again in the order in which it ended.
    seen.delete(event.step);
    seen.set(event.step, { generation: event.generation, ...next(before, event) });
  }
  return seen;
};

type StepEvent = Extract<RunEvent, { step: string }>;

const next = (before: Seen | undefined, event: StepEvent): Seen => {
  const seen = before ?? { startedAt: undefined, endedAt: undefined, attempt: 0 };
  switch (event.type) {
    case 'step_started':
      return { ...seen, startedAt: seen.startedAt ?? event.at, attempt: event.attempt };
    case 'step_opened':
    case 'step_armed':
      return { ...seen, startedAt: seen.startedAt ?? event.at };
    case 'step_kept':
      return { startedAt: event.started_at, endedAt: event.ended_at, attempt: event.attempt };
    case 'step_completed':
    case 'step_failed':
    case 'step_skipped':
    case 'step_canceled':
      return { ...seen, endedAt: event.at };
    default:
      return seen;
  }
};
