import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { curlsOf } from '../world/guide-curls.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ PROMETHEUS_PORT: '8006', HARMONIA_PORT: '0' });
});
afterAll(() => service.stop());

const failing = {
  name: 'failing',
  tasks: { a: { type: 'core/fail', input: { message: 'no', kind: 'transient' } } },
};
const delayed = {
  name: 'delayed',
  tasks: {
    a: { type: 'core/value', input: { n: 1 } },
    b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] },
  },
};

describe('what callers of the platform send', () => {
  test('the designer: a workflow of its dialect, a draft of it, an execution of it', async () => {
    const created = await service.post('/api/v1/workflows', {
      name: 'from the designer',
      description: '',
      tasks: {
        task_1: { name: 'First', component: 'numa', hours: 3, dependencies: [], parameters: {}, status: 'pending' },
        task_2: { name: 'Second', component: 'numa', dependencies: ['First'], parameters: { x: 1 } },
      },
      input: { sprint_id: 's' },
      output: { status: 'string', results: 'object' },
      version: '1.0',
      metadata: { priority: 'high', auto_start: false },
    });
    expect(created).toMatchObject({ status: 201, body: { status: 'success', data: { workflow_definition: {} } } });
    const id = (created.body.data as unknown as { workflow_definition: { id: string } }).workflow_definition.id;
    const draft = { workflow_state: {}, saved_components: [], canvas_state: { nodes: [{ id: 1 }], connections: [] } };
    const saved = await service.post(`/api/v1/workflows/wf-${id}/draft`, draft);
    expect(saved).toMatchObject({
      status: 200,
      body: { data: { workflow_id: id, draft_id: `draft-${id}`, saved_at: expect.any(String) as unknown } },
    });
    expect((await service.get(`/api/v1/workflows/${id}`)).body.data).toMatchObject({
      version: '1.0.0',
      metadata: { priority: 'high', draft: true, draft_data: draft },
    });
    expect(await service.post('/api/v1/workflows/00000000-0000-4000-8000-000000000000/draft', draft)).toMatchObject({
      status: 404,
      body: { error: { code: 'workflow_not_found' } },
    });
    expect((await service.post(`/api/v1/workflows/${id}/draft`, [])).status).toBe(422);
    const started = await service.post('/api/v1/executions', {
      workflow_id: id,
      input: {},
      metadata: { started_from: 'ui', auto_started: false },
    });
    expect(started).toMatchObject({ status: 201, body: { success: true } });
  });

  test('an empty workflow is a draft: kept, listed as one, not run', async () => {
    const id = await service.workflow({ name: 'empty', tasks: {} });
    expect((await service.get('/api/workflows?name=empty')).body).toMatchObject({
      workflows: [{ id, status: 'Draft', task_count: 0 }],
      data: [{ taskCount: 0, lastModified: expect.any(String) as unknown }],
    });
    expect(await service.post(`/api/workflows/${id}/execute`)).toMatchObject({
      status: 422,
      body: { error: { details: { faults: [{ code: 'empty_workflow' }] } } },
    });
  });

  test('execute without a body, and null where nothing is meant', async () => {
    const id = await service.workflow({ name: 'bare', tasks: { a: { type: 'core/noop' } } });
    expect(await service.send('POST', `/api/workflows/${id}/execute`)).toMatchObject({
      status: 201,
      body: { execution_id: expect.any(String) as unknown },
    });
    expect((await service.send('POST', `/api/workflows/${id}/execute`, '')).status).toBe(201);
    const nulls = { input: null, metadata: null, version: null, execution_options: null };
    expect((await service.post(`/api/workflows/${id}/execute`, nulls)).status).toBe(201);
  });

  test('keys in camelCase, ids with the documented prefixes', async () => {
    const id = await service.workflow(failing);
    const executionOptions = { async: false, timeout: 30, retryPolicy: { maxRetries: 1, retryInterval: 0.001 } };
    const { status, body } = await service.post('/api/v1/executions', { workflowId: `wf-${id}`, executionOptions });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ status: 'failed' });
    const execution = body.execution_id as string;
    expect((await service.get(`/api/executions/exec-${execution}/tasks`)).body.items).toMatchObject([{ attempts: 2 }]);
    expect((await service.get(`/api/executions?workflowId=wf-${id}&sortOrder=asc`)).body.total).toBe(1);
    const refused = await service.post('/api/v1/executions', {
      workflow_id: id,
      executionOptions: { async: 'x', retryPolicy: { maxRetries: -1 } },
    });
    expect(refused.body).toMatchObject({
      error: {
        details: {
          faults: [
            { pointer: '/execution_options/async', message: 'This must be true or false.' },
            {
              pointer: '/execution_options/retry_policy/max_retries',
              message: 'This must be a whole number from 0 to 1000.',
            },
          ],
        },
      },
    });
  });

  test('execution_options: a timeout ends it, and the answer waits for that', async () => {
    const id = await service.workflow({ ...delayed, name: 'timed' });
    const ended = await service.post(`/api/v1/workflows/${id}/execute`, {
      execution_options: { async: false, timeout: 0.05 },
    });
    expect(ended).toMatchObject({
      status: 201,
      body: { data: { status: 'failed', error: { code: 'execution_timeout' } } },
    });
  });

  test('lists page in both styles, filter by what metadata says, and always tell the total', async () => {
    const id = await service.workflow({ name: 'paged', tasks: { a: { type: 'core/noop' } } });
    for (let n = 0; n < 5; n++)
      await service.post(`/api/v1/workflows/${id}/execute`, { metadata: { n, even: n % 2 === 0 } });
    const page = async (query: string): Promise<object> =>
      (await service.get(`/api/v1/executions?workflow_id=${id}&${query}`)).body;
    expect(await page('limit=2&offset=2')).toMatchObject({ total: 5, page: 2, limit: 2, items: [{}, {}] });
    expect(await page('page=3&limit=2')).toMatchObject({
      total: 5,
      page: 3,
      limit: 2,
      items: [{ metadata: { n: 0 } }],
    });
    expect(await page('page=1')).toMatchObject({ total: 5, limit: 20 });
    expect(await page('metadata.n=3')).toMatchObject({ total: 1, items: [{ metadata: { n: 3 } }] });
    expect(await page('metadata.even=true')).toMatchObject({ total: 3 });
    expect(await page('status=cancelled')).toMatchObject({ total: 0 });
  });

  test('status and discovery', async () => {
    for (const path of ['/status', '/api/status', '/api/v1/status'])
      expect((await service.get(path)).body.data).toMatchObject({
        status: 'running',
        uptime: expect.any(Number) as unknown,
        active_executions: expect.any(Number) as unknown,
        components: ['prometheus'],
      });
    for (const path of ['/discovery', '/api/v1/discovery'])
      expect((await service.get(path)).body).toMatchObject({
        component: 'harmonia',
        capabilities: ['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'],
        endpoints: expect.arrayContaining([
          expect.objectContaining({ path: '/api/v1/executions/{id}/cancel', method: 'POST' }),
        ]) as unknown,
        metadata: { category: 'workflow' },
      });
    const ready = (await service.get('/ready')).body as unknown as { initialization_time: number };
    expect(ready.initialization_time).toBeLessThan(60);
  });
});

