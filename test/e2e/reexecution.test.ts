import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller, refusal, refused } from '../world/caller.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const DAY = 86_400_000;
/** Lets a day pass over a stopped service: ended journals are archived, and deleted when `keep` says so. */
const sweep = async (keep?: number): Promise<void> => {
  await service.stop(true);
  const database = new Database(join(service.directory, 'harmonia.db'));
  const timers = { ...systemTimers, now: () => Date.now() + DAY };
  const retention = { keep, compactAfter: 1000 };
  await new Housekeeping({ database, retention, timers, onTrouble: (what) => expect(what).toBe('') }).sweep();
  database.close();
  service = await TestService.start({}, { directory: service.directory });
};

interface Plan {
  readonly kept: readonly JsonObject[];
  readonly reset: readonly JsonObject[];
  readonly created: readonly JsonObject[];
}
const caller = new Caller(() => service);
const value = (input: object): object => ({ type: 'core/value', input });
const reexecute = (id: string, operation: string, more: object = {}, query = '') =>
  caller.post(id, `reexecute${query}`, { operation, ...more });
const steps = (entries: readonly JsonObject[]): string[] => entries.map(({ step }) => step as string).sort();

/** Asks for the plan, then does it; both say the same. Answers the plan and the execution that goes on. */
const doAsPlanned = async (id: string, operation: string, more: object = {}): Promise<Plan & { id: string }> => {
  const before = await caller.read(id);
  const planned = await reexecute(id, operation, more, '?dry_run=true');
  expect(planned).toMatchObject({ status: 200, body: { data: { execution_id: id, operation, dry_run: true } } });
  expect(await caller.read(id)).toEqual(before);
  const done = await reexecute(id, operation, more);
  expect(done).toMatchObject({ status: 200, body: { data: { dry_run: false } } });
  const plan = done.body.data as unknown as Plan & { execution_id: string };
  const asked = planned.body.data as unknown as Plan;
  expect([plan.kept, plan.reset, plan.created]).toEqual([asked.kept, asked.reset, asked.created]);
  return { ...plan, id: plan.execution_id };
};

/** How often each step was started. */
const starts = async (id: string): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const line of await caller.story(id)) {
    const [step = '', type] = line.split(/ (?=\w+$)/);
    if (type === 'task_started') counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
};

/** One item of three runs a workflow that there is not, until somebody keeps it. */
const items = (name: string): object => ({
  each: {
    map: { over: ['a', 'b', 'c'] },
    tasks: {
      get: value({ item: '${item}' }),
      check: { ...value({ item: '${item}' }), depends_on: ['get'], when: '${item == "b"}' },
      flaky: { workflow: { name }, depends_on: ['check'], when: '${item == "b"}' },
    },
    output: '${tasks.get.output.item}',
  },
  after: value({ size: '${size(tasks.each.output)}' }),
});

