import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import file from '../../plugins/file/src/index.js';
import type { JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

let base: string;
let root: string;
let outside: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'harmonia-file-'));
  root = join(base, 'root');
  outside = join(base, 'outside');
  await mkdir(join(root, 'd'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await writeFile(join(root, 'f'), 'fine');
});
afterEach(() => rm(base, { recursive: true }));

const run = async (
  id: string,
  input: JsonObject,
  config?: JsonObject,
  signal?: AbortSignal,
): Promise<TaskRun['outcome']> => {
  const task = file.tasks.find((one) => one.id === id);
  if (!task) throw new Error(`no ${id}`);
  return (await runTask(task, input, { config: config ?? { roots: [root] }, ...(signal && { signal }) })).outcome;
};
const failed = (code: unknown): object => ({ is: 'failed', failure: { kind: 'fatal', code } });
/** One that is only written when there is nothing finds that there is something. */
const REFUSED = expect.stringMatching(/^file_(refused|exists)$/);

/** Every task, made to use a path. */
const USES: readonly (readonly [string, (path: string) => JsonObject])[] = [
  ['read', (path) => ({ path })],
  ['write', (path) => ({ path, content: 'x' })],
  ['write', (path) => ({ path, content: 'x', if_exists: 'fail', make_directories: true })],
  ['append', (path) => ({ path, content: 'x' })],
  ['stat', (path) => ({ path })],
  ['list', (path) => ({ path })],
  ['copy', (path) => ({ path, to: 'd/copy' })],
  ['copy', (path) => ({ path: 'f', to: path, if_exists: 'replace', make_directories: true })],
  ['move', (path) => ({ path, to: 'd/moved' })],
  ['move', (path) => ({ path: 'f', to: path, if_exists: 'replace', make_directories: true })],
  ['delete', (path) => ({ path })],
];
const everythingIsAsItWas = async (): Promise<void> => {
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  expect(await readdir(outside)).toEqual(['secret']);
  expect((await readdir(base)).sort()).toEqual(['outside', 'root']);
  expect(await readFile(join(root, 'f'), 'utf8')).toBe('fine');
};

describe.each(USES)('file/%s (%#)', (id, input) => {
  test.each([
    ...[
      '../outside/secret',
      'd/../../outside/secret',
      '..',
      'd/..',
      './../outside/secret',
      'd/../f',
      '..\\outside\\secret',
    ],
    ...['/etc/passwd', '//etc/passwd', '\\etc\\passwd', 'C:\\x', 'c:x', '/', '/proc/self/environ'],
    ...['f\u0000', 'f\u0000.txt', '\u0000', `${'d/'.repeat(70)}f`, 'x'.repeat(256), 'ü'.repeat(128)],
  ])('refuses %j', async (path) => {
    expect(await run(id, input(path))).toMatchObject(failed('file_refused'));
    await everythingIsAsItWas();
  });

  test('refuses links, to wherever they lead', async () => {
    await symlink(join(outside, 'secret'), join(root, 'to-file'));
    await symlink(outside, join(root, 'to-directory'));
    await symlink(join(base, 'nothing'), join(root, 'to-nothing'));
    await symlink('f', join(root, 'to-own'));
    await symlink('/proc/self', join(root, 'to-process'));
    for (const path of ['to-directory/secret', 'to-directory/new', 'to-process/environ', 'to-process/root/etc/passwd'])
      expect(await run(id, input(path))).toMatchObject(failed('file_refused'));
    for (const path of ['to-file', 'to-nothing', 'to-own', 'to-directory']) {
      const outcome = await run(id, input(path));
      // A link may be looked at and removed; what it leads to may not.
      if (id === 'stat') expect(outcome).toMatchObject({ output: { type: 'link' } });
      else if (id === 'delete') expect(outcome).toMatchObject({ output: { deleted: true } });
      else expect(outcome).toMatchObject(failed(REFUSED));
    }
    await everythingIsAsItWas();
  });

  test('refuses what is no file', async () => {
    await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    await once(server, 'listening');
    for (const path of ['pipe', 'socket']) {
      const outcome = await run(id, input(path));
      if (id === 'stat') expect(outcome).toMatchObject({ output: { type: 'other' } });
      else if (id === 'delete') expect(outcome).toMatchObject({ output: { deleted: true } });
      else expect(outcome).toMatchObject(failed(REFUSED));
    }
    server.close();
    for (const path of id === 'list' ? [] : ['', '.', './'])
      expect(await run(id, input(path))).toMatchObject(failed('file_refused'));
    expect(await run(id, input('f/x'))).toMatchObject(failed('file_refused'));
    await everythingIsAsItWas();
  });

  test('is off without roots, and says what to do', async () => {
    for (const config of [{}, { roots: [] }] as JsonObject[]) {
      expect(await run(id, input('f'), config)).toMatchObject({
        failure: {
          kind: 'fatal',
          code: 'file_roots_missing',
          message: expect.stringContaining('HARMONIA_FILE_ROOTS') as unknown,
        },
      });
    }
    expect(await run(id, input('f'), { roots: [join(base, 'gone')] })).toMatchObject(failed('file_roots_missing'));
  });

  test('takes no root that is not open', async () => {
    for (const other of [outside, base, '/', '', root + '/', root + '/d', '__proto__', '0'])
      expect(await run(id, { ...input('f'), root: other })).toMatchObject(failed('file_refused'));
  });
});

