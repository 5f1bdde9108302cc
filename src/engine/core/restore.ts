import type { CompiledWorkflow } from './definition.js';
import type { KeptOutcome, RecordedEvent, RunEvent, SkipCause, StepKept } from './event.js';
import { replay } from './fold/replay.js';
import { findStep, type Step } from './fold/run-state.js';

/**
 * What a new execution keeps of the steps that had ended at a journal position (semantics 23, `restore`): completed
 * steps and handled failures, with their outputs and times; and skips that follow from kept steps alone. Everything
 * else (unhandled failures, attempts in flight, cancellations, and the skips that came of them) runs or is decided anew.
 */
export const keptAt = (
  compiled: CompiledWorkflow,
  journal: readonly RecordedEvent[],
  position: number,
): readonly StepKept[] => {
  const prefix = journal.filter(({ seq }) => seq <= position).map(({ event }) => event);
  const state = replay(compiled, prefix);
  const seen = new Map<string, Seen>();
  for (const event of prefix) observe(seen, event);
  const kept = new Set<string>();
  const isKept = (index: number): boolean => kept.has((state.root.steps[index] as Step).address);
  const events: StepKept[] = [];
  // In the order in which they ended, so that what a skip followed from has been looked at before it.
  for (const [address, times] of seen) {
    const step = findStep(state, address) as Step;
    const outcome = outcomeOf(step);
    const follows = [...step.task.needs, ...step.task.gates].every(isKept);
    if (!outcome || (outcome.is === 'skipped' && !follows)) continue;
    kept.add(address);
    events.push(keptEvent(step.address, outcome, times));
  }
  return events;
};

interface Seen {
  startedAt?: number;
  endedAt?: number;
  attempt: number;
}

const observe = (seen: Map<string, Seen>, event: RunEvent): void => {
  if (!('step' in event)) return;
  const entry = seen.get(event.step) ?? { attempt: 0 };
  if (event.type === 'step_started') {
    entry.startedAt ??= event.at;
    entry.attempt = event.attempt;
  } else if (event.type === 'step_kept') {
    if (event.started_at !== undefined) entry.startedAt = event.started_at;
    entry.endedAt = event.ended_at;
    entry.attempt = event.attempt;
  } else if (event.type === 'step_completed' || event.type === 'step_failed' || event.type === 'step_skipped') {
    entry.endedAt = event.at;
  } else return;
  // Moved to the end: what is kept is folded again in the order in which it ended.
  seen.delete(event.step);
  seen.set(event.step, entry);
};

const keptEvent = (step: string, outcome: KeptOutcome, seen: Seen): StepKept => ({
  type: 'step_kept',
  at: seen.endedAt as number,
  step,
  generation: 1,
  attempt: seen.attempt,
  outcome,
  ...(seen.startedAt !== undefined && { started_at: seen.startedAt }),
  ended_at: seen.endedAt as number,
});

const outcomeOf = ({ state }: Step): KeptOutcome | undefined => {
  switch (state.at) {
    case 'completed':
      return { is: 'completed', output: state.output };
    case 'failed':
      return state.handled === undefined ? undefined : { is: 'failed', failure: state.failure, handled: state.handled };
    case 'skipped':
      return { is: 'skipped', ...because(state.cause, state.because) };
    default:
      return undefined;
  }
};

const because = (cause: SkipCause, address: string | undefined): { cause: SkipCause; because?: string } =>
  address === undefined ? { cause } : { cause, because: address };
