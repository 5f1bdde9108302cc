import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller, refusal, refused } from '../world/caller.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());
const restart = async (): Promise<void> => {
  await service.stop(true);
  service = await TestService.start({}, { directory: service.directory });
};

const caller = new Caller(() => service);
const noop = { type: 'core/noop' };
const value = (input: object): object => ({ type: 'core/value', input });
const fail = (code: string, more: object = {}): object => ({
  type: 'core/fail',
  input: { code, message: code },
  ...more,
});
const go = { event: { name: 'go' } };
const unique = (): string => `w-${randomUUID()}`;

const childOf = async (id: string, step = '/child'): Promise<string> => {
  const { details } = await caller.waits(id, step);
  return (details as JsonObject).execution_id as string;
};

describe('a sub-workflow', () => {
  const named = async (tasks: object, more: object = {}): Promise<string> => {
    const name = unique();
    await caller.keep({ name, tasks, ...more });
    return name;
  };

  test('is an execution of its own; its output is that of the step', async () => {
    const name = await named({ double: value({ n: '${input.n * 2}' }) });
    const id = await caller.run({ child: { workflow: { name, input: { n: '${input.n}' } } } }, {});
    const failed = await caller.ended(id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'step_failed' } });
    const ran = await caller.start(
      await caller.keep({ tasks: { child: { workflow: { name, input: { n: '${input.n}' } } } } }),
      { n: 4 },
    );
    expect(await caller.ended(ran)).toMatchObject({ output: { child: { double: { n: 8 } } } });
    const [task] = await caller.read<JsonObject[]>(ran, '/tasks');
    expect(task).toMatchObject({ type: 'workflow', status: 'completed', waits_for: 'workflow' });
    const child = await caller.read(task?.child_execution_id as string);
    expect(child).toMatchObject({ workflow_name: name, status: 'completed', input: { n: 4 } });
  });

  test('that is not awaited goes on when its parent has ended', async () => {
    const name = await named({ go });
    const id = await caller.run({ child: { workflow: { name, wait: false } } });
    const { output } = await caller.ended(id);
    const child = (output as { child: { execution_id: string } }).child.execution_id;
    expect(await caller.read(child)).toMatchObject({ status: 'running' });
    await caller.post(child, 'signal', { name: 'go' });
    expect(await caller.ended(child)).toMatchObject({ status: 'completed' });
  });

  test('that fails fails the step with the class and code of its cause', async () => {
    const name = await named({ a: fail('no_seat') });
    const id = await caller.run({
      child: { workflow: { name }, on_error: [{ class: ['no_seat'], goto: 'mend' }] },
      mend: value({ because: '${error.code}' }),
    });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { mend: { because: 'no_seat' } } });
    expect((await caller.read<JsonObject[]>(id, '/tasks'))[0]).toMatchObject({
      error: { code: 'no_seat', message: expect.stringContaining(name) as unknown },
    });
  });

  test('is canceled with its parent, and fails it when it is canceled itself', async () => {
    const name = await named({ go });
    const id = await caller.run({ child: { workflow: { name } } });
    const child = await childOf(id);
    await caller.waits(child, '/go');
    await caller.post(id, 'cancel', { reason: 'enough' });
    expect(await caller.ended(child)).toMatchObject({ status: 'canceled' });
    const other = await caller.run({ child: { workflow: { name } } });
    const second = await childOf(other);
    await caller.waits(second, '/go');
    await caller.post(second, 'cancel');
    expect(await caller.ended(other)).toMatchObject({ status: 'failed', task_statuses: { child: 'failed' } });
  });

  test('goes on over a restart, and its parent with it', async () => {
    const name = await named({ go, after: { ...value({ got: '${tasks.go.output}' }) } });
    const id = await caller.run({ child: { workflow: { name } } });
    const child = await childOf(id);
    await caller.waits(child, '/go');
    await restart();
    await caller.post(child, 'signal', { name: 'go', payload: 5 });
    expect(await caller.ended(id)).toMatchObject({ output: { child: { after: { got: 5 } } } });
  });

  test('is the newest version of a range; one that there is not fails the step', async () => {
    const name = unique();
    const workflow = await caller.keep({ name, version: '1.0.0', tasks: { v: value({ is: '1.0.0' }) } });
    for (const is of ['1.4.0', '2.0.0'])
      await service.send('PUT', `/api/v1/workflows/${workflow}`, { name, version: is, tasks: { v: value({ is }) } });
    const child = (version?: string): object => ({ workflow: { name, ...(version && { version }) } });
    const id = await caller.run({ a: child('^1'), b: child(), c: child('1.0.0') });
    expect(await caller.ended(id)).toMatchObject({
      output: { a: { v: { is: '1.4.0' } }, b: { v: { is: '2.0.0' } }, c: { v: { is: '1.0.0' } } },
    });
    const none = await caller.run({ a: { ...child('^3'), on_error: 'continue' } });
    await caller.ended(none);
    expect((await caller.read<JsonObject[]>(none, '/tasks'))[0]).toMatchObject({
      error: { code: 'version_not_found' },
    });
    const unknown = await caller.run({ a: { workflow: { name: unique() }, on_error: 'continue' } });
    await caller.ended(unknown);
    expect((await caller.read<JsonObject[]>(unknown, '/tasks'))[0]).toMatchObject({
      error: { code: 'workflow_not_found' },
    });
  });
});

