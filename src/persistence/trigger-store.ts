import type { Json, JsonObject, Uuid } from '../kernel/index.js';
import type { StoredTrigger, TriggerStore } from '../integration/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';

interface TriggerRow {
  readonly id: string;
  readonly document: string;
  readonly made_of: string;
  readonly created_at: number;
  readonly updated_at: number;
}

const fromRow = (row: TriggerRow): StoredTrigger => ({
  id: row.id,
  document: JSON.parse(row.document) as JsonObject,
  madeOf: row.made_of,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Triggers in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteTriggers implements TriggerStore {
  private readonly statements;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
  }

  async all(): Promise<readonly StoredTrigger[]> {
    return guarded(() => this.statements.all.all().map(fromRow));
  }

  async find(id: Uuid): Promise<StoredTrigger | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && fromRow(row);
  }

  async list(page: {
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: readonly StoredTrigger[]; readonly total: number }> {
    return guarded(() => ({
      items: this.statements.list.all(page.limit, page.offset).map(fromRow),
      total: this.statements.count.get() ?? 0,
    }));
  }

  async save({ id, document, madeOf, createdAt, updatedAt }: StoredTrigger, isForgotten: boolean): Promise<void> {
    const statement = isForgotten ? this.statements.saveForgetting : this.statements.save;
    guarded(() => statement.run(id, JSON.stringify(document), madeOf, createdAt, updatedAt));
  }

  async remove(id: Uuid): Promise<boolean> {
    return guarded(() => this.statements.remove.run(id).changes > 0);
  }

  async memory(id: Uuid): Promise<Json> {
    const memory = guarded(() => this.statements.memory.get(id)) ?? null;
    return memory === null ? null : (JSON.parse(memory) as Json);
  }

  async remember(id: Uuid, memory: Json): Promise<void> {
    guarded(() => this.statements.remember.run(JSON.stringify(memory), id));
  }
}

const COLUMNS = 'id, document, made_of, created_at, updated_at';
const SAVE = `INSERT INTO workflow_trigger (${COLUMNS}) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at`;

const prepare = (database: SqliteDatabase) => ({
  all: database.prepare<[], TriggerRow>(`SELECT ${COLUMNS} FROM workflow_trigger ORDER BY created_at, id`),
  find: database.prepare<[string], TriggerRow>(`SELECT ${COLUMNS} FROM workflow_trigger WHERE id = ?`),
  list: database.prepare<[number, number], TriggerRow>(
    `SELECT ${COLUMNS} FROM workflow_trigger ORDER BY created_at, id LIMIT ? OFFSET ?`,
  ),
  count: database.prepare<[], number>('SELECT count(*) FROM workflow_trigger').pluck(),
  save: database.prepare(SAVE),
  saveForgetting: database.prepare(`${SAVE}, memory = NULL`),
  remove: database.prepare('DELETE FROM workflow_trigger WHERE id = ?'),
  memory: database.prepare<[string], string | null>('SELECT memory FROM workflow_trigger WHERE id = ?').pluck(),
  remember: database.prepare('UPDATE workflow_trigger SET memory = ? WHERE id = ?'),
});
