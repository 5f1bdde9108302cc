import type { Instant } from '../../kernel/index.js';
import type { KeyStore, Permission, StoredKey } from '../../access/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';
import type { Alongside, Rider } from './alongside.js';

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly hash: string;
  readonly permissions: string;
  readonly workflows: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly used_at: number | null;
}

const fromRow = (row: KeyRow): StoredKey => ({
  ...{ id: row.id, name: row.name, owner: row.owner ?? undefined, hash: row.hash },
  permissions: JSON.parse(row.permissions) as Permission[],
  workflows: row.workflows === null ? undefined : (JSON.parse(row.workflows) as string[]),
  ...{ createdAt: row.created_at, createdBy: row.created_by, expiresAt: row.expires_at ?? undefined },
  ...{ revokedAt: row.revoked_at ?? undefined, usedAt: row.used_at ?? undefined },
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** API keys in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteKeys implements KeyStore, Rider {
  private readonly statements;
  private readonly usedAt = new Map<string, Instant>();

  constructor(
    database: SqliteDatabase,
    private readonly alongside: Alongside,
  ) {
    this.statements = prepare(database);
    alongside.join(this);
  }

  async all(): Promise<readonly StoredKey[]> {
    return guarded(() => this.statements.all.all().map(fromRow));
  }

  async add(key: StoredKey): Promise<void> {
    const { id, name, owner = null, hash, permissions, workflows, createdAt, createdBy, expiresAt = null } = key;
    const limits = [JSON.stringify(permissions), workflows === undefined ? null : JSON.stringify(workflows)];
    guarded(() => this.statements.add.run(id, name, owner, hash, ...limits, createdAt, createdBy, expiresAt));
  }

  async revoke(id: string, at: Instant): Promise<void> {
    guarded(() => this.statements.revoke.run(at, id));
  }

  used(id: string, at: Instant): void {
    this.usedAt.set(id, at);
    this.alongside.wake();
  }

  write(): void {
    for (const [id, at] of this.usedAt) this.statements.used.run(at, id);
  }

  written(): void {
    this.usedAt.clear();
  }
}

const prepare = (database: SqliteDatabase) => ({
  all: database.prepare<[], KeyRow>('SELECT * FROM api_key ORDER BY created_at, id'),
  add: database.prepare(
    `INSERT INTO api_key (id, name, owner, hash, permissions, workflows, created_at, created_by, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  revoke: database.prepare('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL'),
  used: database.prepare('UPDATE api_key SET used_at = ? WHERE id = ?'),
});
