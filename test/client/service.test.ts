import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import {
  AuthenticationError,
  AuthorizationError,
  ComponentUnavailableError,
  DataConflictError,
  DataNotFoundError,
  DataValidationError,
  HarmoniaClient,
  answerOf,
  dataOf,
  isRefusal,
  type EventWatch,
  type ExecutionEvent,
  type StoredEvent,
} from '../../src/client/index.js';
import { Line } from '../../src/client/call/line.js';
import { EventWatch as Watch } from '../../src/client/stream/event-watch.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

jest.setTimeout(120_000);

const KEY = 'ops-key-that-nobody-may-see';
const READER = 'reading-key-that-nobody-may-see';

let directory: string;
let service: ServiceProcess;
let client: HarmoniaClient;

const settings = { HARMONIA_API_KEYS: `ops:${KEY},look:${READER}:read` };
const restart = async (): Promise<void> => {
  const { port } = new URL(service.url);
  await service.kill();
  service = await ServiceProcess.start(directory, { ...settings, HARMONIA_PORT: port });
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-client-'));
  service = await ServiceProcess.start(directory, settings);
  client = new HarmoniaClient({ url: service.url, apiKey: KEY });
});
afterAll(async () => {
  client.close();
  await service.kill();
  await rm(directory, { recursive: true });
});

let named = 0;
const keep = async (tasks: object, more: object = {}): Promise<string> =>
  (await client.createWorkflow({ name: `w${++named}`, tasks: tasks as Record<string, unknown>, ...more })).workflow_id;
const start = async (tasks: object, more: object = {}): Promise<string> =>
  (await client.executeWorkflow({ workflow_id: await keep(tasks, more) })).execution_id;

const isStored = (event: ExecutionEvent): event is StoredEvent => 'sequence' in event;
const read = async (watch: EventWatch): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const event of watch) if (isStored(event)) ids.push(event.id);
  return ids;
};
/** Every event of an execution, as the API lists them. */
const listed = async (id: string): Promise<readonly string[]> => {
  const params = { path: { id }, query: { since: '0', limit: 10_000 } };
  return (await dataOf(client.api.GET('/api/v1/executions/{id}/events', { params }))).map((event) => event.id);
};
const until = async (watch: EventWatch, type: string): Promise<StoredEvent> => {
  for await (const event of watch) if (isStored(event) && event.event_type === type) return event;
  throw new Error(`no ${type}`);
};

const chain = (length: number): object =>
  Object.fromEntries(
    Array.from({ length }, (_, n) => [
      `t${n}`,
      { type: 'core/value', input: { n }, ...(n > 0 && { depends_on: [`t${n - 1}`] }) },
    ]),
  );

