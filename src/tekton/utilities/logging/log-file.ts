import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sink } from '../streams/index.js';

export interface LogFileOptions {
  /** Bytes after which the file is put aside as `<path>.1`. Default 10 MiB. */
  readonly maxBytes?: number;
  /** How many are kept beside it. Default 5. */
  readonly kept?: number;
}

/**
 * A file that lines are added to, opened with the first one. Whatever is wrong with it is nobody's trouble but its own: a
 * full disk must not end a service that merely wanted to say something.
 */
export const logFile = (path: string, { maxBytes = 10 * 2 ** 20, kept = 5 }: LogFileOptions = {}): Sink => {
  let open: { readonly fd: number; size: number } | undefined;
  const begin = (): { readonly fd: number; size: number } => {
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, 'a', 0o640);
    return { fd, size: fstatSync(fd).size };
  };
  const rotate = (fd: number): void => {
    closeSync(fd);
    open = undefined;
    const named = (index: number): string => (index === 0 ? path : `${path}.${index}`);
    for (let index = kept - 1; index >= 0; index--) moved(named(index), named(index + 1));
  };
  return {
    write: (line) => {
      try {
        if (open !== undefined && open.size + line.length > maxBytes) rotate(open.fd);
        open ??= begin();
        open.size += writeSync(open.fd, line);
      } catch {
        // Nobody is left who could be told.
      }
    },
  };
};

const moved = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch {
    // It is not there yet.
  }
};