describe('a map', () => {
  test('runs its items at addresses of their own, as many as it may at a time', async () => {
    const each = {
      map: { over: '${input.rows}', as: 'row', concurrency: 1 },
      tasks: { a: value({ n: '${row}' }), b: value({ n: '${tasks.a.output.n + index}' }) },
      output: '${tasks.b.output.n}',
    };
    const id = await caller.start(await caller.keep({ tasks: { each } }), { rows: [5, 6, 7] });
    expect(await caller.ended(id)).toMatchObject({ output: { each: [5, 7, 9] } });
    const started = (await caller.story(id)).filter((line) => line.endsWith('task_started'));
    expect(started).toEqual([
      '/each task_started',
      ...[0, 1, 2].flatMap((n) => [`/each[${n}]/a task_started`, `/each[${n}]/b task_started`]),
    ]);
  });

  test('over an object has its keys in addresses; what fails within the tolerance is null', async () => {
    const each = {
      map: { over: { eu: 1, us: 0 }, tolerate: 1 },
      tasks: { a: fail('no', { when: '${item.value == 0}' }), b: value({ key: '${item.key}' }) },
      output: '${tasks.b.output.key}',
    };
    const id = await caller.run({ each });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { each: ['eu', null] } });
    expect(await caller.story(id)).toContain('/each["us"]/a task_failed');
  });

  test('that fails beyond its tolerance says where', async () => {
    const each = { map: { over: [1, 2] }, tasks: { a: fail('no') } };
    const id = await caller.run({ each });
    const ended = await caller.ended(id);
    expect(ended).toMatchObject({ status: 'failed', task_statuses: { each: 'failed' } });
    expect(JSON.stringify(await caller.read(id, '/tasks'))).toContain('/each[');
  });

  test('goes on after a restart with the items that had not ended', async () => {
    const each = {
      map: { over: ['a', 'b'] },
      tasks: { first: value({ item: '${item}' }), go: { ...go, depends_on: ['first'] } },
    };
    const id = await caller.run({ each });
    await caller.waits(id, '/each[1]/go');
    await caller.post(id, 'signal', { name: 'go', payload: 1 });
    await restart();
    await caller.post(id, 'signal', { name: 'go', payload: 2 });
    expect(await caller.ended(id)).toMatchObject({ output: { each: [{ go: 1 }, { go: 2 }] } });
    const firsts = (await caller.story(id)).filter((line) => /first task_started$/.test(line));
    expect(firsts).toEqual(['/each[0]/first task_started', '/each[1]/first task_started']);
  });
});

describe('a loop', () => {
  test('runs until it is done; each iteration sees the one before', async () => {
    const again = {
      loop: { until: '${previous >= 3}', max_iterations: 9 },
      tasks: { n: value({ n: '${(previous == null ? 0 : previous) + 1}' }) },
      output: '${tasks.n.output.n}',
    };
    const id = await caller.run({ again });
    expect(await caller.ended(id)).toMatchObject({ output: { again: 3 } });
    expect((await caller.story(id)).filter((line) => line.includes('['))).toHaveLength(6);
  });

  test('that wants more than its limit fails with loop_limit', async () => {
    const id = await caller.run({ again: { loop: { while: '${true}', max_iterations: 2 }, tasks: { n: noop } } });
    expect(await caller.ended(id)).toMatchObject({ status: 'failed' });
    expect((await caller.read<JsonObject[]>(id, '/tasks'))[0]).toMatchObject({ error: { code: 'loop_limit' } });
  });
});

describe('a try', () => {
  test('runs catch with the error, and finally always', async () => {
    const guard = {
      try: { x: fail('out_of_paper') },
      catch: { mend: value({ because: '${error.code}' }) },
      finally: { tidy: noop },
    };
    const id = await caller.run({ guard, after: value({ of: '${tasks.guard.output}' }) });
    expect(await caller.ended(id)).toMatchObject({
      status: 'completed',
      output: { after: { of: { mend: { because: 'out_of_paper' } } } },
    });
    const story = (await caller.story(id)).filter((line) => !line.endsWith('task_started'));
    expect(story).toEqual([
      '/guard/try/x task_failed',
      '/guard/catch/mend task_completed',
      '/guard/finally/tidy task_completed',
      '/guard task_completed',
      '/after task_completed',
    ]);
  });
});

