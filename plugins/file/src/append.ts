import { constants } from 'node:fs';
import { defineTask } from '@tekton/harmonia/plugin';
import { encoded, FORMS, goOn } from './content.js';
import { FACTS, factsOf } from './facts.js';
import { CONFIG, WRITTEN_PATH, ROOT, within } from './place.js';

const { O_APPEND, O_CREAT, O_WRONLY } = constants;

export const append = defineTask({
  id: 'append',
  title: 'Append to a file',
  icon: '➕',
  description: 'Adds to the end of a file within the allowed directories, and makes it when it is not there.',
  // Whether a crash came before or after is not to be seen in a file that others write to, too.
  effects: 'write',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path', 'content'],
    additionalProperties: false,
    properties: {
      root: ROOT,
      path: WRITTEN_PATH,
      content: { description: 'What is added.' },
      as: { enum: FORMS, description: 'Default: a text as it is, anything else as JSON.' },
      make_directories: { type: 'boolean', default: false },
    },
  },
  output: FACTS,
  run: (input, { config, signal }) => {
    const { path, root, content, as, make_directories: make = false } = input;
    const bytes = encoded(content, as);
    return within({ path, root, make }, config, async (directory, name) => {
      const file = await directory.open(name, O_WRONLY | O_APPEND | O_CREAT);
      try {
        goOn(signal);
        await file.appendFile(bytes);
        await file.sync();
        await directory.sync();
        return factsOf(path, await file.stat());
      } finally {
        await file.close();
      }
    });
  },
});