describe('retry_failed', () => {
  test('runs the failed item of a map again, and what came of it; the rest is kept', async () => {
    const name = `missing-${randomUUID()}`;
    const id = await caller.run(items(name));
    expect(await caller.ended(id)).toMatchObject({
      status: 'failed',
      task_statuses: { each: 'failed', after: 'skipped' },
    });
    await caller.keep({ name, tasks: { done: value({}) } });
    const plan = await doAsPlanned(id, 'retry_failed');
    expect(plan.id).toBe(id);
    expect(plan.reset).toContainEqual({ step: '/each[1]/flaky', reason: 'failed' });
    expect(plan.reset).toContainEqual({ step: '/after', reason: 'after', because: '/each' });
    expect(steps(plan.kept)).toEqual(
      expect.arrayContaining(['/each[0]/get', '/each[1]/get', '/each[1]/check', '/each[2]/get']),
    );
    expect(await caller.ended(id)).toMatchObject({
      status: 'completed',
      output: { after: { size: 3 } },
      has_error: false,
    });
    expect(await starts(id)).toMatchObject({
      '/each[0]/get': 1,
      '/each[1]/get': 1,
      '/each[1]/check': 1,
      '/each[2]/get': 1,
      '/after': 1,
    });
    const tasks = await caller.read<JsonObject[]>(id, '/tasks');
    expect(tasks.find(({ step }) => step === '/after')).toMatchObject({ generation: 2 });
    expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
    expect(refusal(await reexecute(id, 'retry_failed'))).toEqual(refused(409, 'conflict'));
  });

  test('goes on after a restart of the service, and with an archived journal', async () => {
    const name = `missing-${randomUUID()}`;
    const id = await caller.run(items(name));
    await caller.ended(id);
    await sweep();
    expect(await caller.read(id)).toMatchObject({ status: 'failed', journal: 'archived' });
    await caller.keep({ name, tasks: { done: value({}) } });
    await doAsPlanned(id, 'retry_failed');
    expect(await caller.read(id)).toMatchObject({ journal: 'live' });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { after: { size: 3 } } });
    expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
    await sweep();
    expect(await caller.read(id)).toMatchObject({ status: 'completed', journal: 'archived' });
    expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
  });
});

const chain = {
  a: value({ n: '${input.n}' }),
  b: value({ n: '${tasks.a.output.n + 1}' }),
  c: value({ n: '${tasks.b.output.n + 1}' }),
  other: value({ n: 0 }),
};

describe('rerun_from', () => {
  test('runs a step again and all that depends on it, in a new generation', async () => {
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    await caller.ended(id);
    const plan = await doAsPlanned(id, 'rerun_from', { step: '/b' });
    expect(plan.reset).toEqual([
      { step: '/b', reason: 'asked' },
      { step: '/c', reason: 'after', because: '/b' },
    ]);
    expect(steps(plan.kept)).toEqual(['/a', '/other']);
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { c: { n: 3 } } });
    expect(await starts(id)).toEqual({ '/a': 1, '/b': 2, '/c': 2, '/other': 1 });
    await sweep();
    await doAsPlanned(id, 'rerun_from', { step: 'a' });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed' });
    const tasks = await caller.read<JsonObject[]>(id, '/tasks');
    expect(tasks.map(({ generation }) => generation)).toEqual([3, 3, 3, 1]);
  });

  test('of a step in a map item runs that item and what follows the map', async () => {
    const each = {
      map: { over: [1, 2] },
      tasks: { x: value({ n: '${item}' }), y: value({ n: '${tasks.x.output.n}' }) },
    };
    const id = await caller.run({ each, after: value({ of: '${tasks.each.output}' }) });
    await caller.ended(id);
    const plan = await doAsPlanned(id, 'rerun_from', { step: '/each[1]/y' });
    expect(steps(plan.reset)).toEqual(['/after', '/each[1]/y']);
    await caller.ended(id);
    expect(await starts(id)).toMatchObject({ '/each[0]/y': 1, '/each[1]/x': 1, '/each[1]/y': 2, '/after': 2 });
  });
});

describe('skip', () => {
  test('counts a failed step as skipped, and lets what depends on it run', async () => {
    const tasks = {
      a: { type: 'core/fail', input: { message: 'no' } },
      b: { type: 'core/noop', depends_on: ['a'] },
    };
    const id = await caller.run(tasks);
    expect(await caller.ended(id)).toMatchObject({ status: 'failed', task_statuses: { b: 'skipped' } });
    await doAsPlanned(id, 'skip', { step: '/a' });
    expect(await caller.ended(id)).toMatchObject({
      status: 'completed',
      task_statuses: { a: 'skipped', b: 'completed' },
    });
    expect((await caller.read<JsonObject[]>(id, '/tasks'))[0]).toMatchObject({ cause: 'operator', error: null });
  });

  test('of a completed step is refused', async () => {
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    await caller.ended(id);
    expect(refusal(await reexecute(id, 'skip', { step: '/a' }))).toEqual(refused(409, 'conflict'));
  });
});

