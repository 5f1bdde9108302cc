import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
let directory: string;
let guide: string;

/** Does what docs/guides/plugins.md says, to the letter, in an empty directory. */
beforeAll(async () => {
  guide = await readFile(join(ROOT, 'docs/guides/plugins.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-guide-'));
  // A file is named right before what stands in it.
  for (const [, name = '', text = ''] of guide.matchAll(/`(shout\/[\w.]+)`[^]*?```\w+\n([^]*?)```/g)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
});
afterAll(() => rm(directory, { recursive: true }));

describe('the guide for plugins (built dist)', () => {
  test('its plugin runs from a directory outside of the installation, by its command', async () => {
    const [, directories, args = ''] = /^HARMONIA_PLUGINS=(\S+) harmonia (run .*)$/m.exec(guide) ?? [];
    const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
    const { stdout } = await run(process.execPath, [join(ROOT, 'bin/harmonia.js'), ...words], {
      cwd: directory,
      env: { ...process.env, HARMONIA_PLUGINS: directories },
    });
    expect(JSON.parse(stdout)).toBe('HELLO');
  });

  test('its tests pass where @tekton/harmonia is installed', async () => {
    await mkdir(join(directory, 'node_modules/@tekton'), { recursive: true });
    await symlink(ROOT, join(directory, 'node_modules/@tekton/harmonia'));
    const env = { ...process.env };
    delete env.NODE_OPTIONS;
    const { stdout } = await run(process.execPath, ['--test', 'shout/'], { cwd: directory, env });
    expect(stdout).toMatch(/pass 2\n/);
  });

  test('a plugin that is wrong stops the command with all that is wrong with it', async () => {
    const wrong = join(directory, 'wrong');
    await mkdir(wrong);
    const harmonia = { apiVersion: '^1.0', id: 'Wrong', tasks: 'text' };
    await writeFile(join(wrong, 'package.json'), JSON.stringify({ exports: './none.js', harmonia }));
    const failed: unknown = await run(
      process.execPath,
      [join(ROOT, 'bin/harmonia.js'), 'validate', 'shout/workflow.yaml'],
      {
        cwd: directory,
        env: { ...process.env, HARMONIA_PLUGINS: './shout, ./wrong,./nowhere' },
      },
    ).catch((error: unknown) => error);
    const { stderr } = failed as { stderr: string };
    for (const part of ['none.js', '"Wrong"', 'harmonia.tasks', './nowhere', 'package.json'])
      expect(stderr).toContain(part);
  });
});
