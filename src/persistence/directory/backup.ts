import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import { READY } from './finish-restore.js';
import { contentsOf, sync, type Contents } from './files.js';
import { MANIFEST, manifestText, type Manifest } from './manifest.js';
import { DATABASE } from './quiet-reader.js';
import { examineSnapshot, snapshotDatabase } from './snapshot.js';

export const PLUGINS = 'plugins';
export const KEY = 'credentials.key';
const OWNER_ONLY = 0o600;
/** Of a folder of plugins that somebody installs into meanwhile. */
const TRIES = 3;
/** Folders in which backups are made: `.<name of the file>.harmonia-` and six characters. */
const MADE_IN = /^\..+\.harmonia-\w{6}$/;
/** ms after which nobody can be at work in one any more. */
const DAY = 86_400_000;

export interface BackupRequest {
  readonly directory: string;
  /** Where it is written: a gzipped tar. Must not be there. */
  readonly file: string;
  /** The key of credentials, of the data directory, goes along. */
  readonly withKey: boolean;
  /** Version of Harmonia. */
  readonly version: string;
}

export interface BackedUp {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

/**
 * Writes a backup of a data directory, also while a service works on it. Changes nothing in it. The file is there whole or
 * not at all, and only its owner may read it. Throws `backup_exists`, `nothing_to_back_up`, `storage_unavailable`.
 */
export const backUp = async (request: BackupRequest): Promise<BackedUp> => {
  const { directory } = request;
  const file = resolve(request.file);
  if (existsSync(file)) throw new HarmoniaError('backup_exists', { path: file });
  if (existsSync(join(directory, READY)))
    throw new HarmoniaError('conflict', {
      reason: 'A restore of this directory was interrupted; the next start of the service finishes it',
    });
  if (!existsSync(join(directory, DATABASE))) throw new HarmoniaError('nothing_to_back_up', { path: directory });
  let work: string | undefined;
  try {
    await mkdir(dirname(file), { recursive: true });
    await removeLeftOver(dirname(file));
    work = await mkdtemp(join(dirname(file), `.${basename(file)}.harmonia-`));
    return await pack({ ...request, file }, work);
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    throw new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true });
  }
};

/**
 * Whoever was killed while he made a backup has left what may be as large as the database. What is gone meanwhile, or is
 * another user's, keeps no backup from being made.
 */
const removeLeftOver = async (place: string): Promise<void> => {
  const remove = async (path: string): Promise<void> => {
    const { mtimeMs } = await stat(path);
    if (mtimeMs < Date.now() - DAY) await rm(path, { recursive: true, force: true });
  };
  const names = await readdir(place);
  for (const name of names.filter((one) => MADE_IN.test(one))) await remove(join(place, name)).catch(() => undefined);
};

const pack = async ({ directory, file, withKey, version }: BackupRequest, work: string): Promise<BackedUp> => {
  const content = join(work, 'content');
  await mkdir(content);
  await snapshotDatabase(directory, join(content, DATABASE));
  const facts = examineSnapshot(join(content, DATABASE));
  await copyPlugins(directory, content);
  const hasKey = withKey && existsSync(join(directory, KEY));
  if (hasKey) await cp(join(directory, KEY), join(content, KEY));
  const words = {
    ...{ harmonia: version, createdAt: new Date().toISOString(), ...facts, hasKey },
    leftOut: await leftOut(directory, hasKey),
    ...(await contentsOf(content)),
  };
  await writeFile(join(content, MANIFEST), manifestText(words));
  const packed = join(work, 'packed');
  const names = (await readdir(content)).filter((name) => name !== MANIFEST);
  const { create } = await import('tar');
  await create({ cwd: content, file: packed, gzip: true, portable: true, mode: OWNER_ONLY }, [MANIFEST, ...names]);
  await sync(packed);
  await rename(packed, file);
  await sync(dirname(file));
  return { file, bytes: (await stat(file)).size, manifest: { format: 1, ...words } };
};

const copyPlugins = async (directory: string, content: string): Promise<void> => {
  const from = join(directory, PLUGINS);
  const to = join(content, PLUGINS);
  if (!existsSync(from)) return;
  for (let tries = 1; ; tries++) {
    try {
      await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      if (isSame(await contentsOf(from), await contentsOf(to))) return;
      if (tries === TRIES) throw new Error('the plugins change all the time: is one being installed?');
    } catch (error) {
      if (tries === TRIES) throw error;
    }
    await rm(to, { recursive: true, force: true });
  }
};

const isSame = (one: Contents, other: Contents): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What else lies there, so that nobody takes the backup for more than it is. */
const leftOut = async (directory: string, hasKey: boolean): Promise<readonly string[]> => {
  const kept = ['harmonia.lock', DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, PLUGINS, ...(hasKey ? [KEY] : [])];
  return (await readdir(directory)).filter((name) => !kept.includes(name)).sort();
};