describe('the methods, by both of their names', () => {
  test('a workflow is kept, planned, run and looked at', async () => {
    const made = await client.create_workflow({
      ...{ name: 'greeting', description: 'Greets.' },
      tasks: [{ id: 'greet', type: 'core/value', input: { said: 'Hello, ${input.who}!' } }],
      output: { said: '${tasks.greet.output.said}' },
    });
    expect(made).toMatchObject({ name: 'greeting', task_count: 1, version: '1.0.0' });
    const { workflow_id } = made;
    expect((await client.getWorkflow({ workflow_id, version: '1.0.0' })).definition_hash).toBe(made.definition_hash);
    expect(await client.planWorkflow({ workflow_id, input: { who: 'Ada' } })).toMatchObject({ fails: 'never' });

    const done = await client.runToEnd({ workflow_id, input: { who: 'Ada' } });
    expect(done).toMatchObject({ status: 'completed', output: { said: 'Hello, Ada!' } });
    const of = { execution_id: done.execution_id };
    expect(await client.getWorkflowStatus(of)).toEqual(await client.get_execution_status(of));
    expect(await client.getWorkflowSummary(of)).toMatchObject({ workflow_name: 'greeting', status: 'completed' });
    expect(Object.keys((await client.getWorkflowMetrics(of)).task_durations)).toEqual(['greet']);
  });

  test('an execution is steered, its variables and a state beside it are kept', async () => {
    const tasks = { a: { type: 'core/noop' }, go: { event: { name: 'go' }, depends_on: ['a'] } };
    const execution_id = await start(tasks, { state: { n: 0 } });
    const of = { instance_id: execution_id };
    await until(client.monitorExecution({ execution_id }), 'task_waiting');

    expect(await client.pauseExecution({ execution_id, reason: 'lunch' })).toEqual({ execution_id, status: 'paused' });
    expect(await client.resume_instance(of)).toEqual({ execution_id, status: 'running' });
    expect(await client.pause_instance(of)).toMatchObject({ status: 'paused' });
    expect(await client.resumeExecution({ execution_id })).toMatchObject({ status: 'running' });
    expect(await client.update_instance_state({ ...of, state: { n: 7 } })).toMatchObject({ state: { n: 7 } });
    expect(await client.get_instance(of)).toMatchObject({ execution_id, status: 'running' });
    expect((await client.get_instance_history(of)).map(({ event_type }) => event_type)).toContain('state_changed');

    expect(await client.save_state({ execution_id, state: { seen: [1] } })).toMatchObject({ success: true });
    expect(await client.load_state({ execution_id })).toMatchObject({ state: { seen: [1] } });

    const { checkpoint_id } = await client.create_checkpoint({ execution_id, name: 'here' });
    expect(await client.cancelWorkflow({ execution_id })).toEqual({ execution_id, status: 'canceled', success: true });
    expect(await client.cancel_workflow({ execution_id })).toMatchObject({ success: true });
    const again = await client.restoreFromCheckpoint({ checkpoint_id });
    expect(again).toMatchObject({ restored_from: execution_id, task_statuses: { a: 'completed' } });
    await client.cancelWorkflow({ execution_id: again.execution_id });
    expect((await client.waitFor({ execution_id: again.execution_id })).status).toBe('canceled');
  });

  test('a template is kept and used', async () => {
    const { template_id } = await client.createTemplate({
      name: 'greet someone',
      parameters: { who: { type: 'string', required: true } },
      workflow_definition: { name: 'greet', tasks: { a: { type: 'core/value', input: { to: '{{params.who}}' } } } },
    });
    const made = await client.create_workflow_from_template({ template_id, parameters: { who: 'Ada' } });
    const other = await client.instantiateTemplate({ template_id, parameter_values: { who: 'Bob' }, name: 'bob' });
    expect([made.template_id, other.name]).toEqual([template_id, 'bob']);
    const { output } = await client.runToEnd({ workflow_id: made.workflow_id });
    expect(output).toEqual({ a: { to: 'Ada' } });
  });

  test('a workflow is made better', async () => {
    const task = { type: 'core/value', input: { n: 1 } };
    const workflow_id = await keep({
      ...{ a: task, b: { ...task, depends_on: ['a'] } },
      c: { ...task, depends_on: ['a', 'b'] },
    });
    const { suggestions } = await client.suggest({ workflow_id, llm: 'never', kinds: ['remove_implied_edges'] });
    expect(suggestions.map(({ kind }) => kind)).toEqual(['remove_implied_edges']);
    const [first] = suggestions;
    const applied = await client.applySuggestion({ suggestion_id: first?.id ?? '' });
    expect(applied).toMatchObject({ workflowId: workflow_id });
    expect((await client.getWorkflow({ workflow_id })).version).toBe(applied.version);
  });

  test('what the client in Python reads is there', async () => {
    const { workflow_id } = await client.create_workflow({ name: 'py', tasks: [{ id: 'a', type: 'core/noop' }] });
    const { execution_id } = await client.execute_workflow({ workflow_id, input: {} });
    const types: string[] = [];
    for await (const { event_type } of client.monitor_execution({ execution_id })) types.push(event_type);
    expect([types[0], types.at(-1)]).toEqual(['workflow_started', 'workflow_completed']);
    expect(await client.get_workflow_status({ execution_id })).toMatchObject({
      ...{ status: 'completed', task_statuses: { a: 'completed' }, output: { a: null }, error: null },
    });
  });
});

