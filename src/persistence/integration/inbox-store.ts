import type { Instant, JsonObject, Uuid } from '../../kernel/index.js';
import type {
  Accepted,
  Attempted,
  DeliveriesWanted,
  DeliveryFailure,
  DeliveryPage,
  DeliveryStatus,
  InboxStore,
  InboxTarget,
  NewDelivery,
  StoredDelivery,
} from '../../integration/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

interface DeliveryRow {
  readonly id: string;
  readonly source: string;
  readonly message_id: string | null;
  readonly payload: string;
  readonly size: number;
  readonly circumstances: string;
  readonly target: string | null;
  readonly redelivery_of: string | null;
  readonly accepted_at: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly executions: string;
  readonly failure: string | null;
  readonly settled_at: number | null;
}

type KnownRow = Pick<DeliveryRow, 'id' | 'status' | 'executions'>;

const fromRow = (row: DeliveryRow): StoredDelivery => ({
  id: row.id,
  source: row.source,
  messageId: row.message_id,
  payload: JSON.parse(row.payload) as StoredDelivery['payload'],
  circumstances: JSON.parse(row.circumstances) as JsonObject,
  target: row.target === null ? null : (JSON.parse(row.target) as InboxTarget),
  redeliveryOf: row.redelivery_of,
  at: row.accepted_at,
  status: row.status,
  attempts: row.attempts,
  executions: JSON.parse(row.executions) as Uuid[],
  failure: row.failure === null ? null : (JSON.parse(row.failure) as DeliveryFailure),
  settledAt: row.settled_at,
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** The inbox in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteInbox implements InboxStore {
  private readonly statements;
  private readonly addAll;
  private readonly recordAll;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
    this.addAll = database.transaction((deliveries: readonly NewDelivery[]) =>
      deliveries.map((delivery) => this.addOne(delivery)),
    );
    this.recordAll = database.transaction((attempts: readonly Attempted[]) => {
      for (const attempt of attempts) this.recordOne(attempt);
    });
  }

  async add(deliveries: readonly NewDelivery[]): Promise<readonly Accepted[]> {
    return guarded(() => this.addAll.immediate(deliveries));
  }

  async find(id: Uuid): Promise<StoredDelivery | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && fromRow(row);
  }

  async due(now: Instant, most: { readonly rows: number; readonly bytes: number }): Promise<readonly StoredDelivery[]> {
    return guarded(() => {
      const found: StoredDelivery[] = [];
      let bytes = 0;
      for (const row of this.statements.due.iterate(now, most.rows)) {
        bytes += row.size;
        if (found.length > 0 && bytes > most.bytes) break;
        found.push(fromRow(row));
      }
      return found;
    });
  }

  async nextDue(): Promise<Instant | undefined> {
    return guarded(() => this.statements.nextDue.get()) ?? undefined;
  }

  async record(attempts: readonly Attempted[]): Promise<void> {
    guarded(() => this.recordAll.immediate(attempts));
  }

  async undelivered(): Promise<number> {
    return guarded(() => this.statements.undelivered.get()) ?? 0;
  }

  async list(source: string, { offset, limit, status }: DeliveriesWanted): Promise<DeliveryPage> {
    const words = { source, status: status ?? null };
    return guarded(() => ({
      items: this.statements.list.all({ ...words, limit, offset }).map(fromRow),
      total: this.statements.count.get(words) ?? 0,
    }));
  }

  async forget(before: Instant, most: number): Promise<number> {
    return guarded(() => this.statements.forget.run(before, most).changes);
  }

  private addOne(delivery: NewDelivery): Accepted {
    const { id, source, messageId, at, failure, target } = delivery;
    const payload = JSON.stringify(delivery.payload);
    const { changes } = this.statements.insert.run(
      ...[id, source, messageId, payload, Buffer.byteLength(payload), JSON.stringify(delivery.circumstances)],
      ...[target && JSON.stringify(target), delivery.redeliveryOf, at, failure ? 'failed' : 'pending'],
      ...[failure ? null : at, failure && JSON.stringify(failure), failure ? at : null],
    );
    const isNew = changes > 0;
    if (isNew) return { delivery: id, isNew, status: failure ? 'failed' : 'pending', executions: [] };
    const known = this.statements.known.get(id, source, messageId) as KnownRow;
    return { delivery: known.id, isNew, status: known.status, executions: JSON.parse(known.executions) as Uuid[] };
  }

  private recordOne({ id, status, executions, failure, at, again }: Attempted): void {
    const settledAt = status === 'pending' ? null : at;
    const why = failure && JSON.stringify(failure);
    this.statements.record.run(status, again, JSON.stringify(executions), why, settledAt, id);
  }
}

const prepare = (database: SqliteDatabase) => ({
  insert: database.prepare(
    `INSERT INTO delivery (id, source, message_id, payload, size, circumstances, target, redelivery_of, accepted_at,
       status, attempts, due_at, executions, failure, settled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '[]', ?, ?) ON CONFLICT DO NOTHING`,
  ),
  known: database.prepare<[string, string, string | null], KnownRow>(
    'SELECT id, status, executions FROM delivery WHERE id = ? OR (source = ? AND message_id = ?)',
  ),
  find: database.prepare<[string], DeliveryRow>('SELECT * FROM delivery WHERE id = ?'),
  due: database.prepare<[number, number], DeliveryRow>(
    'SELECT * FROM delivery WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, place LIMIT ?',
  ),
  nextDue: database.prepare<[], number | null>('SELECT min(due_at) FROM delivery WHERE due_at IS NOT NULL').pluck(),
  record: database.prepare(
    `UPDATE delivery SET status = ?, attempts = attempts + 1, due_at = ?, executions = ?, failure = ?, settled_at = ?
     WHERE id = ?`,
  ),
  undelivered: database.prepare<[], number>('SELECT count(*) FROM delivery WHERE due_at IS NOT NULL').pluck(),
  list: database.prepare<[object], DeliveryRow>(
    `SELECT * FROM delivery WHERE source = @source AND (@status IS NULL OR status = @status)
     ORDER BY place DESC LIMIT @limit OFFSET @offset`,
  ),
  count: database
    .prepare<[object], number>(
      'SELECT count(*) FROM delivery WHERE source = @source AND (@status IS NULL OR status = @status)',
    )
    .pluck(),
  forget: database.prepare(
    'DELETE FROM delivery WHERE place IN (SELECT place FROM delivery WHERE settled_at < ? ORDER BY settled_at LIMIT ?)',
  ),
});