test('a root may be a link itself', async () => {
  await symlink(root, join(base, 'link'));
  expect(await run('read', { path: 'f' }, { roots: [join(base, 'link')] })).toMatchObject({
    output: { content: 'fine' },
  });
});

test('a directory that is exchanged for a link, again and again, leads nowhere', async () => {
  await writeFile(join(root, 'd/secret'), 'own');
  await writeFile(join(root, 'd/victim'), 'own');
  await writeFile(join(outside, 'victim'), 'secret');
  let isRunning = true;
  let changes = 0;
  const exchanging = (async () => {
    while (isRunning) {
      await rename(join(root, 'd'), join(root, 'aside'));
      await symlink(outside, join(root, 'd'));
      await unlink(join(root, 'd'));
      await rename(join(root, 'aside'), join(root, 'd'));
      changes++;
    }
  })();
  const contents = new Set<unknown>();
  for (let round = 0; round < 300; round++) {
    const outcomes = await Promise.all([
      run('read', { path: 'd/secret' }),
      run('write', { path: 'd/secret', content: 'own' }),
      run('append', { path: 'd/new', content: 'x' }),
      run('delete', { path: 'd/victim' }),
      run('move', { path: 'f', to: 'd/f', if_exists: 'replace' }),
    ]);
    for (const outcome of outcomes)
      if (outcome.is === 'failed') expect(outcome.failure.code).toMatch(/^file_(refused|missing)$/);
    const [read] = outcomes;
    if (read?.is === 'completed') contents.add((read.output as JsonObject).content);
    if (round % 10 === 0) await writeFile(join(root, 'f'), 'fine');
  }
  isRunning = false;
  await exchanging;
  expect(changes).toBeGreaterThan(10);
  expect([...contents]).toEqual(['own']);
  expect((await readdir(outside)).sort()).toEqual(['secret', 'victim']);
  expect(await readFile(join(outside, 'victim'), 'utf8')).toBe('secret');
}, 60_000);

test('a file that grows while it is read ends at the limit', async () => {
  await truncate(join(root, 'f'), 5 * 2 ** 30);
  expect(await run('read', { path: 'f', max_bytes: 1000 })).toMatchObject(failed('file_too_large'));
  expect(await run('copy', { path: 'f', to: 'g', max_bytes: 1000 })).toMatchObject(failed('file_too_large'));
  expect((await readdir(root)).sort()).toEqual(['d', 'f']);
});

test('an attempt that is over writes nothing, and leaves nothing', async () => {
  for (const [id, input] of [
    ['write', { path: 'g', content: 'x' }],
    ['append', { path: 'f', content: 'x' }],
    ['copy', { path: 'f', to: 'g' }],
    ['read', { path: 'f' }],
    ['list', {}],
  ] as const)
    expect(await run(id, input, undefined, AbortSignal.abort())).toMatchObject({ failure: { code: 'canceled' } });
  expect((await readdir(root)).sort()).toEqual(['d', 'f']);
  await everythingIsAsItWas();
});

test('names that are odd are names', async () => {
  for (const path of ['__proto__', 'constructor', ' ', '~', '$HOME', '%2e%2e', '...', '-rf', 'ünï', '*', "'"]) {
    expect(await run('write', { path, content: path })).toMatchObject({ is: 'completed' });
    expect(await run('read', { path })).toMatchObject({ output: { content: path } });
  }
});
