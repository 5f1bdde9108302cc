import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { TestService, type Answer } from '../../world/service.js';

let service: TestService;
/** Another Harmonia, which knows the first as the component `peer`. */
let other: TestService;
beforeAll(async () => {
  service = await TestService.start({ HARMONIA_SECRET_door: 'open-sesame', HARMONIA_MAX_PAYLOAD_BYTES: '65536' });
  other = await TestService.start({ PEER_PORT: String(service.port), PEER_HOST: '127.0.0.1' });
});
afterAll(async () => {
  await service.stop();
  await other.stop();
});

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const anyText = expect.any(String) as unknown as string;
/** As the client in Python posts: the bare params to `{endpoint}/capabilities/{capability}`. */
const call = (capability: string, params: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  service.post(`/capabilities/${capability}`, params, headers);
const called = async (capability: string, params: object): Promise<JsonObject> => {
  const { status, body } = await call(capability, params);
  expect([capability, status]).toEqual([capability, 200]);
  return body;
};

const slow = { name: 'slow', tasks: [{ id: 'nap', type: 'core/delay', input: { seconds: 60 } }] };

describe('the client in Python', () => {
  test('creates a workflow with tasks as a list, runs it, reads its status', async () => {
    const created = await called('create_workflow', {
      name: 'from Python',
      description: null,
      tasks: [
        { id: 'first', type: 'core/value', input: { n: '${input.n}' } },
        { id: 'second', type: 'core/value', input: { twice: '${tasks.first.output.n * 2}' }, depends_on: ['first'] },
      ],
      input: { n: { type: 'number' } },
      output: { twice: '${tasks.second.output.twice}' },
    });
    expect(created).toMatchObject({ success: true, workflow_id: anyText, name: 'from Python', task_count: 2 });
    const { execution_id: id } = await called('execute_workflow', {
      workflow_id: created.workflow_id,
      input: { n: 21 },
      wait: true,
    });
    expect(await called('get_workflow_status', { execution_id: id })).toMatchObject({
      status: 'completed',
      task_statuses: { first: 'completed', second: 'completed' },
      output: { twice: 42 },
      error: null,
      progress: { completed_tasks: 2, total_tasks: 2 },
    });
  });

  test('sees why one failed', async () => {
    const { workflow_id: workflow } = await called('create_workflow', {
      name: 'fails',
      tasks: {
        a: { type: 'core/fail', input: { message: 'out of paper', kind: 'fatal' } },
        b: { type: 'core/noop', depends_on: ['a'] },
      },
    });
    expect(await call('execute_workflow', { workflow_id: workflow, wait: true })).toMatchObject({
      status: 409,
      body: {
        error: { code: 'execution_not_completed' },
        ...{ message: expect.stringContaining('out of paper') as unknown, detail: anyText },
        ...{ status: 'error', error_type: 'execution_not_completed', is_retriable: false },
      },
    });
    // Asked for with a key, and again when it has failed.
    const key = { 'idempotency-key': 'fails-1' };
    expect((await call('execute_workflow', { workflow_id: workflow, wait: true }, key)).status).toBe(409);
    expect(await call('execute_workflow', { workflow_id: workflow }, key)).toMatchObject({
      status: 200,
      body: { status: 'failed', error: expect.stringContaining('out of paper') as unknown, error_code: 'step_failed' },
    });
    const { body } = await service.get(`/api/v1/executions?workflow_id=${workflow as string}`);
    const [{ id } = { id: '' }] = body.items as unknown as { id: string }[];
    expect(await called('get_workflow_status', { execution_id: id })).toMatchObject({
      status: 'failed',
      task_statuses: { a: 'failed', b: 'skipped' },
      error: expect.stringContaining('out of paper') as unknown,
    });
  });

  test('cancels, keeps state, takes a checkpoint and goes on from it', async () => {
    const { workflow_id: workflow } = await called('create_workflow', slow);
    const { execution_id: id } = await called('execute_workflow', { workflow_id: workflow, input: null });
    expect(await called('load_state', { execution_id: id })).toMatchObject({ state: {}, saved_at: null });
    const state = { step: 3, notes: ['a'], door: 'it is open-sesame' };
    await called('save_state', { execution_id: id, state: { step: 1 } });
    expect(await called('save_state', { execution_id: id, state })).toMatchObject({ success: true, saved_at: anyText });
    const { state: kept } = await called('load_state', { execution_id: id });
    expect(kept).toMatchObject({ step: 3, notes: ['a'] });
    expect(JSON.stringify(kept)).not.toContain('open-sesame');
    const { checkpoint_id: checkpoint } = await called('create_checkpoint', { execution_id: id, name: 'here' });
    expect(await called('cancel_workflow', { execution_id: id })).toMatchObject({ success: true, status: 'canceled' });
    expect(await called('cancel_workflow', { execution_id: id })).toMatchObject({ success: true, status: 'canceled' });
    const restored = await called('restore_from_checkpoint', { checkpoint_id: checkpoint });
    expect(restored).toMatchObject({ original_execution_id: id, status: 'running' });
    await called('cancel_workflow', { execution_id: restored.execution_id });
    // What was kept outlives the execution, and goes with it.
    expect((await called('load_state', { execution_id: id })).state).toMatchObject({ step: 3 });
    await service.send('DELETE', `/api/v1/executions/${id as string}`);
    expect((await call('load_state', { execution_id: id })).status).toBe(404);
  });

  test('makes a template of a workflow, and a workflow of the template', async () => {
    const { workflow_id: workflow } = await called('create_workflow', {
      name: 'greeting',
      tasks: [{ id: 'hello', type: 'core/value', input: { text: 'Hello ${parameters.name}' } }],
      input: { name: { type: 'string' } },
    });
    const { template_id: template } = await called('create_template', {
      name: 'greet',
      workflow_id: workflow,
      parameters: { name: { type: 'string', required: true } },
    });
    const values = { name: 'Ada' };
    const made = await called('instantiate_template', { template_id: template, parameter_values: values });
    expect(made).toMatchObject({ workflow_id: anyText, template_id: template });
    expect((await call('instantiate_template', { template_id: template, values, parameters: values })).status).toBe(
      422,
    );
    expect((await call('instantiate_template', { template_id: template })).status).toBe(422);
  });

  test('a call that is made again with the same key does nothing again', async () => {
    const key = { 'idempotency-key': 'python-1' };
    const made = [await call('create_workflow', slow, key), await call('create_workflow', slow, key)];
    const ids = new Set(made.map(({ body }) => body.workflow_id));
    expect(ids.size).toBe(1);
    const [workflow] = ids;
    const runs = await Promise.all([1, 2, 3].map(() => call('execute_workflow', { workflow_id: workflow }, key)));
    expect(new Set(runs.map(({ body }) => body.execution_id)).size).toBe(1);
    expect(await call('create_workflow', { ...slow, name: 'other' }, key)).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_conflict' } },
    });
    await called('cancel_workflow', { execution_id: runs[0]?.body.execution_id });
  });

  test.each<[string, unknown, number, string]>([
    ['no_such_capability', {}, 404, 'action_not_found'],
    ['constructor', {}, 404, 'action_not_found'],
    ['execute_workflow', { workflow_id: NOWHERE }, 404, 'workflow_not_found'],
    ['execute_workflow', { workflow_id: 'nobody' }, 404, 'workflow_not_found'],
    ['execute_workflow', {}, 422, 'validation_error'],
    ['execute_workflow', { workflow_id: NOWHERE, input: [] }, 422, 'validation_error'],
    ['execute_workflow', { workflow_id: NOWHERE, timeout: 99_999 }, 422, 'validation_error'],
    ['get_workflow_status', { execution_id: NOWHERE }, 404, 'execution_not_found'],
    ['get_workflow_status', { execution_id: '../../etc' }, 422, 'validation_error'],
    ['get_workflow_status', { execution_id: NOWHERE, verbose: true }, 422, 'validation_error'],
    ['cancel_workflow', { execution_id: NOWHERE }, 404, 'execution_not_found'],
    ['save_state', { execution_id: NOWHERE, state: {} }, 404, 'execution_not_found'],
    ['save_state', { execution_id: NOWHERE, state: 'x' }, 422, 'validation_error'],
    ['create_checkpoint', { execution_id: NOWHERE }, 404, 'execution_not_found'],
    ['restore_from_checkpoint', { checkpoint_id: NOWHERE }, 404, 'checkpoint_not_found'],
    ['create_workflow', { name: 'x', tasks: [{ id: 'a' }] }, 422, 'validation_error'],
    ['create_workflow', [], 422, 'validation_error'],
    ['create_template', { name: 'x' }, 422, 'validation_error'],
    ['instantiate_template', { template_id: NOWHERE }, 404, 'template_not_found'],
  ])('%s %j is refused with %d %s, in words that it reads', async (capability, params, status, code) => {
    for (const prefix of ['', '/api', '/api/v1']) {
      const answer = await service.post(`${prefix}/capabilities/${capability}`, params);
      expect(answer).toMatchObject({ status, body: { error: { code }, message: anyText, detail: anyText } });
    }
  });
});

