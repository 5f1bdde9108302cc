import { constants } from 'node:fs';
import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { decoded, ENCODINGS, FORMS, MIB, piecesOf } from './content.js';
import { FACTS, factsOf } from './facts.js';
import { CONFIG, READ_PATH, ROOT, within } from './place.js';

export const read = defineTask({
  id: 'read',
  title: 'Read a file',
  icon: '📄',
  description: 'Reads a file within the allowed directories: as text, lines, JSON, JSON lines or base64.',
  effects: 'read',
  config: CONFIG,
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      root: ROOT,
      path: READ_PATH,
      as: { enum: FORMS, default: 'text' },
      encoding: { enum: ENCODINGS, default: 'utf-8' },
      max_bytes: { type: 'integer', minimum: 0, maximum: 64 * MIB, default: 10 * MIB },
    },
  },
  output: {
    type: 'object',
    required: [...FACTS.required, 'content'],
    properties: { ...FACTS.properties, content: {} },
  } as const satisfies JsonObject,
  run: (input, { config, signal }) =>
    within(input, config, async (directory, name) => {
      const { path, as = 'text', encoding = 'utf-8', max_bytes: limit = 10 * MIB } = input;
      const file = await directory.open(name, constants.O_RDONLY);
      try {
        const pieces: Buffer[] = [];
        for await (const piece of piecesOf(file, { path, limit, signal })) pieces.push(Buffer.from(piece));
        const bytes = Buffer.concat(pieces);
        const facts = factsOf(path, await file.stat());
        return { ...facts, size: bytes.length, content: decoded(bytes, as, encoding) };
      } finally {
        await file.close();
      }
    }),
});
