import { describe, expect, test } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { defineTask, fatal, transient, type Json, type Task } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../src/plugin/testing/index.js';

const task = (run: Task['run'], more: Partial<Task> = {}): Task =>
  defineTask({ id: 'task', description: 'for a test', run, ...more });
const outcome = async (run: Task['run'], surroundings?: TaskSurroundings): Promise<TaskRun['outcome']> =>
  (await runTask(task(run), {}, surroundings)).outcome;
const giving = (value: unknown): Promise<TaskRun['outcome']> =>
  outcome(() => value as Json, { maxOutputBytes: 100_000 });
const throwing = (value: unknown): Promise<TaskRun['outcome']> =>
  outcome(() => {
    throw value;
  });

describe('an output', () => {
  test('is a copy: what the task changes later does not reach the record', async () => {
    const kept = { list: [1] };
    const given = await giving(kept);
    kept.list.push(2);
    expect(given).toEqual({ is: 'completed', output: { list: [1] } });
  });

  test('may come from another realm, by another kind of promise, without a prototype', async () => {
    expect(await giving(runInNewContext('({ a: [1, { b: "x" }] })'))).toMatchObject({ output: { a: [1, { b: 'x' }] } });
    expect(await giving(runInNewContext('Promise.resolve({ a: 1 })'))).toMatchObject({ output: { a: 1 } });
    expect(await giving({ then: (resolve: (value: Json) => void) => resolve('later') })).toMatchObject({
      output: 'later',
    });
    expect(await giving(Object.assign(Object.create(null) as object, { a: 1 }))).toMatchObject({ output: { a: 1 } });
  });

  test('keeps a key __proto__ as data, and has no minus zero', async () => {
    const { output } = (await giving(JSON.parse('{"__proto__": {"polluted": 1}, "zero": -0}'))) as { output: object };
    expect(JSON.stringify(output)).toBe('{"__proto__":{"polluted":1},"zero":0}');
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
    expect(Object.is((output as { zero: number }).zero, 0)).toBe(true);
  });

  const shared = Array.from({ length: 100 }).reduce<Json>((inner) => [inner, inner], 'x');
  test.each<[string, unknown, string]>([
    ['an object of a class', new Map(), 'output_invalid'],
    ['a method', { toJSON: () => 1 }, 'output_invalid'],
    ['a hole', [1, , 2], 'output_invalid'], // eslint-disable-line no-sparse-arrays
    ['a part without value', { a: { b: undefined } }, 'output_invalid'],
    ['infinity', { a: [Infinity] }, 'output_invalid'],
    [
      'an unreadable part',
      Object.defineProperty({}, 'a', { enumerable: true, get: () => JSON.parse('{') as never }),
      'output_invalid',
    ],
    ['a strange prototype', Object.create(Object.create(null) as object), 'output_invalid'],
    ['one part 2¹⁰⁰ times', shared, 'payload_too_large'],
  ])('that is or has %s is refused at once', async (_name, value, code) => {
    expect(await giving(value)).toMatchObject({ is: 'failed', failure: { kind: 'fatal', code } });
  });

  test('is measured in bytes of its JSON text', async () => {
    const limit = { maxOutputBytes: 12 };
    expect(await outcome(() => 'ä'.repeat(5), limit)).toMatchObject({ is: 'completed' });
    expect(await outcome(() => 'ä'.repeat(6), limit)).toMatchObject({ failure: { code: 'payload_too_large' } });
    expect(await outcome(() => '\u0001\u0001', limit)).toMatchObject({ failure: { code: 'payload_too_large' } });
    expect(await outcome(() => [1, 2, 3, 4, 5], limit)).toMatchObject({ is: 'completed' });
    expect(await outcome(() => ({ a: 'b', c: 1 }), limit)).toMatchObject({ failure: { code: 'payload_too_large' } });
  });
});

