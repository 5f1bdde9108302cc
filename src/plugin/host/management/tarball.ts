import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadEntry } from 'tar';
import { HarmoniaError } from '../../../kernel/index.js';

/** Bytes of a tarball as it travels. */
export const LARGEST_TARBALL = 50 * 2 ** 20;
/** Bytes of all its files. */
const LARGEST_PACKAGE = 200 * 2 ** 20;
const MOST_ENTRIES = 20_000;
const LONGEST_PATH = 400;

const refused = (reason: string): HarmoniaError => new HarmoniaError('plugin_tarball_refused', { reason });

class Limit extends Transform {
  private size = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > LARGEST_TARBALL) done(refused(`it has more than ${LARGEST_TARBALL / 2 ** 20} MiB`));
    else done(null, chunk);
  }
}

/** Writes a tarball to a file while it comes, and no further than its limit. */
export const keepTarball = (tarball: Readable, file: string): Promise<void> =>
  pipeline(tarball, new Limit(), createWriteStream(file, { mode: 0o600 }));

const KINDS: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir']);

const entryProblem = ({ path, type }: ReadEntry): string | undefined => {
  const shown = JSON.stringify(path.slice(0, LONGEST_PATH));
  if (!KINDS.has(type)) return `its entry ${shown} is a ${type}; only files and folders are allowed`;
  if (path.length > LONGEST_PATH) return `the path of its entry ${shown} is too long`;
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\') || path.includes('\0'))
    return `its entry ${shown} has an absolute path`;
  if (path.split('/').includes('..')) return `its entry ${shown} leads out of the package`;
  return undefined;
};

/**
 * Looks at every entry of a tarball before anything of it is unpacked. Rejects with `plugin_tarball_refused` when one is a
 * link or a device, leads out of the package, or when there are too many or too large ones.
 */
export const inspectTarball = async (file: string): Promise<void> => {
  let entries = 0;
  let bytes = 0;
  let problem: string | undefined;
  const { list } = await import('tar');
  const parser = list({
    strict: true,
    onReadEntry: (entry) => {
      entries += 1;
      bytes += entry.size;
      if (entries > MOST_ENTRIES) problem ??= `it has more than ${MOST_ENTRIES} entries`;
      if (bytes > LARGEST_PACKAGE) problem ??= `its files have more than ${LARGEST_PACKAGE / 2 ** 20} MiB`;
      problem ??= entryProblem(entry);
      // A bomb is not unpacked to its end.
      if (problem !== undefined) source.destroy(refused(problem));
    },
  });
  const source = createReadStream(file);
  try {
    await pipeline(source, parser as unknown as NodeJS.WritableStream);
  } catch (error) {
    if (error instanceof HarmoniaError) throw error;
    throw refused(problem ?? `it cannot be read: ${(error as Error).message}`);
  }
  if (problem !== undefined) throw refused(problem);
  if (entries === 0) throw refused('there is nothing in it');
};
