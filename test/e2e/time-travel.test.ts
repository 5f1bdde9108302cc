import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';
import { EventClient } from '../world/stream-clients.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const noop = { type: 'core/noop' };
const wait = { type: 'core/delay', input: { seconds: 60 } };
const retry_policy = { max_retries: 1, initial_delay: 0.001, jitter: 0 };
const flaky = { type: 'core/fail', input: { kind: 'transient', times: 1 }, retry_policy };

const data = async (path: string): Promise<JsonObject> => {
  const { status, body } = await service.get(`/api/v1/executions/${path}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.data as never;
};
const lengthOf = async (id: string): Promise<number> => (await data(`${id}/verify`)).events as number;

const start = async (tasks: object, more: object = {}): Promise<string> => {
  const workflow = await service.workflow({ name: `w${Math.random()}`, tasks, ...more });
  return (await service.post(`/api/v1/workflows/${workflow}/execute`)).body.execution_id as string;
};
const ended = async (id: string): Promise<string> => {
  await EventClient.readAll(`${service.url}/events/executions/${id}`);
  return id;
};
/** Until a task has got there. */
const reached = async (id: string, fits: (event: JsonObject) => boolean): Promise<string> => {
  const client = await EventClient.open(`${service.url}/events/executions/${id}?since=0`);
  await client.until(() => client.events.some(fits));
  client.leave();
  return id;
};
const running =
  (task: string) =>
  (event: JsonObject): boolean =>
    event.event_type === 'task_started' && event.task_id === task;
const act = async (id: string, action: string): Promise<string> => {
  await service.post(`/api/v1/executions/${id}/${action}`, { reason: 'test' });
  return id;
};

const EXECUTIONS: Readonly<Record<string, () => Promise<string>>> = {
  'that completed, with a retry': async () => ended(await start({ a: flaky, b: { ...noop, depends_on: ['a'] } })),
  'that completed, with failures that were handled, branches and skips': async () =>
    ended(
      await start({
        a: { type: 'core/fail', on_error: { goto: 'c' } },
        b: { ...noop, depends_on: ['a'] },
        c: { type: 'core/value', input: { because: '${error.code}' } },
        d: { ...noop, when: false },
        pick: { switch: [{ when: '${1 == 2}', goto: 'e' }, { goto: 'f' }] },
        e: noop,
        f: { type: 'core/fail', on_error: 'continue', retry_policy },
      }),
    ),
  'that failed while another task ran': async () =>
    ended(
      await start(
        { a: { type: 'core/fail', input: { message: 'no' } }, b: wait, c: { ...noop, depends_on: ['b'] } },
        { fail_fast: true },
      ),
    ),
  'that timed out': async () => ended(await start({ a: { ...wait, timeout: 0.01 } })),
  'that runs': async () => reached(await start({ a: noop, b: { ...wait, depends_on: ['a'] } }), running('b')),
  'that waits for a retry': async () =>
    reached(
      await start({
        a: { type: 'core/fail', input: { kind: 'transient' }, retry_policy: { max_retries: 3, initial_delay: 60 } },
      }),
      ({ event_type }) => event_type === 'retry_attempted',
    ),
  'that is paused': async () =>
    act(await reached(await start({ a: noop, b: { ...wait, depends_on: ['a'] } }), running('b')), 'pause'),
  'that was paused, and goes on': async () => {
    const id = await reached(await start({ a: noop, b: { ...wait, depends_on: ['a'] } }), running('b'));
    return act(await act(id, 'pause'), 'resume');
  },
  'that was canceled': async () =>
    act(await reached(await start({ a: noop, b: { ...wait, depends_on: ['a'] }, c: noop }), running('b')), 'cancel'),
  'that was restored': async () => {
    const id = await reached(
      await start({ a: { type: 'core/value', input: { n: 1 } }, b: { ...wait, depends_on: ['a'] } }),
      running('b'),
    );
    const { checkpoint_id } = (await service.post(`/api/v1/executions/${id}/checkpoint`)).body;
    const restored = await service.post(`/api/v1/checkpoints/${checkpoint_id as string}/restore`);
    return reached(restored.body.execution_id as string, running('b'));
  },
};

const made = new Map<string, string>();
const theOne = async (name: string): Promise<string> => {
  const id = made.get(name) ?? (await (EXECUTIONS[name] as () => Promise<string>)());
  made.set(name, id);
  return id;
};

const history = async (id: string): Promise<JsonObject[]> => {
  const all: JsonObject[] = [];
  for (let at = 1, last = await lengthOf(id); at <= last; at++) all.push(await data(`${id}?at=${at}`));
  return all;
};

describe.each(Object.keys(EXECUTIONS))('an execution %s', (name) => {
  test('was at the end of its journal what it is', async () => {
    const id = await theOne(name);
    expect(await data(`${id}?at=${await lengthOf(id)}`)).toEqual(await data(id));
  });

  test('began with nothing done, and only went on from there', async () => {
    const past = await history(await theOne(name));
    const restored = name === 'that was restored';
    expect(past[0]).toMatchObject({ status: 'running', output: {}, completed_at: null, completion_percentage: 0 });
    const settled = past.map(({ task_statuses: tasks }) =>
      Object.values(tasks as JsonObject).filter(
        (status) => !['pending', 'running', 'waiting'].includes(status as string),
      ),
    );
    expect(settled[0]).toEqual([]);
    for (const [index, tasks] of settled.entries())
      expect(tasks.length).toBeGreaterThanOrEqual(settled[index - 1]?.length ?? 0);
    expect(past.every(({ restored_from: from }) => (from !== null) === restored)).toBe(true);
  });
});

test('it is shown with what was there just then: status, outputs, progress, times', async () => {
  const id = await ended(
    await start({
      a: { type: 'core/value', input: { n: 1 } },
      b: { type: 'core/value', input: { n: '${tasks.a.output.n + 1}' } },
    }),
  );
  const at = async (seq: number): Promise<JsonObject> => data(`${id}?at=${seq}`);
  expect(await at(2)).toMatchObject({
    ...{ status: 'running', task_statuses: { a: 'running', b: 'pending' } },
    progress: { completed_tasks: 0, current_task: 'a', percentage: 0 },
    task_status: { a: { output: null, completed_at: null }, b: { started_at: null } },
  });
  expect(await at(3)).toMatchObject({
    ...{ status: 'running', output: {}, task_statuses: { a: 'completed', b: 'pending' } },
    progress: { completed_tasks: 1, current_task: null, percentage: 50 },
    task_status: { a: { output: { n: 1 } } },
  });
  expect(await at(6)).toMatchObject({ status: 'completed', output: { b: { n: 2 } }, progress: { percentage: 100 } });
  const shown = await harmoniaHere(['execution', 'get', id, '--at', '3', '--url', service.url]);
  expect(JSON.parse(shown.out)).toEqual(await at(3));
});

test.each(['0', '7', '999999999'])('a place that there is not (%s) is 422 with the range', async (at) => {
  const id = await ended(await start({ a: { type: 'core/value', input: {} }, b: { ...noop, depends_on: ['a'] } }));
  expect(await service.get(`/api/v1/executions/${id}?at=${at}`)).toMatchObject({
    status: 422,
    body: {
      error: {
        code: 'validation_error',
        details: {
          faults: [{ code: 'out_of_range', pointer: '/at', message: 'This must be a whole number from 1 to 6.' }],
        },
      },
    },
  });
  const told = await harmoniaHere(['execution', 'get', id, '--at', '7', '--url', service.url]);
  expect([told.code, told.err]).toEqual([2, expect.stringContaining('from 1 to 6')]);
});

test.each(['x', '1.5', '-1', '', '1e2'])('what is no place (%j) is 422', async (at) => {
  const id = await theOne('that runs');
  expect(await service.get(`/api/v1/executions/${id}?at=${at}`)).toMatchObject({
    status: 422,
    body: { error: { details: { faults: [{ pointer: '/at' }] } } },
  });
});

test('an archived journal shows the same past; one that is gone is 410', async () => {
  const id = await theOne('that completed, with a retry');
  const before = await history(id);
  const database = new Database(join(service.directory, 'harmonia.db'));
  const sweep = async (keep: number | undefined): Promise<void> => {
    const timers = { ...systemTimers, now: () => Date.now() + 86_400_000 };
    const retention = { keep, compactAfter: 1000 };
    await new Housekeeping({ database, retention, timers, onTrouble: (what) => expect(what).toBe('') }).sweep();
  };
  await sweep(undefined);
  const archived = (view: JsonObject): JsonObject =>
    JSON.parse(JSON.stringify(view).replaceAll('"journal":"live"', '"journal":"archived"')) as JsonObject;
  expect(await history(id)).toEqual(before.map(archived));
  await sweep(1000);
  database.close();
  expect(await service.get(`/api/v1/executions/${id}?at=1`)).toMatchObject({
    status: 410,
    body: { error: { code: 'journal_gone' } },
  });
});