describe('checkpoints', () => {
  const start = async (): Promise<string> => {
    const id = await service.workflow(delayed);
    return (await service.post(`/api/v1/workflows/${id}/execute`)).body.execution_id as string;
  };

  test('tell what was there, are listed in pages, validated, deleted', async () => {
    const execution = await start();
    const taken = await service.post('/api/v1/state/checkpoints', {
      execution_id: execution,
      name: 'one',
      description: 'd',
    });
    const checkpoint = taken.body.checkpoint_id as string;
    expect(taken.body.data).toMatchObject({
      execution_id: execution,
      name: 'one',
      description: 'd',
      completed_tasks: ['a'],
      task_states: { a: { status: 'completed', output: { n: 1 } }, b: { status: 'running' } },
      workflow_status: 'running',
      state_data: { input: {}, output: {}, metadata: {}, task_results: { a: { n: 1 } } },
    });
    await service.post(`/api/v1/executions/${execution}/cancel`);
    const details = (await service.get(`/api/v1/checkpoints/cp-${checkpoint}`)).body.data;
    expect(details).toMatchObject({ task_statuses: { a: 'completed', b: 'running' } });
    expect((await service.get(`/api/v1/checkpoints?executionId=${execution}&limit=1`)).body).toMatchObject({
      total: 1,
      limit: 1,
      checkpoints: [{ id: checkpoint }],
    });
    expect((await service.post(`/api/v1/checkpoints/${checkpoint}/validate`)).body).toMatchObject({ valid: true });
    expect((await service.send('DELETE', `/api/v1/checkpoints/${checkpoint}`)).status).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['POST', '/validate'],
    ] as const)
      expect(await service.send(method, `/api/v1/checkpoints/${checkpoint}${path}`)).toMatchObject({
        status: 404,
        body: { error: { code: 'checkpoint_not_found' } },
      });
  });

  test('are taken once with the same Idempotency-Key, also at the same time', async () => {
    const execution = await start();
    const take = (body: object): ReturnType<TestService['post']> =>
      service.post(`/api/v1/executions/${execution}/checkpoint`, body, { 'idempotency-key': 'one-checkpoint' });
    const answers = await Promise.all([take({ name: 'x' }), take({ name: 'x' }), take({ name: 'x' })]);
    expect(new Set(answers.map(({ body }) => body.checkpoint_id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect((await service.get(`/api/v1/executions/${execution}/checkpoints`)).body.total).toBe(1);
    expect(await take({ name: 'y' })).toMatchObject({ status: 409, body: { error: { code: 'idempotency_conflict' } } });
    await service.post(`/api/v1/executions/${execution}/cancel`);
  });

  test('restore once with the same key, and only into the execution they are of', async () => {
    const execution = await start();
    const other = await start();
    const { checkpoint_id } = (await service.post('/api/v1/checkpoints', { execution_id: execution })).body;
    const key = { 'idempotency-key': 'restore-once' };
    const restored = [
      await service.post('/api/v1/state/restore', { checkpointId: `cp-${checkpoint_id as string}` }, key),
      await service.post(`/api/v1/executions/${execution}/restore`, { checkpoint_id }, key),
      await service.post(`/api/v1/checkpoints/${checkpoint_id as string}/restore`, {}, key),
    ];
    expect(restored.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(restored.map(({ body }) => body.execution_id)).size).toBe(1);
    expect(await service.post(`/api/v1/executions/${other}/restore`, { checkpoint_id })).toMatchObject({ status: 409 });
    for (const id of [execution, other, restored[0]?.body.execution_id as string])
      await service.post(`/api/v1/executions/${id}/cancel`);
  });
});

test.each(['api', 'steering'])('every curl line of docs/guides/%s.md is answered', async (name) => {
  const answers = await curlsOf(service, name);
  expect(answers.length).toBeGreaterThan(5);
  for (const [line, { status }] of answers) expect([line, status < 300]).toEqual([line, true]);
});
