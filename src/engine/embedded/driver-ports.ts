import type { Millis, Uuid } from '../../kernel/index.js';
import type { EngineMeter, Journal, Notifier, Timers } from '../ports/index.js';
import type { AttemptRunner } from './attempts/attempt-runner.js';
import type { BacklogLimits } from './backlog.js';
import type { Families } from './families.js';

export interface DriverLimits extends BacklogLimits {
  /** Attempts that run at the same time in this process. */
  readonly maxRunningTasks: number;
  /** The same by task type, or `type:component`; absent: no bound. */
  readonly perTask?: Readonly<Record<string, number>>;
}

export interface DriverPorts {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly notifier: Notifier;
  readonly attempts: AttemptRunner;
  readonly families: Families;
  readonly limits: DriverLimits;
  /** Absent: nobody measures. */
  readonly meter: EngineMeter | undefined;
  /** ms that have passed since some moment, truly. */
  readonly elapsed: () => Millis;
  /** A commit failed: suspect executions, and those that it started, must be loaded again. The driver rests until `wake`. */
  readonly onStorageFailure: (error: unknown, started: readonly Uuid[]) => void;
  /** The core threw, so this execution is not driven on: a bug, or a damaged journal. What is in the journal stays. */
  readonly onBroken: (execution: Uuid, error: unknown) => void;
}
