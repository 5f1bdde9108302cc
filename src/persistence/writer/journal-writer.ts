import type { Statement } from 'better-sqlite3';
import type { Uuid } from '../../kernel/index.js';
import type { RecordedEvent } from '../../engine/core/index.js';
import type { Batch, Committed, IdempotencyKey, LogLine, Transition } from '../../engine/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';
import { toEventRow } from './event-row.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './execution-rows.js';
import { chainOf, nextLink } from './hash-chain.js';
import { unarchive } from './unarchive.js';
import { Projection } from './projection.js';

/** Log lines kept per execution; later ones are dropped. */
const LOG_LINES = 10_000;
/** Rows that one statement writes: a statement of its own costs a row as much as its link does. */
const ROWS_AT_ONCE = 4;
const COLUMNS = 8;

type Value = string | number | null;

/**
 * The one writer (semantics 28): synchronous, so nothing can come between the statements of a transaction, and
 * `BEGIN IMMEDIATE`, so it never has to upgrade a lock. Group commit: a batch is one transaction (E1).
 */
export class JournalWriter {
  private nextPosition: number;
  private nextRef: number;
  private nextLog: number;
  private readonly projection: Projection;
  /** By how many rows they insert. */
  private readonly inserts: Statement[] = [];
  private readonly insertPayload;
  private readonly insertLog;
  private readonly insertKey;
  private readonly insertResult;
  private readonly insertKept;
  private readonly transaction;

  constructor(private readonly database: SqliteDatabase) {
    const last = (sql: string): number => database.prepare(sql).pluck().get() as number;
    const floor = `(SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'deleted_position')`;
    this.nextPosition = last(`SELECT max((SELECT coalesce(max(position), 0) FROM journal), ${floor})`) + 1;
    this.nextRef = last('SELECT coalesce(max(ref), 0) FROM execution') + 1;
    this.nextLog = last('SELECT coalesce(max(id), 0) FROM log_entry') + 1;
    this.projection = new Projection(database);
    this.insertPayload = database.prepare('INSERT OR IGNORE INTO payload (execution, hash, data) VALUES (?, ?, ?)');
    this.insertLog = database.prepare(
      'INSERT INTO log_entry (id, execution, at, level, step, attempt, message, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.insertKey = database.prepare(
      'INSERT INTO idempotency_key (scope, key, request, resource, created_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.insertResult = database.prepare('INSERT OR REPLACE INTO cached_result (key, output, until) VALUES (?, ?, ?)');
    this.insertKept = database.prepare(
      'INSERT OR IGNORE INTO kept_event (id, name, workflow, payload, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.transaction = database.transaction((batch: Batch) => this.write(batch));
  }

  create(execution: Uuid, totalTasks: number): ExecutionRows {
    const ref = this.nextRef++;
    return {
      execution,
      ref,
      totalTasks,
      runs: new Map(),
      constructs: new Set(),
      nextRun: ref * RUNS_PER_EXECUTION,
      logged: 0,
      link: chainOf(execution),
    };
  }

  /** Durable when it returns. When it throws, the rows' marks are out of step: load the executions again. */
  commit(batch: Batch): Committed {
    const firstPosition = this.nextPosition;
    try {
      guarded(() => this.transaction.immediate(batch));
    } catch (error) {
      // The positions were not used, or nobody knows that they were: the next batch asks the table again.
      this.nextPosition = this.positionAfterFailure(firstPosition);
      throw error;
    }
    return { firstPosition };
  }

  private positionAfterFailure(fallback: number): number {
    try {
      const last = this.database.prepare('SELECT coalesce(max(position), 0) FROM journal').pluck().get() as number;
      return Math.max(fallback, last + 1);
    } catch {
      return fallback;
    }
  }

  private write({ transitions, results = [], events = [], logs, keys }: Batch): void {
    for (const transition of transitions) this.writeTransition(transition);
    for (const { key, output, until } of results) this.insertResult.run(key, JSON.stringify(output), until);
    for (const { id, name, workflow, payload, at } of events) {
      this.insertKept.run(id, name, workflow ?? null, JSON.stringify(payload), at);
    }
    for (const line of logs) this.writeLog(line);
    for (const key of keys) this.writeKey(key);
  }

  private writeTransition({ handle, events }: Transition): void {
    const rows = handle as ExecutionRows;
    if (events[0]?.event.type === 'execution_reopened') {
      rows.link = unarchive(this.database, rows) ?? rows.link;
    }
    let values: Value[] = [];
    for (const [index, recorded] of events.entries()) {
      this.chain(rows, recorded, values);
      if (values.length < COLUMNS * ROWS_AT_ONCE && index < events.length - 1) continue;
      this.insertEvents(values.length / COLUMNS).run(values);
      values = [];
    }
    for (const recorded of events) this.projection.apply(rows, recorded);
  }

  /** Adds the row of an event, chained to the one before it. */
  private chain(rows: ExecutionRows, { seq, event }: RecordedEvent, values: Value[]): void {
    const position = this.nextPosition++;
    const row = toEventRow(event);
    if (row.large !== undefined) this.insertPayload.run(rows.ref, row.payload, row.large);
    rows.link = nextLink(rows.link, { seq, position }, row);
    values.push(position, rows.ref, seq, row.type, row.at, row.data, row.payload, rows.link);
  }

  private insertEvents(count: number): Statement {
    const known = this.inserts[count];
    if (known) return known;
    const rows = Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    const columns = 'position, execution, seq, type, at, data, payload, link';
    return (this.inserts[count] = this.database.prepare(`INSERT INTO journal (${columns}) VALUES ${rows}`));
  }

  private writeLog(line: LogLine): void {
    const rows = line.handle as ExecutionRows;
    if (rows.logged >= LOG_LINES) return;
    rows.logged += 1;
    const details = line.details === undefined ? null : JSON.stringify(line.details);
    this.insertLog.run(this.nextLog++, rows.ref, line.at, line.level, line.step, line.attempt, line.message, details);
  }

  private writeKey({ scope, key, request, resource, at }: IdempotencyKey): void {
    this.insertKey.run(scope, key, request, resource, at);
  }
}
