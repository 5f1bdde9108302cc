import type { Statement } from 'better-sqlite3';
import type { Transition } from '../../engine/ports/index.js';
import type { RecordedEvent } from '../../engine/core/index.js';
import type { SqliteDatabase } from '../database.js';
import { toEventRow } from './event-row.js';
import type { ExecutionRows } from './execution-rows.js';
import { unarchive } from './unarchive.js';

/** Rows that one statement writes: a statement of its own costs a row as much as its values do. */
const ROWS_AT_ONCE = 16;
const COLUMNS = 8;

type Value = string | number | null;

/** Writes the events of a batch into the journal table, and chains them. */
export class EventRows {
  /** The position of the next row, in the order of all commits. */
  next: number;
  /** The next rows, `count` of them, column by column. */
  private readonly values: Value[] = new Array<Value>(ROWS_AT_ONCE * COLUMNS).fill(null);
  private count = 0;
  /** By how many rows they insert. */
  private readonly inserts: Statement[] = [];
  private readonly insertPayload;

  constructor(private readonly database: SqliteDatabase) {
    const floor = `(SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'deleted_position')`;
    const last = `SELECT max((SELECT coalesce(max(position), 0) FROM journal), ${floor})`;
    this.next = (database.prepare(last).pluck().get() as number) + 1;
    this.insertPayload = database.prepare('INSERT OR IGNORE INTO payload (execution, hash, data) VALUES (?, ?, ?)');
  }

  /** After a failure: the positions from `first` on were not used, or nobody knows that they were, so the table is asked. */
  recover(first: number): void {
    try {
      const last = this.database.prepare('SELECT coalesce(max(position), 0) FROM journal').pluck().get() as number;
      this.next = Math.max(first, last + 1);
    } catch {
      this.next = first;
    }
  }

  insert(transitions: readonly Transition[]): void {
    this.count = 0;
    for (const { handle, events } of transitions) {
      const rows = handle as ExecutionRows;
      if (events[0]?.event.type === 'execution_reopened') {
        rows.chain = unarchive(this.database, rows) ?? rows.chain;
      }
      const last = events.at(-1);
      for (const recorded of events) {
        this.add(rows, recorded, recorded === last);
        if (this.count === ROWS_AT_ONCE) this.write();
      }
    }
    if (this.count > 0) this.write();
  }

  private add(rows: ExecutionRows, { seq, event }: RecordedEvent, isLast: boolean): void {
    const position = this.next++;
    const row = toEventRow(event);
    if (row.large !== undefined) this.insertPayload.run(rows.ref, row.payload, row.large);
    rows.chain.add({ seq, position }, row);
    const { values } = this;
    let at = this.count++ * COLUMNS;
    values[at++] = position;
    values[at++] = rows.ref;
    values[at++] = seq;
    values[at++] = row.type;
    values[at++] = row.at;
    values[at++] = row.data;
    values[at++] = row.payload;
    values[at] = isLast ? rows.chain.close() : null;
  }

  private write(): void {
    const { count, values } = this;
    this.count = 0;
    this.inserts[count] ??= this.database.prepare(
      `INSERT INTO journal (position, execution, seq, type, at, data, payload, link)
       VALUES ${Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    );
    this.inserts[count].run(count === ROWS_AT_ONCE ? values : values.slice(0, count * COLUMNS));
  }
}
