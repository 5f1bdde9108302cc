import { constants, existsSync, type Stats } from 'node:fs';
import { mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fatal, transient, type JsonObject, type TaskFailure } from '@tekton/harmonia/plugin';
import { identityOf } from './facts.js';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Characters of a path, and names in it. */
export const LONGEST_PATH = 4096;
const DEEPEST = 64;
/** The system's own names of open directories: what stands behind them cannot be exchanged meanwhile. */
const HAS_DESCRIPTORS = process.platform === 'linux' && existsSync('/proc/self/fd');
/** Too many open files, a full disk, somebody else at work: later it may go. */
const PASSING: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'EDQUOT',
  'EBUSY',
  'EAGAIN',
  'EIO',
  'ETXTBSY',
  'ESTALE',
]);

export const ROOT = {
  type: 'string',
  description: 'One of HARMONIA_FILE_ROOTS, as it stands there. Default: the first.',
} as const satisfies JsonObject;

export const PATH = {
  type: 'string',
  maxLength: LONGEST_PATH,
  description: 'Relative to the root, names parted by `/`.',
} as const satisfies JsonObject;

/** `x-resource`: two tasks that name the same file are known to stand in each other's way. */
const FILE = { kind: 'file', within: ['root'] } as const;
export const READ_PATH = { ...PATH, 'x-resource': { ...FILE, access: 'read' } } as const satisfies JsonObject;
export const WRITTEN_PATH = { ...PATH, 'x-resource': { ...FILE, access: 'write' } } as const satisfies JsonObject;

export const CONFIG = {
  type: 'object',
  properties: { roots: { type: 'array', items: { type: 'string' } } },
} as const satisfies JsonObject;

/** What the inputs of tasks say that bring a file from one place to another. */
export const FROM_TO = {
  root: ROOT,
  to_root: { ...ROOT, description: 'That of `to`. Default: `root`.' },
  to: { ...PATH, 'x-resource': { kind: 'file', within: ['to_root', 'root'], access: 'write' } },
  if_exists: { enum: ['fail', 'replace'], default: 'fail' },
  make_directories: { type: 'boolean', default: false },
} as const satisfies JsonObject;

/** What a workflow says of a file or a directory. */
export interface Named {
  readonly root?: string;
  readonly path: string;
}

/** Where files are allowed. */
export interface Settings {
  readonly roots?: readonly string[];
}

const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

export const refused = (path: string, reason: string): TaskFailure =>
  fatal('file_refused', `The file ${shown(path)} may not be used: ${reason}.`);

/** What the system said, as a failure of a task. Failures stay as they are. */
export const explained = (path: string, error: unknown): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (code === 'ENOENT') return fatal('file_missing', `There is no ${shown(path)}.`);
  if (code === 'EEXIST') return fatal('file_exists', `There is a ${shown(path)} already.`);
  if (code === 'ELOOP' || code === 'EMLINK') return refused(path, 'a symbolic link is on its way');
  if (code === 'ENXIO' || code === 'ENODEV') return refused(path, 'it is no regular file');
  if (code === 'ENOTDIR') return refused(path, 'a part of it is no directory, or a symbolic link');
  const make = PASSING.has(code) ? transient : fatal;
  return make('file_failed', `The file ${shown(path)} cannot be used: ${code}.`);
};

const namesOf = (path: string): readonly string[] => {
  if (path.includes('\0')) throw refused(path, 'it holds a zero byte');
  if (/^([A-Za-z]:|[\\/])/.test(path)) throw refused(path, 'it must be relative to its root');
  const names = path.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw refused(path, 'it leads out of its root');
  if (names.length > DEEPEST) throw refused(path, `it has more than ${DEEPEST} names`);
  if (names.some((name) => Buffer.byteLength(name) > 255)) throw refused(path, 'a name in it is too long');
  return names;
};

