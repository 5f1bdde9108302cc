import { lstat, readdir } from 'node:fs/promises';
import { defineTask, fatal } from '@tekton/harmonia/plugin';
import { goOn } from './content.js';
import { factsOf, kindOf, type Facts, type Kind } from './facts.js';
import { fitsPattern, PATTERN } from './pattern.js';
import { CONFIG, PATH, ROOT, withinDirectory, type Directory } from './place.js';
import { isUnfinished } from './put.js';

/** Names in one directory. */
const MOST_NAMES = 100_000;
const DEEPEST = 32;

export interface Entry extends Facts {
  readonly name: string;
  readonly type: Kind;
}

/** The names in a directory, in their order. */
export const namesIn = async (directory: Directory, path: string): Promise<readonly string[]> => {
  const names = (await readdir(directory.own)).filter((name) => !isUnfinished(name));
  if (names.length > MOST_NAMES)
    throw fatal('file_too_many', `The directory ${JSON.stringify(path)} has more than ${MOST_NAMES} entries.`);
  return names.sort();
};

interface Walk {
  readonly pattern: string | undefined;
  readonly recursive: boolean;
  /** Throws when the attempt is over. */
  readonly check: () => void;
}

/** What is below a directory. What has gone since its name was read is left out. */
async function* entriesIn(directory: Directory, path: string, walk: Walk & { depth: number }): AsyncGenerator<Entry> {
  for (const name of await namesIn(directory, path)) {
    walk.check();
    const stats = await lstat(directory.entry(name)).catch(() => undefined);
    if (!stats) continue;
    const own = path === '' ? name : `${path}/${name}`;
    const type = kindOf(stats);
    if (walk.pattern === undefined || fitsPattern(name, walk.pattern)) yield { name, type, ...factsOf(own, stats) };
    if (!walk.recursive || type !== 'directory' || walk.depth >= DEEPEST) continue;
    const child = await directory.child(name, false).catch(() => undefined);
    if (!child) continue;
    try {
      yield* entriesIn(child, own, { ...walk, depth: walk.depth + 1 });
    } finally {
      await child.close();
    }
  }
}

export const list = defineTask({
  id: 'list',
  title: 'List files',
  icon: '📁',
  description: 'Lists what is in a directory within the allowed ones, by name.',
  effects: 'read',
  config: CONFIG,
  input: {
    type: 'object',
    additionalProperties: false,
    properties: {
      root: ROOT,
      path: { ...PATH, default: '', description: 'A directory. Default: the root itself.' },
      pattern: PATTERN,
      recursive: { type: 'boolean', default: false, description: `${DEEPEST} levels deep at most.` },
      max_entries: { type: 'integer', minimum: 1, maximum: 100_000, default: 1000 },
    },
  },
  output: {
    type: 'object',
    required: ['entries', 'truncated'],
    properties: {
      entries: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'name', 'type', 'size', 'modified'],
          properties: {
            path: { type: 'string' },
            name: { type: 'string' },
            type: { enum: ['file', 'directory', 'link', 'other'] },
            size: { type: 'integer' },
            modified: { type: 'string' },
          },
        },
      },
      truncated: { type: 'boolean', description: 'Whether there are more.' },
    },
  },
  run: ({ root, path = '', pattern, recursive = false, max_entries: most = 1000 }, { config, signal }) =>
    withinDirectory({ root, path }, config, async (directory) => {
      const clean = path.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
      const entries: Entry[] = [];
      const walk = { pattern, recursive, check: () => goOn(signal), depth: 1 };
      for await (const entry of entriesIn(directory, clean.join('/'), walk)) {
        if (entries.length === most) return { entries, truncated: true };
        entries.push(entry);
      }
      return { entries, truncated: false };
    }),
});
