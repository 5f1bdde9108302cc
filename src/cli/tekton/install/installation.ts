import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HarmoniaError } from '../../../kernel/index.js';
import {
  forget,
  isKept,
  keepOriginal,
  look,
  putBack,
  readRecord,
  sha256,
  writeRecord,
  writeWhole,
  type Found,
  type InstallRecord,
  type PlacedFile,
} from './install-record.js';
import { isShim, shim, type Launch } from './shim.js';

const COMPONENT = 'Harmonia';
const PACKAGE = join(COMPONENT, 'harmonia');
const CACHE = join(PACKAGE, '__pycache__');
const FOLDERS = ['.tekton', COMPONENT, PACKAGE, CACHE];
/** What Python makes of our files. */
const COMPILED = /^__(init|main)__\.[\w.-]+\.pyc$/;

export interface InstallRequest extends Launch {
  /** A checkout of Tekton. */
  readonly root: string;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

export interface InstallReport {
  readonly changed: boolean;
  /** What was done, or would be, in order: `write Harmonia/harmonia/__main__.py`. */
  readonly steps: readonly string[];
}

interface Work {
  /** Empty: nobody needs to know. */
  readonly says: string;
  readonly run: () => Promise<unknown>;
}

const refuse = (reason: string, cure: string): never => {
  throw new HarmoniaError('tekton_install_refused', { reason, cure });
};

const carryOut = async (work: readonly Work[], dryRun: boolean): Promise<InstallReport> => {
  if (!dryRun) for (const { run } of work) await run();
  return { changed: work.length > 0, steps: work.flatMap(({ says }) => (says === '' ? [] : [says])) };
};

const PLACED = ['__init__.py', '__main__.py'].map((name) => join(PACKAGE, name));

/** A record says what is removed and replaced, so it must speak of nothing else than an installation does. */
const isOfOurs = ({ files, folders }: InstallRecord): boolean =>
  files.every(({ path }) => PLACED.includes(path)) && folders.every((folder) => FOLDERS.includes(folder));

const knownRecord = async (root: string): Promise<InstallRecord | undefined> => {
  const record = await readRecord(root);
  if (record === undefined || (record !== 'unknown' && isOfOurs(record))) return record;
  return refuse('the record of an installation there is not understood', 'Use the version of Harmonia that made it');
};

/** Refuses what is neither as it was before nor as an installation has left it. */
const checkPlaced = (file: PlacedFile, found: Found): 'ours' | 'original' => {
  if (found.is === 'nothing' && file.original === null) return 'original';
  if (found.is === 'file' && file.written.includes(found.hash)) return 'ours';
  if (found.is === 'file' && found.hash === file.original) return 'original';
  return refuse(`${file.path} has been changed since it was put there`, 'Put it back as it was, or move it away');
};

const checkPlace = async (root: string): Promise<string[]> => {
  const missing: string[] = [];
  for (const folder of FOLDERS) {
    const { is } = await look(join(root, folder));
    if (is === 'nothing') missing.push(folder);
    else if (is !== 'folder') refuse(`${folder} is there and is no folder`, 'Move it away');
  }
  return missing;
};

/** What is there before a first installation. */
const firstLook = async (root: string, path: string): Promise<Exclude<Found, { is: 'folder' | 'other' }>> => {
  const found = await look(join(root, path));
  if (found.is === 'folder' || found.is === 'other') return refuse(`${path} is there and is no file`, 'Move it away');
  if (found.is === 'file' && isShim(found.content.toString('utf8')))
    return refuse(`${path} was put there, and the record of it is gone`, 'Restore what it replaced, and install again');
  return found;
};

interface Placing {
  readonly file: PlacedFile;
  readonly keep: readonly Work[];
  readonly write: readonly Work[];
}

/** What one file needs, and how the record will know it. */
const place = async (
  root: string,
  { path, text, placed }: { path: string; text: string; placed: PlacedFile | undefined },
): Promise<Placing> => {
  const found = placed ? await look(join(root, path)) : await firstLook(root, path);
  if (placed) checkPlaced(placed, found);
  const there = found.is === 'file' ? found : undefined;
  const original = placed ? placed.original : (there?.hash ?? null);
  const write = { says: `write ${path}`, run: () => writeWhole(join(root, path), text) };
  return {
    file: { path, original, written: [...new Set([...(placed?.written ?? []), sha256(text)])] },
    keep: placed || !there ? [] : [{ says: `keep what ${path} holds`, run: () => keepOriginal(root, path) }],
    write: there?.hash === sha256(text) ? [] : [write],
  };
};

/** Puts the component in place, or in place anew. Throws `tekton_install_refused`, and has changed nothing then. */
export const install = async ({ root, dryRun, ...launch }: InstallRequest): Promise<InstallReport> => {
  const missing = await checkPlace(root);
  const record = await knownRecord(root);
  const placings: Placing[] = [];
  for (const [name, text] of Object.entries(shim(launch))) {
    const path = join(PACKAGE, name);
    placings.push(await place(root, { path, text, placed: record?.files.find((file) => file.path === path) }));
  }
  const writing = placings.flatMap(({ write }) => write);
  if (record && writing.length === 0) return { changed: false, steps: [] };
  const files = placings.map(({ file }) => file);
  const folders = record?.folders ?? missing;
  const remember = { says: '', run: () => writeRecord(root, { format: 1, files, folders }) };
  const make = { says: '', run: () => mkdir(join(root, PACKAGE), { recursive: true }) };
  return carryOut([...placings.flatMap(({ keep }) => keep), remember, make, ...writing], dryRun);
};

const removeIfEmpty = async (folder: string): Promise<void> => {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Somebody has put something into it: it stays.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error;
  });
};

/** In a folder that was there before Python itself sees what is out of date. */
const removeCompiled = async (root: string, { folders }: InstallRecord): Promise<void> => {
  if (!folders.includes(CACHE)) return;
  const names = await readdir(join(root, CACHE)).catch(() => []);
  for (const name of names) if (COMPILED.test(name)) await rm(join(root, CACHE, name));
};

const undoFile = async (root: string, file: PlacedFile): Promise<Work[]> => {
  const { path, original } = file;
  if (checkPlaced(file, await look(join(root, path))) === 'original') return [];
  if (original === null) return [{ says: `remove ${path}`, run: () => rm(join(root, path)) }];
  if (!(await isKept(root, file)))
    return refuse(`what ${path} held is gone or damaged`, 'Restore it from version control');
  return [{ says: `restore ${path}`, run: () => putBack(root, path) }];
};

/** Makes everything as it was before the first installation. Throws `tekton_install_refused`, and has changed nothing then. */
export const undo = async ({ root, dryRun }: Omit<InstallRequest, keyof Launch>): Promise<InstallReport> => {
  const record = await knownRecord(root);
  if (!record) return { changed: false, steps: [] };
  const work: Work[] = [];
  for (const file of record.files) work.push(...(await undoFile(root, file)));
  work.push({ says: '', run: () => removeCompiled(root, record) }, { says: '', run: () => forget(root) });
  for (const folder of [...record.folders].reverse())
    work.push({ says: '', run: () => removeIfEmpty(join(root, folder)) });
  return carryOut(work, dryRun);
};
