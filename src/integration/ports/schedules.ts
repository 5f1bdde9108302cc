import type { Fault, Instant, Json, JsonObject, Result, Uuid } from '../../kernel/index.js';

/** What becomes of a time of the pattern that the clock skips, and of one that it shows twice. */
export interface DstPolicy {
  /** `after`: once, at the first moment after the gap. `skip`: not at all. */
  readonly gap: 'skip' | 'after';
  /** `first`: the first time only. `both`: twice, as two ticks. */
  readonly overlap: 'first' | 'both';
}

export type Timing =
  | { readonly is: 'cron'; readonly cron: string; readonly dst: DstPolicy }
  /** Every so many seconds, counted from `start`. */
  | { readonly is: 'interval'; readonly seconds: number }
  | { readonly is: 'once'; readonly at: Instant };

/** What is done about ticks that were missed: nothing, the last one, the last so many. */
export type CatchUp = 'none' | 'latest' | { readonly all: number };
/** What a tick does while an execution of the schedule is open. */
export type Overlap = 'allow' | 'skip' | 'queue' | 'cancel_other';

/** What a schedule is to do, checked and with its defaults filled in. */
export interface ScheduleSpec {
  readonly name: string;
  readonly description: string | undefined;
  readonly workflow: Uuid;
  /** A version, or a range of them. Absent: the current one at each tick. */
  readonly version: string | undefined;
  /** May hold `${schedule.…}` and `${tick.…}`. */
  readonly input: Json;
  /** What each execution may use, beside the budget of the workflow. */
  readonly budget?: JsonObject | undefined;
  readonly timing: Timing;
  /** IANA name. */
  readonly timeZone: string;
  /** The first moment at which a tick may be; intervals are counted from it. */
  readonly start: Instant | undefined;
  /** The last moment at which a tick may be. */
  readonly end: Instant | undefined;
  /** Seconds by which a tick may be put off. */
  readonly jitter: number;
  /** Seconds after which a tick counts as missed. */
  readonly grace: number;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
}

/** `ended`: no tick is left. */
export type ScheduleState = 'active' | 'paused' | 'ended';

