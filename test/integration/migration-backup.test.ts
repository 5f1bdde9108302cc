import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { checkBackup, KNOWN_MIGRATIONS, migrationState, openStorage, restore } from '../../src/persistence/index.js';

const OLD = fileURLToPath(new URL('../fixtures/databases/0.2.0-pre/harmonia.db', import.meta.url));

let root: string;
let data: string;
let lines: string[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-migration-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  data = await mkdtemp(join(root, 'data-'));
  lines = [];
});

const putOld = (directory = data): Promise<void> => cp(OLD, join(directory, 'harmonia.db'));
const open = async (keep = 2, directory = data): Promise<void> => {
  const upgrade = { keep, version: '1.2.3', told: (line: string) => void lines.push(line) };
  await (await openStorage(directory, { upgrade })).close();
};
const backups = async (directory = data): Promise<string[]> =>
  (await readdir(join(directory, 'backups')).catch(() => [])).sort();
/** All that there is, to the byte. */
const picture = async (directory: string): Promise<Record<string, string>> => {
  const names = (await readdir(directory)).filter((name) => name !== 'harmonia.lock').sort();
  const files = names.filter((name) => name.startsWith('harmonia.db'));
  const hashes = files.map(async (name) => [
    name,
    createHash('sha256')
      .update(await readFile(join(directory, name)))
      .digest('hex'),
  ]);
  return Object.fromEntries((await Promise.all(hashes)) as [string, string][]);
};

test('a database that is in use is backed up before it is migrated, once, and the log says so', async () => {
  await putOld();
  const { applied, pending } = await migrationState(data);
  await open();
  const [name, ...more] = await backups();
  expect([more, pending.length > 0]).toEqual([[], true]);
  const file = join(data, 'backups', name as string);
  expect(lines).toEqual([
    `The database lacks ${pending.length} migration(s): it is backed up to ${file} first`,
    `The database was migrated: ${pending.join(', ')}`,
  ]);
  const manifest = await checkBackup(file, KNOWN_MIGRATIONS);
  expect(manifest).toMatchObject({ migrations: applied, harmonia: '1.2.3', hasKey: false });
  await open();
  expect([await backups(), lines.length]).toEqual([[name], 2]);
  // It is what was there before.
  await restore({ directory: data, file, known: KNOWN_MIGRATIONS });
  expect((await migrationState(data)).applied).toEqual(applied);
});

test('there is nothing to lose in a new directory, nor in an empty file', async () => {
  await open();
  const empty = await mkdtemp(join(root, 'data-'));
  await writeFile(join(empty, 'harmonia.db'), '');
  await open(2, empty);
  expect([await backups(), await backups(empty), lines]).toEqual([[], [], []]);
});

test('switched off there is none', async () => {
  await putOld();
  await open(0);
  expect(await backups()).toEqual([]);
  expect((await migrationState(data)).pending).toEqual([]);
});

test('so many are kept: of one schema the newest, of schemas the latest; what others put there stays', async () => {
  await putOld();
  const schema = (await migrationState(data)).applied.at(-1) as string;
  const older = ['2020-01-01T00-00-00-000Z-A1', '2021-01-01T00-00-00-000Z-B2', `2022-01-01T00-00-00-000Z-${schema}`];
  await mkdir(join(data, 'backups', '.before-died'), { recursive: true });
  for (const name of [...older.map((one) => `before-${one}.tgz`), 'mine.tgz', 'before-mine.tgz'])
    await writeFile(join(data, 'backups', name), name);
  await open(2);
  const now = String(new Date().getUTCFullYear());
  expect((await backups()).filter((name) => !name.includes('mine'))).toEqual([
    'before-2021-01-01T00-00-00-000Z-B2.tgz',
    expect.stringMatching(new RegExp(`^before-${now}-.*-${schema}\\.tgz$`)),
  ]);
  expect((await backups()).filter((name) => name.includes('mine') || name.startsWith('.'))).toEqual([
    'before-mine.tgz',
    'mine.tgz',
  ]);
});

describe('the start is refused and nothing is changed', () => {
  const refused = async (code: string, directory = data): Promise<void> => {
    const before = await picture(directory);
    const error = await open(2, directory).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code });
    expect(await picture(directory)).toEqual(before);
  };

  test('when the backup can not be made', async () => {
    await putOld();
    await writeFile(join(data, 'backups'), 'a file');
    await refused('migration_without_backup');
    await rm(join(data, 'backups'));
    await open();
    expect(await backups()).toHaveLength(1);
  });

  test('when a later release wrote the database, with or without backups', async () => {
    await putOld();
    const database = new Database(join(data, 'harmonia.db'));
    database.prepare("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')").run();
    database.close();
    await refused('storage_ahead');
    expect(await backups()).toEqual([]);
  });

  const mounted = (size: string, place: string): boolean =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place]).status === 0;

  test('when the disk is full before the backup is written', async () => {
    const place = await mkdtemp(join(root, 'full-'));
    if (!mounted('640k', place)) return console.log('left out: this user may not mount a file system');
    try {
      await putOld(place);
      // Room for a part of the copy.
      await writeFile(join(place, 'filler'), Buffer.alloc(200 * 1024));
      await refused('migration_without_backup', place);
      expect(await backups(place)).toEqual([]);
      await rm(join(place, 'filler'));
      spawnSync('mount', ['-o', 'remount,size=8m', place]);
      await open(2, place);
      expect(await backups(place)).toHaveLength(1);
    } finally {
      spawnSync('umount', [place]);
    }
  });
});