describe('resume', () => {
  test('goes on where an execution was canceled, after a restart', async () => {
    const id = await caller.run({ a: value({ n: 1 }), go: { event: { name: 'go' }, depends_on: ['a'] } });
    await caller.waits(id, '/go');
    await caller.post(id, 'cancel');
    await caller.ended(id);
    await sweep();
    const plan = await doAsPlanned(id, 'resume');
    expect(plan).toMatchObject({
      kept: [{ step: '/a', reason: 'completed' }],
      reset: [{ step: '/go', reason: 'canceled' }],
    });
    await caller.post(id, 'signal', { name: 'go', payload: 1 });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { go: 1 } });
    expect(refusal(await reexecute(id, 'resume'))).toEqual(refused(409, 'conflict'));
  });
});

describe('fork', () => {
  test('makes a new execution; with another input, what read it runs again', async () => {
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    const before = await caller.ended(id);
    const plan = await doAsPlanned(id, 'fork', { input: { n: 5 } });
    expect(plan.id).not.toBe(id);
    expect(steps(plan.kept)).toEqual(['/other']);
    expect(await caller.ended(plan.id)).toMatchObject({
      status: 'completed',
      output: { c: { n: 7 } },
      restored_from: id,
    });
    expect(await starts(plan.id)).toEqual({ '/a': 1, '/b': 1, '/c': 1 });
    expect(await caller.read(id)).toEqual(before);
  });

  test('at a position keeps what had ended there', async () => {
    const id = await caller.start(await caller.keep({ tasks: { a: chain.a, b: chain.b } }), { n: 1 });
    await caller.ended(id);
    const events = await caller.read<JsonObject[]>(id, '/events');
    const at = events.find(({ step, type }) => step === '/a' && type === 'task_completed')?.sequence as number;
    const plan = await doAsPlanned(id, 'fork', { at });
    expect(plan.kept).toEqual([{ step: '/a', reason: 'completed' }]);
    expect(await caller.ended(plan.id)).toMatchObject({ status: 'completed', output: { b: { n: 2 } } });
    expect(refusal(await reexecute(id, 'fork', { at: 9999 }))).toEqual(refused(409, 'conflict'));
    expect(refusal(await reexecute(id, 'fork', { at: 0 }))).toEqual(refused(422, 'validation_error', '/at'));
  });

  test('with another version runs what changed, and what depends on it', async () => {
    const name = `v-${randomUUID()}`;
    const workflow = await caller.keep({ name, version: '1.0.0', tasks: chain });
    const tasks = { ...chain, b: value({ n: '${tasks.a.output.n + 10}' }) };
    await service.send('PUT', `/api/v1/workflows/${workflow}`, { name, version: '1.1.0', tasks });
    const { body } = await service.post('/api/v1/executions', {
      workflow_id: workflow,
      version: '1.0.0',
      input: { n: 1 },
    });
    const id = body.execution_id as string;
    await caller.ended(id);
    await sweep();
    const plan = await doAsPlanned(id, 'fork', { version: '1.1.0' });
    expect(plan.reset.map(({ step, reason }) => [step, reason])).toEqual([
      ['/b', 'changed'],
      ['/c', 'after'],
    ]);
    expect(await caller.ended(plan.id)).toMatchObject({
      workflow_version: '1.1.0',
      output: { c: { n: 12 } },
    });
    expect(refusal(await reexecute(id, 'fork', { version: '9.9.9' }))).toEqual(refused(404, 'version_not_found'));
  });

  test('is made once for one Idempotency-Key', async () => {
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    await caller.ended(id);
    const fork = (input: object) =>
      service.post(
        `/api/v1/executions/${id}/reexecute`,
        { operation: 'fork', input },
        { 'idempotency-key': `k-${id}` },
      );
    const [first, second] = [await fork({ n: 2 }), await fork({ n: 2 })];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.execution_id).toBe(first.body.execution_id);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await fork({ n: 3 })).status).toBe(409);
  });

  test('with an input that the schema refuses is refused', async () => {
    const input_schema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const id = await caller.start(await caller.keep({ tasks: chain, input_schema }), { n: 1 });
    await caller.ended(id);
    for (const query of ['', '?dry_run=true'])
      expect(refusal(await reexecute(id, 'fork', { input: { n: 'x' } }, query))).toEqual(
        refused(422, 'validation_error', '/input/n'),
      );
  });
});

