import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const simple = (name: string, rest: object = {}): object => ({
  name,
  tasks: { a: { type: 'core/value', input: { n: 1 } } },
  ...rest,
});

describe('workflows', () => {
  test('are kept, found under every name callers use, listed and removed', async () => {
    const created = await service.post('/api/v1/workflows', simple('one', { description: 'first' }));
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      status: 'success',
      success: true,
      data: {
        name: 'one',
        version: '1.0.0',
        task_count: 1,
        taskCount: 1,
        status: 'Active',
        workflow_definition: { name: 'one' },
      },
    });
    const id = created.body.workflow_id as string;
    expect((await service.get(`/api/workflows/wf-${id}`)).body.data).toMatchObject({
      id,
      tasks: { a: { type: 'core/value' } },
    });
    const list = await service.get('/api/v1/workflows?name=one&page=1&limit=5');
    expect(list.body).toMatchObject({ total: 1, page: 1, limit: 5, items: [{ id }], workflows: [{ id }] });
    expect((await service.send('DELETE', `/api/v1/workflows/${id}`)).status).toBe(200);
    expect((await service.get(`/api/v1/workflows/${id}`)).status).toBe(404);
  });

  test('have immutable versions', async () => {
    const id = await service.workflow(simple('versions', { version: '1.0.0' }));
    const other = { ...simple('versions', { version: '1.0.0' }), description: 'changed' };
    const refused = await service.send('PUT', `/api/v1/workflows/${id}`, other);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'version_exists' } } });
    expect((await service.send('PUT', `/api/v1/workflows/${id}`, { ...other, version: '1.1.0' })).status).toBe(200);
    expect(
      (
        await service.send('PUT', `/api/v1/workflows/${id}?bump=true`, {
          ...other,
          description: 'again',
          version: '1.1.0',
        })
      ).body.data,
    ).toMatchObject({ version: '1.1.1' });
    const versions = await service.get(`/api/v1/workflows/${id}/versions`);
    expect((versions.body.versions as { version: string }[]).map(({ version }) => version)).toEqual([
      '1.1.1',
      '1.1.0',
      '1.0.0',
    ]);
    const first = await service.get(`/api/v1/workflows/${id}?version=1.0.0`);
    expect(first.body.data).not.toHaveProperty('description', 'changed');
    expect((await service.get(`/api/v1/workflows/${id}?version=9.9.9`)).body).toMatchObject({
      error: { code: 'version_not_found' },
    });
  });

  test('are validated with every fault, and nothing is kept', async () => {
    const before = (await service.get('/api/v1/workflows')).body.total;
    const bad = { name: 'bad', tasks: { a: { type: 'no/such', depends_on: ['b'] } } };
    const validated = await service.post('/api/v1/workflows/validate', bad);
    expect(validated.body.data).toMatchObject({
      valid: false,
      faults: [
        { code: 'task_type_unknown', pointer: '/tasks/a/type' },
        { code: 'unknown_task', pointer: '/tasks/a/depends_on/0' },
      ],
    });
    const refused = await service.post('/api/v1/workflows', bad);
    expect(refused).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'validation_error',
          details: { faults: [{ cure: expect.any(String) as unknown as string }, {}] },
        },
      },
    });
    expect((await service.get('/api/v1/workflows')).body.total).toBe(before);
  });

  test('come as YAML and leave as YAML', async () => {
    const yaml = 'name: from-yaml\ntasks:\n  a: { type: core/noop }\n';
    const created = await service.send('POST', '/api/v1/workflows', yaml, { 'content-type': 'application/yaml' });
    expect(created.status).toBe(201);
    const exported = await service.get(`/api/v1/workflows/${created.body.workflow_id as string}/export?format=yaml`);
    expect(exported.body.text).toBe('name: from-yaml\ntasks:\n  a:\n    type: core/noop\n');
    expect(
      (await service.send('POST', '/api/v1/workflows', 'a: [', { 'content-type': 'application/yaml' })).status,
    ).toBe(400);
  });

  test('of another dialect are imported', async () => {
    const trace = {
      name: 'trace',
      schemaVersion: '1.5',
      workflow: {
        specification: {
          tasks: [
            { id: 'a', name: 'a', parents: [], children: ['b'] },
            { id: 'b', name: 'b', parents: ['a'], children: [] },
          ],
        },
        execution: {
          tasks: [
            { id: 'a', runtimeInSeconds: 2 },
            { id: 'b', runtimeInSeconds: 4 },
          ],
        },
      },
    };
    const imported = await service.post('/api/v1/workflows/import', { document: trace, time_scale: 0.5 });
    expect(imported.body.data).toMatchObject({
      dialect: 'wfformat',
      tasks: { b: { type: 'core/delay', input: { seconds: 2 }, depends_on: ['a'] } },
    });
  });

  test('tell how their executions went', async () => {
    const id = await service.workflow({
      name: 'stats',
      tasks: { a: { type: 'core/fail', input: { message: 'no' }, when: '${input.bad}' } },
    });
    await service.complete(id, { bad: true });
    await service.complete(id, { bad: false });
    const { body } = await service.get(`/api/v1/workflows/${id}/stats`);
    expect(body.data).toMatchObject({
      executions: 2,
      by_status: { failed: 1, completed: 1 },
      failed_steps: { '/a': 1 },
    });
  });
});

describe('the same Idempotency-Key', () => {
  test('creates once, also when asked twice at the same time', async () => {
    const key = { 'idempotency-key': 'create-once' };
    const [first, second] = await Promise.all([
      service.post('/api/v1/workflows', simple('once'), key),
      service.post('/api/v1/workflows', simple('once'), key),
    ]);
    expect(first.body.workflow_id).toBe(second.body.workflow_id);
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')].sort()).toEqual(
      ['true', null].sort(),
    );
    expect((await service.get('/api/v1/workflows?name=once')).body.total).toBe(1);
    const other = await service.post('/api/v1/workflows', simple('other'), key);
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotency_conflict' } } });
  });
});
