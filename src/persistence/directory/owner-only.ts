import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const DIRECTORY = 0o700;
const FILE = 0o600;
/** What neither the owner nor his group may do; a group that reads the database was given that by somebody. */
const OTHERS = 0o007;

/** Makes a directory for its owner alone, and what leads there as usual. One that is there stays as it is. */
export const makeOwnDirectory = (directory: string): void => {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { recursive: true, mode: DIRECTORY });
};

/**
 * Makes a file that its owner alone may read, before SQLite would make one for everybody; its side files get the same
 * mode. From one that is there other users are shut out. No process may hold a lock on it: this closes a handle.
 */
export const makeOwnFile = (file: string): void => {
  if (!existsSync(file)) return closeSync(openSync(file, 'a', FILE));
  const { mode } = statSync(file);
  if ((mode & OTHERS) === 0) return;
  try {
    chmodSync(file, mode & ~OTHERS);
  } catch (error) {
    // It belongs to another user, who has the say; we were let in.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
};
