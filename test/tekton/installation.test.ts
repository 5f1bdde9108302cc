import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, undo } from '../../src/cli/tekton/install/index.js';
import { keepOriginal, look, writeRecord } from '../../src/cli/tekton/install/install-record.js';
import { harmoniaHere } from '../world/command-line.js';

const PLACE = 'Harmonia/harmonia';
const MAIN = `${PLACE}/__main__.py`;
const launch = { node: '/opt/node', program: '/opt/harmonia/bin/harmonia.js' };

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-install-')));
  await writeFile(join(root, '.env.tekton'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
};

const upstream = async (): Promise<void> => {
  await put(`${PLACE}/__init__.py`, '"""Harmonia."""\n');
  await put(MAIN, 'print("Python")\n');
  await put(`${PLACE}/client.py`, 'CLIENT = 1\n');
  await put('Harmonia/README.md', 'The Python one.\n');
  await chmod(join(root, MAIN), 0o755);
  await utimes(join(root, MAIN), 1_600_000_000, 1_600_000_000.25);
};

/** Every path below the root with what counts of it. */
const everything = async (folder = root): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    const stat = await lstat(join(folder, name));
    const content = stat.isFile()
      ? createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex')
      : '';
    found[name] = `${stat.mode.toString(8)} ${stat.isFile() ? stat.mtimeMs : ''} ${content}`;
  }
  return found;
};

describe('harmonia tekton install', () => {
  test('over the Python component: two files change, and undoing makes everything as it was', async () => {
    await upstream();
    const before = await everything();
    const done = await harmoniaHere(['tekton', 'install', '--root', root]);
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining('HARMONIA_PORT, HERMES_PORT') as unknown });
    expect(done.out).toContain(`write ${MAIN}`);
    expect(await readFile(join(root, MAIN), 'utf8')).toContain('bin/harmonia.js');
    const after = await everything();
    const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(changed.sort()).toEqual([`${PLACE}/__init__.py`, MAIN]);

    await put('.env.local', 'HARMONIA_PORT=8007\nHERMES_PORT=8001\n');
    expect(await harmoniaHere(['tekton', 'install', '--root', root])).toEqual({
      ...{ code: 0, out: 'it is in place already\n', err: '' },
    });
    await rm(join(root, '.env.local'));
    expect((await harmoniaHere(['tekton', 'install', '--root', root, '--undo'])).code).toBe(0);
    expect(await everything()).toEqual(before);
    expect((await harmoniaHere(['tekton', 'install', '--root', root, '--undo'])).out).toBe(
      'nothing is installed there\n',
    );
  });

  test('where there was none: undoing takes the folders away, with what Python made of our files', async () => {
    const before = await everything();
    await install({ ...launch, root, dryRun: false });
    for (const name of ['__init__', '__main__']) await put(`${PLACE}/__pycache__/${name}.cpython-311.pyc`, 'compiled');
    await undo({ root, dryRun: false });
    expect(await everything()).toEqual(before);
  });

  test('over files that are alike, and one that is as ours', async () => {
    await put(`${PLACE}/__init__.py`, '');
    await put(MAIN, '');
    await utimes(join(root, MAIN), 1_600_000_000, 1_600_000_000);
    const before = await everything();
    await install({ ...launch, root, dryRun: false });
    await undo({ root, dryRun: false });
    expect(await everything()).toEqual(before);
  });

  test('what somebody else has put there stays', async () => {
    await install({ ...launch, root, dryRun: false });
    await put(`${PLACE}/notes.txt`, 'mine');
    await undo({ root, dryRun: false });
    expect(Object.keys(await everything()).sort()).toEqual(['.env.tekton', 'Harmonia', PLACE, `${PLACE}/notes.txt`]);
  });

  test('--dry-run says the same and does nothing', async () => {
    await upstream();
    const before = await everything();
    const said = async (...more: string[]): Promise<unknown> =>
      JSON.parse((await harmoniaHere(['tekton', 'install', '--root', root, '--json', ...more])).out);
    const dry = await said('--dry-run');
    expect(await everything()).toEqual(before);
    expect(dry).toMatchObject({ changed: false, missing: ['HARMONIA_PORT', 'HERMES_PORT'] });
    expect(await said()).toEqual({ ...(dry as object), changed: true });
    const installed = await everything();
    expect(await said('--undo', '--dry-run')).toMatchObject({
      changed: false,
      steps: [expect.anything(), expect.anything()],
    });
    expect(await everything()).toEqual(installed);
  });

  test('another version takes the place of this one; undoing leads back to what was first', async () => {
    await upstream();
    const before = await everything();
    await install({ ...launch, root, dryRun: false });
    expect(await install({ ...launch, program: '/opt/newer.js', root, dryRun: false })).toEqual({
      changed: true,
      steps: [`write ${MAIN}`],
    });
    await undo({ root, dryRun: false });
    expect(await everything()).toEqual(before);
  });

  test('interrupted, it is finished or undone by the next call', async () => {
    await upstream();
    const before = await everything();
    await install({ ...launch, root, dryRun: false });
    const whole = await readFile(join(root, MAIN), 'utf8');
    await undo({ root, dryRun: false });
    // The process ended after the record and before the files.
    const files = [];
    for (const path of [`${PLACE}/__init__.py`, MAIN]) {
      const found = await look(join(root, path));
      if (found.is !== 'file') throw new Error(path);
      await keepOriginal(root, path);
      files.push({ path, original: found.hash, written: ['0'] });
    }
    await writeRecord(root, { format: 1, files, folders: ['.tekton'] });
    await install({ ...launch, root, dryRun: false });
    expect(await readFile(join(root, MAIN), 'utf8')).toBe(whole);
    await undo({ root, dryRun: false });
    expect(await everything()).toEqual(before);
  });
});

