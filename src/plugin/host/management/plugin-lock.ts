import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { CertificateState } from '../../ports/index.js';

/** A version of a plugin that is installed. */
export interface InstalledVersion {
  readonly version: string;
  /** Where its package lies, relative to the folder of the lock. */
  readonly directory: string;
  /** SHA-512 of all its files, as npm writes it. */
  readonly integrity: string;
  /** Its code may run in the process of the service. */
  readonly trusted: boolean;
  /** What its certificate was worth when it was installed; absent: it has none. */
  readonly certificate?: CertificateState;
}

/** From one set of plugin versions on: this version, or none. */
export interface LockedStage {
  readonly since: number;
  readonly installed: InstalledVersion | null;
}

export interface LockedPlugin {
  /** As it was asked for: a name and range, a file, a folder. */
  readonly source: string;
  /** What that was at the time: the integrity of its tarball, as npm writes it. */
  readonly tarball: string;
  /** Oldest first. All but the last are there for executions that were pinned to them. */
  readonly stages: readonly LockedStage[];
}

/** Which plugins are installed. The one truth of it: it is written whole, or not at all. */
export interface PluginLock {
  readonly lockfileVersion: 1;
  /** The set of plugin versions that there is now; each change of a plugin counts it up. */
  readonly set: number;
  readonly plugins: Readonly<Record<string, LockedPlugin>>;
  /** Plugins that are switched off, of whatever source, and since which set. */
  readonly disabled: Readonly<Record<string, number>>;
  /** Settings by plugin id, over those of the configuration. */
  readonly settings: Readonly<Record<string, JsonObject>>;
}

export const EMPTY_LOCK: PluginLock = { lockfileVersion: 1, set: 0, plugins: {}, disabled: {}, settings: {} };

const FILE = 'plugins-lock.json';

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

const isStage = (stage: Json): boolean => {
  if (!isJsonObject(stage) || !Number.isSafeInteger(stage.since)) return false;
  const { installed } = stage;
  if (installed === null) return true;
  if (!isJsonObject(installed)) return false;
  const { version, directory, integrity, trusted, certificate } = installed;
  if (certificate !== undefined && !isJsonObject(certificate)) return false;
  const texts = [version, directory, integrity].every((text) => typeof text === 'string');
  // What it names is imported: it must lie beside it, whoever wrote it.
  return texts && typeof trusted === 'boolean' && !/^\/|(^|\/)\.\.(\/|$)/.test(directory as string);
};

const isLock = (lock: Json): boolean => {
  if (!isJsonObject(lock) || lock.lockfileVersion !== 1 || !Number.isSafeInteger(lock.set)) return false;
  const { plugins, disabled, settings } = lock;
  if (!isJsonObject(plugins) || !isJsonObject(disabled) || !isJsonObject(settings)) return false;
  const isPlugin = (plugin: Json): boolean =>
    isJsonObject(plugin) &&
    typeof plugin.source === 'string' &&
    typeof plugin.tarball === 'string' &&
    Array.isArray(plugin.stages) &&
    (plugin.stages as Json[]).every(isStage);
  return (
    Object.values(plugins).every(isPlugin) &&
    Object.values(disabled).every(Number.isSafeInteger) &&
    Object.values(settings).every(isJsonObject)
  );
};

/** The lock of a folder; an empty one when there is none. Throws `plugin_lock_damaged`. */
export const readLock = async (folder: string): Promise<PluginLock> => {
  const file = join(folder, FILE);
  try {
    const lock = JSON.parse(await readFile(file, 'utf8')) as Json;
    if (isLock(lock)) return lock as unknown as PluginLock;
  } catch (error) {
    if (isMissing(error)) return EMPTY_LOCK;
  }
  throw new HarmoniaError('plugin_lock_damaged', { file });
};

const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Durable when it fulfils; after a crash on the way the lock is the one before. */
export const writeLock = async (folder: string, lock: PluginLock): Promise<void> => {
  const file = join(folder, FILE);
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(lock, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await sync(folder);
};
