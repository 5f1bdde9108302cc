import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import { KEY, PLUGINS } from './backup.js';
import { contentsOf, sync, syncBelow } from './files.js';
import { MANIFEST, readManifest, type Manifest } from './manifest.js';
import { lockDataDirectory } from './process-lock.js';
import { DATABASE } from './quiet-reader.js';
import { examineSnapshot } from './snapshot.js';
import { finishRestore, READY, type Restored } from './finish-restore.js';

/** Where a backup is unpacked and looked through. */
const STAGING = '.restore';
/** Bytes; there is room for the names of a million files. */
const LONGEST_MANIFEST = 256 * 2 ** 20;
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;

export interface RestoreRequest {
  readonly directory: string;
  readonly file: string;
  /** Migrations that this version knows. */
  readonly known: readonly string[];
}

export interface RestoredBackup extends Restored {
  readonly manifest: Manifest;
}

const unusable = (reason: string): HarmoniaError => new HarmoniaError('backup_unusable', { reason });

/**
 * Puts a backup in the place of what the data directory holds, which is kept beside it. All of the backup is verified before;
 * then one rename decides, and what is left to do after it is done by whoever opens the directory next, should this process
 * die. Throws `storage_locked` while a service works on it, `backup_unusable`, `storage_ahead`, `storage_unavailable`.
 */
export const restore = async ({ directory, file, known }: RestoreRequest): Promise<RestoredBackup> => {
  if (!existsSync(file)) throw unusable(`there is no file ${file}`);
  const lock = lockDataDirectory(directory);
  const staging = join(directory, STAGING);
  try {
    return await orUnavailable(async () => {
      await finishRestore(directory);
      const manifest = await verified(file, staging, known);
      await syncBelow(staging);
      await rename(staging, join(directory, READY));
      await sync(directory);
      const { before } = (await finishRestore(directory)) ?? { before: undefined };
      return { manifest, before };
    });
  } finally {
    await clear(staging);
    lock.release();
  }
};

/** Whether a backup could be restored by this version. It is unpacked beside the file for that, and nothing else is touched. */
export const checkBackup = async (file: string, known: readonly string[]): Promise<Manifest> => {
  if (!existsSync(file)) throw unusable(`there is no file ${file}`);
  return orUnavailable(async () => {
    const staging = await mkdtemp(join(dirname(resolve(file)), STAGING));
    try {
      return await verified(file, staging, known);
    } finally {
      await clear(staging);
    }
  });
};

const orUnavailable = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    throw new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });
  }
};

/** What unpacks may still write for a moment after it has failed. */
const clear = (staging: string): Promise<void> =>
  rm(staging, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** Unpacks it there. */
const verified = async (file: string, staging: string, known: readonly string[]): Promise<Manifest> => {
  await clear(staging);
  await mkdir(staging, { mode: OWNER_ONLY });
  await unpack(file, staging);
  const manifest = await verify(staging, known);
  // Whatever mode it had where the backup was made.
  await chmod(join(staging, DATABASE), OWNER_ONLY_FILE);
  return manifest;
};

const ALLOWED: ReadonlySet<string> = new Set(['File', 'OldFile', 'Directory', 'SymbolicLink']);
const AT_TOP: ReadonlySet<string> = new Set([MANIFEST, DATABASE, PLUGINS, KEY]);

/** Owners and devices of the archive are nobody's business here. */
const unpack = async (file: string, staging: string): Promise<void> => {
  const strange: string[] = [];
  try {
    const { extract } = await import('tar');
    await extract({
      ...{ file, cwd: staging, strict: true, preserveOwner: false, noMtime: true },
      filter: (path, entry) => {
        const type = 'type' in entry ? entry.type : 'File';
        const isKnown = AT_TOP.has(path.split('/')[0] as string) && ALLOWED.has(type);
        if (!isKnown) strange.push(path);
        return isKnown;
      },
    });
  } catch (error) {
    throw unusable(`it cannot be unpacked: ${(error as Error).message}`);
  }
  const [first] = strange;
  if (first !== undefined)
    throw unusable(`${JSON.stringify(first.slice(0, 100))} is nothing that belongs into a backup`);
};

const verify = async (staging: string, known: readonly string[]): Promise<Manifest> => {
  const manifest = await manifestIn(staging);
  const { files, links } = await contentsOf(staging);
  const found = new Map(files.map((one) => [one.path, one]));
  found.delete(MANIFEST);
  for (const { path, bytes, sha256 } of manifest.files) {
    const one = found.get(path);
    if (!one) throw unusable(`${path} is missing`);
    if (one.bytes !== bytes || one.sha256 !== sha256) throw unusable(`${path} is not what was backed up`);
    found.delete(path);
  }
  const [stray] = found.keys();
  if (stray !== undefined) throw unusable(`its manifest does not name ${stray}`);
  if (JSON.stringify(links) !== JSON.stringify(manifest.links)) throw unusable('its links are not what was backed up');
  if (!manifest.files.some(({ path }) => path === DATABASE)) throw unusable('it has no database');
  const { migrations } = examineSnapshot(join(staging, DATABASE));
  const later = migrations.find((name) => !known.includes(name));
  if (later !== undefined) throw new HarmoniaError('storage_ahead', { found: later, known: known.at(-1) ?? '' });
  return manifest;
};

const manifestIn = async (staging: string): Promise<Manifest> => {
  const place = join(staging, MANIFEST);
  if (!existsSync(place)) throw unusable('it has no manifest');
  if ((await stat(place)).size > LONGEST_MANIFEST) throw unusable('its manifest is too long');
  const manifest = readManifest(await readFile(place, 'utf8'));
  if (typeof manifest === 'string') throw unusable(manifest);
  return manifest;
};
