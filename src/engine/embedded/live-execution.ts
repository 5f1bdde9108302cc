import { SeldomMap, type Instant, type Uuid } from '../../kernel/index.js';
import { timeUpAt, type Limit, type RecordedEvent, type RunEvent, type RunState } from '../core/index.js';
import type { JournalHandle, StoredJournal, Timer, Timers } from '../ports/index.js';
import type { AttemptVoice, RunningAttempt } from './attempts/running-attempt.js';

/** An execution that is not terminal, as this process holds it. */
export class LiveExecution {
  /** Attempts in this process, by step. */
  readonly attempts = new Map<string, RunningAttempt>();
  /** Where its attempts speak; made with the first one. */
  voice: AttemptVoice | undefined;
  /** Under which the results of running steps are kept, by step. */
  readonly cacheKeys = new SeldomMap<string, string>();
  /** Steps that the backlog counts. */
  countedSteps = 0;
  /** Steps that hold a slot, and the limits under which they run. */
  readonly slots = new Map<string, readonly Limit[]>();
  /** Ring when the pause before a step's next attempt, its time, or what it waits for is over. */
  readonly wakeUps = new SeldomMap<string, Timer>();
  /** Rings at the deadline of the execution. */
  deadline: Timer | undefined;
  /** Rings when the time of its budget is over. */
  timeUp: Timer | undefined;
  /** What the journal holds is not known: a commit failed. Nothing is decided until it is loaded again. */
  suspect = false;
  /** Journal position up to which everything was published. */
  published = 0;

  constructor(
    public state: RunState,
    public handle: JournalHandle,
  ) {}

  get id(): Uuid {
    return this.state.execution;
  }

  /** The events that were just folded into the state, at their places in the journal. */
  record(events: readonly RunEvent[]): RecordedEvent[] {
    const before = this.state.seq - events.length;
    return events.map((event, index) => ({ seq: before + 1 + index, event }));
  }

  /** Rings for a step at a time; what rang for it before does not. */
  wakeAt(timers: Timers, { step, at }: { readonly step: string; readonly at: Instant }, callback: () => void): void {
    this.wakeUps.get(step)?.cancel();
    const timer = timers.at(at, () => {
      this.wakeUps.delete(step);
      callback();
    });
    this.wakeUps.set(step, timer);
  }

  /** Rings at the deadline of the execution; at once when it is over, before anything of it is made again. */
  ringAtDeadline(timers: Timers, callback: () => void): void {
    this.deadline?.cancel();
    const { deadline } = this.state;
    if (deadline === undefined) return;
    if (deadline <= timers.now()) return callback();
    this.deadline = timers.at(deadline, callback);
  }

  /** Rings when the time of its budget is over, if it passes. */
  ringAtTimeUp(timers: Timers, callback: () => void): void {
    this.timeUp?.cancel();
    const time = timeUpAt(this.state.limits, this.state.account);
    this.timeUp = time === undefined ? undefined : timers.at(time, callback);
  }

  disarm(step: string): void {
    this.wakeUps.get(step)?.cancel();
    this.wakeUps.delete(step);
  }

  /** Nothing rings for this execution any more. */
  silence(): void {
    this.deadline?.cancel();
    this.timeUp?.cancel();
    for (const timer of this.wakeUps.values()) timer.cancel();
    this.wakeUps.clear();
  }
}

/** An execution as its journal says it is. */
export interface Loaded {
  readonly live: LiveExecution;
  readonly stored: StoredJournal;
}
