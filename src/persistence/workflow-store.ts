import { HarmoniaError, type Instant, type JsonObject, type Uuid } from '../kernel/index.js';
import type { IdempotencyKey } from '../engine/ports/index.js';
import type {
  AppliedSuggestions,
  NewCandidate,
  StoredDraft,
  StoredVersion,
  StoredWorkflow,
  WorkflowChange,
  WorkflowFilter,
  WorkflowPage,
  WorkflowStore,
} from '../workflow/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { CANARY_COLUMNS, canaryOf, TrialRows, WITH_CANARY, type CanaryRow } from './llm/trial-rows.js';
import { containing } from './reading/searching.js';

interface WorkflowRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly version: string;
  readonly definition: string;
  readonly task_count: number;
  readonly tags: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface VersionRow extends Omit<StoredVersion, 'isCandidate'> {
  readonly candidate: 0 | 1;
}

const fromVersionRow = ({ candidate, ...version }: VersionRow): StoredVersion => ({
  ...version,
  ...(candidate === 1 && { isCandidate: true }),
});

const fromRow = (row: WorkflowRow): StoredWorkflow => ({
  id: row.id,
  name: row.name,
  description: row.description ?? undefined,
  version: row.version,
  definition: row.definition,
  taskCount: row.task_count,
  tags: JSON.parse(row.tags) as string[],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const VERSION_COLUMNS = 'workflow, version, definition, created_at AS createdAt, candidate';

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Workflows in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteWorkflows implements WorkflowStore {
  private readonly trials;
  private readonly saveAll;
  private readonly saveTried;
  private readonly endTried;
  private readonly removeAll;

  constructor(private readonly database: SqliteDatabase) {
    this.trials = new TrialRows(database);
    this.saveTried = database.transaction((candidate: NewCandidate) => this.writeCandidate(candidate));
    this.endTried = database.transaction((workflow: Uuid, canary: Uuid, at: Instant) =>
      this.trials.endCanary({ workflow, canary, at, because: 'abandoned' }),
    );
    this.saveAll = database.transaction((change: WorkflowChange) => this.write(change));
    this.removeAll = database.transaction((id: Uuid, at: Instant) => this.erase(id, at));
  }

  async find(id: Uuid): Promise<StoredWorkflow | undefined> {
    return this.one('id = ?', id);
  }

  async findByName(name: string): Promise<StoredWorkflow | undefined> {
    return this.one('name = ?', name);
  }

  async list(filter: WorkflowFilter): Promise<WorkflowPage> {
    const { where, values } = conditions(filter);
    const order = `${filter.sortBy} ${filter.descending ? 'DESC' : 'ASC'}, id`;
    return guarded(() => {
      const total = this.database
        .prepare(`SELECT count(*) FROM workflow WHERE ${where}`)
        .pluck()
        .get(...values) as number;
      const rows = this.database
        .prepare(`SELECT * FROM workflow WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...values, filter.limit, filter.offset) as WorkflowRow[];
      return { items: rows.map(fromRow), total };
    });
  }

  async idsNamed(names: readonly string[]): Promise<readonly Uuid[]> {
    const sql = 'SELECT id FROM workflow WHERE name IN (SELECT value FROM json_each(?))';
    return guarded(() => this.database.prepare<[string], Uuid>(sql).pluck().all(JSON.stringify(names)));
  }

  async versions(id: Uuid): Promise<readonly StoredVersion[]> {
    const sql = `SELECT ${VERSION_COLUMNS} FROM workflow_version WHERE workflow = ? ORDER BY created_at DESC, rowid DESC`;
    return guarded(() => (this.database.prepare(sql).all(id) as VersionRow[]).map(fromVersionRow));
  }

  async version(id: Uuid, version: string): Promise<StoredVersion | undefined> {
    const sql = `SELECT ${VERSION_COLUMNS} FROM workflow_version WHERE workflow = ? AND version = ?`;
    const row = guarded(() => this.database.prepare(sql).get(id, version) as VersionRow | undefined);
    return row && fromVersionRow(row);
  }

  async document(definition: string): Promise<JsonObject | undefined> {
    const text = guarded(() =>
      this.database.prepare('SELECT document FROM definition WHERE hash = ?').pluck().get(definition),
    );
    return text === undefined ? undefined : (JSON.parse(text as string) as JsonObject);
  }

  async save(change: WorkflowChange): Promise<void> {
    guarded(() => this.saveAll.immediate(change));
  }

  async saveCandidate(candidate: NewCandidate): Promise<void> {
    guarded(() => this.saveTried.immediate(candidate));
  }

  async endCanary(id: Uuid, canary: Uuid, at: Instant): Promise<boolean> {
    return guarded(() => this.endTried.immediate(id, canary, at));
  }

  async remove(id: Uuid, at: Instant): Promise<boolean> {
    return guarded(() => this.removeAll.immediate(id, at));
  }

  async draft(id: Uuid): Promise<StoredDraft | undefined> {
    const sql = 'SELECT draft FROM workflow WHERE id = ? AND deleted_at IS NULL';
    const text = guarded(() => this.database.prepare(sql).pluck().get(id)) as string | null | undefined;
    return text ? (JSON.parse(text) as StoredDraft) : undefined;
  }

  async saveDraft(id: Uuid, draft: StoredDraft): Promise<boolean> {
    const sql = 'UPDATE workflow SET draft = ? WHERE id = ? AND deleted_at IS NULL';
    return guarded(() => this.database.prepare(sql).run(JSON.stringify(draft), id).changes > 0);
  }

  async recall(scope: string, key: string): Promise<IdempotencyKey | undefined> {
    const sql =
      'SELECT scope, key, request, resource, created_at AS at FROM idempotency_key WHERE scope = ? AND key = ?';
    return guarded(() => this.database.prepare(sql).get(scope, key) as IdempotencyKey | undefined);
  }

  private one(where: string, value: string): StoredWorkflow | undefined {
    const sql = `SELECT workflow.*, ${CANARY_COLUMNS} FROM workflow ${WITH_CANARY}
      WHERE workflow.${where} AND deleted_at IS NULL ORDER BY created_at LIMIT 1`;
    const row = guarded(() => this.database.prepare(sql).get(value) as (WorkflowRow & CanaryRow) | undefined);
    return row && { ...fromRow(row), ...canaryOf(row) };
  }

  private write({ workflow, document, key, origin, expected, suggestions }: WorkflowChange): void {
    const { database } = this;
    const before = expected === undefined ? this.versionNow(workflow.id) : this.mustBeAt(workflow.id, expected);
    const { id, version, definition, createdAt, updatedAt } = workflow;
    database
      .prepare(
        `INSERT INTO workflow (id, name, description, version, definition, task_count, tags, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, version = excluded.version,
           definition = excluded.definition, task_count = excluded.task_count, tags = excluded.tags, updated_at = excluded.updated_at`,
      )
      .run(
        ...[id, workflow.name, workflow.description ?? null, version, definition],
        ...[workflow.taskCount, JSON.stringify(workflow.tags), createdAt, updatedAt],
      );
    this.keepVersion(workflow, document, false);
    if (before && before.definition !== definition) this.trials.replaced(id, definition, updatedAt);
    if (suggestions) this.apply(suggestions, version);
    if (suggestions && before)
      this.trials.begin({ workflow: id, base: before, candidate: workflow, share: null }, suggestions);
    this.turnSuggestions(id, definition);
    if (key) this.writeKey(key);
    if (origin) {
      database
        .prepare('INSERT INTO template_use (instantiation, template, version, workflow, at) VALUES (?, ?, ?, ?, ?)')
        .run(origin.instantiation, origin.template, origin.version, id, createdAt);
    }
  }

  private writeCandidate(candidate: NewCandidate): void {
    const { workflow, document, expected, share, suggestions } = candidate;
    const { id, version } = workflow;
    const base = this.mustBeAt(id, expected);
    const canary = this.one('id = ?', id)?.canary;
    if (canary) throw new HarmoniaError('canary_running', { id, version: canary.version });
    this.keepVersion(workflow, document, true);
    this.trials.tried(candidate, version);
    this.trials.begin({ workflow: id, base, candidate: workflow, share }, suggestions);
  }

  /** A version never changes: sent again with the same content it is there already. */
  private keepVersion(workflow: StoredWorkflow, document: JsonObject, isCandidate: boolean): void {
    const { id, version, definition, updatedAt } = workflow;
    this.database
      .prepare('INSERT INTO definition (hash, document) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING')
      .run(definition, JSON.stringify(document));
    const { changes } = this.database
      .prepare(
        `INSERT INTO workflow_version (workflow, version, definition, created_at, candidate) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (workflow, version) DO UPDATE SET candidate = min(candidate, excluded.candidate)
           WHERE definition = excluded.definition`,
      )
      .run(id, version, definition, updatedAt, isCandidate ? 1 : 0);
    // Somebody else has taken the name since it was free.
    if (changes === 0) throw new HarmoniaError('version_exists', { id, version });
  }

  private erase(id: Uuid, at: Instant): boolean {
    const { database } = this;
    this.trials.erase(id);
    for (const table of ['suggestion', 'suggestion_confirmation'])
      database.prepare(`DELETE FROM ${table} WHERE workflow = ?`).run(id);
    const sql = 'UPDATE workflow SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL';
    return database.prepare(sql).run(at, id).changes > 0;
  }

  private versionNow(id: Uuid): Pick<StoredWorkflow, 'definition' | 'version'> | undefined {
    return this.database
      .prepare<[string], Pick<StoredWorkflow, 'definition' | 'version'>>(
        'SELECT definition, version FROM workflow WHERE id = ? AND deleted_at IS NULL',
      )
      .get(id);
  }

  private mustBeAt(id: Uuid, expected: string): Pick<StoredWorkflow, 'definition' | 'version'> {
    const found = this.versionNow(id);
    if (found?.definition === expected) return found;
    throw new HarmoniaError('version_changed', { id, version: found?.version ?? 'no version' });
  }

  private apply({ ids, at, note }: AppliedSuggestions, version: string): void {
    const feedback = JSON.stringify({ at, version, ...(note !== undefined && { note }) });
    const apply = this.database.prepare("UPDATE suggestion SET status = 'applied', feedback = ? WHERE id = ?");
    for (const id of ids) apply.run(feedback, id);
  }

  /** Suggestions are open for the current definition only. */
  private turnSuggestions(id: Uuid, definition: string): void {
    const turn = this.database.prepare(
      `UPDATE suggestion SET status = iif(base_hash = @definition, 'open', 'stale')
       WHERE workflow = @id AND status = iif(base_hash = @definition, 'stale', 'open')`,
    );
    turn.run({ id, definition });
  }

  private writeKey(key: IdempotencyKey): void {
    const taken = this.database
      .prepare('SELECT 1 FROM idempotency_key WHERE scope = ? AND key = ?')
      .get(key.scope, key.key);
    if (taken) throw new HarmoniaError('idempotency_conflict', { key: key.key });
    this.database
      .prepare('INSERT INTO idempotency_key (scope, key, request, resource, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(key.scope, key.key, key.request, key.resource, key.at);
  }
}

const conditions = (filter: WorkflowFilter): { where: string; values: string[] } => {
  const parts = ['deleted_at IS NULL'];
  const values: string[] = [];
  const add = (sql: string, ...bound: string[]): void => {
    parts.push(sql);
    values.push(...bound);
  };
  if (filter.name !== undefined) add('name = ?', filter.name);
  if (filter.names !== undefined) add('name IN (SELECT value FROM json_each(?))', JSON.stringify(filter.names));
  if (filter.search !== undefined) {
    const like = containing(filter.search);
    add(`(name LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\')`, like, like);
  }
  if (filter.tag !== undefined) add('EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)', filter.tag);
  return { where: parts.join(' AND '), values };
};