describe('a race', () => {
  test('has one winner; what lost is canceled, and undone where it had completed', async () => {
    const first = {
      race: {
        quick: { event: { name: 'go' } },
        slow: { tasks: { booked: { ...value({ n: 1 }), compensate: noop }, wait: { event: { name: 'never' } } } },
      },
    };
    const id = await caller.run({ first });
    await caller.waits(id, '/first/slow/wait');
    await caller.until(id, '/first/slow/booked', 'task_completed');
    await caller.post(id, 'signal', { name: 'go', payload: 1 });
    expect(await caller.ended(id)).toMatchObject({ output: { first: { winner: 'quick', output: 1 } } });
    expect(await caller.story(id)).toContain('/first/slow/booked!compensate task_completed');
  });
});

describe('compensation', () => {
  const book = (name: string, after: string[] = []): object => ({
    ...value({ name }),
    depends_on: after,
    compensate: { type: 'core/log', input: { message: 'undo ${output.name}' } },
  });
  const undone = async (id: string): Promise<string[]> =>
    (await caller.story(id)).filter((line) => line.endsWith('!compensate task_completed'));

  test('undoes what had completed, last first, before the execution fails', async () => {
    const tasks = {
      a: book('a'),
      group: { depends_on: ['a'], tasks: { b: book('b') } },
      c: fail('no', { depends_on: ['group'] }),
    };
    const id = await caller.run(tasks);
    expect(await caller.ended(id)).toMatchObject({ status: 'failed' });
    expect(await undone(id)).toEqual(['/group/b!compensate task_completed', '/a!compensate task_completed']);
    const logs = await caller.read<JsonObject[]>(id, '/logs');
    expect(logs.map(({ message, step }) => [message, step])).toEqual([
      ['undo b', '/group/b!compensate'],
      ['undo a', '/a!compensate'],
    ]);
  });

  test('comes with cancel when that asks for it, and only then', async () => {
    const tasks = { a: book('a'), go: { ...go, depends_on: ['a'] } };
    const id = await caller.run(tasks);
    await caller.waits(id, '/go');
    await caller.post(id, 'cancel', { compensate: true });
    expect(await caller.ended(id)).toMatchObject({
      status: 'canceled',
      task_statuses: { a: 'completed', go: 'canceled' },
    });
    expect(await undone(id)).toEqual(['/a!compensate task_completed']);
    const other = await caller.run(tasks);
    await caller.waits(other, '/go');
    await caller.post(other, 'cancel');
    await caller.ended(other);
    expect(await undone(other)).toEqual([]);
    expect(refusal(await caller.post(other, 'cancel', { compensate: 'maybe' }))).toEqual(
      refused(422, 'validation_error', '/compensate'),
    );
  });

  test('that is under way when the execution is undone goes on as the same run', async () => {
    const slow = { type: 'core/delay', input: { seconds: 0.5 } };
    const saga = {
      try: { a: { ...value({ n: 1 }), compensate: slow }, bad: fail('no', { depends_on: ['a'] }) },
      catch: { mend: value({ n: 2 }) },
    };
    const id = await caller.run({ saga });
    await caller.until(id, '/saga/try/a!compensate', 'task_started');
    await caller.post(id, 'cancel', { compensate: true });
    expect(await caller.ended(id)).toMatchObject({ status: 'canceled' });
    const tasks = await caller.read<JsonObject[]>(id, '/tasks');
    const undoing = tasks.filter(({ step }) => step === '/saga/try/a!compensate');
    expect(undoing).toMatchObject([{ status: 'completed', attempt: 2, input: { seconds: 0.5 } }]);
    expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
  });
});

test('a construct within a construct within a construct is read on every page', async () => {
  const inner = { loop: { until: '${index == 1}', max_iterations: 5 }, tasks: { x: value({ n: '${index}' }) } };
  const tasks = { outer: { map: { over: [1, 2] }, tasks: { guard: { try: { inner } } } } };
  const id = await caller.run(tasks);
  await caller.ended(id);
  const step = '/outer[1]/guard/try/inner[1]/x';
  expect(await caller.story(id)).toContain(`${step} task_completed`);
  for (const page of ['', '/tasks', '/logs', '/events', '/timeline', '/metrics', '/verify'])
    expect((await caller.get(id, page)).status).toBe(200);
  expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
  expect(await caller.read(id, '/metrics')).toMatchObject({
    critical_path: ['outer'],
    task_durations: { outer: expect.any(Number) as unknown },
  });
});