describe('what it does not know it refuses, and changes nothing', () => {
  const refused = async (reason: RegExp, ...more: string[]): Promise<void> => {
    const before = await everything();
    expect(await harmoniaHere(['tekton', 'install', '--root', root, ...more])).toMatchObject({
      code: 2,
      err: expect.stringMatching(reason) as unknown,
    });
    expect(await everything()).toEqual(before);
  };

  test('no checkout', async () => {
    await rm(join(root, '.env.tekton'));
    await refused(/no checkout of Tekton/);
    expect((await harmoniaHere(['tekton', 'install', '--root', join(root, 'nowhere')])).code).toBe(2);
    expect((await harmoniaHere(['tekton', 'install'])).code).toBe(2);
  });

  test.each(['Harmonia', PLACE, MAIN])('a link at %s', async (path) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await symlink(await mkdtemp(join(root, 'elsewhere-')), join(root, path));
    await refused(/is there and is no/);
  });

  test('a folder in the place of a file, a file in the place of a folder', async () => {
    await mkdir(join(root, MAIN), { recursive: true });
    await refused(/is no file/);
    await rm(join(root, 'Harmonia'), { recursive: true });
    await put('Harmonia', 'a file');
    await refused(/is no folder/);
  });

  test('a file that was changed after the installation, both ways', async () => {
    await upstream();
    await install({ ...launch, root, dryRun: false });
    await put(MAIN, 'print("mine")\n');
    await refused(/has been changed since/);
    await refused(/has been changed since/, '--undo');
  });

  test('a record that is gone, not understood, or without its copies', async () => {
    await upstream();
    await install({ ...launch, root, dryRun: false });
    await rm(join(root, '.tekton/harmonia-install/originals'), { recursive: true });
    await refused(/gone or damaged/, '--undo');
    const stray = { format: 1, files: [{ path: '../../outside', original: null, written: [] }], folders: [] };
    for (const record of [stray, { format: 1, files: [], folders: ['..'] }, { format: 2 }, []]) {
      await put('.tekton/harmonia-install/record.json', JSON.stringify(record));
      await refused(/not understood/);
    }
    await refused(/not understood/, '--undo');
    await rm(join(root, '.tekton'), { recursive: true });
    await refused(/the record of it is gone/);
  });
});
