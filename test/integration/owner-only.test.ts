import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from '../../src/persistence/directory/backup.js';
import { KNOWN_MIGRATIONS, openStorage, restore } from '../../src/persistence/index.js';

let root: string;
let data: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-modes-'));
  data = join(root, 'deep', 'data');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const modeOf = async (...path: string[]): Promise<string> => ((await stat(join(...path))).mode & 0o777).toString(8);

test('other users of the machine may read neither the data directory nor the database and its log', async () => {
  const storage = await openStorage(data);
  expect(await modeOf(data)).toBe('700');
  expect(await modeOf(data, 'harmonia.db')).toBe('600');
  expect(await modeOf(data, 'harmonia.db-wal')).toBe('600');
  expect(await modeOf(data, 'harmonia.db-shm')).toBe('600');
  await storage.close();
  // What leads there is not ours to close: other components have their directories beside it.
  expect(await modeOf(root, 'deep')).toBe((0o777 & ~process.umask()).toString(8));
});

test('a database that was open to all is closed to them at the next start; a group that may read it still may', async () => {
  await (await openStorage(data)).close();
  await chmod(join(data, 'harmonia.db'), 0o644);
  await chmod(data, 0o755);
  await (await openStorage(data)).close();
  expect([await modeOf(data), await modeOf(data, 'harmonia.db')]).toEqual(['755', '640']);
});

test('a restored database is its owner’s alone, whatever it was where the backup was made', async () => {
  await (await openStorage(data)).close();
  await chmod(join(data, 'harmonia.db'), 0o640);
  const file = join(root, 'backup');
  await backUp({ directory: data, file, withKey: false, version: '1' });
  const elsewhere = join(root, 'elsewhere');
  await restore({ directory: elsewhere, file, known: KNOWN_MIGRATIONS });
  expect(await modeOf(elsewhere, 'harmonia.db')).toBe('600');
});
