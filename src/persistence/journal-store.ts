import { gunzipSync } from 'node:zlib';
import { HarmoniaError, type JsonObject, type Uuid } from '../kernel/index.js';
import type { RecordedEvent } from '../engine/core/index.js';
import type { Batch, Committed, IdempotencyKey, Journal, JournalHandle, StoredJournal } from '../engine/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { fromEventRow, type StoredEventRow } from './writer/event-row.js';
import type { ExecutionRows } from './writer/execution-rows.js';
import { JournalWriter } from './writer/journal-writer.js';

const TABLES_OF_EXECUTION = ['journal', 'journal_archive', 'payload', 'task_run', 'checkpoint', 'log_entry'];

interface ExecutionRow {
  readonly ref: number;
  readonly total_tasks: number;
  readonly document: string;
}

/** The journal in the SQLite file: writes through the one writer, reads what is committed on the same connection. */
export class SqliteJournal implements Journal {
  private readonly writer: JournalWriter;
  private readonly findExecution;
  private readonly findEvents;
  private readonly findArchive;
  private readonly findRuns;
  private readonly countLogs;
  private readonly findOpen;
  private readonly findKey;
  private readonly touch;

  constructor(private readonly database: SqliteDatabase) {
    this.writer = new JournalWriter(database);
    this.findExecution = database.prepare<[string], ExecutionRow>(
      'SELECT ref, total_tasks, document FROM execution JOIN definition ON hash = definition WHERE id = ?',
    );
    this.findEvents = database.prepare<[number], StoredEventRow & { position: number }>(
      `SELECT position, seq, type, at, journal.data AS data, payload.data AS payload_data FROM journal
       LEFT JOIN payload ON payload.execution = journal.execution AND payload.hash = journal.payload
       WHERE journal.execution = ? ORDER BY seq`,
    );
    this.findArchive = database.prepare<[number], { events: Buffer }>(
      'SELECT events FROM journal_archive WHERE execution = ?',
    );
    this.findRuns = database.prepare<[number], { id: number; step: string }>(
      'SELECT id, step FROM task_run WHERE execution = ? AND ended_at IS NULL',
    );
    this.countLogs = database.prepare('SELECT count(*) FROM log_entry WHERE execution = ?').pluck();
    this.findOpen = database
      .prepare<[], string>(`SELECT id FROM execution WHERE status IN ('running', 'paused') ORDER BY ref`)
      .pluck();
    this.touch = database.prepare(
      `INSERT INTO meta (key, value) VALUES ('probed_at', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    this.findKey = database.prepare<[string, string], IdempotencyKey>(
      'SELECT scope, key, request, resource, created_at AS at FROM idempotency_key WHERE scope = ? AND key = ?',
    );
  }

  create(execution: Uuid, totalTasks: number): JournalHandle {
    return this.writer.create(execution, totalTasks);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is for databases that answer later, too
  async commit(batch: Batch): Promise<Committed> {
    return this.writer.commit(batch);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async probe(): Promise<void> {
    guarded(() => this.touch.run(String(Date.now())));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async load(execution: Uuid): Promise<StoredJournal | undefined> {
    return guarded(() => {
      const found = this.findExecution.get(execution);
      if (!found) return undefined;
      const { events, positions } = this.eventsOf(found.ref);
      if (events.length === 0) throw new HarmoniaError('journal_gone', { id: execution });
      const runs = new Map(this.findRuns.all(found.ref).map(({ id, step }) => [step, id]));
      const logged = this.countLogs.get(found.ref) as number;
      const handle: ExecutionRows = { execution, ref: found.ref, totalTasks: found.total_tasks, runs, logged };
      return { handle, document: JSON.parse(found.document) as JsonObject, events, positions };
    });
  }

  private eventsOf(ref: number): Pick<StoredJournal, 'events' | 'positions'> {
    const live = this.findEvents.all(ref);
    if (live.length > 0) return { events: live.map(fromEventRow), positions: live.map(({ position }) => position) };
    const archive = this.findArchive.get(ref);
    const text = archive ? gunzipSync(archive.events).toString('utf8') : '[]';
    return { events: JSON.parse(text) as RecordedEvent[], positions: [] };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async open(): Promise<readonly Uuid[]> {
    return guarded(() => this.findOpen.all());
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async recall(scope: string, key: string): Promise<IdempotencyKey | undefined> {
    return guarded(() => this.findKey.get(scope, key));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async deleteCheckpoint(checkpoint: Uuid): Promise<boolean> {
    return guarded(() => this.database.prepare('DELETE FROM checkpoint WHERE id = ?').run(checkpoint).changes > 0);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async delete(execution: Uuid): Promise<void> {
    guarded(() => {
      const found = this.findExecution.get(execution);
      if (found) this.database.transaction(() => deleteExecutionRows(this.database, found.ref)).immediate();
    });
  }
}

/** Call inside a transaction. Remembers the highest position that was given, so that none is given twice. */
export const deleteExecutionRows = (database: SqliteDatabase, ref: number): void => {
  database
    .prepare(
      `INSERT INTO meta (key, value) SELECT 'deleted_position', coalesce(max(position), 0) FROM journal WHERE true
       ON CONFLICT (key) DO UPDATE SET value = max(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER))`,
    )
    .run();
  for (const table of TABLES_OF_EXECUTION) database.prepare(`DELETE FROM ${table} WHERE execution = ?`).run(ref);
  database.prepare('DELETE FROM execution WHERE ref = ?').run(ref);
};
