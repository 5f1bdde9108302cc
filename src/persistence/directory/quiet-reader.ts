import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HarmoniaError } from '../../kernel/index.js';
import { lockDataDirectory, type ProcessLock } from './process-lock.js';

export const DATABASE = 'harmonia.db';
const BUSY_TIMEOUT_MS = 5000;

/** Undefined: somebody is at work just now; or nobody ever was, and there is nothing to hold. */
const holdIfIdle = (directory: string): ProcessLock | undefined => {
  // Made by whoever asks, it might not be the service's to open.
  if (!existsSync(join(directory, 'harmonia.lock'))) return undefined;
  try {
    return lockDataDirectory(directory);
  } catch (error) {
    if (error instanceof HarmoniaError && error.code === 'storage_locked') return undefined;
    throw error;
  }
};

/**
 * Reads the database of a directory, and leaves the directory as it was. While a log lies beside it, a service is at work or
 * was killed: a reader joins in. Else SQLite makes a log for the reader, which a connection that may not write would leave
 * behind, owned by whoever has asked: so this one may, and meanwhile no service may start.
 */
export const readQuietly = async <T>(
  directory: string,
  work: (database: Database.Database) => T | Promise<T>,
): Promise<T> => {
  const file = join(directory, DATABASE);
  const joins = existsSync(`${file}-wal`);
  const lock = joins ? undefined : holdIfIdle(directory);
  try {
    const database = new Database(file, { readonly: joins, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } finally {
    lock?.release();
  }
};
