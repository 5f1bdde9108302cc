import { isAmong, isInside, type ParentStep, type RunEvent, type StepArmed } from '../../engine/core/index.js';
import type { Batch, Committed } from '../../engine/ports/index.js';
import type { Uuid } from '../../kernel/index.js';

/** A durable event, and its bytes. */
export interface Written {
  readonly seq: number;
  readonly position: number;
  readonly event: RunEvent;
  readonly text: string;
}

const TERMINAL_RUN: ReadonlySet<string> = new Set(['execution_completed', 'execution_failed', 'execution_canceled']);
const TERMINAL_STEP: ReadonlySet<string> = new Set([
  ...['step_completed', 'step_failed', 'step_skipped', 'step_kept', 'step_canceled'],
]);

export type StepEvent = Extract<RunEvent, { step: string }>;

export const isStepEvent = (event: RunEvent): event is StepEvent => 'step' in event;
export const endsRun = ({ type }: RunEvent): boolean => TERMINAL_RUN.has(type);
export const endsStep = ({ type }: RunEvent): boolean => TERMINAL_STEP.has(type);

/** Whether it comes from somebody outside: an event, an answer, a callback. */
export const isFromOutside = ({ is }: StepArmed['awaits']): boolean =>
  is === 'event' || is === 'approval' || is === 'webhook';

/** One step within one generation, as its events tell. */
export interface StepHistory {
  readonly address: string;
  readonly generation: number;
  /** Its `step_ready`, when it had a condition. */
  ready?: Written;
  /** Latest attempt that started. */
  started?: Written;
  /** Its `step_armed`, when it waited. */
  armed?: Written;
  /** When the next attempt may begin, after one that failed. */
  retryAt?: number;
  ended?: Written | undefined;
  /** Attempts that ended with a result, a failure or a timeout, and were followed by another. */
  endedAttempts: number;
}

/** What is durable of one execution. Made of nothing but what was written: it knows no state and trusts no engine. */
export class ExecutionHistory {
  readonly events: Written[] = [];
  /** The latest generation of each step. */
  readonly steps = new Map<string, StepHistory>();
  /** The end; undefined while it goes on. */
  ended: Written | undefined;
  /** The step that has started it. */
  parent: ParentStep | undefined;
  /** Names of the events that were received, by id. */
  readonly received = new Map<Uuid, string>();
  readonly consumed = new Set<Uuid>();

  constructor(readonly execution: Uuid) {}

  step(address: string, generation: number): StepHistory {
    const known = this.steps.get(address);
    if (known && known.generation >= generation) return known;
    const made: StepHistory = { address, generation, endedAttempts: 0 };
    this.steps.set(address, made);
    return made;
  }

  add(written: Written): void {
    this.events.push(written);
    const { event } = written;
    if (isStepEvent(event)) note(this.step(event.step, event.generation), written);
    else if (endsRun(event)) this.ended = written;
    else if (event.type === 'execution_started') this.parent = event.parent;
    else if (event.type === 'event_received') this.received.set(event.event, event.name);
    else if (event.type === 'execution_reopened') this.reopen(event, written);
    if (event.type === 'step_completed' && event.consumed !== undefined) this.consumed.add(event.consumed);
  }

  /** A later generation (semantics 23): what is reset, and the constructs around it, have not ended. */
  private reopen(
    { reset, skipped, generation }: Extract<RunEvent, { type: 'execution_reopened' }>,
    written: Written,
  ): void {
    this.ended = undefined;
    const fresh = new Set(skipped === undefined ? reset : [...reset, skipped]);
    for (const [address, step] of this.steps) {
      if (isAmong(address, fresh)) this.steps.delete(address);
      else if ([...fresh].some((inner) => isInside(inner, address))) step.ended = undefined;
    }
    if (skipped !== undefined) this.step(skipped, generation).ended = written;
  }

  count(is: (event: RunEvent) => boolean): number {
    let count = 0;
    for (const { event } of this.events) if (is(event)) count += 1;
    return count;
  }
}

const note = (step: StepHistory, written: Written): void => {
  const { event } = written;
  if (event.type === 'step_ready') step.ready = written;
  else if (event.type === 'step_started') step.started = written;
  else if (event.type === 'step_armed') step.armed = written;
  else if (event.type === 'attempt_failed') {
    step.endedAttempts += 1;
    step.retryAt = event.retry_at;
  } else if (event.type === 'attempt_lost') delete step.retryAt;
  else if (endsStep(event)) step.ended ??= written;
};

/** What is durable of all executions of a simulation. */
export class History {
  readonly executions = new Map<Uuid, ExecutionHistory>();

  of(execution: Uuid): ExecutionHistory | undefined {
    return this.executions.get(execution);
  }

  /** Takes down a batch right after it was written; `check` sees each event before it counts. */
  write(
    { transitions }: Batch,
    { firstPosition }: Committed,
    check: (history: ExecutionHistory, written: Written) => void,
  ): void {
    let position = firstPosition;
    for (const { handle, events } of transitions) {
      const history = this.executions.get(handle.execution) ?? new ExecutionHistory(handle.execution);
      this.executions.set(handle.execution, history);
      for (const { seq, event } of events) {
        const text = JSON.stringify(event);
        const written = { seq, position: position++, event: JSON.parse(text) as RunEvent, text };
        check(history, written);
        history.add(written);
      }
    }
  }
}
