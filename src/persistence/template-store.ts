import { HarmoniaError, type Instant, type JsonObject, type Uuid } from '../kernel/index.js';
import type {
  CategoryUse,
  CountedTemplate,
  StoredCategory,
  StoredTemplateVersion,
  TemplateChange,
  TemplateFilter,
  TemplatePage,
  TemplateSave,
  TemplateStore,
} from '../template/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { containing } from './reading/searching.js';

interface TemplateRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string | null;
  readonly tags: string;
  readonly categories: string;
  readonly is_public: number;
  readonly metadata: string;
  readonly version: string;
  readonly source: string | null;
  readonly source_hash: string | null;
  readonly hidden: number;
  readonly created_by: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly used_before: number;
  readonly usage_count: number;
}

interface VersionRow {
  readonly template: string;
  readonly version: string;
  readonly content: string;
  readonly hash: string;
  readonly template_references: string;
  readonly changes: string | null;
  readonly created_at: number;
}

const fromRow = (row: TemplateRow): CountedTemplate => ({
  id: row.id,
  name: row.name,
  description: row.description,
  icon: row.icon ?? undefined,
  tags: JSON.parse(row.tags) as string[],
  categories: JSON.parse(row.categories) as string[],
  isPublic: row.is_public === 1,
  metadata: JSON.parse(row.metadata) as JsonObject,
  version: row.version,
  source: row.source ?? undefined,
  sourceHash: row.source_hash ?? undefined,
  hidden: row.hidden === 1,
  createdBy: row.created_by ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  usedBefore: row.used_before,
  usageCount: row.usage_count,
});

const versionFromRow = (row: VersionRow): StoredTemplateVersion => ({
  template: row.template,
  version: row.version,
  content: JSON.parse(row.content) as JsonObject,
  hash: row.hash,
  references: JSON.parse(row.template_references) as string[],
  changes: row.changes ?? undefined,
  createdAt: row.created_at,
});

const COUNTED = `SELECT template.*,
  used_before + (SELECT count(*) FROM template_use WHERE template_use.template = template.id) AS usage_count FROM template`;
