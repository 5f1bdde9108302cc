import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
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

const stateOf = async (path: string) => {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** An existing file, opened for reading. It, and every link on the way, must be inside the root. */
export const openInside = async (named: Named, roots: readonly string[]): Promise<FileHandle> => {
  const { path } = named;
  const root = await realRoot(named, roots);
  try {
    const real = await realpath(join(root, ...namesOf(path)));
    if (!isInside(real, root)) throw refused(path, 'it leads out of its root');
    // Whatever comes in its place meanwhile: no link is followed, and a pipe does not block.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw refused(path, 'it is no regular file');
  } catch (error) {
    throw explained(path, error);
  }
};

/** Where a file shall be written: its directory is there, inside the root, and it is no directory itself. */
export const placeInside = async (named: Named, roots: readonly string[]): Promise<string> => {
  const { path } = named;
  const root = await realRoot(named, roots);
  const target = join(root, ...namesOf(path));
  try {
    let above = dirname(target);
    while ((await stateOf(above)) === undefined) above = dirname(above);
    // Looked at before anything is made: a link must not have directories made elsewhere.
    if (!isInside(await realpath(above), root)) throw refused(path, 'it leads out of its root');
    await mkdir(dirname(target), { recursive: true });
    const directory = await realpath(dirname(target));
    if (!isInside(directory, root)) throw refused(path, 'it leads out of its root');
    const found = await stateOf(target);
    if (found !== undefined && !found.isFile()) throw refused(path, 'it is there, and no regular file');
    return join(directory, target.slice(dirname(target).length + 1));
  } catch (error) {
    throw explained(path, error);
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