export interface Schedule {
  readonly id: Uuid;
  readonly spec: ScheduleSpec;
  readonly state: ScheduleState;
  /** The next tick, by the pattern. */
  readonly next: Instant | undefined;
  /** When it is to be started; undefined while paused. */
  readonly due: Instant | undefined;
  /** Of every tick up to here it is known what became of it. Never goes back. */
  readonly settled: Instant;
  /** Rows of ticks up to here may have been cleared away. */
  readonly forgotten: Instant | undefined;
  readonly revision: number;
  /** Hash of what it was made of, so that making it is safe to repeat. */
  readonly madeOf: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type TickOrigin = 'schedule' | 'backfill' | 'trigger';
/**
 * `pending`: about to be started. `queued`: waits until the execution before it has ended. The others are final: an
 * execution was started, none was and `reason` says why, or starting it was refused.
 */
export type TickStatus = 'pending' | 'queued' | 'started' | 'skipped' | 'failed';
/** `limit`: more were missed than `catch_up.all` takes. */
export type SkipReason = 'missed' | 'limit' | 'overlap' | 'paused';
export type ExecutionEnd = 'completed' | 'failed' | 'canceled' | 'gone';

/** What a tick starts; written down with it, so that it is the same however often it has to be asked for. */
export interface TickRequest {
  readonly workflow: Uuid;
  readonly version?: string;
  readonly input: Json;
  readonly budget?: JsonObject;
  readonly metadata: JsonObject;
  readonly overlap: Overlap;
}

/** One tick of a schedule, or, with `until`, all its ticks from `at` to `until` that have no row of their own. */
export interface Tick {
  readonly schedule: Uuid;
  /** Names it among those of its schedule: its time, or for triggers a name of their own. */
  readonly key: string;
  /** The time by the pattern. */
  readonly at: Instant;
  readonly until: Instant | undefined;
  readonly due: Instant;
  readonly origin: TickOrigin;
  readonly status: TickStatus;
  /** A `SkipReason`, or the code of the error. */
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly request: TickRequest | undefined;
  readonly execution: Uuid | undefined;
  /** How the execution ended. */
  readonly ended: ExecutionEnd | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface Paging {
  readonly offset: number;
  readonly limit: number;
}

export interface ScheduleFilter extends Paging {
  readonly state?: ScheduleState;
  readonly workflow?: Uuid;
}

export interface TickFilter extends Paging {
  readonly status?: TickStatus;
  readonly descending: boolean;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** What a backfill found: ticks that are started by it, that had been, and whose rows were cleared away. */
export interface Backfilled {
  readonly started: number;
  readonly already: number;
  readonly forgotten: number;
}

/** A tick to come. */
export interface Upcoming {
  readonly at: Instant;
  /** With the jitter; absent where no schedule is there yet to draw it. */
  readonly due?: Instant;
  /** `2026-03-29T03:00:00+02:00` */
  readonly local: string;
  /** What daylight saving time does to it. */
  readonly dst?: 'after_gap' | 'first_of_two' | 'second_of_two';
}

/** Schedules, as the API uses them. What is wrong with a request is thrown as `validation_error`, with every fault. */
export interface Schedules {
  /**
   * Checks and keeps a schedule (docs/guides/schedules.md has its fields). `id`: asked again with the same source, the
   * first one is answered; with another, `idempotency_conflict` is thrown.
   */
  create(source: unknown, id?: Uuid): Promise<{ readonly schedule: Schedule; readonly isNew: boolean }>;
  /** Takes the place of what it was. Ticks that are due are settled before. */
  replace(id: Uuid, source: unknown): Promise<Schedule>;
  /** Throws `schedule_not_found`. */
  get(id: Uuid): Promise<Schedule>;
  list(filter: ScheduleFilter): Promise<Listed<Schedule>>;
  remove(id: Uuid): Promise<void>;
  pause(id: Uuid): Promise<Schedule>;
  /** Ticks that came meanwhile are recorded as skipped. */
  resume(id: Uuid): Promise<Schedule>;
  /** A tick now, also while paused. Source: `{overlap?}`, that of the schedule when absent. `name` makes it safe to repeat. */
  trigger(id: Uuid, source: unknown, name?: string): Promise<Tick>;
  /**
   * Starts the ticks of a time that is past, those that were started excepted. Source: `{from, to, overlap?}`, both ends
   * included; `allow` when absent.
   */
  backfill(id: Uuid, source: unknown): Promise<Backfilled>;
  ticks(id: Uuid, filter: TickFilter): Promise<Listed<Tick>>;
  upcoming(id: Uuid, count: number): Promise<readonly Upcoming[]>;
  /** The ticks of a source that is not kept. Of its fields, only those about time are looked at. */
  preview(source: unknown, count: number): { readonly timing: Timing; readonly upcoming: readonly Upcoming[] };
}

/** What schedules need of executions. */
export interface ScheduledExecutions {
  /** Safe to repeat with one key. Refusals are `HarmoniaError`s. */
  start(request: Omit<TickRequest, 'overlap'> & { readonly key: string }): Promise<{ readonly execution: Uuid }>;
  /** The execution that was started with a key. */
  startedBy(key: string): Promise<Uuid | undefined>;
  /** Fulfils when the execution has ended; with undefined when the service stops first. */
  ended(execution: Uuid): Promise<ExecutionEnd | undefined>;
  cancel(execution: Uuid, reason: string): Promise<void>;
  /** The id of a workflow by its id or name. Throws `workflow_not_found`. */
  workflow(nameOrId: string): Promise<Uuid>;
}

/** A template for an input. */
export interface InputTemplates {
  /** What is wrong with the expressions of a source. */
  check(source: Json, pointer: string): readonly Fault[];
  /** The value of a source that has no faults. `now`: what `now()` is. */
  fill(
    source: Json,
    variables: JsonObject,
    now: Instant,
  ): Result<Json, { readonly code: string; readonly message: string }>;
}
