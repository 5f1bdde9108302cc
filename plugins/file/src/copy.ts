import { constants } from 'node:fs';
import { defineTask } from '@tekton/harmonia/plugin';
import { piecesOf } from './content.js';
import { FACTS } from './facts.js';
import { CONFIG, FROM_TO, READ_PATH, within } from './place.js';
import { put } from './put.js';

const GIB = 2 ** 30;

export const copy = defineTask({
  id: 'copy',
  title: 'Copy a file',
  icon: '📑',
  description: 'Copies a file within the allowed directories, whole or not at all.',
  effects: 'idempotent',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path', 'to'],
    additionalProperties: false,
    properties: {
      path: READ_PATH,
      ...FROM_TO,
      max_bytes: { type: 'integer', minimum: 0, maximum: 1024 * GIB, default: GIB },
    },
  },
  output: FACTS,
  run: (input, context) => {
    const { path, to, root, to_root: toRoot = root, if_exists: ifExists = 'fail' } = input;
    const { make_directories: make = false, max_bytes: limit = GIB } = input;
    const { config, signal } = context;
    return within({ path, root }, config, async (directory, name) => {
      const source = await directory.open(name, constants.O_RDONLY);
      try {
        return await within({ path: to, root: toRoot, make }, config, (target, called) => {
          const fill = async (file: { write(piece: Buffer): Promise<unknown> }): Promise<void> => {
            for await (const piece of piecesOf(source, { path, limit, signal })) await file.write(piece);
          };
          return put({ directory: target, name: called, path: to, ifExists, fill }, context);
        });
      } finally {
        await source.close();
      }
    });
  },
});
