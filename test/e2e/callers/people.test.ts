import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { TestService, type Answer } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

let service: TestService;
let failed: string;
let nightly: string;
beforeAll(async () => {
  service = await TestService.start();
  nightly = await service.workflow({
    name: 'nightly report',
    description: 'Adds numbers up.',
    input_schema: { type: 'object', properties: { n: { type: 'number' } } },
    tasks: { sum: { type: 'core/value', input: { twice: '${input.n * 2}' } } },
    output: { twice: '${tasks.sum.output.twice}' },
  });
  const broken = await service.workflow({
    name: 'broken',
    tasks: { a: { type: 'core/fail', input: { message: 'out of paper', kind: 'fatal' } } },
  });
  failed = (await service.complete(broken)).id as string;
});
afterAll(() => service.stop());

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const anyText = expect.any(String) as unknown as string;
const some = (item: object): never => expect.arrayContaining([expect.objectContaining(item)]) as never;
const holding = (text: string): never => expect.stringContaining(text) as never;

describe('POST /api/message, as aish sends it', () => {
  const say = (message: unknown): Promise<Answer> => service.post('/api/message', { message });
  const said = async (message: string): Promise<string> => {
    const { status, body } = await say(message);
    expect([message, status]).toEqual([message, 200]);
    return body.response as string;
  };

  test('tells what it understands, what there is and how it stands', async () => {
    for (const message of ['help', 'Hello!', 'what can you do?'])
      expect(await said(message)).toContain('start <workflow>');
    expect(await said('list')).toMatch(/^2 workflows:\n- broken 1\.0\.0, 1 tasks \(.+\)\n- nightly report/m);
    expect(await said('show the executions')).toContain(`${failed}: broken, failed`);
    expect(await said('list templates')).toMatch(/^\d+ templates:/);
    expect(await said('list sprints')).toBe('There are no sprints.');
    expect(await said('Status?')).toMatch(/^Harmonia is running: 0 executions are open, 0 tasks run\./);
    expect(await said(`status ${failed}`)).toContain('is failed; tasks: 1 failed.\n');
    expect(await said('status of broken')).toContain('out of paper');
    expect(await said('status "nightly report"')).toBe('nightly report has never run.');
  });

  test('starts a workflow by its name with an input, and steers it', async () => {
    const started = await say('run nightly report with {"n": 21}');
    expect(started.body).toMatchObject({ success: true, response: holding('was started'), data: { intent: 'start' } });
    const id = (started.body.data as unknown as { details: { execution_id: string } }).details.execution_id;
    const nap = await service.workflow({ name: 'nap', tasks: { z: { type: 'core/delay', input: { seconds: 60 } } } });
    const { execution_id: sleeping } = (await service.post(`/api/workflows/${nap}/execute`)).body;
    expect(await said(`pause ${sleeping as string}`)).toContain('is paused');
    expect(await said(`/resume exec-${sleeping as string}`)).toContain('is running');
    expect(await said(`stop execution ${sleeping as string}`)).toContain('is canceled');
    const { body } = await service.get(`/api/v1/executions/${id}`);
    expect(body.data).toMatchObject({ input: { n: 21 }, metadata: { started_from: 'message' } });
  });

  test('explains a workflow and diagnoses an execution, asked for by a command or in words', async () => {
    for (const message of ['explain nightly report', 'What does the Nightly Report do?'])
      expect(await said(message)).toContain('nightly report');
    for (const message of [`diagnose ${failed}`, `why has ${failed} failed?`])
      expect(await said(message)).toMatch(/is failed\.\n- .*out of paper/);
  });

  test('words that ask for something get workflows that would do it, not themselves', async () => {
    const words = 'implement a new feature with design, tests and review';
    const { body } = await say(`create ${words}`);
    expect(body.response).toMatch(/^\d+ workflows? would do that:\n- .+ \(a template; it asks for /);
    expect(body.data).toMatchObject({ intent: 'create', details: { candidates: [{ source: 'template' }] } });
    const nothing = await said('xyzzy qwertz');
    expect(nothing).toContain('help');
    expect(nothing).not.toMatch(/^xyzzy/);
  });

  test.each<[unknown, number, string]>([
    [undefined, 422, 'validation_error'],
    [5, 422, 'validation_error'],
    ['x'.repeat(10_001), 422, 'validation_error'],
    ['start nobody', 404, 'workflow_not_found'],
    [`cancel ${NOWHERE}`, 404, 'execution_not_found'],
    ['run nightly report with {"n": "many"}', 422, 'validation_error'],
  ])('a message %# is refused', async (message, status, code) => {
    expect(await say(message)).toMatchObject({ status, body: { error: { code }, message: anyText } });
  });

  test.each(['start', 'start x with {"a"', 'pause it', 'explain', 'diagnose me', 'create'])(
    '"%s" is told what it lacks',
    async (message) => expect(await said(message)).toMatch(/^That lacks something\. Write: /),
  );

  test('the same over /ws, by the id of the request', async () => {
    const client = new SocketClient(`${service.url}/ws`);
    await client.type('connected');
    client.say({ type: 'chat', chatType: 'workflowchat', message: 'status', requestId: 'r1' });
    client.say({ type: 'chat', chatType: 'teamchat', message: 'start nobody', requestId: 'r2' });
    client.say({ type: 'chat', requestId: 'r3' });
    client.say({ type: 'ping', requestId: 'r4' });
    await client.seen(({ requestId }) => requestId === 'r4');
    const answers = client.frames.filter(({ requestId }) => requestId !== undefined);
    expect(answers).toMatchObject([
      { type: 'chat', requestId: 'r1', message: holding('Harmonia is running') },
      {
        type: 'chat',
        requestId: 'r2',
        error: true,
        message: holding('No workflow nobody'),
        code: 'workflow_not_found',
      },
      { type: 'error', requestId: 'r3', code: 'invalid_request' },
      { type: 'pong', requestId: 'r4' },
    ]);
    await client.leave();
    const elsewhere = new SocketClient(`${service.url}/ws/workflows`);
    await elsewhere.type('connected');
    elsewhere.say({ type: 'chat', message: 'help', requestId: 'r5' });
    expect(await elsewhere.seen(({ requestId }) => requestId === 'r5')).toMatchObject({ type: 'error' });
    await elsewhere.leave();
  });
});

describe('pages of the platform, with the requests that they send', () => {
  const stateful = {
    name: 'stateful',
    state: { review: { open: true, notes: ['a'] }, count: 1 },
    tasks: { ok: { event: { name: 'state.count', match: '${event > 1}' } } },
  };

  /** [caller, method, path, body, status, what it reads] */
  test.each<[string, string, (id: Record<string, string>) => string, unknown, number, object]>([
    [
      'UI-1',
      'GET',
      () => '/api/workflows',
      undefined,
      200,
      { workflows: some({ id: anyText, name: anyText, task_count: 1, status: 'Active' }) },
    ],
    [
      'UI-1',
      'GET',
      () => '/api/executions',
      undefined,
      200,
      { executions: some({ id: anyText, workflow_name: anyText, status: anyText }) },
    ],
    [
      'UI-1',
      'GET',
      () => '/api/templates',
      undefined,
      200,
      { templates: some({ id: anyText, name: anyText, usage_count: 0 }) },
    ],
    ['UI-1', 'POST', ({ workflow }) => `/api/workflows/${workflow}/execute`, {}, 201, { execution_id: anyText }],
    ['UI-1', 'POST', ({ slow }) => `/api/executions/${slow}/stop`, undefined, 200, { success: true }],
    ['UI-0', 'POST', ({ workflow }) => `/api/workflows/${workflow}/execute`, undefined, 201, { data: { id: anyText } }],
    ['UI-0', 'GET', ({ execution }) => `/api/executions/${execution}/logs`, undefined, 200, { data: [] }],
    [
      'UI-0',
      'POST',
      ({ template }) => `/api/templates/${template}/use`,
      undefined,
      422,
      { error: { code: 'validation_error' } },
    ],
    [
      'UI-2',
      'PUT',
      () => '/api/v1/component-mappings',
      { task_type: 'testing', component: 'numa', previous_component: 'athena' },
      200,
      { success: true },
    ],
    [
      'UI-2',
      'POST',
      () => '/api/v1/component-actions',
      { component: 'numa', action: 'hum', description: '', parameters: {}, metadata: { created_at: 'x' } },
      201,
      { success: true },
    ],
    [
      'UI-2',
      'POST',
      () => '/api/v1/component-tasks/assign',
      { task_id: 'task_1', component: 'numa', assignment_time: '2026-01-01T00:00:00.000Z' },
      200,
      { success: true },
    ],
    ['UI-2', 'POST', () => '/api/v1/component-tasks/task_1/unassign', undefined, 200, { success: true }],
    [
      'brief',
      'GET',
      ({ workflow }) => `/api/v1/workflows/${workflow}/history`,
      undefined,
      200,
      { executions: expect.any(Array) },
    ],
    [
      'brief',
      'GET',
      ({ failing }) => `/api/v1/workflows/${failing}/state`,
      undefined,
      200,
      { data: { status: 'failed', task_statuses: { a: 'failed' } } },
    ],
    [
      'brief',
      'POST',
      ({ failing }) => `/api/v1/workflows/${failing}/transition`,
      { action: 'retry' },
      200,
      { data: { execution_id: anyText } },
    ],
    [
      'brief',
      'POST',
      ({ failing }) => `/api/v1/workflows/${failing}/transition`,
      { action: 'fly' },
      422,
      { error: { code: 'validation_error' } },
    ],
    [
      'brief',
      'POST',
      ({ failing, execution }) => `/api/v1/workflows/${failing}/transition?x=${execution}`,
      { action: 'pause', execution_id: NOWHERE },
      404,
      { error: { code: 'execution_not_found' } },
    ],
    [
      'README',
      'POST',
      ({ execution }) => `/api/v1/executions/${execution}/retry`,
      undefined,
      409,
      { error: { code: 'conflict' } },
    ],
    [
      'README',
      'POST',
      ({ execution }) => `/api/v1/executions/${execution}/restart`,
      undefined,
      201,
      { execution_id: anyText },
    ],
    [
      'guide',
      'GET',
      ({ execution }) => `/api/instances/${execution}`,
      undefined,
      200,
      { data: { name: 'nightly report', status: 'completed', current_step: null } },
    ],
    [
      'guide',
      'GET',
      ({ execution }) => `/api/instances/${execution}/history`,
      undefined,
      200,
      {
        history: expect.arrayContaining([
          expect.objectContaining({ timestamp: anyText, step_id: 'sum', event_type: 'task_completed' }),
        ]),
      },
    ],
    [
      'guide',
      'GET',
      ({ execution }) => `/api/instances/${execution}/debug`,
      undefined,
      200,
      { data: { tasks: [{ id: 'sum' }], state: {}, logs: [] } },
    ],
    [
      'guide',
      'POST',
      ({ execution }) => `/api/instances/${execution}/pause`,
      undefined,
      409,
      { error: { code: 'conflict' } },
    ],
    [
      'guide',
      'GET',
      () => `/api/instances/${NOWHERE}/state`,
      undefined,
      404,
      { error: { code: 'execution_not_found' } },
    ],
    [
      'guide',
      'POST',
      () => '/api/expressions/evaluate',
      { expression: 'a + 1', context: { a: 2 } },
      200,
      { result: 3 },
    ],
    [
      'guide',
      'POST',
      () => '/api/expressions/evaluate',
      { expression: 'is ${a}', context: { a: 2 } },
      200,
      { data: { result: 'is 2' } },
    ],
    [
      'guide',
      'POST',
      () => '/api/expressions/evaluate',
      { expression: 'nobody' },
      422,
      { error: { code: 'validation_error' } },
    ],
    [
      'guide',
      'POST',
      () => '/api/expressions/evaluate',
      { expression: 'a.b', context: { a: {} } },
      422,
      { error: { code: 'expression_error' } },
    ],
    [
      'guide',
      'POST',
      () => '/api/expressions/evaluate',
      { expression: 'secrets.x' },
      422,
      { error: { code: 'validation_error' } },
    ],
  ])('%s: %s %#', async (_, method, path, body, status, reads) => {
    const ids = await made();
    expect(await service.send(method, path(ids), body)).toMatchObject({ status, body: reads });
  });

  let prepared: Promise<Record<string, string>> | undefined;
  const prepare = async (): Promise<Record<string, string>> => {
    const run = await service.complete(nightly, { n: 1 });
    const failing = (await service.get(`/api/v1/executions/${failed}`)).body.data as unknown as { workflow_id: string };
    const slow = await service.workflow({ name: 'slow', tasks: { z: { type: 'core/delay', input: { seconds: 60 } } } });
    const { execution_id: sleeping } = (await service.post(`/api/workflows/${slow}/execute`)).body;
    const { templates } = (await service.get('/api/templates?q=bug')).body as unknown as {
      templates: { id: string }[];
    };
    return {
      ...{ workflow: nightly, execution: run.id as string, failing: failing.workflow_id, slow: sleeping as string },
      template: templates[0]?.id ?? '',
    };
  };
  const made = (): Promise<Record<string, string>> => (prepared ??= prepare());

  test('instances: state is merged deeply, and a step that waits for it wakes', async () => {
    const workflow = await service.workflow(stateful);
    const { execution_id: id } = (await service.post(`/api/workflows/${workflow}/execute`)).body as {
      execution_id: string;
    };
    const i = `/api/v1/instances/${id}`;
    const merge = (body: unknown): Promise<Answer> => service.post(`${i}/state`, body);
    expect((await merge({ review: { notes: ['b'], by: 'ada' } })).body).toMatchObject({
      data: { state: { review: { open: true, notes: ['b'], by: 'ada' }, count: 1 } },
    });
    expect((await merge({ other: 1 })).status).toBe(422);
    expect((await merge([1])).status).toBe(422);
    const evaluate = { instance_id: id, expression: 'state.review.by + " " + string(tasks.ok.status)' };
    expect((await service.post('/api/v1/expressions/evaluate', evaluate)).body.result).toBe('ada waiting');
    expect((await service.get(i)).body.data).toMatchObject({ current_step: 'ok' });
    for (const [step, status] of [
      ['pause', 'paused'],
      ['resume', 'running'],
    ] as const)
      expect((await service.post(`${i}/${step}`)).body.data).toMatchObject({ status });
    await merge({ count: 2 });
    const { body } = await service.post('/api/v1/workflows/' + workflow + '/execute', {});
    await service.post(`/api/v1/instances/${body.execution_id as string}/cancel`);
    const ended = await service.get(`/api/v1/instances/${id}/history`);
    expect((ended.body.items as unknown as JsonObject[]).map(({ event_type: type }) => type)).toContain(
      'state_changed',
    );
  });
});
