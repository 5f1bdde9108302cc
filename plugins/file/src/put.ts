import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { link, lstat, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { fatal, type TaskContext } from '@tekton/harmonia/plugin';
import { goOn } from './content.js';
import { factsOf, identityOf, type Facts } from './facts.js';
import { regular, type Directory } from './place.js';

const { O_CREAT, O_EXCL, O_WRONLY } = constants;
const PREFIX = '.harmonia-';

/** Whether it is a file that is not yet in its place. */
export const isUnfinished = (name: string): boolean => name.startsWith(PREFIX);

/** What is there, if anything. */
export const present = async (path: string): Promise<Stats | undefined> => {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const forget = async (path: string): Promise<void> => {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
};

export type IfExists = 'fail' | 'replace';

export interface Placing {
  readonly directory: Directory;
  readonly name: string;
  /** As the workflow calls it. */
  readonly path: string;
  readonly ifExists: IfExists;
  readonly fill: (file: FileHandle) => Promise<void>;
}

type Attempt = Pick<TaskContext, 'attempt' | 'idempotencyKey' | 'once' | 'signal'>;

/**
 * Puts a file in its place, whole or not at all: it is written beside, made durable, and only then given its name. Done
 * once for all attempts of a step: an attempt after a crash sees that its file is there, and does not take it for that
 * of somebody else.
 */
export const put = async (placing: Placing, context: Attempt): Promise<Facts> => {
  const key = createHash('sha256').update(JSON.stringify([context.idempotencyKey, placing.name]));
  const step = PREFIX + key.digest('hex').slice(0, 32);
  // One for each attempt: an earlier one may still be writing, though nobody waits for it.
  const temporary = `${step}-${context.attempt}`;
  const { directory } = placing;
  let isPlaced = false;
  try {
    const facts = await context.once('written', async () => {
      const earlier = context.attempt > 1 ? await earlierOf(directory, step) : [];
      const found = (await alreadyPut(placing, earlier)) ?? (await putNow(placing, temporary, context));
      isPlaced = true;
      return found;
    });
    await forget(directory.entry(temporary)).catch(() => undefined);
    return facts;
  } catch (error) {
    // Placed and not recorded: by its other name the next attempt sees that the file is its own.
    if (!isPlaced) await forget(directory.entry(temporary)).catch(() => undefined);
    throw error;
  }
};

/** What earlier attempts of this step have left. */
const earlierOf = async (directory: Directory, step: string): Promise<readonly string[]> =>
  (await readdir(directory.own)).filter((name) => name.startsWith(`${step}-`)).map((name) => directory.entry(name));

/** An earlier attempt gave the file its name, and ended before it could say so: then it still has its other name, too. */
const alreadyPut = async ({ directory, name, path }: Placing, earlier: readonly string[]) => {
  const found = await present(directory.entry(name));
  let isOurs = false;
  for (const temporary of earlier) {
    const stats = await present(temporary);
    if (stats && found && identityOf(stats) === identityOf(found)) isOurs = true;
    await forget(temporary);
  }
  return found && isOurs ? { ...factsOf(path, found) } : undefined;
};

const putNow = async (placing: Placing, temporary: string, { signal }: Attempt) => {
  const { directory, name, path, ifExists } = placing;
  const target = directory.entry(name);
  const before = await present(target);
  if (before) {
    if (ifExists === 'fail') throw fatal('file_exists', `There is a ${JSON.stringify(path)} already.`);
    regular(path, before);
  }
  const beside = directory.entry(temporary);
  await forget(beside);
  const file = await directory.open(temporary, O_WRONLY | O_CREAT | O_EXCL);
  let stats: Stats;
  try {
    if (before) await file.chmod(before.mode & 0o777);
    await placing.fill(file);
    await file.sync();
    stats = await file.stat();
  } finally {
    await file.close();
  }
  goOn(signal);
  // A link takes no place that is taken meanwhile; a change of name would.
  if (ifExists === 'fail') await link(beside, target);
  else await rename(beside, target);
  await directory.sync();
  return { ...factsOf(path, stats) };
};