test('a state that is too large is refused, and what was kept stays', async () => {
  const { workflow_id: workflow } = await called('create_workflow', slow);
  const { execution_id: id } = await called('execute_workflow', { workflow_id: workflow });
  await called('save_state', { execution_id: id, state: { n: 1 } });
  expect(await call('save_state', { execution_id: id, state: { x: 'x'.repeat(70_000) } })).toMatchObject({
    status: 413,
    body: { error: { code: 'payload_too_large' } },
  });
  expect((await called('load_state', { execution_id: id })).state).toEqual({ n: 1 });
  await called('cancel_workflow', { execution_id: id });
});

test('each action asks for its own permission', async () => {
  const keys = {
    read: 'reader-key-of-the-test-01',
    run: 'runner-key-of-the-test-01',
    write: 'writer-key-of-the-test-01',
  };
  const guarded = await TestService.start({
    HARMONIA_API_KEYS: Object.entries(keys)
      .map(([permission, secret]) => `${permission}:${secret}:${permission}`)
      .join(','),
  });
  const needed: Readonly<Record<string, string>> = {
    ...{ create_workflow: 'write', create_template: 'write', instantiate_template: 'write' },
    ...{ execute_workflow: 'run', cancel_workflow: 'run', save_state: 'run', create_checkpoint: 'run' },
    ...{ restore_from_checkpoint: 'run', get_workflow_status: 'read', load_state: 'read' },
  };
  try {
    const { body } = await guarded.send('GET', '/api/capabilities', undefined, { 'x-api-key': keys.read });
    expect(Object.keys(needed).sort()).toEqual([...(body.actions as unknown as string[])].sort());
    for (const [action, permission] of Object.entries(needed))
      for (const path of [`/capabilities/${action}`, `/api/actions/${action}`]) {
        expect((await guarded.post(path, {})).status).toBe(401);
        for (const [key, secret] of Object.entries(keys)) {
          const { status } = await guarded.post(path, {}, { 'x-api-key': secret });
          // Who may write or run may read as well. Whom it lets in it tells what is missing.
          expect([path, key, status]).toEqual([path, key, key === permission || permission === 'read' ? 422 : 403]);
        }
      }
  } finally {
    await guarded.stop();
  }
});

