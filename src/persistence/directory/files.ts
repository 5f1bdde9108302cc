import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a backup. */
export interface KeptFile {
  /** Below the backup, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A link of a backup: relative, and to something within it. */
export interface KeptLink {
  readonly path: string;
  readonly target: string;
}

export interface Contents {
  readonly files: readonly KeptFile[];
  readonly links: readonly KeptLink[];
}

export const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** What lies below a folder, by path. Throws at what is neither file, folder nor link. */
export const contentsOf = async (root: string, below = ''): Promise<Contents> => {
  const files: KeptFile[] = [];
  const links: KeptLink[] = [];
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const place = join(root, path);
    if (entry.isDirectory()) {
      const inside = await contentsOf(root, path);
      files.push(...inside.files);
      links.push(...inside.links);
    } else if (entry.isSymbolicLink()) links.push({ path, target: await readlink(place) });
    else if (entry.isFile()) files.push({ path, bytes: (await lstat(place)).size, sha256: await sha256Of(place) });
    else throw new Error(`${path} is neither a file nor a folder`);
  }
  return { files, links };
};

/** Makes a file, or the names in a folder, survive a power cut. */
export const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes all that lies below a folder survive a power cut. */
export const syncBelow = async (root: string): Promise<void> => {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const place = join(root, entry.name);
    if (entry.isDirectory()) await syncBelow(place);
    else if (entry.isFile()) await sync(place);
  }
  await sync(root);
};
