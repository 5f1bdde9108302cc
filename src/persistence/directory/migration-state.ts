import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import { migrate, MIGRATIONS } from '../migrations/migrate.js';
import { DATABASE, readQuietly } from './quiet-reader.js';
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

const stateOf = (found: readonly string[]): MigrationState => ({
  exists: true,
  applied: found.filter((name) => KNOWN_MIGRATIONS.includes(name)),
  pending: KNOWN_MIGRATIONS.filter((name) => !found.includes(name)),
  unknown: found.filter((name) => !KNOWN_MIGRATIONS.includes(name)),
});

/** Reads only; a service may be at work. */
export const migrationState = async (directory: string): Promise<MigrationState> => {
  if (!existsSync(join(directory, DATABASE)))
    return { exists: false, applied: [], pending: KNOWN_MIGRATIONS, unknown: [] };
  return stateOf(await readQuietly(directory, migrationsIn));
};

/** Throws `storage_ahead`: a later release wrote it, and this one would not know what it may not touch. */
export const mustBeKnown = ({ unknown }: MigrationState): void => {
  const [found] = unknown;
  if (found !== undefined) throw new HarmoniaError('storage_ahead', { found, known: KNOWN_MIGRATIONS.at(-1) ?? '' });
};

/** Migrates a copy, and looks it through. The database stays as it is; a service may be at work. Throws `storage_ahead`. */
export const tryMigrations = async (directory: string): Promise<MigrationState> => {
  const state = await migrationState(directory);
  mustBeKnown(state);
  if (!state.exists) return state;
  const work = await mkdtemp(join(directory, '.migration-'));
  try {
    const copy = join(work, DATABASE);
    await snapshotDatabase(directory, copy);
    await migrate(copy);
    examineSnapshot(copy);
    return state;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