describe('as a component that others orchestrate', () => {
  test('tells its actions and what they take', async () => {
    const { body } = await service.get('/api/capabilities');
    const { actions } = body as unknown as { actions: string[] };
    expect(actions).toEqual([
      ...['create_workflow', 'execute_workflow', 'get_workflow_status', 'cancel_workflow'],
      ...['save_state', 'load_state', 'create_checkpoint', 'restore_from_checkpoint'],
      ...['create_template', 'instantiate_template'],
    ]);
    expect(body.capabilities).toContain('workflow_orchestration');
    for (const action of actions)
      expect(await service.get(`/api/actions/${action}/schema`)).toMatchObject({
        status: 200,
        body: { action, schema: { type: 'object', required: expect.any(Array) as unknown } },
      });
    expect((await service.get('/api/actions/sing/schema')).status).toBe(404);
    expect((await service.post('/api/actions/load_state', { action: 'save_state' })).status).toBe(400);
  });

  test('one Harmonia orchestrates another with tekton/action', async () => {
    const orchestration = await other.workflow({
      name: 'orchestrates',
      tasks: {
        make: {
          component: 'peer',
          action: 'create_workflow',
          input: {
            name: 'made by another',
            tasks: [{ id: 'sum', type: 'core/value', input: { sum: '$${input.a + input.b}' } }],
            output: { sum: '$${tasks.sum.output.sum}' },
          },
        },
        run: {
          component: 'peer',
          action: 'execute_workflow',
          input: { workflow_id: '${tasks.make.output.workflow_id}', input: { a: 1, b: 2 }, wait: true },
        },
        look: {
          component: 'peer',
          action: 'get_workflow_status',
          input: { execution_id: '${tasks.run.output.execution_id}' },
        },
      },
      output: { sum: '${tasks.run.output.output.sum}', status: '${tasks.look.output.status}' },
    });
    expect(await other.complete(orchestration)).toMatchObject({
      status: 'completed',
      output: { sum: 3, status: 'completed' },
    });
  });

  test.each<[string, object, object]>([
    [
      'execute_workflow',
      { workflow_id: NOWHERE },
      { code: 'component_error', kind: 'fatal', message: expect.stringContaining(`No workflow ${NOWHERE}`) as never },
    ],
    ['sing', {}, { code: 'action_not_found', kind: 'fatal' }],
  ])('what is wrong with %s fails the task, and is not tried again', async (action, input, failure) => {
    const id = await other.workflow({
      name: `fails at ${action}`,
      tasks: { a: { component: 'peer', action, input, retry_policy: { max_retries: 3, initial_delay: 0.001 } } },
    });
    const { status, id: execution } = await other.complete(id);
    expect(status).toBe('failed');
    const { items } = (await other.get(`/api/v1/executions/${execution as string}/tasks`)).body;
    expect(items).toMatchObject([{ attempts: 1, error: failure }]);
  });
});
