import {
  replay,
  type Address,
  type CompiledWorkflow,
  type Failure,
  type RecordedEvent,
  type RunState,
} from '../../../engine/core/index.js';
import type { Instant } from '../../../kernel/index.js';

/** An attempt that failed, or a step that did without one. */
export interface FailedAttempt {
  readonly seq: number;
  readonly at: Instant;
  /** 0: the step failed before an attempt, or over what is inside it. */
  readonly attempt: number;
  readonly startedAt: Instant | undefined;
  readonly failure: Failure;
  readonly isFinal: boolean;
}

/** An execution as its journal tells it. */
export interface RunRecord {
  readonly compiled: CompiledWorkflow;
  readonly journal: readonly RecordedEvent[];
  readonly state: RunState;
  /** Of the latest generation of each step, in order. */
  readonly failures: ReadonlyMap<Address, readonly FailedAttempt[]>;
  /** Where the journal says last how a step ended, was armed or began. */
  readonly seqOf: ReadonlyMap<Address, number>;
  readonly last: RecordedEvent | undefined;
}

/** Reads a journal. `definitions`: all versions that it was run with, by hash. */
export const runRecordOf = (
  compiled: CompiledWorkflow,
  definitions: ReadonlyMap<string, CompiledWorkflow>,
  journal: readonly RecordedEvent[],
): RunRecord => {
  const failures = new Map<Address, FailedAttempt[]>();
  const seqOf = new Map<Address, number>();
  const generations = new Map<Address, number>();
  const started = new Map<Address, Instant>();
  for (const { seq, event } of journal) {
    if (!('step' in event)) continue;
    const { step, generation } = event;
    if ((generations.get(step) ?? 0) < generation) failures.delete(step);
    generations.set(step, generation);
    seqOf.set(step, seq);
    if (event.type === 'step_started') started.set(step, event.at);
    if (event.type !== 'attempt_failed' && event.type !== 'step_failed') continue;
    const { at, attempt, failure } = event;
    const startedAt = attempt > 0 ? started.get(step) : undefined;
    const failed = { seq, at, attempt, startedAt, failure, isFinal: event.type === 'step_failed' };
    failures.set(step, [...(failures.get(step) ?? []), failed]);
  }
  const state = replay(
    definitions,
    journal.map(({ event }) => event),
  );
  return { compiled, journal, state, failures, seqOf, last: journal.at(-1) };
};
