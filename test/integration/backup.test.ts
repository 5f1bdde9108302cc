import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { create, extract } from 'tar';
import type { JsonObject } from '../../src/kernel/index.js';
import { backUp } from '../../src/persistence/directory/backup.js';
import { finishRestore } from '../../src/persistence/directory/finish-restore.js';
import { checkBackup, KNOWN_MIGRATIONS, openStorage, restore } from '../../src/persistence/index.js';

let root: string;
let good: string;
let data: string;
let count = 0;

/** A word in the database and one in a plugin, to tell states of a data directory apart. */
const mark = async (directory: string, word: string): Promise<void> => {
  const database = new Database(join(directory, 'harmonia.db'));
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('mark', ?)").run(word);
  database.close();
  await mkdir(join(directory, 'plugins', 'one'), { recursive: true });
  await writeFile(join(directory, 'plugins', 'one', 'word'), word);
};

const marksOf = async (directory: string): Promise<string[]> => {
  const database = new Database(join(directory, 'harmonia.db'), { readonly: true });
  const word = database.prepare<[], string>("SELECT value FROM meta WHERE key = 'mark'").pluck().get() as string;
  database.close();
  return [word, await readFile(join(directory, 'plugins', 'one', 'word'), 'utf8')];
};

const place = (name: string): string => join(root, `${name}-${++count}`);
const restored = (file: string): ReturnType<typeof restore> =>
  restore({ directory: data, file, known: KNOWN_MIGRATIONS });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-restore-'));
  const source = place('source');
  await (await openStorage(source)).close();
  await mark(source, 'backed up');
  await symlink('word', join(source, 'plugins', 'one', 'link'));
  await writeFile(join(source, 'credentials.key'), 'secret', { mode: 0o600 });
  good = place('good');
  await backUp({ directory: source, file: good, withKey: false, version: '1.2.3' });
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  data = place('data');
  await (await openStorage(data)).close();
  await mark(data, 'before');
});

/** The backup, with something changed in it. */
const altered = async (change: (content: string) => Promise<void>): Promise<string> => {
  const content = place('content');
  await mkdir(content);
  await extract({ file: good, cwd: content });
  await change(content);
  const file = place('altered');
  await create({ cwd: content, file, gzip: true, portable: true }, ['manifest.json', ...(await readdir(content))]);
  return file;
};

const manifest =
  (change: (manifest: JsonObject) => JsonObject) =>
  async (content: string): Promise<void> => {
    const path = join(content, 'manifest.json');
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as JsonObject)));
  };

test('what is restored is what was backed up, and what was there before is kept', async () => {
  const { manifest: said, before } = await restored(good);
  expect(said).toMatchObject({ harmonia: '1.2.3', hasKey: false, leftOut: ['credentials.key'], executions: 0 });
  expect(await marksOf(data)).toEqual(['backed up', 'backed up']);
  expect(await readFile(join(data, 'plugins', 'one', 'link'), 'utf8')).toBe('backed up');
  expect(await marksOf(before as string)).toEqual(['before', 'before']);
  const storage = await openStorage(data);
  await storage.close();
  expect((await readdir(data)).filter((name) => name.startsWith('.') || name === 'restore-ready')).toEqual([]);
});

test('into a directory that is not there', async () => {
  data = join(place('new'), 'deep');
  expect((await restored(good)).before).toBeUndefined();
  expect(await marksOf(data)).toEqual(['backed up', 'backed up']);
});

test('the key goes along when asked for, and is for its owner alone', async () => {
  const source = place('source');
  await cp(data, source, { recursive: true });
  await writeFile(join(source, 'credentials.key'), 'secret', { mode: 0o600 });
  const file = place('with-key');
  await backUp({ directory: source, file, withKey: true, version: '1.2.3' });
  await restored(file);
  expect(await readFile(join(data, 'credentials.key'), 'utf8')).toBe('secret');
});

test('a file that is there is not written over', async () => {
  await expect(backUp({ directory: data, file: good, withKey: false, version: '1' })).rejects.toMatchObject({
    code: 'backup_exists',
  });
});

