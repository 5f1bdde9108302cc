import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ComponentServer } from '../../world/components.js';
import { TestService } from '../../world/service.js';

const V = '/api/v1';
let server: ComponentServer;
let service: TestService;
beforeAll(async () => {
  server = await ComponentServer.start();
  const { port } = new URL(server.url);
  service = await TestService.start({
    ...{ ENGRAM_PORT: port, ENGRAM_HOST: '127.0.0.1', TEKTON_CORE_PORT: port, TEKTON_CORE_HOST: '127.0.0.1' },
    ...{ METIS_PORT: '1', METIS_HOST: '127.0.0.1' },
  });
}, 30_000);
afterAll(async () => {
  await service.stop();
  server.stop();
});

const listed = async (path: string): Promise<readonly JsonObject[]> => {
  const { body } = await service.get(`${V}${path}?limit=1000`);
  expect([body.data, body.total]).toEqual([body.items, (body.items as unknown as []).length]);
  return body.items as unknown as JsonObject[];
};

test('the registration of the user guide, but for its secret, which is refused with the cure', async () => {
  const guide = {
    name: 'custom_component',
    description: 'Custom component for specialized processing',
    base_url: 'http://custom-component.example:8080/api',
    actions: [
      {
        ...{ name: 'process_data', description: 'Process data', path: '/process', method: 'POST' },
        parameters: [
          { name: 'data', type: 'object', required: true },
          { name: 'options', type: 'object', required: false },
        ],
        result_path: '$.result',
      },
    ],
    authentication: { type: 'bearer', token: '${env.CUSTOM_COMPONENT_TOKEN}' },
  };
  const refused = await service.post(`${V}/components`, guide);
  expect(refused).toMatchObject({
    status: 422,
    body: {
      error: {
        details: {
          faults: [
            {
              ...{ code: 'component_environment', pointer: '/authentication/token' },
              cure: expect.stringContaining('PUT /api/v1/credentials/<name>') as never,
            },
          ],
        },
      },
    },
  });
  await service.send('PUT', `${V}/credentials/custom`, { type: 'bearer', token: 'a-token' });
  const made = await service.post(`${V}/components`, {
    ...guide,
    authentication: { type: 'bearer', credential: 'custom' },
  });
  expect([made.status, (await service.get(`${V}/components/custom_component/actions`)).body.data]).toEqual([
    201,
    ['process_data'],
  ]);
});

test('the names of components, their actions, and what these take', async () => {
  const { body } = await service.get(`/api/components`);
  expect(body.data).toEqual(expect.arrayContaining(['engram', 'metis', 'numa', 'tekton_core']));
  expect((await service.get(`${V}/components/numa/actions`)).body.data).toEqual([
    ...['companion_chat', 'fix_bug', 'implement_feature', 'refactor_code', 'send_message', 'write_tests'],
  ]);
  expect((await service.get(`${V}/components/engram/actions/retrieve_memory`)).body.data).toMatchObject({
    ...{ source: 'configured', method: 'GET', path: '/api/v1/memory/{id}', parameters: { required: ['id'] } },
  });
  for (const path of ['/components/nobody', '/components/nobody/actions', '/components/numa/actions/nothing'])
    expect((await service.get(V + path)).status).toBe(404);
});

test('an action of a component, its params bare', async () => {
  const search = { query: 'x', namespace: 'n', limit: 3 };
  const found = await service.post(`${V}/components/engram/actions/search_memories`, search);
  expect(found).toMatchObject({ status: 200, body: { success: true, data: { result: { url: '/api/v1/search' } } } });
  expect(JSON.parse(server.last.body)).toEqual(search);
  // What nobody wrote down is asked for in the common way.
  const other = await service.post(`${V}/components/tekton-core/actions/anything`, { a: 1 });
  expect([other.status, server.last.url]).toEqual([200, '/api/actions/anything']);
  const missing = await service.post(`${V}/components/engram/actions/retrieve_memory`, {});
  expect([missing.status, JSON.stringify(missing.body)]).toEqual([422, expect.stringContaining('needs a param')]);
  expect(await service.post(`${V}/components/metis/actions/create_task`, {})).toMatchObject({
    ...{ status: 502, body: { error: { code: 'component_error' } } },
  });
  for (const name of ['nobody', 'rhetor'])
    expect(await service.post(`${V}/components/${name}/actions/chat`, {})).toMatchObject({
      ...{ status: 404, body: { error: { code: 'component_not_found' } } },
    });
});

