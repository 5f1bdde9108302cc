import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harmonia, harmoniaHere, startHarmonia } from '../world/command-line.js';
import { TestService } from '../world/service.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
};

describe('harmonia run', () => {
  test('prints the output as JSON and nothing else on standard output; exit 0', async () => {
    const ran = await harmonia(['run', 'examples/first.yaml', '--input', '{"name":"Ada"}']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual({ said: 'Hello, Ada!' });
    expect(ran.err).toContain('/greet completed');
  });

  test('--json prints one object, exit 1 when the execution failed', async () => {
    const path = await file('fails.yaml', 'name: f\ntasks:\n  a: { type: core/fail, input: { message: no } }\n');
    const ran = await harmonia(['run', path, '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ status: 'failed', output: null, error: { code: 'step_failed' } });
  });

  test('--budget bounds what it may use', async () => {
    const nap = 'name: n\ntasks:\n  a: { wait: { seconds: 0.1 } }\n  b: { type: core/noop, depends_on: [a] }\n';
    const running = startHarmonia(['run', await file('nap.yaml', nap), '--budget', 'seconds=0.05']);
    await running.says(/its budget is used up, seconds [\d.]+ of 0\.05/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
    expect((await harmoniaHere(['run', 'x.yaml', '--budget', 'money=1'])).err).toContain('It must be a limit such as');
  });

  test('exit 2 and every fault when the file is wrong; nothing runs', async () => {
    const path = await file('wrong.yaml', 'name: w\ntasks:\n  a: { type: no/such, depends_on: [b] }\n');
    const ran = await harmoniaHere(['run', path]);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err).toMatch(/\/tasks\/a\/type[^]*→[^]*\/tasks\/a\/depends_on\/0[^]*→/);
    expect((await harmoniaHere(['run', await file('broken.yaml', 'a: [')])).code).toBe(2);
    expect((await harmoniaHere(['run', 'no-such-file.yaml'])).code).toBe(2);
    expect((await harmoniaHere(['run', 'examples/first.yaml', '--input', '{bad'])).code).toBe(2);
    expect((await harmoniaHere(['run', 'examples/first.yaml', '--time-scale', '-1'])).code).toBe(2);
  });

  test('keeps its journal with --data-dir, and a changed file is a new version', async () => {
    const data = join(directory, 'data');
    const path = await file('kept.yaml', 'name: kept\ntasks:\n  a: { type: core/noop }\n');
    expect((await harmonia(['run', path, '--data-dir', data])).code).toBe(0);
    await file('kept.yaml', 'name: kept\ntasks:\n  a: { type: core/noop }\n  b: { type: core/noop }\n');
    expect((await harmonia(['run', path, '--data-dir', data])).code).toBe(0);
    const service = await TestService.start({}, { directory: data });
    const { body } = await service.get('/api/v1/workflows');
    expect(body.items).toMatchObject([{ name: 'kept', version: '1.0.1', task_count: 2 }]);
    expect((await service.get('/api/v1/executions?status=completed')).body.total).toBe(2);
    await service.stop(true);
  });
});

describe('harmonia validate', () => {
  test('says valid or lists the faults', async () => {
    expect(await harmoniaHere(['validate', 'examples/nightly-report.yaml'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('valid, 6 task(s)') as unknown as string,
    });
    const wrong = await harmoniaHere(['validate', await file('v.json', '{"name":"v","tasks":{"a":{}}}'), '--json']);
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.out)).toMatchObject({
      valid: false,
      faults: [{ code: 'required_field', pointer: '/tasks/a' }],
    });
  });
});

describe('against a service', () => {
  test('workflows and executions are listed, shown, watched and steered', async () => {
    const service = await TestService.start();
    const url = ['--url', service.url];
    const workflow = await service.workflow({ name: 'cli', tasks: { a: { type: 'core/noop' } } });
    const { id } = (await service.complete(workflow)) as { id: string };
    expect((await harmoniaHere(['workflow', 'list', ...url])).out).toContain('cli');
    expect(JSON.parse((await harmoniaHere(['workflow', 'get', workflow, ...url])).out)).toMatchObject({ name: 'cli' });
    expect(JSON.parse((await harmoniaHere(['execution', 'list', '--json', ...url])).out)).toMatchObject([{ id }]);
    expect(JSON.parse((await harmoniaHere(['execution', 'get', id, ...url])).out)).toMatchObject({
      status: 'completed',
    });
    expect((await harmoniaHere(['execution', 'verify', id, ...url])).out).toMatch(
      /^verified: 4 events, head \S{43}\n$/,
    );
    expect((await harmoniaHere(['execution', 'events', id, ...url])).out).toContain('workflow_completed');
    expect(await harmoniaHere(['execution', 'watch', id, ...url])).toMatchObject({
      code: 0,
      out: expect.stringContaining('task_completed') as unknown as string,
    });
    expect(await harmoniaHere(['execution', 'cancel', id, ...url])).toMatchObject({
      code: 2,
      err: expect.stringContaining('[conflict]') as unknown as string,
    });
    await service.stop();
    expect(await harmoniaHere(['workflow', 'list', ...url])).toMatchObject({
      code: 70,
      err: expect.stringContaining('harmonia serve') as unknown as string,
    });
  });
});

test('checkpoints are taken, listed, shown, checked, restored and deleted', async () => {
  const service = await TestService.start();
  const checkpoint = (...args: string[]): ReturnType<typeof harmoniaHere> =>
    harmoniaHere(['checkpoint', ...args, '--url', service.url]);
  const tasks = { a: { type: 'core/delay', input: { seconds: 60 } } };
  const workflow = await service.workflow({ name: 'marked', tasks });
  const execution = (await service.post(`/api/v1/workflows/${workflow}/execute`)).body.execution_id as string;
  const id = (await checkpoint('create', execution, '--name', 'half way')).out.trim();
  await checkpoint('create', execution);
  expect((await checkpoint('list', '--execution', execution)).out).toContain('half way');
  expect(JSON.parse((await checkpoint('get', id)).out)).toMatchObject({
    name: 'half way',
    task_statuses: { a: 'running' },
  });
  expect(await checkpoint('validate', id)).toMatchObject({ code: 0, out: 'The checkpoint can be restored\n' });
  const restored = (await checkpoint('restore', id)).out.trim();
  expect((await service.get(`/api/v1/executions/${restored}`)).body.data).toMatchObject({ restored_from: execution });
  expect(await checkpoint('delete', id)).toMatchObject({ code: 0, out: `${id} deleted\n` });
  expect(await checkpoint('get', id)).toMatchObject({
    code: 2,
    err: expect.stringContaining('[checkpoint_not_found]') as unknown,
  });
  expect(JSON.parse((await checkpoint('list', '--json')).out)).toHaveLength(1);
  for (const each of [execution, restored]) await service.post(`/api/v1/executions/${each}/cancel`);
  expect(await checkpoint('create', execution)).toMatchObject({
    code: 2,
    err: expect.stringContaining('[conflict]') as unknown,
  });
  await service.stop();
});

describe('Ctrl-C', () => {
  const slow =
    'name: slow\ntasks:\n  a: { type: core/noop }\n  b: { type: core/delay, input: { seconds: 60 }, depends_on: [a] }\n';

  test('ends in order with 130; with --data-dir the execution goes on where it was', async () => {
    const data = join(directory, 'interrupted');
    const path = await file('slow.yaml', slow);
    const running = startHarmonia(['run', path, '--data-dir', data], { HARMONIA_SHUTDOWN_SECONDS: '0' });
    await running.says(/\/b started/);
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain('harmonia serve');
    const service = await TestService.start({}, { directory: data });
    const [execution] = (await service.get('/api/v1/executions')).body.items as [{ id: string; status: string }];
    expect(execution.status).toBe('running');
    expect((await service.get(`/api/v1/executions/${execution.id}`)).body.data).toMatchObject({
      task_statuses: { a: 'completed', b: 'running' },
    });
    await service.stop(true);
  });

  test('twice ends at once; without --data-dir nothing is left behind', async () => {
    const path = await file('slow.yaml', slow);
    const temporary = join(directory, 'temporary');
    await mkdir(temporary);
    const kept = startHarmonia(['run', path, '--data-dir', join(directory, 'twice')], {
      HARMONIA_SHUTDOWN_SECONDS: '60',
    });
    await kept.says(/\/b started/);
    kept.child.kill('SIGINT');
    await kept.says(/Ctrl-C again/);
    kept.child.kill('SIGINT');
    expect((await kept.ended).code).toBe(130);
    const passing = startHarmonia(['run', path], { TMPDIR: temporary });
    await passing.says(/\/b started/);
    expect(await readdir(temporary)).toHaveLength(1);
    passing.child.kill('SIGTERM');
    expect((await passing.ended).code).toBe(143);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe('what a person gets wrong', () => {
  test.each<[string[], RegExp]>([
    [['run', 'no-such-file.yaml'], /there is no such file\n {2}→ /],
    [['run', 'examples'], /it is a directory/],
    [['run', 'examples/first.yaml', '--input', '{bad'], /→ Quote JSON for your shell/],
    [['run', 'examples/first.yaml', '--input', '@nowhere.json'], /nowhere\.json: there is no such file/],
    [['run', 'examples/first.yaml', '--inptu', '{}'], /Did you mean --input\?/],
    [['rnu'], /Did you mean run\?/],
    [['workflow', 'list', '--url', 'nonsense'], /It must be an address/],
    [['execution', 'list', '--limit', '0'], /whole number from 1/],
    [['run'], /missing required argument 'file'/],
  ])('%j is told what to do; exit 2', async (args, words) => {
    const { code, out, err } = await harmoniaHere(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
  });
});

test('--input @file, and a reader of the output that leaves early', async () => {
  const input = await file('input.json', '{"text":"x"}');
  const many = Array.from(
    { length: 500 },
    (_, index) => `  t${index}: { type: core/value, input: { text: '\${input.text}' } }`,
  );
  const path = await file('many.yaml', `name: many\ntasks:\n${many.join('\n')}\n`);
  const whole = await harmonia(['run', path, '--input', `@${input}`]);
  expect(Object.keys(JSON.parse(whole.out) as object)).toHaveLength(500);
  const cut = startHarmonia(['run', path, '--input', `@${input}`]);
  cut.child.stdout.destroy();
  expect(await cut.ended).toMatchObject({ code: 0, err: expect.not.stringContaining('EPIPE') as unknown });
});

test('watch follows over a restart of the service, every event once', async () => {
  const data = join(directory, 'watched');
  const first = await TestService.start({}, { directory: data });
  const workflow = await first.workflow({
    name: 'watched',
    tasks: { a: { type: 'core/noop' }, b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] } },
  });
  const id = (await first.post(`/api/v1/workflows/${workflow}/execute`)).body.execution_id as string;
  const watching = startHarmonia(['execution', 'watch', id, '--url', first.url, '--json']);
  await watching.says(/"task_id":"b"/);
  await first.stop(true);
  const second = await TestService.start({}, { directory: data, port: first.port });
  await second.post(`/api/v1/executions/${id}/cancel`);
  const { code, out } = await watching.ended;
  expect(code).toBe(1);
  const sequences = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  const { body } = await second.get(`/api/v1/executions/${id}/events`);
  expect((body.events as { sequence: number }[]).map(({ sequence }) => sequence)).toEqual(sequences);
  await second.stop(true);
});

test('every command has help with an example; the exit codes are listed', async () => {
  const groups = [[], ['run'], ['serve'], ['validate'], ['workflow'], ['workflow', 'list'], ['execution']];
  const actions = ['list', 'get', 'verify', 'events', 'watch', 'cancel', 'pause', 'resume'].map((name) => [
    'execution',
    name,
  ]);
  const marks = ['create', 'list', 'get', 'validate', 'restore', 'delete'].map((name) => ['checkpoint', name]);
  const helps = await Promise.all(
    [...groups, ['workflow', 'get'], ...actions, ['checkpoint'], ...marks].map((each) =>
      harmoniaHere([...each, '--help']),
    ),
  );
  for (const { code, out } of helps) {
    expect(code).toBe(0);
    expect(out).toContain('Example:');
  }
  expect(helps[0]?.out).toMatch(/Exit codes:[^]*130/);
});