describe('a bad backup is refused, and nothing is changed', () => {
  const truncated = async (): Promise<string> => {
    const file = place('truncated');
    const bytes = await readFile(good);
    await writeFile(file, bytes.subarray(0, bytes.length / 2));
    return file;
  };
  const cases: Readonly<Record<string, () => Promise<string>>> = {
    'that is not there': () => Promise.resolve(place('none')),
    'that is no archive': async () => {
      const file = place('text');
      await writeFile(file, 'hello');
      return file;
    },
    'cut off': truncated,
    'without a manifest': () =>
      altered((content) =>
        rename(join(content, 'manifest.json'), place('gone')).then(() => writeFile(join(content, 'manifest.json'), '')),
      ),
    'of another format': () => altered(manifest((words) => ({ ...words, format: 2 }))),
    'with a file that was changed': () =>
      altered((content) => writeFile(join(content, 'plugins', 'one', 'word'), 'backed uq')),
    'that lacks a file': () => altered((content) => rm(join(content, 'plugins', 'one', 'word'))),
    'with a file more': () => altered((content) => writeFile(join(content, 'plugins', 'stray'), '')),
    'with something else at the top': () => altered((content) => writeFile(join(content, 'evil'), '')),
    'with another link': () =>
      altered(async (content) => {
        await rm(join(content, 'plugins', 'one', 'link'));
        await symlink('/etc/passwd', join(content, 'plugins', 'one', 'link'));
      }),
    'whose manifest vouches for a link out of it': () =>
      altered(async (content) => {
        await rm(join(content, 'plugins', 'one', 'link'));
        await symlink('../../../../etc/passwd', join(content, 'plugins', 'one', 'link'));
        const links = [{ path: 'plugins/one/link', target: '../../../../etc/passwd' }];
        await manifest((words) => ({ ...words, links }))(content);
      }),
    'whose database is damaged, with the right checksum': () =>
      altered(async (content) => {
        const path = join(content, 'harmonia.db');
        const bytes = await readFile(path);
        bytes.fill(0x41, 4096, 8192);
        await writeFile(path, bytes);
        const { createHash } = await import('node:crypto');
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        await manifest((words) => ({
          ...words,
          files: (words.files as JsonObject[]).map((file) =>
            file.path === 'harmonia.db' ? { ...file, sha256 } : file,
          ),
        }))(content);
      }),
  };

  test.each(Object.keys(cases))('%s', async (name) => {
    const file = await (cases[name] as () => Promise<string>)();
    const names = await readdir(data);
    await expect(restored(file)).rejects.toMatchObject({ code: 'backup_unusable' });
    expect(await marksOf(data)).toEqual(['before', 'before']);
    expect(await readdir(data)).toEqual(expect.arrayContaining(names));
    expect((await readdir(data)).filter((entry) => /restore/.test(entry))).toEqual([]);
    if (name !== 'that is not there')
      await expect(checkBackup(file, KNOWN_MIGRATIONS)).rejects.toMatchObject({ code: 'backup_unusable' });
  });

  test('of a later version', async () => {
    const known = KNOWN_MIGRATIONS.slice(0, -1);
    await expect(restore({ directory: data, file: good, known })).rejects.toMatchObject({ code: 'storage_ahead' });
    expect(await marksOf(data)).toEqual(['before', 'before']);
  });

  test('while another process works on the directory', async () => {
    const storage = await openStorage(data);
    await expect(restored(good)).rejects.toMatchObject({ code: 'storage_locked' });
    await storage.close();
    expect(await marksOf(data)).toEqual(['before', 'before']);
  });
});

test('a restore that dies at any step is finished by the next start: never a mix of both', async () => {
  const ready = place('ready');
  await mkdir(ready);
  await extract({ file: good, cwd: ready });
  for (let steps = 0; ; steps++) {
    const directory = place('dying');
    await cp(data, directory, { recursive: true });
    await cp(ready, join(directory, 'restore-ready'), { recursive: true, verbatimSymlinks: true });
    // A log of the old database, which must not be applied to the new one.
    await writeFile(join(directory, 'harmonia.db-wal'), 'old');
    let left = steps;
    const dying = finishRestore(directory, async (from, to) => {
      if (left-- === 0) throw new Error('died');
      await rename(from, to);
    });
    const hasDied = await dying.then(
      () => false,
      () => true,
    );
    const storage = await openStorage(directory);
    await storage.close();
    expect(await marksOf(directory)).toEqual(['backed up', 'backed up']);
    const [before, ...others] = (await readdir(directory)).filter((name) => name.startsWith('before-restore'));
    expect(others).toEqual([]);
    const kept = join(directory, before as string);
    expect(await readFile(join(kept, 'harmonia.db-wal'), 'utf8')).toBe('old');
    await rm(join(kept, 'harmonia.db-wal'));
    expect(await marksOf(kept)).toEqual(['before', 'before']);
    if (!hasDied) return expect(steps).toBeGreaterThan(5);
  }
});

test('what a backup left that was killed goes with a later one, once nobody can be at work on it', async () => {
  const to = place('backups');
  const [old, recent, foreign] = ['.a.tgz.harmonia-abcdef', '.b.tgz.harmonia-ABC123', '.c.tgz-abcdef'];
  for (const name of [old, recent, foreign]) {
    await mkdir(join(to, name, 'content'), { recursive: true });
    const ago = Date.now() / 1000 - 25 * 3600;
    if (name !== recent) await utimes(join(to, name), ago, ago);
  }
  await backUp({ directory: data, file: join(to, 'a.tgz'), withKey: false, version: '1.2.3' });
  expect((await readdir(to)).sort()).toEqual([recent, foreign, 'a.tgz']);
});