const rootOf = ({ path, root }: Named, { roots = [] }: Settings): string => {
  const chosen = root ?? roots[0];
  if (chosen === undefined) {
    const cure = 'Name directories in HARMONIA_FILE_ROOTS.';
    throw fatal('file_roots_missing', `No directory is open to workflows. ${cure}`);
  }
  if (!roots.includes(chosen)) throw refused(path, `${shown(chosen)} is none of HARMONIA_FILE_ROOTS`);
  return chosen;
};

/** An open directory within a root. What is done to its entries is done to this very directory, whatever happens to its name. */
export class Directory {
  private constructor(
    private readonly handle: FileHandle,
    private readonly name: string,
  ) {}

  static async root(path: string): Promise<Directory> {
    const real = await realpath(path).catch(() => {
      throw fatal('file_roots_missing', `The directory ${shown(path)} of HARMONIA_FILE_ROOTS is not there.`);
    });
    return new Directory(await open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), real);
  }

  /** The directory itself, for `readdir`. */
  get own(): string {
    return HAS_DESCRIPTORS ? `/proc/self/fd/${this.handle.fd}` : this.name;
  }

  /** How the system calls an entry. */
  entry(name: string): string {
    return join(this.own, name);
  }

  /** One step down. A symbolic link is no step. */
  async child(name: string, make: boolean): Promise<Directory> {
    const path = this.entry(name);
    if (make) {
      await mkdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    return new Directory(handle, join(this.name, name));
  }

  /** Opens a regular file; not a link, and nothing that would block or do something by being opened. */
  async open(name: string, flags: number): Promise<FileHandle> {
    const file = await open(this.entry(name), flags | O_NOFOLLOW | O_NONBLOCK, 0o644);
    try {
      regular(name, await file.stat());
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Which directory it is, whatever it is called. */
  async identity(): Promise<string> {
    return identityOf(await this.handle.stat());
  }

  /** Makes durable which entries there are. */
  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Throws when it is anything but a regular file. */
export const regular = (path: string, stats: Stats): void => {
  if (stats.isDirectory()) throw refused(path, 'it is a directory');
  if (stats.isSymbolicLink()) throw refused(path, 'it is a symbolic link');
  if (!stats.isFile()) throw refused(path, 'it is no regular file');
};

interface Descent {
  readonly root: string;
  readonly names: readonly string[];
  readonly make: boolean;
}

const descend = async ({ root, names, make }: Descent): Promise<Directory> => {
  let directory = await Directory.root(root);
  for (const name of names) {
    const parent = directory;
    try {
      directory = await parent.child(name, make);
    } finally {
      await parent.close();
    }
  }
  return directory;
};

/** What a task does with an entry of a directory. */
export type Work<T> = (directory: Directory, name: string) => Promise<T>;

/**
 * Goes down to the directory of a file, one open directory after the other, and hands it over with the name of the file.
 * With `make` directories that are missing are made. Failures of the system are told as those of a task.
 */
export const within = async <T>(
  named: Named & { readonly make?: boolean },
  settings: Settings,
  work: Work<T>,
): Promise<T> => {
  const { path, make = false } = named;
  const names = namesOf(path);
  const name = names.at(-1);
  if (name === undefined) throw refused(path, 'it is the root');
  return inside({ named, settings, names: names.slice(0, -1), make }, (directory) => work(directory, name));
};

/** The same for a directory; the path may be empty: the root itself. */
export const withinDirectory = <T>(
  named: Named,
  settings: Settings,
  work: (directory: Directory) => Promise<T>,
): Promise<T> => inside({ named, settings, names: namesOf(named.path), make: false }, work);

interface Way {
  readonly named: Named;
  readonly settings: Settings;
  readonly names: readonly string[];
  readonly make: boolean;
}

const inside = async <T>(
  { named, settings, names, make }: Way,
  work: (directory: Directory) => Promise<T>,
): Promise<T> => {
  const root = rootOf(named, settings);
  try {
    const directory = await descend({ root, names, make });
    try {
      return await work(directory);
    } finally {
      await directory.close();
    }
  } catch (error) {
    throw explained(named.path, error);
  }
};
