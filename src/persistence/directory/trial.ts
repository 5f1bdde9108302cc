import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openWriter } from '../database.js';
import { DATABASE } from './backup.js';
import { READY } from './finish-restore.js';

const ROUNDS = 15;
/** A larger database is not read from end to end just to look. */
const READ_WHOLE = 256 * 2 ** 20;

/** What a disk does when something is to survive a power cut. */
export interface Trial {
  /** ms that writing 4 KiB for good takes: the median. */
  readonly fsync: number;
  readonly sqlite: string;
}

/** Writes to a folder of its own in the directory, as the service would, and removes it. Throws when that can not be done. */
export const tryStorage = async (directory: string): Promise<Trial> => {
  const place = await mkdtemp(join(directory, '.doctor-'));
  try {
    const fsync = medianFsync(join(place, 'file'));
    const file = join(place, DATABASE);
    const fresh = new Database(file);
    fresh.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)');
    fresh.close();
    // Sets what the service sets, and reads it back after a write.
    const database = openWriter(file);
    const sqlite = database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
    database.close();
    return { fsync, sqlite };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

const medianFsync = (path: string): number => {
  const file = openSync(path, 'w');
  try {
    const block = Buffer.alloc(4096, 1);
    const times = Array.from({ length: ROUNDS }, () => {
      const begun = performance.now();
      writeSync(file, block, 0, block.length, 0);
      fsyncSync(file);
      return performance.now() - begun;
    });
    return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  } finally {
    closeSync(file);
  }
};

/** What a database is like that is there. */
export interface DatabaseLook {
  /** What SQLite says to it: `ok`; undefined: it is too large to be read just to look. */
  readonly check: string | undefined;
  /** When the service opened it last; undefined: it does not say. */
  readonly openedAt: number | undefined;
  readonly credentials: number;
}

/** Reads only; a service may be at work. */
export const lookAtDatabase = (directory: string): DatabaseLook => {
  const database = new Database(join(directory, DATABASE), { readonly: true, fileMustExist: true });
  try {
    const number = (sql: string): number | undefined => {
      try {
        return database.prepare<[], number>(sql).pluck().get();
      } catch {
        // An older database has no such table.
        return undefined;
      }
    };
    const bytes = number('SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()') ?? 0;
    return {
      check: bytes > READ_WHOLE ? undefined : String(database.pragma('quick_check(1)', { simple: true })),
      openedAt: number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'opened_at'"),
      credentials: number('SELECT count(*) FROM credential') ?? 0,
    };
  } finally {
    database.close();
  }
};

/** Whether a process works on the directory. Changes nothing. */
export const isAtWork = (directory: string): boolean => {
  const file = join(directory, 'harmonia.lock');
  if (!existsSync(file)) return false;
  const handle = new Database(file, { readonly: true, timeout: 0 });
  try {
    handle.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'SQLITE_BUSY';
  } finally {
    handle.close();
  }
};

/** A restore was decided and is to be finished. */
export const isHalfRestored = (directory: string): boolean => existsSync(join(directory, READY));

export const hasDatabase = (directory: string): boolean => existsSync(join(directory, DATABASE));
