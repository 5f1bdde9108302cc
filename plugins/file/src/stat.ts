import { defineTask } from '@tekton/harmonia/plugin';
import { factsOf, kindOf } from './facts.js';
import { CONFIG, READ_PATH, ROOT, within } from './place.js';
import { present } from './put.js';

export const stat = defineTask({
  id: 'stat',
  title: 'Look at a file',
  icon: '🔍',
  description: 'Tells whether a file or directory is there within the allowed ones, its size and when it was changed.',
  effects: 'read',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: { root: ROOT, path: READ_PATH },
  },
  output: {
    type: 'object',
    required: ['exists', 'path'],
    properties: {
      exists: { type: 'boolean' },
      path: { type: 'string' },
      type: { enum: ['file', 'directory', 'link', 'other'] },
      size: { type: 'integer' },
      modified: { type: 'string' },
    },
  },
  run: async ({ root, path }, { config }) => {
    try {
      return await within({ root, path }, config, async (directory, name) => {
        const stats = await present(directory.entry(name));
        if (!stats) return { exists: false, path };
        return { exists: true, type: kindOf(stats), ...factsOf(path, stats) };
      });
    } catch (error) {
      // A directory on its way is not there.
      if ((error as { code?: unknown }).code === 'file_missing') return { exists: false, path };
      throw error;
    }
  },
});
