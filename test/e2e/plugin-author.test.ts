import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { harmonia, harmoniaHere, startHarmonia } from '../world/command-line.js';
import { writePackage } from '../world/packages.js';

const ROOT = join(import.meta.dirname, '../..');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-author-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('harmonia plugin create', () => {
  test.each<[string, string, RegExp]>([
    ['a name with capitals', 'Parcel', /"Parcel" is no name of a plugin.*\n.*lower-case/],
    ['a path', '../parcel', /is no name of a plugin/],
    ['a name that is too long', 'p'.repeat(65), /is no name of a plugin/],
    ['the name of a built-in plugin', 'http', /A plugin "http" comes with Harmonia/],
  ])('refuses %s', async (_name, name, words) => {
    const { code, err } = await harmoniaHere(['plugin', 'create', name, '--dir', join(root, 'refused')]);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(await readdir(root)).not.toContain('refused');
  });

  test('leaves a folder alone that is there', async () => {
    await mkdir(join(root, 'there'));
    const { code, err } = await harmoniaHere(['plugin', 'create', 'there', '--dir', join(root, 'there')]);
    expect([code, err]).toEqual([2, expect.stringContaining('is there already')]);
    expect(await readdir(join(root, 'there'))).toEqual([]);
  });

  test('makes what an editor checks without a complaint', async () => {
    const directory = join(root, 'typed');
    expect((await harmoniaHere(['plugin', 'create', 'typed', '--dir', directory])).code).toBe(0);
    const config = JSON.parse(await readFile(join(directory, 'jsconfig.json'), 'utf8')) as { compilerOptions: object };
    const options = {
      allowJs: true,
      noEmit: true,
      skipLibCheck: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      types: ['node'],
    };
    const checked = {
      ...config,
      compilerOptions: { ...config.compilerOptions, ...options },
      files: ['index.js', 'crash.js'],
    };
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(checked));
    const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
    const check = () => promisify(execFile)(process.execPath, [compiler, '-p', directory]);
    expect(await check()).toMatchObject({ stdout: '' });
    const file = join(directory, 'index.js');
    await writeFile(file, (await readFile(file, 'utf8')).replace('return { id: answer.id }', 'return { id: 3 }'));
    await expect(check()).rejects.toMatchObject({ stdout: expect.stringMatching(/index\.js/) as unknown });
  });
});

describe('harmonia plugin test', () => {
  test('says all that is wrong with a package in one report, and runs nothing', async () => {
    const directory = await writePackage(root, {
      id: 'wrong',
      manifest: { id: 'Wrong', tasks: 'say', hosts: ['*.*'] },
    });
    const { code, err } = await harmonia(['plugin', 'test', directory]);
    expect(code).toBe(2);
    for (const part of ['"Wrong"', 'harmonia.tasks', '*.*']) expect(err).toContain(part);
  });

  test.each<[string, Parameters<typeof writePackage>[1], RegExp]>([
    ['a contract of another time', { id: 'later', manifest: { apiVersion: '^9.0' } }, /made for version \^9\.0/],
    [
      'a promise that the code breaks',
      { id: 'breaks', manifest: { tasks: ['say', 'sing'] } },
      /offers tasks say; its manifest says say, sing/,
    ],
    [
      'a schema that is none',
      { id: 'schema', task: `input: { type: 'thing' }` },
      /input schema of its task "say" is wrong/,
    ],
    ['the id of a built-in plugin', { id: 'http' }, /comes with Harmonia/],
    ['code that throws', { id: 'throws', files: { 'index.js': `throw new Error('not today');` } }, /not today/],
  ])('refuses %s', async (_name, parts, words) => {
    const { code, err } = await harmonia(['plugin', 'test', await writePackage(root, parts)]);
    expect(err).toMatch(words);
    expect(code).toBe(2);
  });

  test('a test that fails fails the command', async () => {
    const files = {
      'one.test.js': `import test from 'node:test'; test('no', () => { throw new Error('as expected'); });`,
    };
    const { code, out } = await harmonia(['plugin', 'test', await writePackage(root, { id: 'failing', files })]);
    expect(out).toContain('as expected');
    expect(code).toBe(1);
  });

  test('Ctrl-C ends the tests, and what they have started', async () => {
    const files = {
      'long.test.js': `import test from 'node:test'; import { writeFileSync } from 'node:fs'; import { spawn } from 'node:child_process';
        test('long', () => { const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
          writeFileSync(process.cwd() + '/pids', process.pid + ' ' + child.pid); for (;;); });`,
    };
    const directory = await writePackage(root, { id: 'long', files });
    const command = startHarmonia(['plugin', 'test', directory]);
    let pids: number[] = [];
    while (pids.length < 2) {
      pids = (await readFile(join(directory, 'pids'), 'utf8').catch(() => '')).split(' ').filter(Boolean).map(Number);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    command.child.kill('SIGINT');
    expect((await command.ended).code).toBe(130);
    const isAlive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
