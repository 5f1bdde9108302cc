import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { TestService } from '../../world/service.js';
import { eventually } from '../../world/service-process.js';

const V = '/api/v1';
let service: TestService;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-drop-'));
  service = await TestService.start({}, { plugins: { file: { roots: [root] } } });
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true });
});

const echo = (name: string): Promise<string> =>
  service.workflow({ name, tasks: { a: { type: 'core/value', input: { got: '${input}' } } }, output: '${input}' });

const trigger = async (document: object): Promise<string> => {
  const { status, body } = await service.post(`${V}/triggers`, document);
  expect([status, body.details ?? null]).toEqual([201, null]);
  const id = body.trigger_id as string;
  await eventually(
    () => shown(id),
    ({ state }) => state === 'running',
  );
  return id;
};

const shown = async (id: string): Promise<JsonObject> =>
  (await service.get(`${V}/triggers/${id}`)).body.data as unknown as JsonObject;

/** The inputs of the executions of a workflow that have ended, once there are so many. */
const inputs = async (workflow: string, count: number): Promise<JsonObject[]> => {
  const path = `${V}/executions?workflow_id=${workflow}&status=completed&limit=100`;
  const { body } = await eventually(
    () => service.get(path),
    (answer) => (answer.body.total as unknown as number) >= count,
  );
  const items = body.items as unknown as { id: string; metadata: JsonObject }[];
  const details = await Promise.all(items.map(({ id }) => service.get(`${V}/executions/${id}`)));
  return details.map((answer) => (answer.body.data as unknown as { input: JsonObject }).input);
};

describe('harmonia/event', () => {
  test('starts a workflow for each event that fits its name and its expression', async () => {
    const workflow = await echo('paid');
    const id = await trigger({
      ...{ name: 'on paid', type: 'harmonia/event', params: { name: 'order.*' }, workflow: 'paid' },
      match: '${payload.data.amount > 100}',
      input_mapping: { order: 'payload.data.order', what: '${payload.name + "!"}' },
    });
    await service.post(`${V}/events`, { name: 'order.paid', payload: { order: 1, amount: 50 } });
    await service.post(`${V}/events`, { name: 'other.paid', payload: { order: 2, amount: 500 } });
    await service.post(`${V}/events`, { name: 'order.paid', payload: { order: 'no amount' } });
    await service.post(`${V}/events`, { name: 'order.paid', payload: { order: 3, amount: 500 } });
    expect(await inputs(workflow, 1)).toEqual([{ order: 3, what: 'order.paid!' }]);
    const { body } = await service.get(`${V}/triggers/${id}/deliveries`);
    expect(body.items).toEqual([
      expect.objectContaining({ status: 'delivered', payload: expect.objectContaining({ name: 'order.paid' }) }),
    ]);
    expect(await shown(id)).toMatchObject({ emitted: 1, failures: 0, state: 'running', last_error: null });
  });

  test('hears what harmonia/emit says, and can pass it on as an event', async () => {
    const listener = await service.workflow({
      name: 'listens',
      tasks: { a: { event: { name: 'renamed' } } },
    });
    await trigger({
      ...{ name: 'rename', type: 'harmonia/event', params: { name: 'plain' }, action: 'event' },
      ...{ event: 'renamed', input_mapping: { n: '${payload.data.n}' } },
    });
    const { body } = await service.post(`${V}/executions`, { workflow_id: listener });
    const emitter = await service.workflow({
      name: 'emits',
      tasks: { a: { type: 'harmonia/emit', input: { name: 'plain', payload: { n: 7 } } } },
    });
    await service.complete(emitter);
    const { body: ended } = await eventually(
      () => service.get(`${V}/executions/${body.execution_id as string}`),
      (answer) => (answer.body.data as unknown as JsonObject).status === 'completed',
    );
    expect((ended.data as unknown as JsonObject).output).toEqual({ a: { n: 7 } });
  });

  test('what came while it was disabled is told when it is enabled', async () => {
    const workflow = await echo('late');
    const id = await trigger({ name: 'late', type: 'harmonia/event', params: { name: 'late' }, workflow });
    const { body } = await service.post(`${V}/triggers/${id}/disable`);
    expect(body.data).toMatchObject({ enabled: false });
    await eventually(
      () => shown(id),
      ({ state, reason }) => state === 'stopped' && reason === 'disabled',
    );
    await service.post(`${V}/events`, { name: 'late', payload: 1 });
    await service.post(`${V}/triggers/${id}/enable`);
    expect(await inputs(workflow, 1)).toMatchObject([{ data: 1, name: 'late', workflow_id: null }]);
  });
});

describe('harmonia/execution', () => {
  test('starts a workflow when another has ended as it should, and knows how', async () => {
    const workflow = await echo('follows');
    const watched = await service.workflow({
      name: 'watched',
      tasks: { a: { type: 'core/fail', input: { message: 'no', code: 'oh_no', kind: 'fatal' } } },
    });
    await trigger({
      ...{ name: 'on failure', type: 'harmonia/execution', workflow },
      params: { workflow: 'watched', status: ['failed'] },
    });
    await service.complete(await echo('unwatched'));
    const ended = await service.complete(watched);
    const [input] = await inputs(workflow, 1);
    expect(input).toMatchObject({
      ...{ execution_id: ended.id, workflow_name: 'watched', status: 'failed', output: null },
      error: { code: 'step_failed' },
    });
  });

  test('does not follow what it started itself, also by way of others, unless it is asked to; then it ends', async () => {
    const seed = await service.workflow({ name: 'seed', tasks: { a: { type: 'core/noop' } } });
    const inner = await echo('inner');
    const outer = await service.workflow({
      name: 'outer',
      tasks: { a: { workflow: { name: 'inner', input: { of: '${input}' } } } },
    });
    const all = { type: 'harmonia/execution', workflow: outer };
    const once = await trigger({ ...all, name: 'once' });
    for (const round of [1, 2]) {
      await service.complete(seed);
      await inputs(outer, round);
      await inputs(inner, round);
    }
    // In the order of commits: what the first round led to had been seen before the second began.
    expect((await shown(once)).emitted).toBe(2);
    await service.post(`${V}/triggers/${once}/disable`);

    const circle = await trigger({ ...all, name: 'circle', params: { workflow: 'outer', repeat: true } });
    await service.complete(outer);
    const deliveries = async (): Promise<JsonObject[]> =>
      (await service.get(`${V}/triggers/${circle}/deliveries?limit=100`)).body.items as unknown as JsonObject[];
    const found = await eventually(deliveries, (items) => items.some(({ status }) => status === 'failed'));
    expect(found.filter(({ status }) => status === 'delivered')).toHaveLength(16);
    expect(found[0]).toMatchObject({ status: 'failed', error: { code: 'trigger_depth' } });
  }, 30_000);
});

test('file/dropped starts a workflow for a file that is put there', async () => {
  const workflow = await echo('dropped');
  const id = await trigger({
    ...{ name: 'drop', type: 'file/dropped', workflow, params: { interval: 0.1, settle: 0, pattern: '*.csv' } },
    input_mapping: { file: 'payload.path' },
  });
  await writeFile(join(root, 'a.csv'), 'x');
  expect(await inputs(workflow, 1)).toEqual([{ file: 'a.csv' }]);
  expect((await service.send('DELETE', `${V}/triggers/${id}`)).status).toBe(200);
  expect((await service.get(`${V}/triggers/${id}`)).status).toBe(404);
});
