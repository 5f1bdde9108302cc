import Database from 'better-sqlite3';
import { HarmoniaError } from '../kernel/index.js';

export type SqliteDatabase = Database.Database;

/** First SQLite without the WAL-reset bug; 3.52.0 was withdrawn (sqlite.org/wal.html#walresetbug). */
const FLOOR = [3, 51, 3] as const;
const WITHDRAWN = '3.52.0';
const FULL = 2;
const BUSY_TIMEOUT_MS = 5000;
/**
 * Pages of WAL before a checkpoint, 4 MiB. A commit that makes the file longer costs more than one that writes over an
 * old page, so the WAL should soon have its final length.
 */
const CHECKPOINT_PAGES = 1000;

const unsafe = (reason: string): HarmoniaError => new HarmoniaError('storage_unsafe', { reason });

/** Refuses an SQLite that is known to lose data. */
export const checkSqliteVersion = (version: string): void => {
  const parts = version.split('.').map(Number);
  const difference = FLOOR.map((floor, index) => (parts[index] ?? 0) - floor).find((delta) => delta !== 0) ?? 0;
  if (difference < 0 || version === WITHDRAWN) {
    throw unsafe(`version ${version}; needed is ${FLOOR.join('.')} or later, and not ${WITHDRAWN}`);
  }
};

/**
 * Opens the writer's connection. `synchronous` is set to FULL and read back after a write: right after switching to WAL
 * SQLite still says FULL and falls to NORMAL with the first write, and NORMAL loses acknowledged commits at a power cut.
 */
export const openWriter = (file: string): SqliteDatabase => {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  checkSqliteVersion(database.prepare('SELECT sqlite_version() AS version').pluck().get() as string);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma('cache_size = -32768');
  selfTest(database);
  return database;
};

const selfTest = (database: SqliteDatabase): void => {
  database
    .prepare(
      "INSERT INTO meta (key, value) VALUES ('opened_at', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .run(String(Date.now()));
  const settings: [string, unknown][] = [
    ['journal_mode', 'wal'],
    ['synchronous', FULL],
    ['foreign_keys', 1],
    ['busy_timeout', BUSY_TIMEOUT_MS],
  ];
  for (const [name, expected] of settings) {
    const found: unknown = database.pragma(name, { simple: true });
    if (found !== expected) throw unsafe(`${name} is ${String(found)} after a write, not ${String(expected)}`);
  }
};

/** Runs storage work; what SQLite throws becomes `storage_unavailable`. */
export const guarded = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    throw new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });
  }
};