describe('errors', () => {
  const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const nobody = { execution_id: '00000000-0000-4000-8000-000000000000' };

  test('are of the class and in the words of what is wrong', async () => {
    const unknown = await thrownBy(client.getExecutionStatus(nobody));
    expect(unknown).toBeInstanceOf(DataNotFoundError);
    expect(unknown).toMatchObject({ status: 404, code: 'execution_not_found', name: 'DataNotFoundError' });
    if (!isRefusal(unknown)) throw unknown;
    expect([unknown.cure, unknown.requestId]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);

    const wrong = await thrownBy(client.createWorkflow({ name: 'x', tasks: { a: { type: 'core/unheard' } } }));
    expect(wrong).toBeInstanceOf(DataValidationError);
    expect(wrong).toMatchObject({ status: 422, pointer: '/tasks/a/type', faults: [{ code: 'task_type_unknown' }] });

    const ended = await client.runToEnd({ workflow_id: await keep({ a: { type: 'core/noop' } }) });
    expect(await thrownBy(client.cancelWorkflow({ execution_id: ended.execution_id }))).toBeInstanceOf(
      DataConflictError,
    );
  });

  test('of credentials say which, and never what was shown', async () => {
    const stranger = new HarmoniaClient({ url: service.url, token: 'a-key-that-is-none-but-secret' });
    const reader = new HarmoniaClient({ url: service.url, security: { auth_token: READER } });
    const thrown = [
      await thrownBy(stranger.getExecutionStatus(nobody)),
      await thrownBy(read(stranger.monitorExecution(nobody))),
      await thrownBy(read(stranger.monitorExecutions({}, { over: 'sse' }))),
      await thrownBy(reader.createWorkflow({ name: 'x', tasks: {} })),
      await thrownBy(read(client.monitorExecution(nobody))),
      await thrownBy(read(client.monitorExecution(nobody, { over: 'sse' }))),
    ];
    const classes = [AuthenticationError, AuthenticationError, AuthenticationError];
    expect(thrown.map((error) => (error as Error).constructor)).toEqual([
      ...classes,
      AuthorizationError,
      DataNotFoundError,
      DataNotFoundError,
    ]);
    for (const error of thrown) expect(inspect(error, { depth: 9 })).not.toMatch(/secret|nobody-may-see/);
  });

  test('of statuses are answers at the typed routes', async () => {
    const params = { path: { id: nobody.execution_id } };
    const { data, error, response } = await client.api.GET('/api/v1/executions/{id}', { params });
    expect([data, error?.error.code, response.status]).toEqual([undefined, 'execution_not_found', 404]);
    expect((await answerOf(client.api.GET('/health'))).status).toBe('healthy');
  });

  test('of nobody who answers name the address', async () => {
    const alone = new HarmoniaClient({ port: 9, retries: 0 });
    const error = await thrownBy(alone.getExecutionStatus(nobody));
    expect(error).toBeInstanceOf(ComponentUnavailableError);
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('http://127.0.0.1:9') as unknown,
    });
  });
});

test('a start with the same key is one start', async () => {
  const body = { workflow_id: await keep({ a: { type: 'core/noop' } }) };
  const [one, other] = await Promise.all([1, 2].map(() => client.executeWorkflow(body, { idempotencyKey: 'once' })));
  expect(one?.execution_id).toBe(other?.execution_id);
});

