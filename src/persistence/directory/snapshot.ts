import Database from 'better-sqlite3';
import { HarmoniaError } from '../../kernel/index.js';

const BUSY_TIMEOUT_MS = 5000;
/** Pages at once: all of them, so that they are of one moment, and no commit makes the copy begin anew. */
const ALL = 0x7fffffff;

/** What a copy of the database holds. */
export interface SnapshotFacts {
  readonly migrations: readonly string[];
  readonly executions: number;
  readonly openExecutions: number;
  readonly credentials: number;
}

const unusable = (reason: string): HarmoniaError => new HarmoniaError('backup_unusable', { reason });

/**
 * Copies the database as it is at one moment. Reads only, and may be called while another process works on it: readers of
 * a write-ahead log hold up nobody. The copy is one file.
 */
export const snapshotDatabase = async (file: string, target: string): Promise<void> => {
  const source = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    await source.backup(target, { progress: () => ALL });
  } finally {
    source.close();
  }
  const copy = new Database(target, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
};

/** Names of the migrations that a database has, oldest first. */
export const migrationsIn = (database: Database.Database): readonly string[] => {
  const has = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get();
  if (has === undefined) return [];
  return database.prepare<[], string>('SELECT name FROM migrations ORDER BY id').pluck().all();
};

const count = (database: Database.Database, table: string, condition = '1'): number => {
  const has = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
  if (has === undefined) return 0;
  return database.prepare<[], number>(`SELECT count(*) FROM ${table} WHERE ${condition}`).pluck().get() ?? 0;
};

/** Looks a copy through from end to end. Throws `backup_unusable` when it is damaged, or no database of Harmonia. */
export const examineSnapshot = (file: string): SnapshotFacts => {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    const verdict = database.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') throw unusable(`its database is damaged: ${String(verdict)}`);
    const migrations = migrationsIn(database);
    if (migrations.length === 0) throw unusable('its database is none of Harmonia');
    return {
      migrations,
      executions: count(database, 'execution'),
      openExecutions: count(database, 'execution', "status IN ('running', 'paused')"),
      credentials: count(database, 'credential'),
    };
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    throw unusable(`its database cannot be read: ${(error as Error).message}`);
  } finally {
    database?.close();
  }
};