describe('whatever is thrown', () => {
  const unreadable = Object.defineProperty({}, 'message', {
    get: () => {
      throw new Error('no');
    },
  });
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'boom'],
    ['an object without a prototype', Object.create(null)],
    ['an unreadable object', unreadable],
    ['an error whose message is a number', Object.assign(new Error(), { message: 5 })],
    ['something that only looks like a failure', { brand: 'tekton.harmonia.failure' }],
  ])('%s, it is a failed outcome', async (_name, value) => {
    const failed = await throwing(value);
    expect(failed).toMatchObject({
      is: 'failed',
      failure: { kind: 'transient', message: expect.any(String) as unknown },
    });
  });

  test('its message is bounded and its details are dropped when they are no JSON', async () => {
    const failed = await throwing(fatal('mine', 'x'.repeat(1e6), { details: { f: (() => 1) as never } }));
    expect(failed).toEqual({
      is: 'failed',
      failure: { kind: 'fatal', code: 'mine', message: expect.stringMatching(/^x{4000}$/) as unknown },
    });
  });

  test('its code is a short text, and says nothing secret', async () => {
    const failing = (code: unknown): Promise<TaskRun['outcome']> =>
      outcome(
        () => {
          throw fatal(code as string, 'no');
        },
        { secrets: { token: 'hunter22' } },
      );
    expect(await failing('hunter22')).toMatchObject({ failure: { code: '***' } });
    expect(await failing('')).toMatchObject({ failure: { code: 'task_failed' } });
    expect(await failing(7)).toMatchObject({ failure: { code: '7' } });
    expect(await failing('x'.repeat(1e6))).toMatchObject({ failure: { code: 'x'.repeat(100) } });
    expect(await failing(Object.create(null))).toMatchObject({ failure: { code: 'task_threw' } });
  });

  test('a wait beyond a year is a year', async () => {
    expect(await throwing(transient('busy', 'later', { retryAfter: 1e308 }))).toMatchObject({
      failure: { retry_after: 31_536_000_000 },
    });
  });

  test('a wait that is no number is ignored', async () => {
    const failed = await throwing(transient('busy', 'later', { retryAfter: Number.POSITIVE_INFINITY }));
    expect(failed).toEqual({ is: 'failed', failure: { kind: 'transient', code: 'busy', message: 'later' } });
  });
});

test('a task whose own schema is wrong does not run unchecked', async () => {
  const wrong = task(() => 'ran', { input: { type: 'text' } });
  expect((await runTask(wrong)).outcome).toMatchObject({
    is: 'failed',
    failure: { kind: 'fatal', code: 'invalid_schema' },
  });
});

test('what a task logs and reports is made storable: a level that there is, a text of bounded length, a number', async () => {
  const careless = task((_input, context) => {
    context.log({} as never, { toString: () => 'said' } as never);
    context.log('constructor' as never, 'x'.repeat(1e6));
    context.progress('half' as never, 'y'.repeat(1e6));
    context.progress(undefined as never);
    context.progress(-1);
  });
  expect(await runTask(careless)).toEqual({
    outcome: { is: 'completed', output: null },
    logs: [
      { level: 'info', message: 'said' },
      { level: 'info', message: 'x'.repeat(4000) },
    ],
    progress: [{ fraction: 0, message: 'y'.repeat(4000) }, { fraction: 0 }, { fraction: 0 }],
    results: {},
    usage: [],
  });
});

test('runTask gives what was logged and reported, masked, and the idempotency key', async () => {
  const talkative = task((input, context) => {
    context.log('warn', `token ${String(input.token)}`, { token: input.token ?? null });
    context.log('info', 'circle', { f: (() => 1) as never });
    context.progress(7, 'hunter22 done');
    context.progress(Number.NaN);
    return context.idempotencyKey;
  });
  const run = await runTask(talkative, { token: 'hunter22' }, { secrets: { token: 'hunter22' }, address: '/a[1]' });
  expect(run).toEqual({
    outcome: { is: 'completed', output: 'execution:/a[1]:1' },
    logs: [
      { level: 'warn', message: 'token ***', details: { token: '***' } },
      { level: 'info', message: 'circle' },
    ],
    progress: [{ fraction: 1, message: '*** done' }, { fraction: 0 }],
    results: {},
    usage: [],
  });
});
