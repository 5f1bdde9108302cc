import Database from 'better-sqlite3';
import { join } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import { makeOwnDirectory } from './owner-only.js';

/** Held until released or until the process dies, however it dies. */
export interface ProcessLock {
  release(): void;
}

/**
 * One process works on a data directory (semantics 29). The lock is an exclusive SQLite transaction on a side file:
 * the operating system drops it with the process, `kill -9` included, and a stopped process keeps it. The file must
 * not be opened in any other way in this process: closing such a handle would drop the lock.
 */
export const lockDataDirectory = (directory: string): ProcessLock => {
  try {
    makeOwnDirectory(directory);
    return acquire(join(directory, 'harmonia.lock'));
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new HarmoniaError('storage_locked', { path: directory }, { cause: error });
    }
    throw new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });
  }
};

const acquire = (file: string): ProcessLock => {
  const handle = new Database(file, { timeout: 0 });
  try {
    // A WAL would let readers in, and its side files would outlive the lock.
    handle.pragma('journal_mode = MEMORY');
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle.close();
    throw error;
  }
  return { release: () => handle.close() };
};
