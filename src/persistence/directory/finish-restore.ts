import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sync } from './files.js';

/** A backup that was verified, and is to be put in place: whoever opens the directory does that first. */
export const READY = 'restore-ready';
const DONE = '.restore-done';
/** In it: what was there when it was decided, and where that goes. */
const NOTE = 'before.json';
const DATABASE = 'harmonia.db';
const OWNER_ONLY = 0o700;
/** A log that lies beside another database than its own would be applied to that. */
const OLD = [`${DATABASE}-wal`, `${DATABASE}-shm`, DATABASE, 'plugins'];
const KEY = 'credentials.key';

export interface Restored {
  /** Where what was there before is kept; absent: there was nothing. */
  readonly before: string | undefined;
}

type Move = (from: string, to: string) => Promise<void>;

interface Note {
  /** Of the folder for what was there. */
  readonly folder: string;
  /** What is to go there. */
  readonly had: readonly string[];
}

/**
 * Puts a verified backup in place. Does nothing when there is none. Each step may be the last before the process dies:
 * called again, it goes on. The caller holds the lock of the directory. `move`: renames; a test dies here.
 */
export const finishRestore = async (directory: string, move: Move = rename): Promise<Restored | undefined> => {
  const moveOnce = async (from: string, to: string): Promise<void> => {
    // Nothing that is there is written over: then it was moved before.
    if (existsSync(from) && !existsSync(to)) await move(from, to);
  };
  const ready = join(directory, READY);
  await rm(join(directory, DONE), { recursive: true, force: true });
  if (!existsSync(ready)) return undefined;
  const { folder, had } = await noteIn(ready, directory, move);
  const before = join(directory, folder);
  if (had.length > 0) await mkdir(before, { recursive: true, mode: OWNER_ONLY });
  for (const name of had) await moveOnce(join(directory, name), join(before, name));
  await sync(directory);
  for (const name of [DATABASE, 'plugins', KEY]) await moveOnce(join(ready, name), join(directory, name));
  if (had.length > 0) await sync(before);
  await sync(directory);
  // At one stroke: half of what says that there is something to do would be a lie.
  await move(ready, join(directory, DONE));
  await sync(directory);
  await rm(join(directory, DONE), { recursive: true, force: true });
  return { before: had.length > 0 ? before : undefined };
};

/** The same for all attempts to finish this restore. */
const noteIn = async (ready: string, directory: string, move: Move): Promise<Note> => {
  const place = join(ready, NOTE);
  if (existsSync(place)) return JSON.parse(await readFile(place, 'utf8')) as Note;
  const there = await readdir(directory);
  const going = [...OLD, ...(existsSync(join(ready, KEY)) ? [KEY] : [])];
  const folder = `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  const note: Note = { folder, had: going.filter((name) => there.includes(name)) };
  await writeFile(`${place}.new`, JSON.stringify(note));
  await sync(`${place}.new`);
  await move(`${place}.new`, place);
  await sync(ready);
  return note;
};
