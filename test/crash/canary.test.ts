import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
let service: ServiceProcess;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-canary-'));
  service = await ServiceProcess.start(directory);
});
afterEach(async () => {
  await service.kill();
  await rm(directory, { recursive: true, force: true });
});

const V = '/api/v1';
const crash = async (): Promise<void> => {
  await service.kill();
  service = await ServiceProcess.start(directory);
};
const dataOf = async (path: string): Promise<JsonObject> => (await service.get(`${V}${path}`)).body.data as JsonObject;

test('a canary that was acknowledged is there after kill -9, so is its end; what was drawn stays drawn', async () => {
  const value = (n: number): JsonObject => ({ type: 'core/value', input: { n } });
  const tasks = { a: value(1), b: { ...value(2), depends_on: ['a'] } };
  const id = await service.workflow({
    ...{ name: 'tried', version: '1.0.0', tasks },
    output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}' },
  });
  const parent = await service.workflow({ name: 'parent', tasks: { child: { workflow: { name: 'tried' } } } });
  const { body } = await service.post(`${V}/workflows/${id}/suggestions`, {});
  const [{ id: suggestion } = { id: '' }] = (body.data as unknown as { suggestions: { id: string }[] }).suggestions;
  const applied = await service.post(`${V}/suggestions/${suggestion}/apply`, { canary: { share: 0.5, runs: 200 } });
  expect(applied.status).toBe(201);
  await crash();
  const { canary } = await dataOf(`/workflows/${id}`);
  expect(canary).toMatchObject({ version: '1.0.1', share: 0.5, status: 'running', suggestion_id: suggestion });

  const begin = async (key: number, workflow = id): Promise<string> => {
    const answer = await service.post(
      `${V}/executions`,
      { workflow_id: workflow, input: {} },
      { 'idempotency-key': `${workflow}:${key}` },
    );
    if (answer.status > 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.execution_id as string;
  };
  const versionOf = async (execution: string): Promise<unknown> =>
    (await dataOf(`/executions/${execution}`)).workflow_version;
  const keys = Array.from({ length: 16 }, (_, key) => key);
  const before = await Promise.all(keys.map((key) => begin(key)));
  const versions = await Promise.all(before.map(versionOf));
  await Promise.all(keys.map((key) => begin(key, parent)));
  await crash();
  // Who asks again gets the same execution, and it is of the same version.
  expect(await Promise.all(keys.map((key) => begin(key)))).toEqual(before);
  expect(await Promise.all(before.map(versionOf))).toEqual(versions);
  expect([...new Set(versions)].sort()).toEqual(['1.0.0', '1.0.1']);
  const children = await eventually(
    async () =>
      (await service.get(`${V}/executions?workflow_id=${id}&limit=100`)).body.items as unknown as { status: string }[],
    (items) => items.length === 32 && items.every(({ status }) => status === 'completed'),
  );
  expect(children).toHaveLength(32);

  expect((await service.post(`${V}/suggestions/${suggestion}/promote`, {})).status).toBe(200);
  await crash();
  expect(await dataOf(`/workflows/${id}`)).toMatchObject({ version: '1.0.1', canary: null });
  expect(await dataOf(`/suggestions/${suggestion}`)).toMatchObject({
    ...{ status: 'applied', followUp: { way: 'applied', version: '1.0.1' } },
  });
});
