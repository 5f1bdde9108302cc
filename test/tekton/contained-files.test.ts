import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainedFiles, type FilePath } from '../../src/tekton/files/index.js';

let directory: string;
let root: string;
let files: ContainedFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-files-'));
  root = join(directory, 'root');
  await mkdir(join(root, 'a'), { recursive: true });
  await writeFile(join(directory, 'outside'), 'secret');
  files = new ContainedFiles(root);
});
afterEach(() => rm(directory, { recursive: true }));

const refused = (reason: string): object => ({
  code: 'planning_file_unusable',
  message: expect.stringContaining(reason) as unknown,
});

describe('reading', () => {
  test('a file, within its limit; what is not there is undefined', async () => {
    await writeFile(join(root, 'a', 'b'), 'äöü');
    expect(await files.text(['a', 'b'], 6)).toBe('äöü');
    await expect(files.text(['a', 'b'], 5)).rejects.toMatchObject(refused('the limit is 5'));
    for (const path of [
      ['a', 'c'],
      ['x', 'b'],
      ['a', 'b', 'c'],
    ] as const)
      expect(await files.text(path, 10)).toBeUndefined();
    expect(await new ContainedFiles(join(directory, 'nowhere')).text(['a'], 10)).toBeUndefined();
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a link', () => symlink(join(directory, 'outside'), join(root, 'a', 'x')), 'it is a link'],
    ['a link to a sibling', () => symlink('b', join(root, 'a', 'x')), 'it is a link'],
    ['a directory', () => mkdir(join(root, 'a', 'x')), 'it is no file'],
    ['not UTF-8', () => writeFile(join(root, 'a', 'x'), Buffer.from([0xff, 0xfe])), 'not UTF-8'],
    // Nobody ever writes into it: who opens it and waits would wait for ever.
    ['a pipe', () => Promise.resolve(execFileSync('mkfifo', [join(root, 'a', 'x')])), 'it is no file'],
  ])('%s is none', async (_, make, reason) => {
    await make();
    await expect(files.text(['a', 'x'], 100)).rejects.toMatchObject(refused(reason));
  });

  test('a directory that is a link may lead elsewhere below the root, and nowhere else', async () => {
    await writeFile(join(root, 'a', 'b'), 'here');
    await symlink(join(root, 'a'), join(root, 'inside'));
    await symlink(directory, join(root, 'out'));
    expect(await files.text(['inside', 'b'], 10)).toBe('here');
    await expect(files.text(['out', 'outside'], 10)).rejects.toMatchObject(refused('leads out of TEKTON_ROOT'));
    await expect(files.files('out')).rejects.toMatchObject(refused('leads out'));
    expect([await files.directories('a'), await files.files('a')]).toEqual([[], ['b']]);
  });

  test.each<FilePath>([
    ['..', 'outside'],
    ['a', '../../outside'],
    ['a', '..'],
    ['a', ''],
    ['a', 'x\0y'],
    ['a', 'x'.repeat(256)],
  ])('a name that is none leads nowhere: %j %j', async (...path) => {
    await expect(files.text(path, 100)).rejects.toMatchObject(refused('its name is none'));
    await expect(files.write(path, 'x')).rejects.toMatchObject(refused('its name is none'));
  });
});

describe('writing', () => {
  test('makes the directories, replaces the file whole, keeps its mode, leaves nothing beside it', async () => {
    await files.write(['new', 'deep', 'f.json'], '{}');
    const file = join(root, 'new', 'deep', 'f.json');
    await chmod(file, 0o640);
    await files.write(['new', 'deep', 'f.json'], '{"a":1}');
    expect(await readFile(file, 'utf8')).toBe('{"a":1}');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(root, 'new', 'deep'))).toEqual(['f.json']);
  });

  test('never through a link, and makes no directory behind one', async () => {
    await symlink(join(directory, 'outside'), join(root, 'a', 'x'));
    await symlink(directory, join(root, 'out'));
    await symlink(join(directory, 'nowhere'), join(root, 'dangling'));
    await expect(files.write(['a', 'x'], 'changed')).rejects.toMatchObject(refused('it is no file'));
    await expect(files.write(['out', 'deep', 'x'], 'changed')).rejects.toMatchObject(refused('leads out'));
    await expect(files.write(['dangling', 'x'], 'changed')).rejects.toMatchObject({ code: 'planning_file_unusable' });
    expect(await readFile(join(directory, 'outside'), 'utf8')).toBe('secret');
    expect((await readdir(directory)).sort()).toEqual(['outside', 'root']);
  });

  test('what fails leaves what was there', async () => {
    await mkdir(join(root, 'a', 'x'));
    await expect(files.write(['a', 'x'], 'changed')).rejects.toMatchObject(refused('it is no file'));
    expect(await readdir(join(root, 'a'))).toEqual(['x']);
  });
});
