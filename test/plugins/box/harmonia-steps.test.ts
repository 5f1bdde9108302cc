import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import plugin from '../../../plugins/harmonia/src/index.js';
import { HarmoniaError, type JsonObject } from '../../../src/kernel/index.js';
import type { Task, WorkflowEvent, WorkflowService, WorkflowStart } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { TestService } from '../../world/service.js';

/** Keeps what it was asked, as the service keeps executions by key and events by id. */
class Kept implements WorkflowService {
  readonly started: WorkflowStart[] = [];
  readonly events: { to: string; event: WorkflowEvent }[] = [];
  readonly states: { execution: string; values: JsonObject }[] = [];

  start(request: WorkflowStart): Promise<{ execution: string }> {
    const known = this.started.findIndex(({ key }) => key === request.key);
    if (known < 0) this.started.push(request);
    return Promise.resolve({ execution: `e${known < 0 ? this.started.length - 1 : known}` });
  }
  publish(event: WorkflowEvent, workflow = 'all'): Promise<readonly string[]> {
    this.events.push({ to: workflow, event });
    return Promise.resolve(['e1', 'e2']);
  }
  signal(execution: string, event: WorkflowEvent): Promise<void> {
    this.events.push({ to: execution, event });
    return Promise.resolve();
  }
  setState(execution: string, values: JsonObject): Promise<void> {
    this.states.push({ execution, values });
    return Promise.resolve();
  }
}

const taskOf = (id: string): Task => plugin.tasks.find((task) => task.id === id) as Task;
const run = (
  id: string,
  input: JsonObject,
  { workflows = new Kept(), ...more }: TaskSurroundings & { workflows?: WorkflowService } = {},
) => runTask(taskOf(id), input, { ...more, services: { workflows } });

const UUID_8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('harmonia/emit', () => {
  test('addresses all, one workflow, or one execution', async () => {
    const workflows = new Kept();
    const all = await run('emit', { name: 'paid', payload: { a: 1 } }, { workflows });
    expect(all.outcome).toMatchObject({ is: 'completed', output: { executions: ['e1', 'e2'] } });
    await run('emit', { name: 'paid', workflow: 'bill' }, { workflows });
    const one = await run('emit', { name: 'paid', execution: 'e9' }, { workflows });
    expect(one.outcome).toMatchObject({ output: { executions: ['e9'] } });
    expect(workflows.events.map(({ to, event }) => [to, event.name, event.payload])).toEqual([
      ['all', 'paid', { a: 1 }],
      ['bill', 'paid', null],
      ['e9', 'paid', null],
    ]);
  });

  test('gives all attempts of a step one event id, other steps another', async () => {
    const workflows = new Kept();
    await run('emit', { name: 'a' }, { workflows });
    await run('emit', { name: 'a' }, { workflows, attempt: 2 });
    await run('emit', { name: 'a' }, { workflows, generation: 2 });
    await run('emit', { name: 'a' }, { workflows, address: '/other' });
    const ids = workflows.events.map(({ event }) => event.id);
    expect(ids[0]).toMatch(UUID_8);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    const hash = createHash('sha256').update('execution:/task:1').digest('hex');
    expect(ids[0]?.replaceAll('-', '').slice(0, 12)).toBe(hash.slice(0, 12));
  });

  test.each<[string, JsonObject]>([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['two addressees', { name: 'a', workflow: 'w', execution: 'e' }],
    ['an unknown field', { name: 'a', id: 'mine' }],
  ])('refuses %s', async (_what, input) => {
    const workflows = new Kept();
    expect((await run('emit', input, { workflows })).outcome).toMatchObject({
      failure: { kind: 'fatal', code: 'schema_mismatch' },
    });
    expect(workflows.events).toEqual([]);
  });
});

describe('harmonia/start', () => {
  test('starts once for all attempts, and says who started it', async () => {
    const workflows = new Kept();
    const input = { workflow: 'bill', version: '^1', input: { n: 1 }, metadata: { started_by: 'me', team: 'x' } };
    const first = await run('start', input, { workflows });
    const second = await run('start', input, { workflows, attempt: 2 });
    expect(first.outcome).toEqual({ is: 'completed', output: { execution_id: 'e0' } });
    expect(second.outcome).toEqual(first.outcome);
    expect(workflows.started).toEqual([
      {
        workflow: 'bill',
        version: '^1',
        input: { n: 1 },
        metadata: { started_by: { execution: 'execution', address: '/task' }, team: 'x' },
        key: 'execution:/task:1',
      },
    ]);
  });

  test('has a key that fits, however deep its step lies', async () => {
    const workflows = new Kept();
    const deep = Array.from({ length: 16 }, (_, index) => `/step_${index}[${index}]`).join('');
    await run('start', { workflow: 'bill' }, { workflows, address: deep });
    await run('start', { workflow: 'bill' }, { workflows, address: `${deep}/other` });
    const keys = workflows.started.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThanOrEqual(200);
  });
});

