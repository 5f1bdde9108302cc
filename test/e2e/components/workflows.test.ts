import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ComponentServer } from '../../world/components.js';
import { TestService, type Answer } from '../../world/service.js';

const CANARY = 'canary-of-workflows-77b2';
let server: ComponentServer;
let service: TestService;
beforeAll(async () => {
  server = await ComponentServer.start();
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: new URL(server.url).host });
  const parameters = [
    { name: 'id', type: 'string', required: true },
    { name: 'count', type: 'integer' },
  ];
  const { status } = await service.post('/api/v1/components', {
    name: 'my-api',
    base_url: server.url,
    authentication: { type: 'bearer', token: CANARY },
    actions: [
      { name: 'create', path: '/items/{id}', parameters, result_path: '$.result' },
      { name: 'slow', path: '/silent', method: 'GET', timeout: 0.05 },
      { name: 'limited', path: '/limited', method: 'GET' },
      { name: 'gone', path: '/bad', method: 'GET' },
    ],
  });
  expect(status).toBe(201);
}, 30_000);
afterAll(async () => {
  await service.stop();
  server.stop();
});

const once = { retry_policy: { max_retries: 0 } };
const document = (task: JsonObject, name = 'of components'): JsonObject => ({
  name,
  tasks: { a: { ...once, ...task } },
});
const faultsOf = ({ body }: Answer): unknown => {
  const { faults } = body.data as unknown as { faults: { code: string; pointer: string; message: string }[] };
  return faults.map(({ code, pointer }) => [code, pointer]);
};
const validated = (task: JsonObject): Promise<Answer> => service.post('/api/v1/workflows/validate', document(task));
const failureOf = async (task: JsonObject): Promise<unknown> => {
  const execution = await service.complete(
    await service.workflow(document(task, `fails ${JSON.stringify(task)}`.slice(0, 255))),
  );
  return ((execution.error as JsonObject).details as JsonObject).cause;
};

describe('a workflow that calls a registered component', () => {
  test('gets its result; the key of the step goes with it, and its secret is never said', async () => {
    const input = { id: '${input.id}', count: 2 };
    const workflow = await service.workflow(document({ component: 'my-api', action: 'create', input }));
    const execution = await service.complete(workflow, { id: 'a b' });
    expect(execution).toMatchObject({
      status: 'completed',
      output: { a: { url: '/items/a%20b', body: '{"count":2}' } },
    });
    const { headers } = server.last;
    expect([headers.authorization, headers['idempotency-key']]).toEqual([
      `Bearer ${CANARY}`,
      expect.stringMatching(/./),
    ]);
    expect(JSON.stringify(execution)).not.toContain(CANARY);
    const { body } = await service.get(`/api/v1/executions/${execution.id as string}/events?limit=1000`);
    expect(JSON.stringify(body)).not.toContain(CANARY);
  });

  test.each<[JsonObject, unknown]>([
    [{ component: 'my-api', action: 'create', input: {} }, [['schema_mismatch', '/tasks/a/input']]],
    [{ component: 'my-api', action: 'create' }, [['schema_mismatch', '/tasks/a/input']]],
    [
      { component: 'My-API', action: 'create', input: { id: 5, other: 1 } },
      [
        ['schema_mismatch', '/tasks/a/input'],
        ['schema_mismatch', '/tasks/a/input/id'],
      ],
    ],
    [
      { component: 'my-api', action: 'create', input: { count: '${size(input)}' } },
      [['schema_mismatch', '/tasks/a/input']],
    ],
    [
      { component: 'my-api', action: 'create', input: { id: '${size(input) + 1}' } },
      [['schema_mismatch', '/tasks/a/input/id']],
    ],
    [{ component: 'my-api', action: 'creat', input: {} }, [['action_not_found', '/tasks/a/action']]],
    [
      { type: 'tekton/action', input: { component: 'my-api', action: 'creat' } },
      [['action_not_found', '/tasks/a/input/action']],
    ],
    [
      { type: 'tekton/action', input: { component: 'my-api', action: 'create', params: { id: 5 } } },
      [['schema_mismatch', '/tasks/a/input/params/id']],
    ],
  ])('is checked against its registration when it is saved: %j', async (task, faults) => {
    expect(faultsOf(await validated(task))).toEqual(faults);
    expect((await service.post('/api/v1/workflows', document(task))).status).toBe(422);
  });

  test.each<[JsonObject]>([
    [{ component: 'my-api', action: 'create', input: { id: 'x', count: null } }],
    [{ type: 'tekton/action', input: { component: 'my-api', action: 'create', params: '${input}' } }],
    [{ component: 'nobody', action: 'whatever', input: { a: 1 } }],
    [{ component: 'rhetor', action: 'whatever' }],
  ])('may say what cannot be known to be wrong: %j', async (task) => {
    expect(faultsOf(await validated(task))).toEqual([]);
  });

  test.each<[JsonObject, JsonObject]>([
    [{ component: 'nobody', action: 'a' }, { code: 'component_not_found' }],
    [{ component: 'my-api', action: 'slow' }, { code: 'timeout' }],
    [
      { component: 'my-api', action: 'limited' },
      { code: 'component_error', details: { status: 429 } },
    ],
    [
      { component: 'my-api', action: 'gone' },
      { code: 'component_error', details: { status: 400 } },
    ],
    [
      { type: 'tekton/action', input: { component: 'my-api', action: 'create', params: '${input}' } },
      { code: 'schema_mismatch', details: { faults: [{ code: 'required_field' }] } },
    ],
  ])('fails as a call of any component does: %j', async (task, failure) => {
    expect(await failureOf(task)).toMatchObject(failure);
  });

  test('runs on what is registered when it runs', async () => {
    const workflow = await service.workflow(document({ component: 'later', action: 'go', input: {} }, 'later'));
    expect(await service.complete(workflow)).toMatchObject({ status: 'failed' });
    const actions = [{ name: 'go', method: 'GET', path: '/wrapped' }];
    await service.post('/api/v1/components', { name: 'later', base_url: server.url, actions });
    expect(await service.complete(workflow)).toMatchObject({ status: 'completed', output: { a: { a: 1 } } });
    await service.send('DELETE', '/api/v1/components/later');
    expect(await service.complete(workflow)).toMatchObject({ status: 'failed' });
  });
});
