import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, type ExecFileException } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INVARIANTS } from '../../src/simulation/index.js';
import { harmoniaHere } from '../world/command-line.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
let directory: string;
let guide: string;

const harmonia = async (words: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  try {
    const { stdout, stderr } = await run(process.execPath, [join(ROOT, 'bin/harmonia.js'), ...words], {
      cwd: directory,
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as ExecFileException;
    return { code: Number(code), out: stdout, err: stderr };
  }
};

/** Does what docs/guides/simulation.md says, to the letter, in an empty directory. */
beforeAll(async () => {
  guide = await readFile(join(ROOT, 'docs/guides/simulation.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-simulation-'));
  // A file is named right before what stands in it.
  for (const [, name = '', text = ''] of guide.matchAll(/`([\w.-]+\.(?:yaml|mjs))`[^`]*?```\w+\n([^]*?)```/g))
    await writeFile(join(directory, name), text);
});
afterAll(() => rm(directory, { recursive: true }));

describe('the guide to simulation (built dist)', () => {
  test('its commands end as it says, in its order', async () => {
    const shown = [...guide.matchAll(/^harmonia (simulate [^\n#]*?)(?: # exit (\d))?$/gm)];
    expect(shown).toHaveLength(6);
    const outs: string[] = [];
    for (const [, line = '', code = '0'] of shown) {
      const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
      const ran = await harmonia(words);
      expect({ line, code: ran.code, err: ran.err }).toEqual({ line, code: Number(code), err: '' });
      outs.push(ran.out);
    }
    const [first = '', , swept = '', , strict = ''] = outs;
    for (const [, said = ''] of guide.matchAll(/```text\n([^]*?)```/g)) expect(first).toContain(said);
    expect(first).toContain('never ran: /release, /wrap\neverything held');
    expect(swept).toMatch(/^\/pay +completed +completed/m);
    expect(strict).toContain('smallest plan: {"expect":"completed","faults":[{"fault":"error","step":"/reserve"}]}');
  }, 120_000);

  test('its tests pass where @tekton/harmonia is installed', async () => {
    await mkdir(join(directory, 'node_modules/@tekton'), { recursive: true });
    await symlink(ROOT, join(directory, 'node_modules/@tekton/harmonia'));
    const env = { ...process.env };
    delete env.NODE_OPTIONS;
    const { stdout } = await run(process.execPath, ['--test', 'test.mjs'], { cwd: directory, env });
    expect(stdout).toMatch(/pass 2\n/);
  }, 60_000);

  test('it lists every invariant', () => {
    const rows = [...guide.matchAll(/^\| (I\d|E\d|time|once|limits|family|result|expect) +\| (.*?) +\|$/gm)].map(
      (row) => [row[1], row[2]],
    );
    expect(Object.fromEntries(rows)).toEqual(INVARIANTS);
  });
});

describe('harmonia simulate', () => {
  const here = (...words: readonly string[]) =>
    harmoniaHere(['simulate', ...words.map((word) => (word.endsWith('.yaml') ? join(directory, word) : word))]);

  test('prints one object, the same every time', async () => {
    const words = ['order.yaml', '--json', '--schedules', '20', '--seed', '4', '--faults', 'random'];
    const [once, again] = [await here(...words), await here(...words)];
    expect(once).toEqual(again);
    expect(JSON.parse(once.out)).toMatchObject({ seed: 4, schedules: 20, violations: {} });
  });

  test('says what is wrong with a plan, a file and a missing one, and ends with 2', async () => {
    const plan = 'faults: [{ fault: slow, step: /pay }, { fault: error, step: /nobody }]';
    await writeFile(join(directory, 'wrong.yaml'), plan);
    const wrong = await here('order.yaml', '--faults', 'wrong.yaml');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain("/faults/0: must have required property 'seconds'");
    for (const words of [[], ['order.yaml', '--schedules', '0'], ['--replay', 'order.yaml'], ['nowhere.yaml']])
      expect(await here(...words)).toMatchObject({ code: 2, out: '' });
  });
});