describe('restore', () => {
  test('makes a new execution of what was done at the checkpoint', async () => {
    const id = await caller.run({ a: value({ n: 1 }), go: { event: { name: 'go' }, depends_on: ['a'] } });
    await caller.waits(id, '/go');
    const { checkpoint_id } = (await caller.post(id, 'checkpoint', { name: 'here' })).body;
    await caller.post(id, 'signal', { name: 'go', payload: 1 });
    await caller.ended(id);
    const plan = await doAsPlanned(id, 'restore', { checkpoint_id });
    expect(steps(plan.kept)).toEqual(['/a']);
    await caller.waits(plan.id, '/go');
    await caller.post(plan.id, 'signal', { name: 'go', payload: 2 });
    expect(await caller.ended(plan.id)).toMatchObject({ output: { go: 2 }, restored_from: id });
    const other = await caller.run({ a: value({ n: 1 }) });
    await caller.ended(other);
    for (const wrong of [checkpoint_id, randomUUID()])
      expect(refusal(await reexecute(other, 'restore', { checkpoint_id: wrong }))).toEqual(
        refused(422, 'validation_error', '/checkpoint_id'),
      );
  });
});

describe('a re-execution is refused with code and cure', () => {
  test('of an execution that has not ended', async () => {
    const id = await caller.run({ go: { event: { name: 'go' } } });
    await caller.waits(id, '/go');
    for (const operation of ['resume', 'retry_failed'])
      for (const query of ['', '?dry_run=true'])
        expect(refusal(await reexecute(id, operation, {}, query))).toEqual(refused(409, 'conflict'));
    expect(refusal(await reexecute(id, 'rerun_from', { step: '/go' }))).toEqual(refused(409, 'conflict'));
  });

  test('of a step that there is not, or without one', async () => {
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    await caller.ended(id);
    expect(refusal(await reexecute(id, 'rerun_from', { step: '/nobody' }))).toEqual(refused(409, 'conflict'));
    expect(refusal(await reexecute(id, 'rerun_from', { step: '/a[' }))).toEqual(
      refused(422, 'validation_error', '/step'),
    );
    expect(refusal(await reexecute(id, 'rerun_from'))).toEqual(refused(422, 'validation_error', ''));
    expect(refusal(await reexecute(id, 'restore'))).toEqual(refused(422, 'validation_error', ''));
    expect(refusal(await reexecute(id, 'undo'))).toEqual(refused(422, 'validation_error', '/operation'));
    expect(refusal(await reexecute(id, 'rerun_from', { step: '/a' }, '?dry_run=perhaps'))).toEqual(
      refused(422, 'validation_error', '/dry_run'),
    );
  });

  test('of an execution that there is not, or whose journal is gone', async () => {
    expect(refusal(await reexecute(randomUUID(), 'resume'))).toEqual(refused(404, 'execution_not_found'));
    expect(refusal(await reexecute('nothing', 'resume'))).toEqual(refused(422, 'validation_error', '/id'));
    const id = await caller.start(await caller.keep({ tasks: chain }), { n: 1 });
    await caller.ended(id);
    await sweep(1000);
    for (const query of ['', '?dry_run=true'])
      expect(refusal(await reexecute(id, 'rerun_from', { step: '/a' }, query))).toEqual(refused(410, 'journal_gone'));
  });
});
