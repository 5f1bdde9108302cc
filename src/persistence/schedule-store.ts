import type { Instant, Uuid } from '../kernel/index.js';
import type {
  ExecutionEnd,
  Listed,
  Schedule,
  ScheduleFilter,
  ScheduleSpec,
  ScheduleState,
  ScheduleStore,
  Tick,
  TickFilter,
  TickKey,
  TickOrigin,
  TickOutcome,
  TickRequest,
  TickStatus,
} from '../integration/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';

interface ScheduleRow {
  readonly id: string;
  readonly spec: string;
  readonly state: ScheduleState;
  readonly next: number | null;
  readonly due: number | null;
  readonly settled: number;
  readonly forgotten: number | null;
  readonly revision: number;
  readonly made_of: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface TickRow {
  readonly schedule: string;
  readonly key: string;
  readonly at: number;
  readonly until: number | null;
  readonly due: number;
  readonly origin: TickOrigin;
  readonly status: TickStatus;
  readonly reason: string | null;
  readonly message: string | null;
  readonly request: string | null;
  readonly execution: string | null;
  readonly ended: ExecutionEnd | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** JSON leaves out what is undefined. */
const specOf = (text: string): ScheduleSpec => {
  const kept = JSON.parse(text) as ScheduleSpec;
  const { description, version, start, end } = kept;
  return { ...kept, description, version, start, end };
};

const scheduleOf = (row: ScheduleRow): Schedule => ({
  id: row.id,
  spec: specOf(row.spec),
  state: row.state,
  next: row.next ?? undefined,
  due: row.due ?? undefined,
  settled: row.settled,
  forgotten: row.forgotten ?? undefined,
  revision: row.revision,
  madeOf: row.made_of,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const tickOf = (row: TickRow): Tick => ({
  schedule: row.schedule,
  key: row.key,
  at: row.at,
  until: row.until ?? undefined,
  due: row.due,
  origin: row.origin,
  status: row.status,
  reason: row.reason ?? undefined,
  message: row.message ?? undefined,
  request: row.request === null ? undefined : (JSON.parse(row.request) as TickRequest),
  execution: row.execution ?? undefined,
  ended: row.ended ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const scheduleValues = (schedule: Schedule) => ({
  id: schedule.id,
  workflow: schedule.spec.workflow,
  spec: JSON.stringify(schedule.spec),
  state: schedule.state,
  next: schedule.next ?? null,
  due: schedule.due ?? null,
  settled: schedule.settled,
  forgotten: schedule.forgotten ?? null,
  revision: schedule.revision,
  made_of: schedule.madeOf,
  created_at: schedule.createdAt,
  updated_at: schedule.updatedAt,
});

const tickValues = (tick: Tick): TickRow => ({
  schedule: tick.schedule,
  key: tick.key,
  at: tick.at,
  until: tick.until ?? null,
  due: tick.due,
  origin: tick.origin,
  status: tick.status,
  reason: tick.reason ?? null,
  message: tick.message ?? null,
  request: tick.request ? JSON.stringify(tick.request) : null,
  execution: tick.execution ?? null,
  ended: tick.ended ?? null,
  created_at: tick.createdAt,
  updated_at: tick.updatedAt,
});

const TICK_COLUMNS =
  'schedule, key, at, until, due, origin, status, reason, message, request, execution, ended, created_at, updated_at';
const TICK_VALUES = TICK_COLUMNS.replace(/\w+/g, '@$&');

const prepareSchedules = (database: SqliteDatabase) => ({
  find: database.prepare<[string], ScheduleRow>('SELECT * FROM schedule WHERE id = ?'),
  insert: database.prepare(
    `INSERT INTO schedule (id, workflow, spec, state, next, due, settled, forgotten, revision, made_of, created_at, updated_at)
     VALUES (@id, @workflow, @spec, @state, @next, @due, @settled, @forgotten, @revision, @made_of, @created_at, @updated_at)
     ON CONFLICT (id) DO NOTHING`,
  ),
  // How far ticks are forgotten is noted by the one who forgets them.
  update: database.prepare(
    `UPDATE schedule SET workflow = @workflow, spec = @spec, state = @state, next = @next, due = @due, settled = @settled,
       revision = @revision, updated_at = @updated_at
     WHERE id = @id AND revision = @revision - 1`,
  ),
  remove: database.prepare('DELETE FROM schedule WHERE id = ?'),
  firstDue: database.prepare<[], number | null>('SELECT min(due) FROM schedule WHERE due IS NOT NULL').pluck(),
  dueAt: database
    .prepare<[number, number], string>('SELECT id FROM schedule WHERE due <= ? ORDER BY due, id LIMIT ?')
    .pluck(),
});

/** Nothing is to be done about it any more. */
const DONE = "(status IN ('skipped', 'failed') OR (status = 'started' AND ended IS NOT NULL))";

const prepareTicks = (database: SqliteDatabase) => ({
  removeOf: database.prepare('DELETE FROM schedule_tick WHERE schedule = ?'),
  addTick: database.prepare(
    `INSERT INTO schedule_tick (${TICK_COLUMNS}) VALUES (${TICK_VALUES}) ON CONFLICT (schedule, key) DO NOTHING`,
  ),
  addAgain: database.prepare(
    `INSERT INTO schedule_tick (${TICK_COLUMNS}) VALUES (${TICK_VALUES})
     ON CONFLICT (schedule, key) DO UPDATE SET due = excluded.due, origin = excluded.origin,
       status = excluded.status, reason = excluded.reason, message = excluded.message, request = excluded.request,
       updated_at = excluded.updated_at
     WHERE schedule_tick.status IN ('skipped', 'failed')`,
  ),
  tick: database.prepare<[string, string], TickRow>('SELECT * FROM schedule_tick WHERE schedule = ? AND key = ?'),
  withStatus: database.prepare<[string, string], TickRow>(
    'SELECT * FROM schedule_tick WHERE schedule = ? AND status = ? ORDER BY at, place',
  ),
  withWork: database
    .prepare<[], string>("SELECT DISTINCT schedule FROM schedule_tick WHERE status IN ('pending', 'queued')")
    .pluck(),
  open: database.prepare<[], TickRow>(
    "SELECT * FROM schedule_tick WHERE status = 'started' AND ended IS NULL ORDER BY place",
  ),
  settle: database.prepare(
    `UPDATE schedule_tick SET status = @status, reason = @reason, message = @message, execution = @execution,
       request = CASE WHEN @status IN ('pending', 'queued') THEN request END, updated_at = @at
     WHERE schedule = @schedule AND key = @key`,
  ),
  close: database.prepare('UPDATE schedule_tick SET ended = ?, updated_at = ? WHERE schedule = ? AND key = ?'),
  oldestKept: database
    .prepare<[string, number], number>(
      'SELECT at FROM schedule_tick WHERE schedule = ? ORDER BY at DESC, place DESC LIMIT 1 OFFSET ?',
    )
    .pluck(),
  forgottenUpTo: database
    .prepare<[string, number], number | null>(
      `SELECT max(coalesce(until, at)) FROM schedule_tick WHERE schedule = ? AND at < ? AND origin <> 'trigger' AND ${DONE}`,
    )
    .pluck(),
  noteForgotten: database.prepare('UPDATE schedule SET forgotten = max(coalesce(forgotten, 0), ?) WHERE id = ?'),
  forget: database.prepare(`DELETE FROM schedule_tick WHERE schedule = ? AND at < ? AND ${DONE}`),
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Schedules in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteSchedules implements ScheduleStore {
  private readonly statements;
  private readonly advanceAll;
  private readonly addAll;
  private readonly removeAll;
  private readonly pruneAll;

  constructor(private readonly database: SqliteDatabase) {
    const statements = { ...prepareSchedules(database), ...prepareTicks(database) };
    this.statements = statements;
    this.advanceAll = database.transaction((schedule: Schedule, ticks: readonly Tick[]): boolean => {
      if (statements.update.run(scheduleValues(schedule)).changes === 0) return false;
      for (const tick of ticks) statements.addTick.run(tickValues(tick));
      return true;
    });
    this.addAll = database.transaction((ticks: readonly Tick[]): string[] =>
      ticks.filter((tick) => statements.addAgain.run(tickValues(tick)).changes > 0).map(({ key }) => key),
    );
    this.removeAll = database.transaction((id: Uuid): boolean => {
      statements.removeOf.run(id);
      return statements.remove.run(id).changes > 0;
    });
    this.pruneAll = database.transaction((id: Uuid, oldest: Instant): void => {
      const upTo = statements.forgottenUpTo.get(id, oldest);
      if (typeof upTo === 'number') statements.noteForgotten.run(upTo, id);
      statements.forget.run(id, oldest);
    });
  }

  async find(id: Uuid): Promise<Schedule | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && scheduleOf(row);
  }

  async list({ state, workflow, limit, offset }: ScheduleFilter): Promise<Listed<Schedule>> {
    const given = Object.entries({ state, workflow }).filter(([, value]) => value !== undefined);
    const where = given.length === 0 ? '' : `WHERE ${given.map(([name]) => `${name} = ?`).join(' AND ')}`;
    const values = given.map(([, value]) => value);
    return guarded(() => {
      const count = this.database.prepare(`SELECT count(*) FROM schedule ${where}`).pluck();
      const rows = this.database
        .prepare(`SELECT * FROM schedule ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`)
        .all(...values, limit, offset) as ScheduleRow[];
      return { items: rows.map(scheduleOf), total: count.get(...values) as number };
    });
  }

  async create(schedule: Schedule): Promise<boolean> {
    return guarded(() => this.statements.insert.run(scheduleValues(schedule)).changes > 0);
  }

  async advance(schedule: Schedule, ticks: readonly Tick[]): Promise<boolean> {
    return guarded(() => this.advanceAll.immediate(schedule, ticks));
  }

  async remove(id: Uuid): Promise<boolean> {
    return guarded(() => this.removeAll.immediate(id));
  }

  async firstDue(): Promise<Instant | undefined> {
    return guarded(() => this.statements.firstDue.get()) ?? undefined;
  }

  async dueAt(now: Instant, limit: number): Promise<readonly Uuid[]> {
    return guarded(() => this.statements.dueAt.all(now, limit));
  }

  async addTicks(ticks: readonly Tick[]): Promise<readonly string[]> {
    return guarded(() => this.addAll.immediate(ticks));
  }

  async tick({ schedule, key }: TickKey): Promise<Tick | undefined> {
    const row = guarded(() => this.statements.tick.get(schedule, key));
    return row && tickOf(row);
  }

  async ticks(schedule: Uuid, { status, descending, limit, offset }: TickFilter): Promise<Listed<Tick>> {
    const where = `WHERE schedule = ?${status === undefined ? '' : ' AND status = ?'}`;
    const values = [schedule, ...(status === undefined ? [] : [status])];
    const order = descending ? 'at DESC, place DESC' : 'at, place';
    return guarded(() => {
      const count = this.database.prepare(`SELECT count(*) FROM schedule_tick ${where}`).pluck();
      const rows = this.database
        .prepare(`SELECT * FROM schedule_tick ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...values, limit, offset) as TickRow[];
      return { items: rows.map(tickOf), total: count.get(...values) as number };
    });
  }

  async withStatus(schedule: Uuid, status: TickStatus): Promise<readonly Tick[]> {
    return guarded(() => this.statements.withStatus.all(schedule, status)).map(tickOf);
  }

  async withWork(): Promise<readonly Uuid[]> {
    return guarded(() => this.statements.withWork.all());
  }

  async open(): Promise<readonly Tick[]> {
    return guarded(() => this.statements.open.all()).map(tickOf);
  }

  async settle({ schedule, key }: TickKey, outcome: TickOutcome, at: Instant): Promise<void> {
    const { status, reason = null, message = null, execution = null } = outcome;
    guarded(() => this.statements.settle.run({ schedule, key, status, reason, message, execution, at }));
  }

  async close({ schedule, key }: TickKey, ended: ExecutionEnd, at: Instant): Promise<void> {
    guarded(() => this.statements.close.run(ended, at, schedule, key));
  }

  async prune(schedule: Uuid, keep: number): Promise<void> {
    const oldest = guarded(() => this.statements.oldestKept.get(schedule, keep - 1));
    if (oldest !== undefined) guarded(() => this.pruneAll.immediate(schedule, oldest));
  }
}
