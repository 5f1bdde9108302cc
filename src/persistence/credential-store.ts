import type { CredentialStore, Resealed, StoredCredential } from '../credential/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';

type Row = Omit<StoredCredential, 'description'> & { readonly description: string | null };

const ALL = `SELECT name, type, description, sealed, created_at AS createdAt, updated_at AS updatedAt
  FROM credential ORDER BY name`;
const PUT = `INSERT INTO credential (name, type, description, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET type = excluded.type, description = excluded.description, sealed = excluded.sealed,
    created_at = excluded.created_at, updated_at = excluded.updated_at`;

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Credentials in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteCredentials implements CredentialStore {
  private readonly resealAll;

  constructor(private readonly database: SqliteDatabase) {
    this.resealAll = database.transaction((credentials: readonly Resealed[]) => {
      const update = database.prepare('UPDATE credential SET sealed = ? WHERE name = ?');
      for (const { name, sealed } of credentials) update.run(sealed, name);
    });
  }

  async all(): Promise<readonly StoredCredential[]> {
    const rows = guarded(() => this.database.prepare(ALL).all() as Row[]);
    return rows.map(({ description, ...row }) => ({ ...row, description: description ?? undefined }));
  }

  async put({ name, type, description, sealed, createdAt, updatedAt }: StoredCredential): Promise<void> {
    guarded(() => this.database.prepare(PUT).run(name, type, description ?? null, sealed, createdAt, updatedAt));
  }

  async remove(name: string): Promise<boolean> {
    return guarded(() => this.database.prepare('DELETE FROM credential WHERE name = ?').run(name).changes > 0);
  }

  async reseal(credentials: readonly Resealed[]): Promise<void> {
    guarded(() => this.resealAll.immediate(credentials));
  }
}
