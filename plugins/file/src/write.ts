import { defineTask } from '@tekton/harmonia/plugin';
import { encoded, FORMS } from './content.js';
import { FACTS } from './facts.js';
import { CONFIG, WRITTEN_PATH, ROOT, within } from './place.js';
import { put } from './put.js';

export const write = defineTask({
  id: 'write',
  title: 'Write a file',
  icon: '💾',
  description: 'Writes a file within the allowed directories, whole or not at all.',
  effects: 'idempotent',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path', 'content'],
    additionalProperties: false,
    properties: {
      root: ROOT,
      path: WRITTEN_PATH,
      content: { description: 'What the file shall hold.' },
      as: { enum: FORMS, description: 'Default: a text as it is, anything else as JSON.' },
      if_exists: { enum: ['fail', 'replace'], default: 'replace' },
      make_directories: { type: 'boolean', default: false },
    },
  },
  output: FACTS,
  run: (input, context) => {
    const { path, root, content, as, if_exists: ifExists = 'replace', make_directories: make = false } = input;
    const bytes = encoded(content, as);
    return within({ path, root, make }, context.config, (directory, name) =>
      put({ directory, name, path, ifExists, fill: (file) => file.writeFile(bytes) }, context),
    );
  },
});