test('a test of a component that is configured', async () => {
  expect((await service.post(`${V}/components/engram/test`)).body.data).toMatchObject({
    ...{ component: 'engram', ok: true, path: '/health', status: 200, answer: { status: 'healthy' }, error: null },
    ms: expect.any(Number) as never,
  });
  const body = { action: 'search_memories', params: { query: 'x' } };
  expect((await service.post(`${V}/components/engram/test`, body)).body.data).toMatchObject({ ok: true });
  expect((await service.post(`${V}/components/engram/test`, { path: '/broken' })).body.data).toMatchObject({
    ...{ ok: false, status: 500, answer: { error: 'oops' } },
  });
  expect((await service.post(`${V}/components/metis/test`)).body.data).toMatchObject({
    ...{ ok: false, status: null, error: { code: 'component_error' } },
  });
  expect((await service.post(`${V}/components/nobody/test`)).status).toBe(404);
});

test('the page of the platform: who does which tasks', async () => {
  const before = await listed('/component-mappings');
  expect(before.map(({ task_type: type, component }) => `${String(type)} ${String(component)}`)).toEqual([
    ...['analysis metis', 'documentation rhetor', 'implementation numa', 'planning prometheus', 'testing athena'],
  ]);
  const change = { task_type: 'testing', component: 'numa', previous_component: 'athena' };
  expect(await service.send('PUT', `${V}/component-mappings`, change)).toMatchObject({
    ...{ status: 200, body: { success: true, data: { ...change, is_default: false } } },
  });
  await service.send('PUT', `${V}/component-mappings`, {
    task_type: 'singing',
    component: 'apollo',
    previous_component: '',
  });
  expect(await listed('/component-mappings')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ task_type: 'testing', component: 'numa', is_default: false }),
      expect.objectContaining({ task_type: 'singing', component: 'apollo' }),
    ]),
  );
});

test('the page of the platform: who has which task', async () => {
  const assigned = { task_id: 'task_1', component: 'numa', assignment_time: '2026-11-29T12:00:00.000Z' };
  expect(await service.post(`${V}/component-tasks/assign`, assigned)).toMatchObject({
    ...{ status: 200, body: { data: { ...assigned, previous_component: null } } },
  });
  const again = await service.post(`${V}/component-tasks/assign`, { task_id: 'task_1', component: 'metis' });
  expect(again).toMatchObject({ status: 200, body: { data: { component: 'metis', previous_component: 'numa' } } });
  expect(await listed('/component-tasks')).toMatchObject([{ task_id: 'task_1', component: 'metis' }]);
  const path = `${V}/component-tasks/task_1/unassign`;
  for (const previous of ['metis', null]) {
    const { status, body } = await service.send('POST', path);
    expect([status, body.data]).toEqual([200, { task_id: 'task_1', component: null, previous_component: previous }]);
  }
  expect(await listed('/component-tasks')).toEqual([]);
});

test('the page of the platform: an action more', async () => {
  const sent = {
    ...{ component: 'metis', action: 'estimate_cost', description: 'Estimate the cost', parameters: {} },
    metadata: { created_at: '2026-11-29T12:00:00.000Z' },
  };
  const made = await service.post(`${V}/component-actions`, sent);
  expect([made.status, made.body.data]).toEqual([201, { ...sent, is_default: false, created_at: expect.any(String) }]);
  const all = await listed('/component-actions');
  expect(all.map(({ action }) => action)).toEqual([
    ...['analyze_requirements', 'break_down_tasks', 'estimate_complexity', 'estimate_cost'],
    ...['fix_bug', 'implement_feature', 'refactor_code', 'write_tests'],
    ...['create_plan', 'define_milestones', 'predict_risks'],
  ]);
  const { body } = await service.get(`${V}/components/metis/actions/estimate_cost`);
  expect(body.data).toMatchObject({ description: 'Estimate the cost', path: '/api/actions/estimate_cost' });
  const own = { ...sent, component: 'custom_component' };
  expect((await service.post(`${V}/component-actions`, own)).status).toBe(422);
});
