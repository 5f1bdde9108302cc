import type { Instant, Uuid } from '../../kernel/index.js';
import type { ExecutionEnd, Listed, Schedule, ScheduleFilter, Tick, TickFilter, TickStatus } from './schedules.js';

/** What became of a tick. */
export interface TickOutcome {
  readonly status: TickStatus;
  readonly reason?: string;
  readonly message?: string;
  readonly execution?: Uuid;
}

export interface TickKey {
  readonly schedule: Uuid;
  readonly key: string;
}

/**
 * Keeps schedules and their ticks. What fulfils is durable; what rejects changed nothing. No two ticks of a schedule have
 * one key.
 */
export interface ScheduleStore {
  find(id: Uuid): Promise<Schedule | undefined>;
  /** Newest first. */
  list(filter: ScheduleFilter): Promise<Listed<Schedule>>;
  /** False: the id is taken. */
  create(schedule: Schedule): Promise<boolean>;
  /**
   * Writes a schedule and adds ticks, in one transaction; ticks whose key is there stay as they are. False, and nothing is
   * written, unless the schedule is there with the revision before.
   */
  advance(schedule: Schedule, ticks: readonly Tick[]): Promise<boolean>;
  /** Its ticks go with it. False: there was none. */
  remove(id: Uuid): Promise<boolean>;
  /** When the first of all schedules is due. */
  firstDue(): Promise<Instant | undefined>;
  /** Those that are due, the first ones first. */
  dueAt(now: Instant, limit: number): Promise<readonly Uuid[]>;
  /** Adds ticks; one that is there and was skipped or failed is written anew. Answers the keys of those that were written. */
  addTicks(ticks: readonly Tick[]): Promise<readonly string[]>;
  tick(key: TickKey): Promise<Tick | undefined>;
  /** By their time. */
  ticks(schedule: Uuid, filter: TickFilter): Promise<Listed<Tick>>;
  /** By their time. */
  withStatus(schedule: Uuid, status: TickStatus): Promise<readonly Tick[]>;
  /** Schedules that have pending or queued ticks. */
  withWork(): Promise<readonly Uuid[]>;
  /** Ticks whose execution is not known to have ended. */
  open(): Promise<readonly Tick[]>;
  /** Writes what became of a tick; one that is not there is left alone. What a settled tick starts is forgotten. */
  settle(key: TickKey, outcome: TickOutcome, at: Instant): Promise<void>;
  /** Its execution has ended. */
  close(key: TickKey, ended: ExecutionEnd, at: Instant): Promise<void>;
  /** Forgets the oldest ticks that need nothing any more, so that about `keep` are left, and notes up to when. */
  prune(schedule: Uuid, keep: number): Promise<void>;
}
