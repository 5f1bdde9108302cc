import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harmonia } from '../world/command-line.js';
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

  test('exit 2 and every fault when the file is wrong; nothing runs', async () => {
    const path = await file('wrong.yaml', 'name: w\ntasks:\n  a: { type: no/such, depends_on: [b] }\n');
    const ran = await harmonia(['run', path]);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err).toMatch(/\/tasks\/a\/depends_on\/0[^]*→[^]*\/tasks\/a\/type/);
    expect((await harmonia(['run', await file('broken.yaml', 'a: [')])).code).toBe(2);
    expect((await harmonia(['run', 'no-such-file.yaml'])).code).toBe(2);
    expect((await harmonia(['run', 'examples/first.yaml', '--input', '{bad'])).code).toBe(2);
    expect((await harmonia(['run', 'examples/first.yaml', '--time-scale', '-1'])).code).toBe(2);
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
    expect(await harmonia(['validate', 'examples/nightly-report.yaml'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('valid, 6 task(s)') as unknown as string,
    });
    const wrong = await harmonia(['validate', await file('v.json', '{"name":"v","tasks":{"a":{}}}'), '--json']);
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
    expect((await harmonia(['workflow', 'list', ...url])).out).toContain('cli');
    expect(JSON.parse((await harmonia(['workflow', 'get', workflow, ...url])).out)).toMatchObject({ name: 'cli' });
    expect(JSON.parse((await harmonia(['execution', 'list', '--json', ...url])).out)).toMatchObject([{ id }]);
    expect(JSON.parse((await harmonia(['execution', 'get', id, ...url])).out)).toMatchObject({ status: 'completed' });
    expect((await harmonia(['execution', 'events', id, ...url])).out).toContain('workflow_completed');
    expect(await harmonia(['execution', 'watch', id, ...url])).toMatchObject({
      code: 0,
      out: expect.stringContaining('task_completed') as unknown as string,
    });
    expect(await harmonia(['execution', 'cancel', id, ...url])).toMatchObject({
      code: 2,
      err: expect.stringContaining('[conflict]') as unknown as string,
    });
    await service.stop();
    expect(await harmonia(['workflow', 'list', ...url])).toMatchObject({
      code: 70,
      err: expect.stringContaining('harmonia serve') as unknown as string,
    });
  });
});

test('every command has help with an example', async () => {
  for (const command of [['run'], ['serve'], ['validate'], ['workflow', 'list'], ['execution', 'watch']]) {
    const ran = await harmonia([...command, '--help']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Example:');
  }
  expect((await harmonia(['nonsense'])).code).toBe(2);
});
