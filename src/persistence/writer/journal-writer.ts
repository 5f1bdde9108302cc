import type { Uuid } from '../../kernel/index.js';
import type { Batch, Committed, IdempotencyKey, LogLine } from '../../engine/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';
import { EventRows } from './event-rows.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './execution-rows.js';
import { Chain } from './hash-chain.js';
import { Projection } from './projection.js';

/** Log lines kept per execution; later ones are dropped. */
const LOG_LINES = 10_000;
/** Never one that was given before, also when all of them are forgotten. */
const NEXT_PLACE = `(SELECT 1 + max(coalesce((SELECT max(place) FROM kept_event), 0),
  coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'forgotten_event'), 0)))`;

/** What goes with a commit although nobody waits for it. */
export interface Company {
  /** Inside the transaction. */
  ride(): void;
  /** The transaction is durable. */
  arrived(): void;
}

/**
 * The one writer (semantics 28): synchronous, so nothing can come between the statements of a transaction, and
 * `BEGIN IMMEDIATE`, so it never has to upgrade a lock. Group commit: a batch is one transaction (E1).
 */
export class JournalWriter {
  private nextRef: number;
  private nextLog: number;
  private readonly eventRows: EventRows;
  private readonly projection: Projection;
  private readonly insertLog;
  private readonly insertKey;
  private readonly insertResult;
  private readonly insertKept;
  private readonly transaction;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly company?: Company,
  ) {
    const last = (sql: string): number => database.prepare(sql).pluck().get() as number;
    this.nextRef = last('SELECT coalesce(max(ref), 0) FROM execution') + 1;
    this.nextLog = last('SELECT coalesce(max(id), 0) FROM log_entry') + 1;
    this.eventRows = new EventRows(database);
    this.projection = new Projection(database);
    this.insertLog = database.prepare(
      'INSERT INTO log_entry (id, execution, at, level, step, attempt, message, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.insertKey = database.prepare(
      'INSERT INTO idempotency_key (scope, key, request, resource, created_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.insertResult = database.prepare('INSERT OR REPLACE INTO cached_result (key, output, until) VALUES (?, ?, ?)');
    this.insertKept = database.prepare(
      `INSERT OR IGNORE INTO kept_event (place, id, name, workflow, payload, at)
       VALUES (${NEXT_PLACE}, ?, ?, ?, ?, ?)`,
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
      chain: Chain.of(execution),
    };
  }

  /** Durable when it returns. When it throws, the rows' marks are out of step: load the executions again. */
  commit(batch: Batch): Committed {
    const firstPosition = this.eventRows.next;
    try {
      guarded(() => this.transaction.immediate(batch));
    } catch (error) {
      this.eventRows.recover(firstPosition);
      throw error;
    }
    this.company?.arrived();
    return { firstPosition };
  }

  private write({ transitions, results = [], events = [], logs, keys }: Batch): void {
    this.eventRows.insert(transitions);
    for (const { handle, events } of transitions) {
      for (const recorded of events) this.projection.apply(handle as ExecutionRows, recorded);
    }
    for (const { key, output, until } of results) this.insertResult.run(key, JSON.stringify(output), until);
    for (const { id, name, workflow, payload, at } of events) {
      this.insertKept.run(id, name, workflow ?? null, JSON.stringify(payload), at);
    }
    for (const line of logs) this.writeLog(line);
    for (const key of keys) this.writeKey(key);
    this.company?.ride();
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
