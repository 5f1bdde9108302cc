import { HarmoniaError, type JsonObject, type Uuid } from '../kernel/index.js';
import type { StoredWebhook, WebhookStore } from '../integration/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';

interface WebhookRow {
  readonly id: string;
  readonly endpoint: string;
  readonly document: string;
  readonly created_at: number;
  readonly updated_at: number;
}

const fromRow = (row: WebhookRow): StoredWebhook => ({
  id: row.id,
  endpoint: row.endpoint,
  document: JSON.parse(row.document) as JsonObject,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Webhooks that others call, in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteWebhooks implements WebhookStore {
  private readonly statements;
  private readonly saveOne;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
    this.saveOne = database.transaction((webhook: StoredWebhook) => this.write(webhook));
  }

  async find(id: Uuid): Promise<StoredWebhook | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && fromRow(row);
  }

  async findByEndpoint(endpoint: string): Promise<StoredWebhook | undefined> {
    const row = guarded(() => this.statements.findByEndpoint.get(endpoint));
    return row && fromRow(row);
  }

  async list(page: {
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: readonly StoredWebhook[]; readonly total: number }> {
    return guarded(() => ({
      items: this.statements.list.all(page.limit, page.offset).map(fromRow),
      total: this.statements.count.get() ?? 0,
    }));
  }

  async save(webhook: StoredWebhook): Promise<void> {
    guarded(() => this.saveOne.immediate(webhook));
  }

  async remove(id: Uuid): Promise<boolean> {
    return guarded(() => this.statements.remove.run(id).changes > 0);
  }

  private write({ id, endpoint, document, createdAt, updatedAt }: StoredWebhook): void {
    const holder = this.statements.findByEndpoint.get(endpoint);
    if (holder && holder.id !== id) throw new HarmoniaError('conflict', { reason: `Endpoint ${endpoint} is taken` });
    this.statements.save.run(id, endpoint, JSON.stringify(document), createdAt, updatedAt);
  }
}

const prepare = (database: SqliteDatabase) => ({
  find: database.prepare<[string], WebhookRow>('SELECT * FROM inbound_webhook WHERE id = ?'),
  findByEndpoint: database.prepare<[string], WebhookRow>('SELECT * FROM inbound_webhook WHERE endpoint = ?'),
  list: database.prepare<[number, number], WebhookRow>(
    'SELECT * FROM inbound_webhook ORDER BY created_at, id LIMIT ? OFFSET ?',
  ),
  count: database.prepare<[], number>('SELECT count(*) FROM inbound_webhook').pluck(),
  save: database.prepare(
    `INSERT INTO inbound_webhook (id, endpoint, document, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET endpoint = excluded.endpoint, document = excluded.document,
       updated_at = excluded.updated_at`,
  ),
  remove: database.prepare('DELETE FROM inbound_webhook WHERE id = ?'),
});
