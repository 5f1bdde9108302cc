import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJsonObject, type Json } from '../../../kernel/index.js';

/** A file as it was before the first installation. */
export interface Original {
  readonly sha256: string;
  /** Permissions, as of `chmod`. */
  readonly mode: number;
  /** ms since 1970. */
  readonly modifiedAt: number;
}

/** A file that the installation puts in place. */
export interface PlacedFile {
  /** Below the root: `Harmonia/harmonia/__main__.py`. */
  readonly path: string;
  /** Null: there was none. */
  readonly original: Original | null;
  /** Hashes of everything that was ever written there. */
  readonly written: readonly string[];
}

/** What an installation has done, so that it can be undone. It is written before anything else is changed. */
export interface InstallRecord {
  readonly format: 1;
  readonly files: readonly PlacedFile[];
  /** Folders that were not there before, outermost first, below the root. */
  readonly folders: readonly string[];
}

export const RECORD = join('.tekton', 'harmonia-install');
const FILE = 'record.json';

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** What lies at a path. `other`: a link, a folder, a device: nothing that an installation touches. */
export type Found =
  | { readonly is: 'nothing' }
  | { readonly is: 'folder' }
  | { readonly is: 'other' }
  | { readonly is: 'file'; readonly content: Buffer; readonly original: Original };

export const look = async (path: string): Promise<Found> => {
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (stat === undefined) return { is: 'nothing' };
  if (stat.isDirectory()) return { is: 'folder' };
  if (!stat.isFile()) return { is: 'other' };
  const content = await readFile(path);
  const original = { sha256: sha256(content), mode: stat.mode & 0o7777, modifiedAt: stat.mtimeMs };
  return { is: 'file', content, original };
};

/** Whole or not at all. */
export const writeWhole = async (path: string, content: string | Buffer, mode = 0o644): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode, flush: true });
  await rename(temporary, path);
};

const isRecord = (value: Json): boolean =>
  isJsonObject(value) && value.format === 1 && Array.isArray(value.files) && Array.isArray(value.folders);

/** Undefined: nothing is installed there. `unknown`: something is that this version does not understand. */
export const readRecord = async (root: string): Promise<InstallRecord | 'unknown' | undefined> => {
  const found = await look(join(root, RECORD, FILE));
  if (found.is === 'nothing') return undefined;
  if (found.is !== 'file') return 'unknown';
  try {
    const read = JSON.parse(found.content.toString('utf8')) as Json;
    return isRecord(read) ? (read as unknown as InstallRecord) : 'unknown';
  } catch {
    return 'unknown';
  }
};

export const writeRecord = async (root: string, record: InstallRecord): Promise<void> => {
  await mkdir(join(root, RECORD), { recursive: true });
  await writeWhole(join(root, RECORD, FILE), `${JSON.stringify(record, null, 2)}\n`);
};

const copyOf = (root: string, { sha256: hash }: Original): string => join(root, RECORD, 'originals', hash);

export const keepOriginal = async (root: string, content: Buffer, original: Original): Promise<void> => {
  const copy = copyOf(root, original);
  await mkdir(dirname(copy), { recursive: true });
  await writeWhole(copy, content);
};

/** Undefined: the copy is gone or damaged. */
export const keptOriginal = async (root: string, original: Original): Promise<Buffer | undefined> => {
  const found = await look(copyOf(root, original));
  return found.is === 'file' && found.original.sha256 === original.sha256 ? found.content : undefined;
};

export const putBack = async (path: string, content: Buffer, { mode, modifiedAt }: Original): Promise<void> => {
  await writeWhole(path, content, mode);
  await utimes(path, modifiedAt / 1000, modifiedAt / 1000);
};

export const forget = (root: string): Promise<void> => rm(join(root, RECORD), { recursive: true, force: true });
