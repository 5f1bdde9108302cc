import { createHash } from 'node:crypto';
import { link, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isJsonObject, type Json } from '../../../kernel/index.js';

/** A file that the installation puts in place. */
export interface PlacedFile {
  /** Below the root: `Harmonia/harmonia/__main__.py`. */
  readonly path: string;
  /** Hash of what was there before the first installation. Null: nothing. */
  readonly original: string | null;
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
  | { readonly is: 'file'; readonly content: Buffer; readonly hash: string };

export const look = async (path: string): Promise<Found> => {
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (stat === undefined) return { is: 'nothing' };
  if (stat.isDirectory()) return { is: 'folder' };
  if (!stat.isFile()) return { is: 'other' };
  const content = await readFile(path);
  return { is: 'file', content, hash: sha256(content) };
};

/** Whole or not at all. */
export const writeWhole = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode: 0o644, flush: true });
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

/** Where a file that was replaced lies meanwhile: the very file, so that its times, owner and permissions are kept with it. */
const keptAt = (root: string, path: string): string => join(root, RECORD, 'originals', basename(path));

/** A second name for the file, which stays when something else takes its place. */
export const keepOriginal = async (root: string, path: string): Promise<void> => {
  const kept = keptAt(root, path);
  await mkdir(dirname(kept), { recursive: true });
  await rm(kept, { force: true });
  await link(join(root, path), kept);
};

/** Whether the file that was replaced is still there, as it was. */
export const isKept = async (root: string, { path, original }: PlacedFile): Promise<boolean> => {
  const found = await look(keptAt(root, path));
  return found.is === 'file' && found.hash === original;
};

export const putBack = (root: string, path: string): Promise<void> => rename(keptAt(root, path), join(root, path));

export const forget = (root: string): Promise<void> => rm(join(root, RECORD), { recursive: true, force: true });
