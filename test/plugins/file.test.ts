import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import file from '../../plugins/file/src/index.js';
import { identityOf } from '../../plugins/file/src/facts.js';
import { fitsPattern } from '../../plugins/file/src/pattern.js';
import type { Json, JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../src/plugin/testing/index.js';

let root: string;
let other: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-file-'));
  other = await mkdtemp(join(tmpdir(), 'harmonia-file-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await rm(other, { recursive: true });
});

const run = (id: string, input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun> => {
  const task = file.tasks.find((one) => one.id === id);
  if (!task) throw new Error(`no ${id}`);
  return runTask(task, input, { config: { roots: [root, other] }, ...more });
};
const outcomeOf = async (id: string, input: JsonObject): Promise<TaskRun['outcome']> => (await run(id, input)).outcome;
const outputOf = async (id: string, input: JsonObject): Promise<JsonObject> => {
  const { outcome } = await run(id, input);
  if (outcome.is === 'failed') throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome.output as JsonObject;
};
const failed = (code: string): object => ({ is: 'failed', failure: { kind: 'fatal', code } });
const text = (...path: string[]): Promise<string> => readFile(join(root, ...path), 'utf8');
const RFC_3339 = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown as string;

describe('file/read and file/write', () => {
  test.each<[string, Json, string | undefined, string]>([
    ['text', 'ünï\r\n', undefined, 'ünï\r\n'],
    ['json', { a: [1] }, undefined, '{"a":[1]}\n'],
    ['json', 'text', 'json', '"text"\n'],
    ['lines', ['a', '', 'ü'], 'lines', 'a\n\nü\n'],
    ['json_lines', [{ a: 1 }, 'x', null], 'json_lines', '{"a":1}\n"x"\nnull\n'],
    ['base64', '/wA=', 'base64', '\ufffd\u0000'],
    ['text', '', undefined, ''],
    ['lines', [], 'lines', ''],
  ])('%s comes back as it was', async (as, content, written, bytes) => {
    const facts = await outputOf('write', { path: 'f', content, ...(written !== undefined && { as: written }) });
    expect(await text('f')).toBe(bytes);
    const { size } = await stat(join(root, 'f'));
    expect(facts).toEqual({ path: 'f', size, modified: RFC_3339 });
    expect(await outputOf('read', { path: 'f', as })).toEqual({ ...facts, content });
    expect(await readdir(root)).toEqual(['f']);
  });

  test('text of other encodings', async () => {
    await writeFile(join(root, 'f'), Buffer.from([0xe4, 0x41]));
    expect(await outcomeOf('read', { path: 'f' })).toMatchObject(failed('content_invalid'));
    expect(await outputOf('read', { path: 'f', encoding: 'latin1' })).toMatchObject({ content: 'äA' });
    await writeFile(join(root, 'f'), Buffer.from('ü🎈', 'utf16le'));
    expect(await outputOf('read', { path: 'f', encoding: 'utf-16le' })).toMatchObject({ content: 'ü🎈' });
    await writeFile(join(root, 'f'), '\ufeffbom');
    expect(await outputOf('read', { path: 'f' })).toMatchObject({ content: 'bom' });
    await writeFile(join(root, 'f'), '{"a":1}\r\n\r\n[2]');
    expect(await outputOf('read', { path: 'f', as: 'json_lines' })).toMatchObject({ content: [{ a: 1 }, [2]] });
    expect(await outputOf('read', { path: 'f', as: 'lines' })).toMatchObject({ content: ['{"a":1}', '', '[2]'] });
    expect(await outcomeOf('read', { path: 'f', as: 'json' })).toMatchObject(failed('content_invalid'));
  });

  test.each<[string, Json]>([
    ['text', 5],
    ['lines', 'a'],
    ['lines', [1]],
    ['lines', ['a\nb']],
    ['json_lines', {}],
    ['base64', 'no base64'],
    ['base64', 'abc'],
    ['base64', 5],
  ])('what is no %s is not written: %j', async (as, content) => {
    expect(await outcomeOf('write', { path: 'f', content, as })).toMatchObject(failed('content_invalid'));
    expect(await readdir(root)).toEqual([]);
  });

  test('a file that is there is replaced, with its mode, or kept', async () => {
    await outputOf('write', { path: 'f', content: 'one' });
    await chmod(join(root, 'f'), 0o600);
    expect(await outcomeOf('write', { path: 'f', content: 'two', if_exists: 'fail' })).toMatchObject(
      failed('file_exists'),
    );
    expect(await text('f')).toBe('one');
    await outputOf('write', { path: 'f', content: 'three', if_exists: 'replace' });
    expect(await text('f')).toBe('three');
    expect((await stat(join(root, 'f'))).mode & 0o777).toBe(0o600);
    expect(await readdir(root)).toEqual(['f']);
  });

  test('of a hundred that may write it only when it is not there, one does', async () => {
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        run(
          'write',
          { path: 'f', content: `${n}`, if_exists: 'fail' },
          { config: { roots: [root] }, address: `/${n}` },
        ),
      ),
    );
    const winners = all.flatMap(({ outcome }, n) => (outcome.is === 'completed' ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(await text('f')).toBe(`${winners[0]}`);
    expect(await readdir(root)).toEqual(['f']);
  });

  test('directories are made when it is said', async () => {
    const input = { path: 'a/b/./c/f', content: 'x' };
    expect(await outcomeOf('write', input)).toMatchObject(failed('file_missing'));
    expect(await outputOf('write', { ...input, make_directories: true })).toMatchObject({ path: 'a/b/./c/f' });
    expect(await text('a', 'b', 'c', 'f')).toBe('x');
  });

  test('limits hold while it is read', async () => {
    await writeFile(join(root, 'f'), 'x'.repeat(1000));
    expect(await outcomeOf('read', { path: 'f', max_bytes: 999 })).toMatchObject(failed('file_too_large'));
    expect(await outputOf('read', { path: 'f', max_bytes: 1000 })).toMatchObject({ size: 1000 });
    const large = 'x'.repeat(3_000_000);
    await outputOf('write', { path: 'g', content: large });
    expect(await outputOf('read', { path: 'g' })).toMatchObject({ content: large });
  });

  test('the root is the first, or the one that is named', async () => {
    await outputOf('write', { path: 'f', content: 'in other', root: other });
    expect(await readdir(root)).toEqual([]);
    expect(await outputOf('read', { path: 'f', root: other })).toMatchObject({ content: 'in other' });
    expect(await outcomeOf('read', { path: 'f', root: tmpdir() })).toMatchObject(failed('file_refused'));
  });

  test('append adds to the end, and makes the file', async () => {
    expect(await outputOf('append', { path: 'log', content: ['a'], as: 'lines' })).toMatchObject({ size: 2 });
    expect(await outputOf('append', { path: 'log', content: { b: 1 } })).toMatchObject({ size: 10 });
    expect(await text('log')).toBe('a\n{"b":1}\n');
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => outputOf('append', { path: 'many', content: [`${n}`], as: 'lines' })),
    );
    expect(
      (await text('many'))
        .split('\n')
        .filter(Boolean)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([...Array(50).keys()]);
  });
});

describe('file/list and file/stat', () => {
  beforeEach(async () => {
    await mkdir(join(root, 'd/e'), { recursive: true });
    for (const name of ['b.csv', 'a.txt', 'd/c.csv', 'd/e/x.csv', '.harmonia-unfinished'])
      await writeFile(join(root, name), name);
  });
  const paths = async (input: JsonObject): Promise<unknown> => {
    const { entries, truncated } = await outputOf('list', input);
    return [(entries as unknown as { path: string }[]).map(({ path }) => path), truncated];
  };

  test('lists by name, below too, by pattern, and so many', async () => {
    expect(await paths({})).toEqual([['a.txt', 'b.csv', 'd'], false]);
    expect(await paths({ recursive: true, pattern: '*.csv' })).toEqual([['b.csv', 'd/c.csv', 'd/e/x.csv'], false]);
    expect(await paths({ path: './d/', recursive: true })).toEqual([['d/c.csv', 'd/e', 'd/e/x.csv'], false]);
    expect(await paths({ max_entries: 2 })).toEqual([['a.txt', 'b.csv'], true]);
    expect(await paths({ max_entries: 3 })).toEqual([['a.txt', 'b.csv', 'd'], false]);
    expect(await outputOf('list', { pattern: 'a*' })).toEqual({
      entries: [{ name: 'a.txt', type: 'file', path: 'a.txt', size: 5, modified: RFC_3339 }],
      truncated: false,
    });
    expect(await outcomeOf('list', { path: 'a.txt' })).toMatchObject(failed('file_refused'));
    expect(await outcomeOf('list', { path: 'nothing' })).toMatchObject(failed('file_missing'));
  });

  test('looks', async () => {
    expect(await outputOf('stat', { path: 'd/c.csv' })).toEqual({
      exists: true,
      type: 'file',
      path: 'd/c.csv',
      size: 7,
      modified: RFC_3339,
    });
    expect(await outputOf('stat', { path: 'd' })).toMatchObject({ exists: true, type: 'directory' });
    for (const path of ['no', 'no/such/file'])
      expect(await outputOf('stat', { path })).toEqual({ exists: false, path });
  });

  test('patterns: stars, question marks, and no time for hostile ones', () => {
    for (const [name, pattern, fits] of [
      ['a.csv', '*.csv', true],
      ['a.csv', '?.csv', true],
      ['ab.csv', '?.csv', false],
      ['', '*', true],
      ['abc', 'a*c*', true],
      ['abc', 'a*b', false],
      ['aab', '*ab', true],
      ['a.csv', 'a.CSV', false],
      ['a', 'ab', false],
      ['[a]', '[a]', true],
    ] as const)
      expect([name, pattern, fitsPattern(name, pattern)]).toEqual([name, pattern, fits]);
    expect(fitsPattern('a'.repeat(255), `${'*a'.repeat(120)}b`)).toBe(false);
  });
});

describe('file/copy, file/move and file/delete', () => {
  beforeEach(async () => {
    await mkdir(join(root, 'd'));
    await writeFile(join(root, 'f'), 'content');
  });

  test('copy', async () => {
    expect(await outputOf('copy', { path: 'f', to: 'd/g' })).toEqual({ path: 'd/g', size: 7, modified: RFC_3339 });
    expect([await text('f'), await text('d', 'g')]).toEqual(['content', 'content']);
    expect(await outcomeOf('copy', { path: 'f', to: 'd/g' })).toMatchObject(failed('file_exists'));
    expect(await outcomeOf('copy', { path: 'f', to: 'h', max_bytes: 6 })).toMatchObject(failed('file_too_large'));
    expect(await outcomeOf('copy', { path: 'no', to: 'h' })).toMatchObject(failed('file_missing'));
    await outputOf('copy', { path: 'f', to: 'x/y', to_root: other, make_directories: true });
    expect(await readFile(join(other, 'x/y'), 'utf8')).toBe('content');
    await outputOf('copy', { path: 'f', to: 'f', if_exists: 'replace' });
    expect(await text('f')).toBe('content');
    expect((await readdir(root)).sort()).toEqual(['d', 'f']);
  });

  test('move', async () => {
    expect(await outputOf('move', { path: 'f', to: 'd/g' })).toMatchObject({ path: 'd/g', size: 7 });
    expect(existsSync(join(root, 'f'))).toBe(false);
    await writeFile(join(root, 'h'), 'other');
    expect(await outcomeOf('move', { path: 'h', to: 'd/g' })).toMatchObject(failed('file_exists'));
    expect([await text('h'), await text('d', 'g')]).toEqual(['other', 'content']);
    await outputOf('move', { path: 'h', to: 'd/g', if_exists: 'replace' });
    expect(await text('d', 'g')).toBe('other');
    expect(existsSync(join(root, 'h'))).toBe(false);
    for (const if_exists of ['fail', 'replace']) {
      expect(await outcomeOf('move', { path: 'd/g', to: './d/g', if_exists })).toMatchObject(failed('file_refused'));
      expect(await text('d', 'g')).toBe('other');
    }
    expect(await outcomeOf('move', { path: 'd', to: 'e' })).toMatchObject(failed('file_refused'));
    expect(await outcomeOf('move', { path: 'd/g', to: 'd', if_exists: 'replace' })).toMatchObject({ is: 'failed' });
    expect(await outcomeOf('move', { path: 'no', to: 'e' })).toMatchObject(failed('file_missing'));
  });

  test('delete', async () => {
    expect(await outputOf('delete', { path: 'f' })).toEqual({ path: 'f', deleted: true });
    expect(await outcomeOf('delete', { path: 'f' })).toMatchObject(failed('file_missing'));
    expect(await outputOf('delete', { path: 'f', if_missing: 'ignore' })).toEqual({ path: 'f', deleted: false });
    await writeFile(join(root, 'd/g'), '');
    expect(await outcomeOf('delete', { path: 'd' })).toMatchObject(failed('file_failed'));
    await outputOf('delete', { path: 'd/g' });
    expect(await outputOf('delete', { path: 'd' })).toEqual({ path: 'd', deleted: true });
    expect(await readdir(root)).toEqual([]);
  });
});

describe('an attempt after a crash', () => {
  /** Runs an attempt whose result is lost: what it recorded by `once` up to `kept` results is there, nothing else. */
  const crashed = async (id: string, input: JsonObject, kept: number): Promise<TaskSurroundings> => {
    const { results } = await run(id, input);
    return {
      config: { roots: [root, other] },
      attempt: 2,
      results: Object.fromEntries(Object.entries(results).slice(0, kept)),
    };
  };

  test.each([0, 1])('of write finds that its file is there (%i recorded)', async (kept) => {
    const input = { path: 'f', content: 'mine', if_exists: 'fail' };
    const again = await crashed('write', input, kept);
    // It died between the two names: the file still has the first one.
    if (kept === 0) {
      const names = await readdir(root);
      const step = await temporaryNameOf(input);
      await link(join(root, names[0] as string), join(root, step));
    }
    const { outcome } = await run('write', input, again);
    expect(outcome).toMatchObject({ is: 'completed', output: { path: 'f', size: 4 } });
    expect(await readdir(root)).toEqual(['f']);
  });

  test('of write that could not be recorded, because the service stopped, finds that its file is there', async () => {
    const input = { path: 'f', content: 'mine', if_exists: 'fail' };
    const stopping = {
      ...{ attempt: 1, idempotencyKey: 'execution:/task:1', config: { roots: [root, other] } },
      signal: new AbortController().signal,
      once: async (_key: string, work: () => Promise<unknown>) => {
        await work();
        throw new Error('the service stops');
      },
    };
    const task = file.tasks.find(({ id }) => id === 'write');
    await expect(task?.run(input, stopping as never)).rejects.toThrow('stops');
    const { outcome } = await run('write', input, { attempt: 2 });
    expect(outcome).toMatchObject({ is: 'completed', output: { path: 'f', size: 4 } });
    expect(await readdir(root)).toEqual(['f']);
  });

  /** What the first attempt calls its file until it is whole. */
  const temporaryNameOf = async (input: JsonObject): Promise<string> => {
    const seen = new Set<string>();
    const replaced = { ...input, if_exists: 'replace', content: 'x'.repeat(20_000_000) };
    const running = run('write', { ...replaced, root: other });
    let isRunning = true;
    void running.finally(() => (isRunning = false));
    while (isRunning) for (const name of await readdir(other)) seen.add(name);
    await running;
    const found = [...seen].find((name) => name.startsWith('.harmonia-'));
    if (found === undefined) throw new Error('it was not seen');
    return found;
  };

  test('of write does not take the file of somebody else for its own, and clears up', async () => {
    const input = { path: 'f', content: 'mine', if_exists: 'fail' };
    await writeFile(join(root, await temporaryNameOf(input)), 'half of mi');
    await writeFile(join(root, 'f'), 'of somebody else');
    const { outcome } = await run('write', input, { config: { roots: [root] }, attempt: 2 });
    expect(outcome).toMatchObject(failed('file_exists'));
    expect(await text('f')).toBe('of somebody else');
    expect(await readdir(root)).toEqual(['f']);
  });

  test.each([1, 2])('of move finds it where it belongs (%i recorded)', async (kept) => {
    for (const if_exists of ['fail', 'replace']) {
      await writeFile(join(root, 'f'), 'content');
      const input = { path: 'f', to: `g-${if_exists}`, if_exists };
      const again = await crashed('move', input, kept);
      expect((await run('move', input, again)).outcome).toMatchObject({ is: 'completed', output: { size: 7 } });
      expect(await text(`g-${if_exists}`)).toBe('content');
    }
  });

  test('of move that died between the two names gives up the first', async () => {
    await writeFile(join(root, 'f'), 'content');
    const moving = identityOf(await stat(join(root, 'f')));
    await link(join(root, 'f'), join(root, 'g'));
    const { outcome } = await run(
      'move',
      { path: 'f', to: 'g' },
      {
        config: { roots: [root] },
        attempt: 2,
        results: { moving },
      },
    );
    expect(outcome).toMatchObject({ is: 'completed' });
    expect(await readdir(root)).toEqual(['g']);
  });

  test('of delete deletes nothing that somebody has made since', async () => {
    await writeFile(join(root, 'f'), 'content');
    const born = (await stat(join(root, 'f'))).birthtimeMs;
    const again = await crashed('delete', { path: 'f' }, 1);
    expect((await run('delete', { path: 'f' }, again)).outcome).toMatchObject({ output: { deleted: true } });
    // The system may give it the number of the old one; its clock ticks some hundred times a second.
    do {
      await rm(join(root, 'f'), { force: true });
      await writeFile(join(root, 'f'), 'new');
    } while ((await stat(join(root, 'f'))).birthtimeMs === born);
    expect((await run('delete', { path: 'f' }, again)).outcome).toMatchObject({ output: { deleted: true } });
    expect(await text('f')).toBe('new');
  });
});

test('effects are told as they are', () => {
  expect(Object.fromEntries(file.tasks.map(({ id, effects }) => [id, effects]))).toEqual({
    read: 'read',
    list: 'read',
    stat: 'read',
    write: 'idempotent',
    copy: 'idempotent',
    move: 'idempotent',
    delete: 'idempotent',
    append: 'write',
  });
});