test('harmonia/set-state means this execution unless it names another', async () => {
  const workflows = new Kept();
  expect((await run('set-state', { values: { a: 1 } }, { workflows })).outcome).toMatchObject({
    output: { execution: 'execution' },
  });
  await run('set-state', { values: { b: null }, execution: 'e7' }, { workflows });
  expect(workflows.states).toEqual([
    { execution: 'execution', values: { a: 1 } },
    { execution: 'e7', values: { b: null } },
  ]);
  expect((await run('set-state', { values: {} }, { workflows })).outcome).toMatchObject({ is: 'failed' });
});

test.each<[string, JsonObject]>([
  ['emit', { name: 'a' }],
  ['set-state', { values: { a: 1 } }],
  ['start', { workflow: 'w' }],
])('harmonia/%s without a service fails with the cure', async (id, input) => {
  expect((await runTask(taskOf(id), input)).outcome).toMatchObject({
    failure: { kind: 'fatal', code: 'workflows_unavailable', message: expect.stringContaining('services') as unknown },
  });
});

test('a refusal of the service is the failure of the step', async () => {
  const workflows = Object.assign(new Kept(), {
    start: () => Promise.reject(new HarmoniaError('workflow_not_found', { id: 'bill' })),
  });
  expect((await run('start', { workflow: 'bill' }, { workflows })).outcome).toMatchObject({
    failure: { kind: 'fatal', code: 'workflow_not_found' },
  });
});

describe('in the real service', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('one workflow starts another, sets its variables, and gives it the event that it waits for', async () => {
    await service.workflow({
      name: 'listener',
      state: { seen: 0 },
      tasks: {
        got: { event: { name: 'ping', within: 60 } },
        out: { type: 'core/value', input: { got: '${tasks.got.output}', seen: '${state.seen}' } },
      },
    });
    const target = '${tasks.go.output.execution_id}';
    const execution = await service.complete(
      await service.workflow({
        name: 'speaker',
        tasks: {
          go: { type: 'harmonia/start', input: { workflow: 'listener' } },
          tell: { type: 'harmonia/set-state', input: { execution: target, values: { seen: 5 } } },
          ping: {
            type: 'harmonia/emit',
            depends_on: ['tell'],
            input: { execution: target, name: 'ping', payload: { a: 1 } },
          },
        },
      }),
    );
    expect(execution).toMatchObject({ status: 'completed' });
    const { body } = await service.get(`/api/v1/executions/${String(execution.id)}/tasks`);
    const steps = body.items as unknown as { id: string; output: { execution_id: string } }[];
    const started = steps.find(({ id }) => id === 'go')?.output.execution_id as string;
    const ended = async (): Promise<JsonObject> => {
      for (;;) {
        const { data } = (await service.get(`/api/v1/executions/${started}`)).body as unknown as { data: JsonObject };
        if (data.status !== 'running') return data;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    expect(await ended()).toMatchObject({
      status: 'completed',
      task_status: { out: { output: { got: { a: 1 }, seen: 5 } } },
    });
  });

  test.each<[string, object, string]>([
    ['harmonia/start', { workflow: 'nobody' }, 'workflow_not_found'],
    ['harmonia/emit', { name: 'x', execution: 'no uuid' }, 'invalid_request'],
    [
      'harmonia/set-state',
      { values: { a: 1 }, execution: '00000000-0000-7000-8000-000000000000' },
      'execution_not_found',
    ],
  ])('%s with %j fails with %s', async (type, input, code) => {
    const workflow = await service.workflow({ name: `bad ${code}`, tasks: { a: { type, input } } });
    const execution = await service.complete(workflow);
    const { body } = await service.get(`/api/v1/executions/${String(execution.id)}/tasks`);
    expect(body.items).toMatchObject([{ id: 'a', error: { code } }]);
  });
});
