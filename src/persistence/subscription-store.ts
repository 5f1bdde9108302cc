import type { Instant, JsonObject, Uuid } from '../kernel/index.js';
import type {
  Advance,
  AttemptOutcome,
  DispatchPage,
  DispatchStatus,
  Gap,
  NewDispatch,
  Recorded,
  StoredDispatch,
  StoredSubscription,
  SubscriptionStore,
} from '../integration/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';

interface SubscriptionRow {
  readonly id: string;
  readonly document: string;
  readonly cursor: number;
  readonly gap: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

interface DispatchRow {
  readonly id: string;
  readonly subscription: string;
  readonly position: number | null;
  readonly content: string;
  readonly size: number;
  readonly added_at: number;
  readonly status: DispatchStatus;
  readonly attempts: number;
  readonly due_at: number | null;
  readonly outcome: string | null;
  readonly settled_at: number | null;
  readonly request_key: string | null;
}

const fromRow = (row: SubscriptionRow): StoredSubscription => ({
  id: row.id,
  document: JSON.parse(row.document) as JsonObject,
  cursor: row.cursor,
  gap: row.gap === null ? null : (JSON.parse(row.gap) as Gap),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const fromDispatchRow = (row: DispatchRow): StoredDispatch => ({
  id: row.id,
  subscription: row.subscription,
  position: row.position,
  content: JSON.parse(row.content) as NewDispatch['content'],
  at: row.added_at,
  due: row.due_at ?? row.added_at,
  status: row.status,
  attempts: row.attempts,
  outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as AttemptOutcome),
  settledAt: row.settled_at,
  key: row.request_key,
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Subscriptions and what they send, in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteSubscriptions implements SubscriptionStore {
  private readonly statements;
  private readonly inTransaction;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
    this.inTransaction = database.transaction((work: () => void) => work());
  }

  async all(): Promise<readonly StoredSubscription[]> {
    return guarded(() => this.statements.all.all().map(fromRow));
  }

  async find(id: Uuid): Promise<StoredSubscription | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && fromRow(row);
  }

  async list(page: {
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: readonly StoredSubscription[]; readonly total: number }> {
    return guarded(() => ({
      items: this.statements.list.all(page.limit, page.offset).map(fromRow),
      total: this.statements.count.get() ?? 0,
    }));
  }

  async save({ id, document, cursor, gap, createdAt, updatedAt }: StoredSubscription): Promise<void> {
    const words = [id, JSON.stringify(document), cursor, gap && JSON.stringify(gap), createdAt, updatedAt];
    guarded(() => this.statements.save.run(...words));
  }

  async remove(id: Uuid): Promise<boolean> {
    let isGone = false;
    this.write(() => {
      this.statements.removeDispatches.run(id);
      isGone = this.statements.remove.run(id).changes > 0;
    });
    return isGone;
  }

  async advance(advances: readonly Advance[]): Promise<void> {
    this.write(() => {
      for (const { subscription, cursor, gap, dispatches } of advances) {
        const { changes } = this.statements.advance.run(cursor, gap && JSON.stringify(gap), subscription, cursor);
        if (changes > 0) for (const dispatch of dispatches) this.insert(dispatch);
      }
    });
  }

  async add(dispatch: NewDispatch): Promise<boolean> {
    return guarded(() => this.insert(dispatch));
  }

  async dispatch(id: Uuid): Promise<StoredDispatch | undefined> {
    const row = guarded(() => this.statements.dispatch.get(id));
    return row && fromDispatchRow(row);
  }

  async due(
    subscription: Uuid,
    now: Instant,
    most: { readonly rows: number; readonly bytes: number },
  ): Promise<readonly StoredDispatch[]> {
    return guarded(() => {
      const found: StoredDispatch[] = [];
      let bytes = 0;
      for (const row of this.statements.due.iterate(subscription, now, most.rows)) {
        bytes += row.size;
        if (found.length > 0 && bytes > most.bytes) break;
        found.push(fromDispatchRow(row));
      }
      return found;
    });
  }

  async nextDue(subscription: Uuid): Promise<Instant | undefined> {
    return guarded(() => this.statements.nextDue.get(subscription)) ?? undefined;
  }

  async pending(subscription: Uuid): Promise<number> {
    return guarded(() => this.statements.pending.get(subscription)) ?? 0;
  }

  async record(attempts: readonly Recorded[]): Promise<void> {
    this.write(() => {
      for (const { id, status, outcome, again } of attempts) {
        const settledAt = status === 'pending' ? null : outcome.at;
        this.statements.record.run(status, again, JSON.stringify(outcome), settledAt, id);
      }
    });
  }

  async putOff(id: Uuid, due: Instant): Promise<void> {
    guarded(() => this.statements.putOff.run(due, id));
  }

  async again(id: Uuid, due: Instant, key: string | null): Promise<boolean> {
    return guarded(() => this.statements.again.run(due, key, id).changes > 0);
  }

  async againDead(subscription: Uuid, due: Instant): Promise<number> {
    return guarded(() => this.statements.againDead.run(due, subscription).changes);
  }

  async dispatches(
    subscription: Uuid,
    { offset, limit, status }: { readonly offset: number; readonly limit: number; readonly status?: DispatchStatus },
  ): Promise<DispatchPage> {
    const words = { subscription, status: status ?? null };
    return guarded(() => ({
      items: this.statements.dispatches.all({ ...words, limit, offset }).map(fromDispatchRow),
      total: this.statements.countDispatches.get(words) ?? 0,
    }));
  }

  async forget(before: Instant, most: number): Promise<number> {
    return guarded(() => this.statements.forget.run(before, most).changes);
  }

  private write(work: () => void): void {
    guarded(() => this.inTransaction.immediate(work));
  }

  private insert({ id, subscription, position, content, at, due }: NewDispatch): boolean {
    const text = JSON.stringify(content);
    const words = [id, position, text, Buffer.byteLength(text), at, due, subscription];
    return this.statements.insert.run(...words).changes > 0;
  }
}

const prepare = (database: SqliteDatabase) => ({
  ...ofSubscriptions(database),
  insert: database.prepare(
    `INSERT INTO dispatch (id, subscription, position, content, size, added_at, status, attempts, due_at)
     SELECT ?, id, ?, ?, ?, ?, 'pending', 0, ? FROM subscription WHERE id = ? ON CONFLICT DO NOTHING`,
  ),
  dispatch: database.prepare<[string], DispatchRow>('SELECT * FROM dispatch WHERE id = ?'),
  due: database.prepare<[string, number, number], DispatchRow>(
    'SELECT * FROM dispatch WHERE subscription = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY place LIMIT ?',
  ),
  nextDue: database
    .prepare<[string], number | null>('SELECT min(due_at) FROM dispatch WHERE subscription = ? AND due_at IS NOT NULL')
    .pluck(),
  pending: database
    .prepare<[string], number>('SELECT count(*) FROM dispatch WHERE subscription = ? AND due_at IS NOT NULL')
    .pluck(),
  record: database.prepare(
    `UPDATE dispatch SET status = ?, attempts = attempts + 1, due_at = ?, outcome = ?, settled_at = ? WHERE id = ?`,
  ),
  putOff: database.prepare('UPDATE dispatch SET due_at = ? WHERE id = ? AND due_at IS NOT NULL'),
  again: database.prepare(
    `UPDATE dispatch SET status = 'pending', attempts = 0, due_at = ?, settled_at = NULL, request_key = ?
     WHERE id = ? AND status <> 'pending'`,
  ),
  againDead: database.prepare(
    `UPDATE dispatch SET status = 'pending', attempts = 0, due_at = ?, settled_at = NULL
     WHERE subscription = ? AND status = 'dead'`,
  ),
  dispatches: database.prepare<[object], DispatchRow>(
    `SELECT * FROM dispatch WHERE subscription = @subscription AND (@status IS NULL OR status = @status)
     ORDER BY place DESC LIMIT @limit OFFSET @offset`,
  ),
  countDispatches: database
    .prepare<[object], number>(
      'SELECT count(*) FROM dispatch WHERE subscription = @subscription AND (@status IS NULL OR status = @status)',
    )
    .pluck(),
  forget: database.prepare(
    'DELETE FROM dispatch WHERE place IN (SELECT place FROM dispatch WHERE settled_at < ? ORDER BY settled_at LIMIT ?)',
  ),
});

const ofSubscriptions = (database: SqliteDatabase) => ({
  all: database.prepare<[], SubscriptionRow>('SELECT * FROM subscription ORDER BY created_at, id'),
  find: database.prepare<[string], SubscriptionRow>('SELECT * FROM subscription WHERE id = ?'),
  list: database.prepare<[number, number], SubscriptionRow>(
    'SELECT * FROM subscription ORDER BY created_at, id LIMIT ? OFFSET ?',
  ),
  count: database.prepare<[], number>('SELECT count(*) FROM subscription').pluck(),
  save: database.prepare(
    `INSERT INTO subscription (id, document, cursor, gap, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at`,
  ),
  remove: database.prepare('DELETE FROM subscription WHERE id = ?'),
  removeDispatches: database.prepare('DELETE FROM dispatch WHERE subscription = ?'),
  advance: database.prepare('UPDATE subscription SET cursor = ?, gap = coalesce(?, gap) WHERE id = ? AND cursor < ?'),
});
