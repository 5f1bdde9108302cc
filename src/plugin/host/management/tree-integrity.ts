import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * SHA-512 of all files of a folder, their paths and what is in them, as npm writes it: `sha512-…`. Links count by where they lead.
 * `except`: a file that does not count.
 */
export const integrityOf = async (folder: string, except?: string): Promise<string> => {
  const hash = createHash('sha512');
  const visit = async (relative: string): Promise<void> => {
    const names = (await readdir(join(folder, relative))).sort();
    for (const name of names) {
      const path = relative === '' ? name : `${relative}/${name}`;
      if (path === except) continue;
      const found = await lstat(join(folder, path));
      if (found.isDirectory()) await visit(path);
      else {
        const content = found.isSymbolicLink()
          ? Buffer.from(await readlink(join(folder, path)))
          : await readFile(join(folder, path));
        // Lengths before contents: no two trees are told apart by where one file ends and the next begins.
        hash.update(`${JSON.stringify([path, found.isSymbolicLink(), content.length])}\n`).update(content);
      }
    }
  };
  await visit('');
  return `sha512-${hash.digest('base64')}`;
};
