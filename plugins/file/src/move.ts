import { link, rename, unlink } from 'node:fs/promises';
import { defineTask, fatal, type TaskContext } from '@tekton/harmonia/plugin';
import { FACTS, factsOf, identityOf } from './facts.js';
import { CONFIG, FROM_TO, WRITTEN_PATH, refused, regular, within, type Directory } from './place.js';
import { present, type IfExists } from './put.js';

interface Ends {
  readonly from: Directory;
  readonly name: string;
  readonly path: string;
  readonly into: Directory;
  readonly called: string;
  readonly to: string;
  readonly ifExists: IfExists;
}

/** Moves once for all attempts: by which file it was, an attempt after a crash knows that it is where it belongs. */
const moveOnce = async (ends: Ends, context: Pick<TaskContext, 'once'>) => {
  const { from, name, path, into, called, to, ifExists } = ends;
  const [source, target] = [from.entry(name), into.entry(called)];
  // Two names of one directory are no two directories.
  if (name === called && (await from.identity()) === (await into.identity())) throw refused(to, 'it is the same file');
  const moving = await context.once('moving', async () => {
    const stats = await present(source);
    if (!stats) throw fatal('file_missing', `There is no ${JSON.stringify(path)}.`);
    regular(path, stats);
    return identityOf(stats);
  });
  return context.once('moved', async () => {
    const there = await present(target);
    const isThere = there !== undefined && identityOf(there) === moving;
    const here = await present(source);
    const isHere = here !== undefined && identityOf(here) === moving;
    if (!isThere) {
      if (!isHere) throw fatal('file_missing', `The file ${JSON.stringify(path)} went somewhere else meanwhile.`);
      if (there) {
        if (ifExists === 'fail') throw fatal('file_exists', `There is a ${JSON.stringify(to)} already.`);
        regular(to, there);
      }
      // A link takes no place that is taken meanwhile; a change of name would.
      if (ifExists === 'fail') await link(source, target);
      else await rename(source, target);
    }
    if (isHere && (isThere || ifExists === 'fail')) await unlink(source);
    await into.sync();
    await from.sync();
    return { ...factsOf(to, (await present(target)) ?? (here as NonNullable<typeof here>)) };
  });
};

export const move = defineTask({
  id: 'move',
  title: 'Move a file',
  icon: '🚚',
  description: 'Moves or renames a file within the allowed directories of one file system.',
  effects: 'idempotent',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path', 'to'],
    additionalProperties: false,
    properties: { path: WRITTEN_PATH, ...FROM_TO },
  },
  output: FACTS,
  run: (input, context) => {
    const { path, to, root, to_root: toRoot = root, if_exists: ifExists = 'fail', make_directories: make } = input;
    const { config } = context;
    return within({ path, root }, config, (from, name) =>
      within({ path: to, root: toRoot, make }, config, async (into, called) => {
        try {
          return await moveOnce({ from, name, path, into, called, to, ifExists }, context);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
          throw refused(to, 'it is on another file system; copy the file, then delete it');
        }
      }),
    );
  },
});
