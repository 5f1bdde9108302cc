import { HarmoniaError, type Instant, type Json, type Uuid } from '../kernel/index.js';
import type { RecordedEvent } from '../engine/core/index.js';
import type {
  Batch,
  CachedResult,
  Committed,
  IdempotencyKey,
  Journal,
  JournalHandle,
  KeptEventAt,
  KeptEventQuery,
  StoredJournal,
} from '../engine/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { unpackJournal, type ArchivedEvent } from './writer/archive.js';
import { deleteExecution } from './writer/erase.js';
import { EVENTS_OF_EXECUTION, fromEventRow, type StoredEventRow } from './writer/event-row.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './writer/execution-rows.js';
import { Chain } from './writer/hash-chain.js';
import { JournalWriter, type Company } from './writer/journal-writer.js';

interface ExecutionRow {
  readonly ref: number;
  readonly total_tasks: number;
  readonly definition: string;
}

const withoutPosition = ({ seq, event }: ArchivedEvent): RecordedEvent => ({ seq, event });

interface LoadedJournal extends Pick<StoredJournal, 'events' | 'positions'> {
  readonly chain: Chain;
}

/** A page of kept events: small, since each may be as large as a request. */
const EVENTS_AT_ONCE = 50;

const prepareReads = (database: SqliteDatabase) => ({
  execution: database.prepare<[string], ExecutionRow>(
    'SELECT ref, total_tasks, definition FROM execution WHERE id = ?',
  ),
  ref: database.prepare<[string], number>('SELECT ref FROM execution WHERE id = ?').pluck(),
  events: database.prepare<[number], StoredEventRow>(`${EVENTS_OF_EXECUTION} ORDER BY seq`),
  lastEvent: database.prepare<[number], StoredEventRow>(`${EVENTS_OF_EXECUTION} ORDER BY seq DESC LIMIT 1`),
  archive: database.prepare<[number], Buffer>('SELECT events FROM journal_archive WHERE execution = ?').pluck(),
  openRuns: database.prepare<[number, number], { id: number; step: string; construct: number }>(
    'SELECT id, step, attempt = 0 AS construct FROM task_run WHERE id >= ? AND id < ? AND ended_at IS NULL',
  ),
  lastRun: database.prepare<[number, number], number>('SELECT max(id) FROM task_run WHERE id >= ? AND id < ?').pluck(),
  logs: database.prepare<[number], number>('SELECT count(*) FROM log_entry WHERE execution = ?').pluck(),
  open: database
    .prepare<[], string>(`SELECT id FROM execution WHERE status IN ('running', 'paused') ORDER BY ref`)
    .pluck(),
  cached: database.prepare<[string, number], { output: string; until: number }>(
    'SELECT output, until FROM cached_result WHERE key = ? AND until > ?',
  ),
  kept: database.prepare<[string, string, number, number], { place: number; id: string; payload: string }>(
    `SELECT place, id, payload FROM kept_event
     WHERE name = ? AND (workflow IS NULL OR workflow = ?) AND at >= ? AND place > ? ORDER BY place LIMIT ${EVENTS_AT_ONCE}`,
  ),
  key: database.prepare<[string, string], IdempotencyKey>(
    'SELECT scope, key, request, resource, created_at AS at FROM idempotency_key WHERE scope = ? AND key = ?',
  ),
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** The journal in the SQLite file: writes through the one writer, reads what is committed on the same connection. */
export class SqliteJournal implements Journal {
  private readonly writer: JournalWriter;
  private readonly reads: ReturnType<typeof prepareReads>;
  private readonly touch;

  /** `committed` is told of every batch once it is durable. */
  constructor(
    private readonly database: SqliteDatabase,
    private readonly committed: (batch: Batch, at: Committed) => void = () => undefined,
    company?: Company,
  ) {
    this.writer = new JournalWriter(database, company);
    this.reads = prepareReads(database);
    this.touch = database.prepare(
      `INSERT INTO meta (key, value) VALUES ('probed_at', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
  }

  create(execution: Uuid, totalTasks: number): JournalHandle {
    return this.writer.create(execution, totalTasks);
  }

  async commit(batch: Batch): Promise<Committed> {
    const at = this.writer.commit(batch);
    this.committed(batch, at);
    return at;
  }

  async probe(): Promise<void> {
    guarded(() => this.touch.run(String(Date.now())));
  }

  async load(execution: Uuid): Promise<StoredJournal | undefined> {
    return guarded(() => {
      const found = this.reads.execution.get(execution);
      if (!found) return undefined;
      const { events, positions, chain } = this.eventsOf(execution, found.ref);
      return { handle: this.rowsOf(execution, found, chain), definition: found.definition, events, positions };
    });
  }

  async last(execution: Uuid): Promise<RecordedEvent | undefined> {
    return guarded(() => {
      const ref = this.reads.ref.get(execution);
      if (ref === undefined) return undefined;
      const row = this.reads.lastEvent.get(ref);
      if (row) return fromEventRow(row);
      return this.archived(execution, ref).map(withoutPosition).at(-1);
    });
  }

  async open(): Promise<readonly Uuid[]> {
    return guarded(() => this.reads.open.all());
  }

  async recall(scope: string, key: string): Promise<IdempotencyKey | undefined> {
    return guarded(() => this.reads.key.get(scope, key));
  }

  async cached(key: string, now: Instant): Promise<CachedResult | undefined> {
    const row = guarded(() => this.reads.cached.get(key, now));
    return row && { key, output: JSON.parse(row.output) as Json, until: row.until };
  }

  async keptEvents({ name, workflow, since, after = 0 }: KeptEventQuery): Promise<readonly KeptEventAt[]> {
    const rows = guarded(() => this.reads.kept.all(name, workflow, since, after));
    return rows.map(({ place, id, payload }) => ({ place, id, name, payload: JSON.parse(payload) as Json }));
  }

  async deleteCheckpoint(checkpoint: Uuid): Promise<boolean> {
    return guarded(() => this.database.prepare('DELETE FROM checkpoint WHERE id = ?').run(checkpoint).changes > 0);
  }

  async delete(execution: Uuid): Promise<boolean> {
    return guarded(() => {
      const ref = this.reads.ref.get(execution);
      if (ref === undefined) return false;
      this.database.transaction(() => deleteExecution(this.database, ref)).immediate();
      return true;
    });
  }

  private eventsOf(execution: Uuid, ref: number): LoadedJournal {
    const live = this.reads.events.all(ref);
    if (live.length === 0) {
      const archived = this.archived(execution, ref);
      // It is taken up again before anything is chained to it (`unarchive`).
      return { events: archived.map(withoutPosition), positions: [], chain: Chain.of(execution) };
    }
    // A journal of before the chain: its next event counts all of them in.
    const chain = Chain.after(execution, live);
    return { events: live.map(fromEventRow), positions: live.map(({ position }) => position), chain };
  }

  private archived(execution: Uuid, ref: number): readonly ArchivedEvent[] {
    const archive = this.reads.archive.get(ref);
    if (!archive) throw new HarmoniaError('journal_gone', { id: execution });
    return unpackJournal(archive);
  }

  private rowsOf(execution: Uuid, { ref, total_tasks: totalTasks }: ExecutionRow, chain: Chain): ExecutionRows {
    const [from, to] = [ref * RUNS_PER_EXECUTION, (ref + 1) * RUNS_PER_EXECUTION];
    const open = this.reads.openRuns.all(from, to);
    const runs = new Map(open.map(({ id, step }) => [step, id]));
    const constructs = new Set(open.flatMap(({ step, construct }) => (construct ? [step] : [])));
    const nextRun = (this.reads.lastRun.get(from, to) ?? from - 1) + 1;
    return { execution, ref, totalTasks, runs, constructs, nextRun, logged: this.reads.logs.get(ref) ?? 0, chain };
  }
}
