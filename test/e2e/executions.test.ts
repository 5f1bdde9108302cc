import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import WebSocket from 'ws';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';
import { EventClient } from '../world/stream-clients.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const chain = {
  name: 'chain',
  tasks: {
    a: { type: 'core/value', input: { n: '${input.n}' } },
    b: { type: 'core/log', input: { message: 'n=${tasks.a.output.n}' } },
  },
  output: { n: '${tasks.a.output.n}' },
};
const slow = {
  name: 'slow',
  tasks: { a: { type: 'core/delay', input: { seconds: 60 } }, b: { type: 'core/noop', depends_on: ['a'] } },
};

const start = async (workflow: string, input: object = {}, headers: Record<string, string> = {}): Promise<string> => {
  const { body, status } = await service.post('/api/v1/executions', { workflow_id: workflow, input }, headers);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.execution_id as string;
};

describe('an execution', () => {
  test('runs to its end and can be read from every side', async () => {
    const workflow = await service.workflow(chain);
    const execution = await service.complete(workflow, { n: 3 });
    expect(execution).toMatchObject({
      status: 'completed',
      output: { n: 3 },
      input: { n: 3 },
      workflow_name: 'chain',
      progress: { completed_tasks: 2, total_tasks: 2, percentage: 100 },
      task_statuses: { a: 'completed', b: 'completed' },
      task_status: { a: { output: { n: 3 } } },
      execution: { id: execution.id },
      summary: { status: 'completed' },
      workflow_definition: { name: 'chain' },
    });
    const id = execution.id as string;
    expect((await service.get(`/api/v1/executions/${id}/tasks`)).body.items).toMatchObject([
      { id: 'a', input: { n: 3 } },
      { id: 'b', output: { message: 'n=3' } },
    ]);
    expect((await service.get(`/api/v1/executions/${id}/logs`)).body.data).toMatchObject([
      { message: 'n=3', step: '/b', level: 'info' },
    ]);
    expect((await service.get(`/api/v1/executions/${id}/metrics`)).body.data).toMatchObject({
      critical_path: ['a', 'b'],
      retry_counts: { a: 0, b: 0 },
    });
    expect((await service.get(`/api/v1/executions/${id}/timeline`)).body.data).toMatchObject({
      tasks: [{ id: 'a', segments: [{ kind: 'attempt', outcome: 'completed' }] }, {}],
    });
    const events = (await service.get(`/api/v1/executions/${id}/events?since=2`)).body.data as unknown as {
      sequence: number;
      event_type: string;
    }[];
    expect(events.map(({ event_type }) => event_type)).toEqual([
      'task_completed',
      'task_started',
      'task_completed',
      'workflow_completed',
    ]);
  });

  test('is listed by status, workflow, time and metadata', async () => {
    const workflow = await service.workflow({ ...chain, name: 'listed' });
    await service.post(`/api/v1/workflows/${workflow}/execute`, {
      input: { n: 1 },
      metadata: { team: 'blue' },
      execution_options: { async: false },
    });
    await service.complete(workflow, {});
    const count = async (query: string): Promise<unknown> =>
      (await service.get(`/api/v1/executions?workflow_id=${workflow}&${query}`)).body.total;
    expect(await count('')).toBe(2);
    expect(await count('status=completed')).toBe(1);
    expect(await count('status=failed,cancelled')).toBe(1);
    expect(await count('metadata.team=blue')).toBe(1);
    expect(await count('from=2020-01-01T00:00:00Z')).toBe(2);
    expect(await count('to=2020-01-01T00:00:00Z')).toBe(0);
  });

  test('is refused with pointers when its input does not fit', async () => {
    const workflow = await service.workflow({
      ...chain,
      name: 'typed',
      input_schema: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
    });
    const refused = await service.post('/api/v1/executions', { workflow_id: workflow, input: { n: 'x' } });
    expect(refused).toMatchObject({
      status: 422,
      body: { error: { details: { faults: [{ pointer: '/input/n', code: 'schema_mismatch' }] } } },
    });
  });

  test('is paused, resumed and canceled; the wrong state conflicts', async () => {
    const id = await start(await service.workflow(slow));
    expect((await service.post(`/api/v1/executions/${id}/resume`)).status).toBe(409);
    expect((await service.post(`/api/v1/executions/${id}/suspend`)).body.data).toEqual({
      execution_id: id,
      status: 'paused',
    });
    expect((await service.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({
      status: 'paused',
      task_statuses: { a: 'running', b: 'pending' },
    });
    expect((await service.post(`/api/v1/executions/${id}/resume`)).status).toBe(200);
    expect((await service.send('DELETE', `/api/v1/executions/${id}`)).status).toBe(409);
    expect((await service.post(`/api/v1/executions/${id}/stop`, { reason: 'enough' })).status).toBe(200);
    expect((await service.post(`/api/v1/executions/${id}/cancel`)).status).toBe(200);
    expect((await service.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({
      status: 'canceled',
      task_statuses: { a: 'canceled', b: 'canceled' },
    });
    expect((await service.send('DELETE', `/api/v1/executions/${id}`)).status).toBe(200);
    expect((await service.get(`/api/v1/executions/${id}`)).status).toBe(404);
  });

  test('with the same Idempotency-Key starts once', async () => {
    const workflow = await service.workflow({ ...chain, name: 'once' });
    const key = { 'idempotency-key': 'start-once' };
    const ids = await Promise.all(Array.from({ length: 5 }, () => start(workflow, { n: 1 }, key)));
    expect(new Set(ids).size).toBe(1);
    const other = await service.post('/api/v1/executions', { workflow_id: workflow, input: { n: 2 } }, key);
    expect(other.body).toMatchObject({ error: { code: 'idempotency_conflict' } });
  });

  test('is restored from a checkpoint as a new one that keeps what was completed', async () => {
    const workflow = await service.workflow({
      name: 'restored',
      tasks: {
        a: { type: 'core/value', input: { id: '${uuid()}' } },
        b: { type: 'core/delay', input: { seconds: 30 }, depends_on: ['a'] },
      },
    });
    const id = await start(workflow);
    const taken = await service.post(`/api/v1/executions/${id}/checkpoint`, { name: 'half way' });
    const checkpoint = taken.body.checkpoint_id as string;
    const restored = await service.post(`/api/v1/checkpoints/${checkpoint}/restore`);
    expect(restored.status).toBe(201);
    expect(restored.body.execution_id).not.toBe(id);
    const before = (await service.get(`/api/v1/executions/${id}`)).body.data as unknown as { task_status: JsonObject };
    expect(restored.body.data).toMatchObject({
      restored_from: id,
      task_statuses: { a: 'completed', b: 'running' },
      task_status: { a: before.task_status.a },
    });
    const { body } = await service.get(`/api/v1/executions/${restored.body.execution_id as string}/events`);
    expect((body.data as unknown as JsonObject[])[0]).toMatchObject({
      details: { restored_from: id, checkpoint_id: checkpoint },
    });
    for (const each of [id, restored.body.execution_id as string])
      await service.post(`/api/v1/executions/${each}/cancel`);
  });
});

describe('streams', () => {
  test('server-sent events: every event once, in order, from where the client stopped', async () => {
    const workflow = await service.workflow({ ...chain, name: 'sse' });
    const id = (await service.complete(workflow, { n: 1 })).id as string;
    const all = await EventClient.readAll(`${service.url}/events/executions/${id}`);
    expect(all.map(({ event }) => event)).toEqual([
      'connected',
      'keepalive',
      'state',
      'workflow_started',
      'task_started',
      'task_completed',
      'task_started',
      'task_completed',
      'workflow_completed',
      'end',
    ]);
    const rest = await EventClient.readAll(`${service.url}/events/executions/${id}`, { 'last-event-id': '4' });
    expect(rest.flatMap(({ id: place }) => place ?? [])).toEqual(['5', '6']);
    expect((await service.get('/events/executions/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  test('a WebSocket gets the state, the past and the present, and steers', async () => {
    const id = await start(await service.workflow({ ...slow, name: 'ws' }));
    const socket = new WebSocket(`ws://127.0.0.1:${service.port}/ws/executions/${id}?since=0`);
    const frames: JsonObject[] = [];
    const seen = (type: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!frames.some((frame) => frame.type === type)) return;
          socket.off('message', look);
          resolve();
        };
        socket.on('message', look);
        look();
      });
    socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString('utf8')) as JsonObject));
    await seen('task_started');
    socket.send(JSON.stringify({ type: 'ping', requestId: 'p' }));
    await seen('pong');
    socket.send('{bad');
    await seen('error');
    socket.send(JSON.stringify({ type: 'cancel', requestId: 'c' }));
    await seen('execution_canceled');
    const sequences = frames.flatMap(({ sequence, event_type }) =>
      event_type !== undefined && typeof sequence === 'number' ? [sequence] : [],
    );
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(frames.slice(0, 2).map(({ type }) => type)).toEqual(['connected', 'state']);
    expect(frames).toContainEqual(expect.objectContaining({ type: 'accepted', requestId: 'c' }));
    socket.close();
  });

  test('an unknown execution and an unknown path are refused', async () => {
    const unknown = new WebSocket(`ws://127.0.0.1:${service.port}/ws/executions/00000000-0000-4000-8000-000000000000`);
    const [code] = (await once(unknown, 'close')) as [number];
    expect(code).toBe(4404);
    const nowhere = new WebSocket(`ws://127.0.0.1:${service.port}/ws/nowhere`);
    const [error] = (await once(nowhere, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  test('/ws/workflows tells of changed definitions', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${service.port}/ws/workflows`);
    await once(socket, 'message');
    const told = once(socket, 'message');
    await service.workflow({ ...chain, name: 'told' });
    const [data] = (await told) as [Buffer];
    expect(JSON.parse(data.toString('utf8'))).toMatchObject({ type: 'workflow_created', name: 'told' });
    socket.close();
  });
});
