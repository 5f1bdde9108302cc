import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { confirm } from '../../../src/cli/workflow/confirm.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { harmoniaHere, type Ran } from '../../world/command-line.js';
import { TestService } from '../../world/service.js';

/* From a file to a service, and what runs there: `workflow save`, `workflow delete`, `execution start`. */

let directory: string;
let service: TestService;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-save-'));
  service = await TestService.start();
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

const file = async (name: string, document: object): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, JSON.stringify(document));
  return path;
};
const harmonia = (...args: readonly string[]): Promise<Ran> => harmoniaHere([...args, '--url', service.url]);
const document = (name: string, say: string): JsonObject => ({
  name,
  tasks: { a: { type: 'core/value', input: { say } } },
  output: { said: '${tasks.a.output.say}', to: '${input.?to.orValue("nobody")}' },
});
const current = async (id: string): Promise<JsonObject> =>
  (await service.get(`/api/v1/workflows/${id}`)).body.data as unknown as JsonObject;
const total = async (): Promise<unknown> => (await service.get('/api/v1/workflows')).body.total;

describe('workflow save', () => {
  test('keeps a file and prints its id; one of that name says how to save the next version', async () => {
    const path = await file('one.json', document('one', 'hi'));
    const { code, out, err } = await harmonia('workflow', 'save', path);
    expect([code, err]).toEqual([0, 'one 1.0.0 is kept\n']);
    const id = out.trim();
    expect(await current(id)).toMatchObject({ name: 'one', version: '1.0.0' });

    const again = await harmonia('workflow', 'save', path);
    expect([again.code, again.out]).toEqual([2, '']);
    const cure = `harmonia workflow save ${path} --id ${id} --if-match 1.0.0`;
    expect(again.err).toBe(
      `a workflow "one" is there: ${id}, at version 1.0.0\n  → Save this as its next version: ${cure}\n`,
    );

    await file('one.json', document('one', 'ho'));
    expect(await harmonia(...cure.split(' ').slice(1))).toMatchObject({
      ...{ code: 0, out: `${id}\n`, err: 'one 1.0.1 is kept\n' },
    });
    // Whoever saw 1.0.0 has not seen this one.
    await file('one.json', document('one', 'hu'));
    const late = await harmonia(...cure.split(' ').slice(1));
    expect([late.code, late.out]).toEqual([2, '']);
    expect(late.err).toContain('it is at 1.0.1. [version_changed]');
    expect(await current(id)).toMatchObject({ version: '1.0.1' });
    const byName = await harmonia('workflow', 'save', path, '--id', 'one', '--json');
    expect(JSON.parse(byName.out)).toMatchObject({ id, version: '1.0.2' });
  });

  test('a version that was seen twice: of two that save at once, one is told', async () => {
    const { out } = await harmonia('workflow', 'save', await file('race.json', document('race', 'a')));
    const paths = await Promise.all(['b', 'c'].map((say) => file(`${say}.json`, document('race', say))));
    const save = (path: string): Promise<Ran> =>
      harmonia('workflow', 'save', path, '--id', out.trim(), '--if-match', '1.0.0');
    const codes = (await Promise.all(paths.map(save))).map(({ code }) => code);
    expect(codes.sort()).toEqual([0, 2]);
  });

  test('tells every fault with its place and its cure, and keeps nothing', async () => {
    const before = await total();
    const wrong = { name: 'w', tasks: { a: { type: 'no/such', depends_on: ['b'] } } };
    const path = await file('wrong.json', wrong);
    const { code, out, err } = await harmonia('workflow', 'save', path);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/\/tasks\/a\/type[^]*→[^]*\/tasks\/a\/depends_on\/0[^]*→[^]*2 fault\(s\); nothing was kept/);
    const { faults } = JSON.parse((await harmonia('workflow', 'save', path, '--json')).out) as { faults: unknown[] };
    expect(faults).toHaveLength(2);
    expect((await harmonia('workflow', 'save', 'no-such-file.yaml')).code).toBe(2);
    const alone = await harmonia('workflow', 'save', path, '--if-match', '1.0.0');
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('--id')]);
    const nobody = await file('fine.json', document('fine', 'x'));
    expect((await harmonia('workflow', 'save', nobody, '--id', 'nobody')).err).toContain('No workflow nobody');
    expect(await total()).toBe(before);
  });
});

