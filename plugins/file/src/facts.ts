import type { Stats } from 'node:fs';
import type { JsonObject } from '@tekton/harmonia/plugin';

/** What is said of a file that is there. */
export const FACTS = {
  type: 'object',
  required: ['path', 'size', 'modified'],
  properties: {
    path: { type: 'string' },
    size: { type: 'integer', description: 'Bytes.' },
    modified: { type: 'string', description: 'RFC 3339.' },
  },
} as const satisfies JsonObject;

export interface Facts {
  readonly path: string;
  readonly size: number;
  readonly modified: string;
}

export const factsOf = (path: string, { size, mtime }: Stats): Facts => ({ path, size, modified: mtime.toISOString() });

/** Which file it is, whatever it is called. Systems give the number of one that is gone to the next: that is younger. */
export const identityOf = ({ dev, ino, birthtimeMs }: Stats): string => `${dev}:${ino}:${birthtimeMs}`;

export type Kind = 'file' | 'directory' | 'link' | 'other';

export const kindOf = (stats: Stats): Kind => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
};
