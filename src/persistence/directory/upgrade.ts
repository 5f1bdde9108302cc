import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import { migrate } from '../migrations/migrate.js';
import { backUp } from './backup.js';
import { finishRestore } from './finish-restore.js';
import { migrationState, mustBeKnown, type MigrationState } from './migration-state.js';
import { makeOwnFile } from './owner-only.js';
import { lockDataDirectory } from './process-lock.js';
import { DATABASE } from './quiet-reader.js';

/** Below the data directory: where the backups lie that nobody asked for. */
export const BACKUPS = 'backups';
const MADE = /^before-([\dTZ-]+)-([A-Za-z]\w*)\.tgz$/;
/** Where one is made; what is left of it when the process died meanwhile. */
const HALF = /^\.before-/;

/** What precedes the migrations of a database that is in use. */
export interface UpgradePolicy {
  /** How many backups of older databases are kept; 0: none is made. */
  readonly keep: number;
  /** Where the backup goes instead; it is nobody's to remove. */
  readonly file?: string | undefined;
  /** Version of Harmonia. */
  readonly version: string;
  readonly told: (line: string) => void;
}

/** How it stood before, and the backup of that. */
export interface Upgraded extends MigrationState {
  readonly backup: string | undefined;
}

/**
 * Brings the database of a directory up to date, after a backup if there is something to lose. The caller holds the lock.
 * Throws `storage_ahead`, and `migration_without_backup` when the backup cannot be made: then nothing was changed.
 */
export const upgrade = async (directory: string, policy?: UpgradePolicy): Promise<Upgraded> => {
  const state = await migrationState(directory);
  mustBeKnown(state);
  const database = join(directory, DATABASE);
  if (state.applied.length > 0) makeOwnFile(database);
  if (state.pending.length === 0) return { ...state, backup: undefined };
  const backup = state.applied.length > 0 && policy ? await keepBefore(directory, state, policy) : undefined;
  await migrate(database);
  if (state.applied.length > 0) policy?.told(`The database was migrated: ${state.pending.join(', ')}`);
  return { ...state, backup };
};

/** The same for a directory that nobody works on. Throws `storage_locked`, too. */
export const upgradeDirectory = async (directory: string, policy: UpgradePolicy): Promise<Upgraded> => {
  const lock = lockDataDirectory(directory);
  try {
    await finishRestore(directory);
    return await upgrade(directory, policy);
  } finally {
    lock.release();
  }
};

const keepBefore = async (
  directory: string,
  { applied, pending }: MigrationState,
  { keep, file, version, told }: UpgradePolicy,
): Promise<string | undefined> => {
  if (keep === 0 && file === undefined) return undefined;
  const folder = join(directory, BACKUPS);
  const schema = applied.at(-1) ?? '';
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const target = file ?? join(folder, `before-${stamp}-${schema}.tgz`);
  told(`The database lacks ${pending.length} migration(s): it is backed up to ${target} first`);
  try {
    if (file === undefined) await clear(folder);
    await backUp({ directory, file: target, withKey: false, version });
    if (file === undefined) await thinOut(folder, { keep, schema });
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    throw new HarmoniaError('migration_without_backup', { path: target, reason }, { cause: error });
  }
  return target;
};

/** What a process that died has left. Nobody else makes one here: the directory is locked. */
const clear = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder))
    if (HALF.test(name)) await rm(join(folder, name), { recursive: true, force: true });
};

/** Of one schema the newest: a start that fails again and again must not push out what was before. Of schemas the latest. */
const thinOut = async (folder: string, { keep, schema }: { keep: number; schema: string }): Promise<void> => {
  const made = (await readdir(folder)).filter((name) => MADE.test(name)).sort();
  const same = made.filter((name) => MADE.exec(name)?.[2] === schema).slice(0, -1);
  const others = made.filter((name) => !same.includes(name));
  for (const name of [...same, ...others.slice(0, -keep)]) await rm(join(folder, name), { force: true });
};
