import { rmdir, unlink } from 'node:fs/promises';
import { defineTask, fatal } from '@tekton/harmonia/plugin';
import { identityOf } from './facts.js';
import { CONFIG, WRITTEN_PATH, ROOT, within } from './place.js';
import { present } from './put.js';

/** `delete` is no name in JavaScript. */
export const remove = defineTask({
  id: 'delete',
  title: 'Delete a file',
  icon: '🗑️',
  description: 'Deletes a file, or an empty directory, within the allowed directories.',
  effects: 'idempotent',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      root: ROOT,
      path: WRITTEN_PATH,
      if_missing: { enum: ['fail', 'ignore'], default: 'fail' },
    },
  },
  output: {
    type: 'object',
    required: ['path', 'deleted'],
    properties: { path: { type: 'string' }, deleted: { type: 'boolean', description: 'False when it was not there.' } },
  },
  run: ({ root, path, if_missing: ifMissing = 'fail' }, context) =>
    within({ root, path }, context.config, async (directory, name) => {
      const entry = directory.entry(name);
      // Which file it is, is settled once: one that somebody makes in its place is not deleted by an attempt after a crash.
      const doomed = await context.once('deleting', async () => {
        const stats = await present(entry);
        return stats ? identityOf(stats) : null;
      });
      if (doomed === null) {
        if (ifMissing === 'ignore') return { path, deleted: false };
        throw fatal('file_missing', `There is no ${JSON.stringify(path)}.`);
      }
      const stats = await present(entry);
      if (stats && identityOf(stats) === doomed) {
        if (stats.isDirectory()) await rmdir(entry);
        else await unlink(entry);
        await directory.sync();
      }
      return { path, deleted: true };
    }),
});
