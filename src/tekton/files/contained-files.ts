import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, opendir, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { HarmoniaError, isJsonObject, jsonDepth, type JsonObject } from '../../kernel/index.js';

/** Names below the root. Each is one name of a file or directory: no separator, and neither `.` nor `..`. */
export type FilePath = readonly [string, ...string[]];

/** Entries of one directory that are looked at. */
const MOST_ENTRIES = 10_000;
/** Levels of nested JSON, as in a body of a request. */
const DEEPEST = 128;
// A pipe that nobody writes to would keep `open` waiting for ever.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const NEW_FILE = 0o644;
const CHUNK = 64 * 1024;

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));

/** Whether a name stands for an entry of its directory, and for nothing else. */
const isName = (text: string): boolean =>
  text !== '' && text !== '.' && text !== '..' && !/[/\\\0]/.test(text) && Buffer.byteLength(text) <= 255;

const unusable = (path: FilePath, reason: string): HarmoniaError =>
  new HarmoniaError('planning_file_unusable', { file: path.join('/').slice(0, 300), reason });

/**
 * Reads and writes below a root that other programs write to as well. Links are not followed out of it, pipes and devices are
 * no files, sizes are bounded, and what is written appears whole or not at all.
 */
export class ContainedFiles {
  constructor(private readonly root: string) {}

  /** Names of the directories in a directory, sorted; of links none. A directory that is not there has none. */
  async directories(...path: FilePath): Promise<readonly string[]> {
    return this.entries(path, 'isDirectory');
  }

  /** The same of files. */
  async files(...path: FilePath): Promise<readonly string[]> {
    return this.entries(path, 'isFile');
  }

  /** When a directory or file was made, ms; undefined: it is not there. */
  async madeAt(...path: FilePath): Promise<number | undefined> {
    const directory = await this.directoryOf(path);
    if (directory === undefined) return undefined;
    const found = await lstat(join(directory, last(path))).catch(absent);
    return found && Math.floor(found.birthtimeMs || found.mtimeMs);
  }

  /** A text in UTF-8 of at most so many bytes; undefined: it is not there. Throws `planning_file_unusable`. */
  async text(path: FilePath, most: number): Promise<string | undefined> {
    const opened = await this.opened(path);
    if (!opened) return undefined;
    const { handle, stats } = opened;
    try {
      if (stats.size > most) throw unusable(path, `it has ${stats.size} bytes; the limit is ${most}`);
      return decoded(path, await bytesOf(path, handle, most));
    } finally {
      await handle.close();
    }
  }

  /** A JSON object; undefined: it is not there. Throws `planning_file_unusable`. */
  async json(path: FilePath, most: number): Promise<JsonObject | undefined> {
    const text = await this.text(path, most);
    if (text === undefined) return undefined;
    return objectIn(path, text);
  }

  /** Puts a text in the place of a file, or makes it, with the directories that lead to it. Durable when it fulfils. */
  async write(path: FilePath, text: string): Promise<void> {
    const directory = await this.madeDirectory(path);
    const target = join(directory, last(path));
    const before = await lstat(target).catch(absent);
    if (before && !before.isFile()) throw unusable(path, 'it is no file');
    const draft = join(directory, `.${last(path).slice(0, 200)}.${randomUUID()}`);
    try {
      await durably(draft, text, before ? before.mode & 0o777 : NEW_FILE);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw unusable(path, `it could not be written (${codeOf(error)})`);
    }
    await synced(directory);
  }

  private async entries(path: FilePath, kind: 'isDirectory' | 'isFile'): Promise<readonly string[]> {
    const directory = await this.directoryOf([...path, '_']);
    if (directory === undefined) return [];
    const names: string[] = [];
    let seen = 0;
    for await (const entry of await opendir(directory)) {
      if (entry[kind]()) names.push(entry.name);
      if (++seen >= MOST_ENTRIES) break;
    }
    return names.sort();
  }

  private async opened(path: FilePath): Promise<{ handle: FileHandle; stats: Stats } | undefined> {
    const directory = await this.directoryOf(path);
    if (directory === undefined) return undefined;
    const file = join(directory, last(path));
    const handle = await open(file, READ).catch((error: unknown) => {
      if (codeOf(error) === 'ELOOP') throw unusable(path, 'it is a link');
      if (isAbsent(error)) return undefined;
      throw unusable(path, `it cannot be opened (${codeOf(error)})`);
    });
    if (!handle) return undefined;
    const stats = await handle.stat();
    // Its directory may have been exchanged for a link between the look and the opening.
    const still = (await realpath(file).catch(absent)) === file;
    if (stats.isFile() && still) return { handle, stats };
    await handle.close();
    throw unusable(path, stats.isFile() ? 'its directory was exchanged' : 'it is no file');
  }

  /** Where the directory of a path really is; undefined: there is none. Throws when that is outside of the root. */
  private async directoryOf(path: FilePath): Promise<string | undefined> {
    if (!path.every(isName)) throw unusable(path, 'its name is none');
    const root = await realpath(this.root).catch(absent);
    if (root === undefined) return undefined;
    const directory = await realpath(join(root, ...path.slice(0, -1))).catch(absent);
    if (directory === undefined || directory === root || directory.startsWith(root + sep)) return directory;
    throw unusable(path, 'a link leads out of TEKTON_ROOT');
  }

  /** The same, made where it is missing: one directory after the other, so that none is made behind a link. */
  private async madeDirectory(path: FilePath): Promise<string> {
    for (let depth = 1; depth < path.length; depth++) {
      const upTo = [...path.slice(0, depth), '_'] as unknown as FilePath;
      if ((await this.directoryOf(upTo)) !== undefined) continue;
      const parent = await this.directoryOf(path.slice(0, depth) as unknown as FilePath);
      if (parent === undefined) break;
      await mkdir(join(parent, path[depth - 1] ?? '')).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw unusable(path, `its directory cannot be made (${codeOf(error)})`);
      });
      await synced(parent);
    }
    const made = await this.directoryOf(path);
    if (made === undefined) throw unusable(path, 'its directory cannot be made');
    return made;
  }
}

/** The JSON object that a text is. Throws `planning_file_unusable`. */
export const objectIn = (path: FilePath, text: string): JsonObject => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(path, 'it is no JSON');
  }
  if (!isJsonObject(value)) throw unusable(path, 'it is no JSON object');
  if (jsonDepth(value, DEEPEST + 1) > DEEPEST) throw unusable(path, `it nests more than ${DEEPEST} levels deep`);
  return value;
};

/** It may grow while it is read. */
const bytesOf = async (path: FilePath, handle: FileHandle, most: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, length);
    if (bytesRead === 0) return Buffer.concat(chunks);
    length += bytesRead;
    if (length > most) throw unusable(path, `it has more than ${most} bytes`);
    chunks.push(buffer.subarray(0, bytesRead));
  }
};

const last = (path: FilePath): string => path[path.length - 1] ?? '';

const absent = (error: unknown): undefined => {
  if (!isAbsent(error)) throw error;
};

const decoded = (path: FilePath, bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(path, 'it is not UTF-8');
  }
};

const durably = async (file: string, text: string, mode: number): Promise<void> => {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const synced = async (directory: string): Promise<void> => {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
