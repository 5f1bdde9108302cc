import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HarmoniaError } from '../../kernel/index.js';
import type { KeyTexts } from './key-ring.js';
import type { KeySource } from './key-source.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
/** Bytes; there is room for a thousand keys. */
const LARGEST = 64 * 1024;
const BYTES = 32;

const unusable = (path: string, error: unknown): HarmoniaError =>
  new HarmoniaError('credential_key_unusable', { reason: `${path}: ${(error as Error).message}` }, { cause: error });

/** The keys of a file, one a line; undefined when there is no file. Refuses one that other users may read or write. */
export const readKeyFile = (path: string): KeyTexts | undefined => {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK a named pipe would hold the start for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    checkKeyFile(file, path);
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw unusable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

const checkKeyFile = (file: number, path: string): void => {
  const status = fstatSync(file);
  if (!status.isFile()) throw new HarmoniaError('credential_key_unusable', { reason: `${path} is no file` });
  if (status.size > LARGEST)
    throw new HarmoniaError('credential_key_unusable', { reason: `${path} has more than ${LARGEST} bytes` });
  // Windows has no such modes: there the directory of the user protects the file.
  if (process.platform !== 'win32' && (status.mode & OTHERS) !== 0)
    throw new HarmoniaError('credential_key_exposed', {
      path,
      mode: (status.mode & 0o777).toString(8).padStart(4, '0'),
    });
};

const syncDirectory = (path: string): void => {
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
};

/** Old content or new, whenever the power goes: never half of it, and at no time open to others. */
const writeKeyFile = (path: string, keys: KeyTexts): void => {
  const fresh = `${path}.new`;
  try {
    // What a crash left may have another mode.
    rmSync(fresh, { force: true });
    const file = openSync(fresh, 'wx', OWNER_ONLY);
    try {
      fchmodSync(file, OWNER_ONLY);
      writeSync(file, keys.map((key) => `${key}\n`).join(''));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
    syncDirectory(path);
  } catch (error) {
    throw unusable(path, error);
  }
};

const freshKey = (): string => randomBytes(BYTES).toString('base64');

/** The key file of a data directory: made when it is not there, changed by each rotation. */
export const ownKeyFile = (path: string): KeySource => {
  const load = (): KeyTexts => {
    const keys = readKeyFile(path);
    if (keys) return keys;
    writeKeyFile(path, [freshKey()]);
    // Read again: a file system without modes would leave it open to all.
    return readKeyFile(path) ?? [];
  };
  return {
    load,
    renew: () => {
      const keys = [freshKey(), ...load()];
      writeKeyFile(path, keys);
      return keys;
    },
    retire: () => {
      const keys = load();
      if (keys.length > 1) writeKeyFile(path, keys.slice(0, 1));
    },
  };
};
