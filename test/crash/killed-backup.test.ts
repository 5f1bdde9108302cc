import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { checkBackup, KNOWN_MIGRATIONS, migrationState, openStorage } from '../../src/persistence/index.js';
import { backUp } from '../../src/persistence/directory/backup.js';
import { restore } from '../../src/persistence/directory/restore.js';
import { random, seedOf } from '../world/random.js';

const DYING = fileURLToPath(new URL('dying.mjs', import.meta.url));
const OLD = fileURLToPath(new URL('../fixtures/databases/0.2.0-pre/harmonia.db', import.meta.url));
const SEED = seedOf('points of death');
const draw = random(SEED);
/** Points of death that are tried of a piece of work; all of them in a long run. */
const IS_LONG = process.env.HARMONIA_TEST_LONG === '1';
const TRIED = IS_LONG ? Infinity : 3;
const PATIENCE = IS_LONG ? 900_000 : 120_000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-dying-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Calls that it made, when it lived; undefined: it died before the nth. */
const dies = async (calls: number, work: string, ...places: string[]): Promise<number | undefined> => {
  const given = ['--no-warnings', DYING, String(calls), work, ...places];
  try {
    return Number((await promisify(execFile)(process.execPath, given)).stdout);
  } catch (error) {
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
    return undefined;
  }
};

/** So many of the numbers below `count`, drawn, the last among them. */
const pointsOf = (count: number): number[] => {
  if (count <= TRIED) return Array.from({ length: count }, (_, point) => point);
  return [...Array.from({ length: TRIED - 1 }, () => Math.floor(draw() * (count - 1))), count - 1];
};

const directoryMarked = async (word: string): Promise<string> => {
  const directory = await mkdtemp(join(root, 'data-'));
  await (await openStorage(directory)).close();
  const database = new Database(join(directory, 'harmonia.db'));
  database.prepare("INSERT INTO meta (key, value) VALUES ('mark', ?)").run(word);
  database.close();
  await mkdir(join(directory, 'plugins', 'one'), { recursive: true });
  await writeFile(join(directory, 'plugins', 'one', 'word'), word);
  return directory;
};

const marksOf = async (directory: string): Promise<string[]> => {
  const database = new Database(join(directory, 'harmonia.db'), { readonly: true });
  const word = database.prepare<[], string>("SELECT value FROM meta WHERE key = 'mark'").pluck().get() as string;
  database.close();
  return [word, await readFile(join(directory, 'plugins', 'one', 'word'), 'utf8')];
};

/** Has it die at points of a piece of work on fresh copies of a directory. */
const atPoints = async (
  from: string,
  work: string,
  each: (directory: string, point: number) => Promise<void>,
  more: (directory: string) => string[] = () => [],
): Promise<void> => {
  const copied = async (): Promise<string> => {
    const directory = await mkdtemp(join(root, `${work}-`));
    await cp(from, directory, { recursive: true });
    return directory;
  };
  const whole = await copied();
  const calls = await dies(1_000_000, work, whole, ...more(whole));
  expect(calls).toBeGreaterThan(5);
  for (const point of pointsOf(calls as number)) {
    const directory = await copied();
    expect(await dies(point, work, directory, ...more(directory))).toBeUndefined();
    await each(directory, point);
  }
};

const leaves = (what: string, point: number, found: unknown, wanted: unknown): void =>
  expect([what, SEED, point, found]).toEqual([what, SEED, point, wanted]);

test(
  'a backup that dies is there whole or not at all, and can be made again',
  async () => {
    const from = await directoryMarked('kept');
    const fileOf = (directory: string): string => join(directory, 'out', 'backup.tgz');
    await atPoints(
      from,
      'backup',
      async (directory, point) => {
        const names = await readdir(join(directory, 'out')).catch(() => []);
        const seen = names.filter((name) => !name.startsWith('.'));
        if (seen.length > 0)
          expect(await checkBackup(fileOf(directory), KNOWN_MIGRATIONS)).toMatchObject({ format: 1 });
        leaves('backup', point, seen, seen.length > 0 ? ['backup.tgz'] : []);
        await rm(fileOf(directory), { force: true });
        await backUp({ directory, file: fileOf(directory), withKey: false, version: '1.2.3' });
        leaves('source', point, await marksOf(directory), ['kept', 'kept']);
      },
      (directory) => [fileOf(directory)],
    );
  },
  PATIENCE,
);

test(
  'a restore that dies leaves what was there or what was backed up, and can be made again',
  async () => {
    const file = join(root, 'good.tgz');
    await backUp({ directory: await directoryMarked('backed up'), file, withKey: false, version: '1.2.3' });
    const from = await directoryMarked('before');
    await atPoints(
      from,
      'restore',
      async (directory, point) => {
        await (await openStorage(directory)).close();
        const [word = '', ...rest] = await marksOf(directory);
        leaves('restore', point, rest, [word]);
        expect(['before', 'backed up']).toContain(word);
        await restore({ directory, file, known: KNOWN_MIGRATIONS });
        leaves('again', point, await marksOf(directory), ['backed up', 'backed up']);
        leaves(
          'rest',
          point,
          (await readdir(directory)).filter((name) => /^\.|ready/.test(name)),
          [],
        );
      },
      () => [file],
    );
  },
  PATIENCE,
);

test(
  'a start that dies while it backs up or migrates is made good by the next: each backup is whole',
  async () => {
    const from = await mkdtemp(join(root, 'old-'));
    await cp(OLD, join(from, 'harmonia.db'));
    await atPoints(from, 'upgrade', async (directory, point) => {
      const upgrade = { keep: 2, version: '1.2.3', told: () => undefined };
      await (await openStorage(directory, { upgrade })).close();
      leaves('pending', point, (await migrationState(directory)).pending, []);
      const names = await readdir(join(directory, 'backups'));
      leaves(
        'half',
        point,
        names.filter((name) => name.startsWith('.')),
        [],
      );
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) await checkBackup(join(directory, 'backups', name), KNOWN_MIGRATIONS);
    });
  },
  PATIENCE,
);