describe('workflow delete', () => {
  test('asks; where nobody could answer, it wants --yes', async () => {
    await harmonia('workflow', 'save', await file('gone.json', document('gone', 'x')));
    const asked = await harmonia('workflow', 'delete', 'gone');
    expect([asked.code, asked.err]).toEqual([2, expect.stringMatching(/Delete workflow gone \(\S+\)\?[^]*--yes/)]);
    const before = (await total()) as number;
    const { code, out } = await harmonia('workflow', 'delete', 'gone', '--yes');
    expect([code, out]).toEqual([0, expect.stringMatching(/^gone \(\S+\) deleted\n$/)]);
    expect(await total()).toBe(before - 1);
    expect((await harmonia('workflow', 'delete', 'gone', '--yes')).code).toBe(2);
  });

  test('takes one off with open executions only when it is forced', async () => {
    const path = await file('open.json', { name: 'open', tasks: { ok: { approval: { by: ['ops'] } } } });
    await harmonia('workflow', 'save', path);
    expect((await harmonia('execution', 'start', 'open')).code).toBe(0);
    expect((await harmonia('workflow', 'delete', 'open', '--yes')).err).toContain('[conflict]');
    const forced = await harmonia('workflow', 'delete', 'open', '--yes', '--force', '--json');
    expect(JSON.parse(forced.out)).toMatchObject({ deleted: true });
  });

  test.each([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['', false],
  ])('%j is %s', async (typed, isYes) => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    input.end(typed);
    let asked = '';
    expect(await confirm('Sure?', { input, ask: (text) => void (asked += text) })).toBe(isYes);
    expect(asked).toMatch(/^Sure\? \[y\/N\] /);
  });
});

describe('execution start', () => {
  test('prints the id, or waits for the output; exit 1 when it failed', async () => {
    await harmonia('workflow', 'save', await file('run.json', document('run', 'hi')));
    const started = await harmonia('execution', 'start', 'run');
    expect([started.code, started.out]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);
    const ended = await harmonia('execution', 'start', 'run', '--input', '{"to":"Ada"}', '--wait');
    expect([ended.code, JSON.parse(ended.out)]).toEqual([0, { said: 'hi', to: 'Ada' }]);
    expect(ended.err).toContain('workflow_completed');

    const fails = { name: 'fails', tasks: { a: { type: 'core/fail', input: { message: 'no' } } } };
    await harmonia('workflow', 'save', await file('fails.json', fails));
    const failed = await harmonia('execution', 'start', 'fails', '--wait');
    expect([failed.code, failed.out]).toEqual([1, '']);
    expect(failed.err).toMatch(/failed: .*\[step_failed\]\n$/);
    const told = await harmonia('execution', 'start', 'fails', '--wait', '--json');
    expect([told.code, JSON.parse(told.out)]).toMatchObject([1, { status: 'failed', error: { code: 'step_failed' } }]);
  });

  test('another version, another budget, and what is wrong', async () => {
    const [path, next] = [await file('v.json', document('v', 'old')), await file('v2.json', document('v', 'new'))];
    await harmonia('workflow', 'save', path);
    await harmonia('workflow', 'save', next, '--id', 'v');
    const start = (...more: readonly string[]): Promise<Ran> => harmonia('execution', 'start', 'v', ...more);
    expect(JSON.parse((await start('--wait', '--workflow-version', '1.0.0')).out)).toMatchObject({ said: 'old' });
    expect(JSON.parse((await start('--wait')).out)).toMatchObject({ said: 'new' });
    expect(JSON.parse((await start('--budget', 'calls=3', '--json')).out)).toMatchObject({ workflow_name: 'v' });
    expect((await start('--workflow-version', '9.0.0')).err).toContain('[version_not_found]');
    expect((await start('--input', '{bad')).code).toBe(2);
    expect((await harmonia('execution', 'start', 'nobody')).code).toBe(2);
  });
});
