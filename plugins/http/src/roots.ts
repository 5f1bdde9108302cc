import { constants, existsSync } from 'node:fs';
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { fatal, type TaskFailure } from '@tekton/harmonia/plugin';

const refused = (path: string, reason: string): TaskFailure =>
  fatal('file_refused', `The file ${JSON.stringify(path.slice(0, 200))} may not be used: ${reason}.`);

/** What a workflow says of a file. */
export interface Named {
  readonly path: string;
  readonly root?: string | undefined;
}

const isInside = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

const realRoot = async ({ path, root }: Named, roots: readonly string[]): Promise<string> => {
  const chosen = root ?? roots[0];
  if (chosen === undefined) throw refused(path, 'no directory is open to workflows (HARMONIA_FILE_ROOTS)');
  if (!roots.includes(chosen)) throw refused(path, `${JSON.stringify(chosen)} is none of HARMONIA_FILE_ROOTS`);
  try {
    return await realpath(chosen);
  } catch {
    throw refused(path, 'its root is not there');
  }
};

/** The names on the way down. Absolute paths, and those that go up, lead somewhere else. */
const namesOf = (path: string): readonly string[] => {
  if (path === '' || path.includes('\0')) throw refused(path, 'this is no path');
  if (isAbsolute(path) || /^([A-Za-z]:|[\\/])/.test(path)) throw refused(path, 'it must be relative to its root');
  const names = path.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw refused(path, 'it leads out of its root');
  if (names.length === 0) throw refused(path, 'it is a directory');
  return names;
};

/** The system's own name of what is open: it stays with it, whatever happens to the name it was opened by. */
const HAS_DESCRIPTORS = process.platform === 'linux' && existsSync('/proc/self/fd');
const ownName = ({ fd }: FileHandle, name: string): string => (HAS_DESCRIPTORS ? `/proc/self/fd/${fd}` : name);

/** Asked of what is open, not of a name: in the place of a name something else may be by now. */
const mustBeInside = async (opened: string, { root, path }: { root: string; path: string }): Promise<void> => {
  if (!isInside(await realpath(opened), root)) throw refused(path, 'it leads out of its root');
};

/** An existing file, opened for reading. It, and every link on the way, must be inside the root. */
export const openInside = async (named: Named, roots: readonly string[]): Promise<FileHandle> => {
  const { path } = named;
  const root = await realRoot(named, roots);
  try {
    const real = await realpath(join(root, ...namesOf(path)));
    // Before it is opened: a device may do something by that.
    await mustBeInside(real, { root, path });
    // Whatever comes in its place meanwhile: no link is followed, and a pipe does not block.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await mustBeInside(ownName(file, real), { root, path });
      if (!(await file.stat()).isFile()) throw refused(path, 'it is no regular file');
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    throw explained(path, error);
  }
};

/** A directory for the file that shall be written, and the name of the file in it. */
export interface Place {
  /** How the system calls an entry of the directory. */
  readonly entry: (name: string) => string;
  readonly name: string;
  /** Makes durable which entries there are. */
  readonly sync: () => Promise<void>;
}

/** Goes one name down and makes the directory when it is missing. Links are followed as far as they stay inside the root. */
const step = async (above: Opened, name: string, within: { root: string; path: string }): Promise<Opened> => {
  const path = join(above.own, name);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const own = ownName(handle, path);
    await mustBeInside(own, within);
    return { handle, own };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

interface Opened {
  readonly handle: FileHandle;
  readonly own: string;
}

const descend = async (names: readonly string[], within: { root: string; path: string }): Promise<Opened> => {
  const handle = await open(within.root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  let directory: Opened = { handle, own: ownName(handle, within.root) };
  for (const name of names) {
    const above = directory;
    try {
      directory = await step(above, name, within);
    } finally {
      await above.handle.close();
    }
  }
  return directory;
};

/** Does something in the directory where a file shall be written. It is there, inside the root, and the file is no other thing. */
export const inPlace = async <T>(
  named: Named,
  roots: readonly string[],
  work: (place: Place) => Promise<T>,
): Promise<T> => {
  const { path } = named;
  const root = await realRoot(named, roots);
  const names = namesOf(path);
  const name = names.at(-1) as string;
  const directory = await descend(names.slice(0, -1), { root, path }).catch((error: unknown) => {
    throw explained(path, error);
  });
  try {
    const entry = (of: string): string => join(directory.own, of);
    const found = await lstat(entry(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw explained(path, error);
    });
    if (found && !found.isFile()) throw refused(path, 'it is there, and no regular file');
    return await work({ entry, name, sync: () => directory.handle.sync() });
  } finally {
    await directory.handle.close();
  }
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'the service has no right to it',
  EPERM: 'the service has no right to it',
  ELOOP: 'it is a symbolic link',
  EEXIST: 'it is there already',
  ENAMETOOLONG: 'its name is too long',
};

/** What the file system refuses for good. Anything else may pass: a full disk, for one. */
export const explained = (path: string, error: unknown): unknown => {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined ? error : refused(path, reason);
};
