import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { defineTrigger, type Json, type JsonObject, type TriggerContext } from '@tekton/harmonia/plugin';
import { factsOf, type Facts } from './facts.js';
import { namesIn } from './list.js';
import { fitsPattern, PATTERN } from './pattern.js';
import { PATH, ROOT, withinDirectory, type Settings } from './place.js';

/** Files that are remembered; what is told again because it was forgotten starts nothing. 64 KiB hold so many. */
const MOST_REMEMBERED = 4000;
/** Letters of an id that are remembered. */
const REMEMBERED = 12;

const PARAMS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    root: ROOT,
    path: { ...PATH, default: '', description: 'The directory that is watched. Default: the root itself.' },
    pattern: PATTERN,
    interval: { type: 'number', minimum: 0.1, maximum: 3600, default: 5, description: 'Seconds between two looks.' },
    settle: {
      type: 'number',
      minimum: 0,
      maximum: 3600,
      default: 2,
      description: 'Seconds that a file must stay as it is before it is told of: until then it is still being written.',
    },
  },
} as const satisfies JsonObject;

type Watching = TriggerContext<typeof PARAMS>;

/** A file as it is at a look. */
interface Found {
  readonly id: string;
  readonly name: string;
  readonly facts: Facts;
  readonly changed: number;
}

/** The regular files of the directory, oldest first. A file that is written anew is another one. */
const look = ({ params, config }: Watching): Promise<readonly Found[]> => {
  const { root, path = '', pattern } = params;
  return withinDirectory({ root, path }, config as Settings, async (directory) => {
    const found: Found[] = [];
    for (const name of await namesIn(directory, path)) {
      if (pattern !== undefined && !fitsPattern(name, pattern)) continue;
      const stats = await lstat(directory.entry(name)).catch(() => undefined);
      if (!stats?.isFile()) continue;
      const own = path === '' ? name : `${path}/${name}`;
      const { dev, ino, size, mtimeMs } = stats;
      const id = createHash('sha256')
        .update(JSON.stringify([own, dev, ino, size, mtimeMs]))
        .digest('base64url');
      found.push({ id, name, facts: factsOf(own, stats), changed: mtimeMs });
    }
    return found.sort((a, b) => a.changed - b.changed);
  });
};

const rememberedIn = (memory: Json): Set<string> => {
  const told = (memory as { told?: unknown } | null)?.told;
  return new Set(Array.isArray(told) ? told.filter((id) => typeof id === 'string') : []);
};

/** Watches one directory. */
class Watch {
  /** Short ids of files that are there and told of. */
  private told: Set<string>;
  /** When a file was first seen as it is, by id. */
  private seen = new Map<string, number>();

  constructor(private readonly context: Watching) {
    this.told = rememberedIn(context.memory);
  }

  /** Tells of what is new and settled. */
  async look(): Promise<void> {
    const { context } = this;
    const { settle = 2, root } = context.params;
    const found = await look(context);
    const now = context.now();
    const before = this.seen;
    this.seen = new Map(found.map(({ id }) => [id, before.get(id) ?? now]));
    const present = new Set(found.map(({ id }) => id.slice(0, REMEMBERED)));
    const known = this.told;
    this.told = new Set([...known].filter((id) => present.has(id)));
    let isNews = this.told.size !== known.size;
    for (const { id, name, facts } of found) {
      const short = id.slice(0, REMEMBERED);
      if (this.told.has(short) || now - (this.seen.get(id) ?? now) < settle * 1000) continue;
      if (context.signal.aborted) break;
      await context.emit({ id, payload: { ...(root !== undefined && { root }), name, ...facts } });
      this.told.add(short);
      isNews = true;
    }
    if (isNews) await context.remember({ told: [...this.told].slice(-MOST_REMEMBERED) });
  }
}

export const dropped = defineTrigger({
  id: 'dropped',
  title: 'A file was dropped',
  icon: '📥',
  description:
    'Watches a directory within the allowed ones, and tells of each file that is there, new or changed, once it is whole.',
  params: PARAMS,
  payload: {
    type: 'object',
    required: ['path', 'name', 'size', 'modified'],
    properties: {
      root: { type: 'string' },
      path: { type: 'string' },
      name: { type: 'string' },
      size: { type: 'integer' },
      modified: { type: 'string' },
    },
  },
  run: async (context) => {
    const { interval = 5 } = context.params;
    const watch = new Watch(context);
    while (!context.signal.aborted) {
      await watch.look();
      try {
        await context.sleepUntil(context.now() + interval * 1000);
      } catch (error) {
        if (!context.signal.aborted) throw error;
      }
    }
  },
});