describe('monitoring', () => {
  const gated = {
    ...chain(20),
    gate: { event: { name: 'go' }, depends_on: ['t19'] },
    end: { type: 'core/noop', depends_on: ['gate'] },
  };
  const go = async (id: string): Promise<unknown> =>
    dataOf(
      client.api.POST('/api/v1/executions/{id}/signal', {
        params: { path: { id } },
        body: { name: 'go', payload: {} },
      }),
    );

  test('a service that was killed loses no event and repeats none', async () => {
    const execution_id = await start(gated);
    const ways = ['websocket', 'sse'] as const;
    /** Until the execution has completed, of one that does not end by itself. */
    const readTo = async (watch: EventWatch): Promise<readonly string[]> => {
      const ids: string[] = [];
      for await (const event of watch) {
        if (isStored(event)) ids.push(event.id);
        if (event.execution_id === execution_id && event.event_type === 'workflow_completed') break;
      }
      return ids;
    };
    const everything = ways.map((over) => client.monitorExecutions({ since: '0' }, { over }));
    const fromNow = ways.map((over) => client.monitorExecutions({}, { over }));
    const besides = client.monitorExecution({ execution_id }, { over: 'sse' });
    const all = everything.map(readTo);
    const live = fromNow.map(readTo);
    const beside = read(besides);
    // Who was never connected is not waited for.
    const places = (): readonly (string | undefined)[] =>
      [...everything, ...fromNow, besides].map(({ place }) => place);
    await eventually(
      () => Promise.resolve(places()),
      (found) => found.every((place) => place !== undefined && place !== '0'),
    );
    const own: string[] = [];
    for await (const event of client.monitorExecution({ execution_id })) {
      if (!isStored(event)) continue;
      own.push(event.id);
      if (own.length === 8) await restart();
      if (event.event_type === 'task_waiting') await go(execution_id);
    }
    expect(own).toEqual(await listed(execution_id));
    expect(new Set(own).size).toBe(own.length);
    expect(await beside).toEqual(own);
    for (const ids of await Promise.all(all)) {
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => id.startsWith(execution_id))).toEqual(own);
    }
    for (const ids of await Promise.all(live)) expect(own.slice(-ids.length)).toEqual(ids);
  });

  test('goes on at a place, and past an end that was not the last', async () => {
    const workflow_id = await keep({ a: { type: 'core/fail', input: { message: 'no', times: 1, kind: 'fatal' } } });
    const { execution_id, status } = await client.runToEnd({ workflow_id });
    expect(status).toBe('failed');
    await client.api.POST('/api/v1/executions/{id}/retry', { params: { path: { id: execution_id } } });
    await client.waitFor({ execution_id });
    for (const over of ['websocket', 'sse'] as const)
      expect(await read(client.monitorExecution({ execution_id }, { over }))).toEqual(await listed(execution_id));

    const watch = client.monitorExecution({ execution_id });
    await until(watch, 'task_failed');
    const all = await listed(execution_id);
    const rest = await read(client.monitorExecution({ execution_id, since: watch.place ?? '' }));
    expect(rest).toEqual(all.slice(-rest.length));
    expect(rest.length).toBeLessThan(all.length);
    expect(await read(client.monitorExecution({ execution_id, since: '999999' }))).toEqual([]);
  });

  test('who reads slowly keeps little and misses nothing', async () => {
    const { execution_id } = await client.runToEnd({ workflow_id: await keep(chain(30)) });
    const paths = { websocket: `/ws/executions/${execution_id}`, sse: '' };
    const line = new Line({ url: service.url, token: KEY });
    const check = (): Promise<void> => Promise.resolve();
    const ids: string[] = [];
    const watch = new Watch({ line, scope: 'execution', paths, since: '0', check, room: 20_000 });
    for await (const event of watch) {
      if (isStored(event)) ids.push(event.id);
      await turn();
    }
    expect(ids).toEqual(await listed(execution_id));
  });

  test('where there is no Node, by the socket that is there, with the credential in its address', async () => {
    const { execution_id } = await client.runToEnd({ workflow_id: await keep(chain(2)) });
    const program = `import { WebSocket } from 'ws';
      import { HarmoniaClient } from '@tekton/harmonia/client';
      const [url, token, execution_id, out] = [...process.argv.slice(1), process.stdout];
      const addresses = [];
      globalThis.WebSocket = class extends WebSocket {
        constructor(address, ...more) {
          super(address);
          addresses.push([new URL(address).searchParams.get('api_key'), more.length]);
        }
      };
      globalThis.process = undefined;
      const ids = [];
      const client = new HarmoniaClient({ url, token });
      for await (const { id } of client.monitorExecution({ execution_id })) ids.push(id);
      out.write(JSON.stringify({ ids, addresses }));`;
    const args = ['--input-type=module', '-e', program, service.url, KEY, execution_id];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(import.meta.dirname, '../..') });
    expect(JSON.parse(stdout)).toEqual({ ids: await listed(execution_id), addresses: [[KEY, 0]] });
  });

  test('ends with a signal, and all with the client', async () => {
    const execution_id = await start({ go: { event: { name: 'go' } } });
    const abort = new AbortController();
    const other = new HarmoniaClient({ url: service.url, token: KEY });
    const watches = [
      ...[client.monitorExecution({ execution_id }, { signal: abort.signal })],
      ...[client.monitorExecutions({}, { signal: abort.signal, over: 'sse' })],
      ...[other.monitorExecution({ execution_id }), other.monitorExecutions()],
    ];
    const ended = Promise.allSettled(watches.map(read));
    const waiting = other.waitFor({ execution_id }).catch((error: unknown) => error);
    await until(client.monitorExecution({ execution_id }), 'task_waiting');
    abort.abort(new Error('enough'));
    other.close();
    expect((await ended).map((one) => (one as { reason?: Error }).reason?.message)).toEqual([
      ...['enough', 'enough', 'The client was closed.', 'The client was closed.'],
    ]);
    expect(await waiting).toMatchObject({ name: 'AbortError' });
    await expect(other.getExecutionStatus({ execution_id })).rejects.toMatchObject({ name: 'AbortError' });
    await client.cancelWorkflow({ execution_id });
  });
});