const CHANGES_SHOWN = 1000;

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Templates in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteTemplates implements TemplateStore {
  private readonly saveAll;
  private readonly hideAll;

  constructor(private readonly database: SqliteDatabase) {
    this.saveAll = database.transaction((change: TemplateSave) => this.write(change));
    this.hideAll = database.transaction((ids: readonly Uuid[], hidden: boolean) => {
      const hide = database.prepare('UPDATE template SET hidden = ? WHERE id = ?');
      for (const id of ids) hide.run(hidden ? 1 : 0, id);
    });
  }

  async find(id: Uuid): Promise<CountedTemplate | undefined> {
    return this.some('id = ? LIMIT 1', id)[0];
  }

  async findByName(name: string): Promise<CountedTemplate | undefined> {
    return this.some('name = ? ORDER BY source IS NOT NULL, created_at, id LIMIT 1', name)[0];
  }

  async sourced(): Promise<readonly CountedTemplate[]> {
    return this.some('source IS NOT NULL ORDER BY source, name, id');
  }

  async list(filter: TemplateFilter): Promise<TemplatePage> {
    const { where, values } = conditions(filter);
    const order = `${filter.sortBy} ${filter.descending ? 'DESC' : 'ASC'}, id`;
    return guarded(() => {
      const count = this.database.prepare(`SELECT count(*) FROM template WHERE ${where}`).pluck();
      const total = count.get(...values) as number;
      const page = this.database.prepare(`${COUNTED} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`);
      return { items: (page.all(...values, filter.limit, filter.offset) as TemplateRow[]).map(fromRow), total };
    });
  }

  async versions(id: Uuid): Promise<readonly StoredTemplateVersion[]> {
    const sql = 'SELECT * FROM template_version WHERE template = ? ORDER BY created_at, version';
    return guarded(() => (this.database.prepare(sql).all(id) as VersionRow[]).map(versionFromRow));
  }

  async version(id: Uuid, version: string): Promise<StoredTemplateVersion | undefined> {
    const sql = 'SELECT * FROM template_version WHERE template = ? AND version = ?';
    const row = guarded(() => this.database.prepare(sql).get(id, version) as VersionRow | undefined);
    return row && versionFromRow(row);
  }

  async changes(id: Uuid): Promise<readonly TemplateChange[]> {
    const sql = `SELECT at, kind, version, before, reason FROM template_change WHERE template = ?
      ORDER BY place DESC LIMIT ${CHANGES_SHOWN}`;
    type Row = Omit<TemplateChange, 'before' | 'reason'> & { before: string | null; reason: string | null };
    const rows = guarded(() => this.database.prepare(sql).all(id) as Row[]);
    return rows.reverse().map((row) => ({ ...row, before: row.before ?? undefined, reason: row.reason ?? undefined }));
  }

  async save(change: TemplateSave): Promise<void> {
    guarded(() => this.saveAll.immediate(change));
  }

  async setHidden(ids: readonly Uuid[], hidden: boolean): Promise<void> {
    guarded(() => this.hideAll.immediate(ids, hidden));
  }

  async remove(id: Uuid, at: Instant): Promise<boolean> {
    const sql = 'UPDATE template SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL';
    return guarded(() => this.database.prepare(sql).run(at, id).changes > 0);
  }

  async dependents(id: Uuid, names: readonly string[]): Promise<readonly string[]> {
    const sql = `SELECT DISTINCT template.name FROM template
      JOIN template_version ON template_version.template = template.id AND template_version.version = template.version,
      json_each(template_version.template_references) AS reference
      WHERE template.deleted_at IS NULL AND template.id <> ? AND reference.value IN (SELECT value FROM json_each(?))
      ORDER BY template.name`;
    return guarded(() => this.database.prepare(sql).pluck().all(id, JSON.stringify(names)) as string[]);
  }

  async categories(): Promise<readonly StoredCategory[]> {
    const sql = 'SELECT id, name, description, parent FROM template_category ORDER BY name';
    type Row = Omit<StoredCategory, 'parent'> & { parent: string | null };
    const rows = guarded(() => this.database.prepare(sql).all() as Row[]);
    return rows.map((row) => ({ ...row, parent: row.parent ?? undefined }));
  }

  async saveCategory({ id, name, description, parent }: StoredCategory): Promise<void> {
    const sql = `INSERT INTO template_category (id, name, description, parent) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, parent = excluded.parent`;
    guarded(() => this.database.prepare(sql).run(id, name, description, parent ?? null));
  }

  async categoryUse(id: Uuid): Promise<CategoryUse> {
    const templates = `SELECT count(*) FROM template WHERE deleted_at IS NULL
      AND EXISTS (SELECT 1 FROM json_each(categories) WHERE value = ?)`;
    const children = 'SELECT count(*) FROM template_category WHERE parent = ?';
    const count = (sql: string): number => this.database.prepare(sql).pluck().get(id) as number;
    return guarded(() => ({ templates: count(templates), children: count(children) }));
  }

  async removeCategory(id: Uuid): Promise<boolean> {
    return guarded(() => this.database.prepare('DELETE FROM template_category WHERE id = ?').run(id).changes > 0);
  }

  private some(where: string, ...values: string[]): CountedTemplate[] {
    const sql = `${COUNTED} WHERE deleted_at IS NULL AND ${where}`;
    return guarded(() => (this.database.prepare(sql).all(...values) as TemplateRow[]).map(fromRow));
  }

  private write({ template, version, change, key }: TemplateSave): void {
    this.writeTemplate(template);
    if (version) this.writeVersion(version);
    if (change) {
      const { at, kind, version: to, before, reason } = change;
      this.database
        .prepare(
          `INSERT INTO template_change (template, place, at, kind, version, before, reason)
           SELECT ?, 1 + coalesce(max(place), 0), ?, ?, ?, ?, ? FROM template_change WHERE template = ?`,
        )
        .run(template.id, at, kind, to, before ?? null, reason ?? null, template.id);
    }
    if (!key) return;
    const taken = this.database.prepare('SELECT 1 FROM idempotency_key WHERE scope = ? AND key = ?');
    if (taken.get(key.scope, key.key)) throw new HarmoniaError('idempotency_conflict', { key: key.key });
    this.database
      .prepare('INSERT INTO idempotency_key (scope, key, request, resource, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(key.scope, key.key, key.request, key.resource, key.at);
  }

  private writeTemplate(template: TemplateSave['template']): void {
    const { id, name, description, icon, tags, categories, isPublic, metadata, version, createdBy } = template;
    this.database
      .prepare(
        `INSERT INTO template (id, name, description, icon, tags, categories, is_public, metadata, version, source,
           source_hash, hidden, created_by, created_at, updated_at, used_before)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, icon = excluded.icon,
           tags = excluded.tags, categories = excluded.categories, is_public = excluded.is_public,
           metadata = excluded.metadata, version = excluded.version, source_hash = excluded.source_hash,
           hidden = excluded.hidden, updated_at = excluded.updated_at, used_before = excluded.used_before`,
      )
      .run(
        ...[id, name, description, icon ?? null, JSON.stringify(tags), JSON.stringify(categories), isPublic ? 1 : 0],
        ...[JSON.stringify(metadata), version, template.source ?? null, template.sourceHash ?? null],
        ...[template.hidden ? 1 : 0, createdBy ?? null, template.createdAt, template.updatedAt, template.usedBefore],
      );
  }

  private writeVersion({
    template,
    version,
    content,
    hash,
    references,
    changes,
    createdAt,
  }: StoredTemplateVersion): void {
    const { database } = this;
    const taken = database.prepare('SELECT 1 FROM template_version WHERE template = ? AND version = ?');
    if (taken.get(template, version)) throw new HarmoniaError('template_version_exists', { id: template, version });
    database
      .prepare(
        `INSERT INTO template_version (template, version, content, hash, template_references, changes, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[template, version, JSON.stringify(content), hash],
        ...[JSON.stringify(references), changes ?? null, createdAt],
      );
  }
}

const conditions = (filter: TemplateFilter): { where: string; values: (string | number)[] } => {
  const parts = ['deleted_at IS NULL', 'hidden = 0'];
  const values: (string | number)[] = [];
  const add = (sql: string, ...bound: (string | number)[]): void => {
    parts.push(sql);
    values.push(...bound);
  };
  if (filter.search !== undefined) {
    const like = containing(filter.search);
    add(`(name LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\')`, like, like);
  }
  for (const tag of filter.tags ?? []) add('EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)', tag);
  if (filter.category !== undefined)
    add('EXISTS (SELECT 1 FROM json_each(categories) WHERE value = ?)', filter.category);
  if (filter.isPublic !== undefined) add('is_public = ?', filter.isPublic ? 1 : 0);
  if (filter.source !== undefined) add('source = ?', filter.source);
  return { where: parts.join(' AND '), values };
};
