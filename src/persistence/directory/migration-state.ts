import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HarmoniaError } from '../../kernel/index.js';
import { migrate, MIGRATIONS } from '../open-storage.js';
import { backUp, DATABASE } from './backup.js';
import { finishRestore } from './finish-restore.js';
import { lockDataDirectory } from './process-lock.js';
import { examineSnapshot, migrationsIn, snapshotDatabase } from './snapshot.js';

export const KNOWN_MIGRATIONS: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** How a database stands to this version. */
export interface MigrationState {
  /** There is a database. */
  readonly exists: boolean;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Of a later version: this one must not touch the database. */
  readonly unknown: readonly string[];
}

/** Reads only; a service may be at work. */
export const migrationState = (directory: string): MigrationState => {
  const file = join(directory, DATABASE);
  if (!existsSync(file)) return { exists: false, applied: [], pending: KNOWN_MIGRATIONS, unknown: [] };
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const found = migrationsIn(database);
    return {
      exists: true,
      applied: found.filter((name) => KNOWN_MIGRATIONS.includes(name)),
      pending: KNOWN_MIGRATIONS.filter((name) => !found.includes(name)),
      unknown: found.filter((name) => !KNOWN_MIGRATIONS.includes(name)),
    };
  } finally {
    database.close();
  }
};

const mustBeKnown = ({ unknown }: MigrationState): void => {
  const [found] = unknown;
  if (found !== undefined) throw new HarmoniaError('storage_ahead', { found, known: KNOWN_MIGRATIONS.at(-1) ?? '' });
};

/** Migrates a copy, and looks it through. The database stays as it is; a service may be at work. Throws `storage_ahead`. */
export const tryMigrations = async (directory: string): Promise<MigrationState> => {
  const state = migrationState(directory);
  mustBeKnown(state);
  if (!state.exists) return state;
  const work = await mkdtemp(join(directory, '.migration-'));
  try {
    const copy = join(work, DATABASE);
    await snapshotDatabase(join(directory, DATABASE), copy);
    await migrate(copy);
    examineSnapshot(copy);
    return state;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

export interface MigrateRequest {
  readonly directory: string;
  /** Where the backup is written before anything is changed; undefined: none is made. */
  readonly backup: string | undefined;
  /** Version of Harmonia. */
  readonly version: string;
}

/** Brings the database up to date, after a backup. Throws `storage_locked` while a service works on it, `storage_ahead`. */
export const migrateDirectory = async ({ directory, backup, version }: MigrateRequest): Promise<MigrationState> => {
  const lock = lockDataDirectory(directory);
  try {
    await finishRestore(directory);
    const state = migrationState(directory);
    mustBeKnown(state);
    if (state.pending.length === 0) return state;
    if (state.exists && backup !== undefined) await backUp({ directory, file: backup, withKey: false, version });
    await migrate(join(directory, DATABASE));
    return state;
  } finally {
    lock.release();
  }
};
