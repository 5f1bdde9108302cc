import { describe, expect, test } from '@jest/globals';
import { findStep } from '../../src/engine/core/index.js';
import { callbackToken } from '../../src/engine/core/fold/callback.js';
import { CoreWorld, failure, task } from '../world/core-world.js';

type Request = Parameters<CoreWorld['send']>[0];

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });

/** Refused, and nothing has changed. */
const isStale = (run: CoreWorld, request: Request): void => {
  const before = run.snapshot;
  const events = run.events.length;
  expect(run.send(request)).toBe('stale');
  expect(run.snapshot).toEqual(before);
  expect(run.events).toHaveLength(events);
};

const retry_policy = { max_retries: 2, initial_delay: 1, jitter: 0 };
const again = { is: 'reopen', operation: { is: 'retry_failed' } } as const;

describe('what is for an attempt', () => {
  test('does not count for the next one, which runs', () => {
    const run = world({ a: task({ retry_policy, timeout: 60 }) }).begin('/a');
    run.fail('/a', 'transient');
    run.advance(1000).begin('/a');
    expect(run.status('/a')).toBe('running');
    const late = { step: '/a', generation: 1, attempt: 1 };
    isStale(run, { is: 'succeed', ...late, output: 'late' });
    isStale(run, { is: 'fail', ...late, failure: failure() });
    isStale(run, { is: 'lose', ...late });
    isStale(run.advance(60_000), { is: 'expire', ...late });
    expect(run.finish('/a', 'second')).toBe('accepted');
  });

  test('does not count for the same one of the next generation', () => {
    const run = world({ a: task() }).begin('/a');
    run.fail('/a');
    expect(run.send(again)).toBe('accepted');
    isStale(run, { is: 'begin', step: '/a', generation: 1 });
    expect(run.send({ is: 'begin', step: '/a', generation: 2 })).toBe('accepted');
    isStale(run, { is: 'succeed', step: '/a', generation: 1, attempt: 1, output: 'late' });
    expect(run.send({ is: 'succeed', step: '/a', generation: 2, attempt: 1, output: null })).toBe('accepted');
  });
});

describe('what is for a step', () => {
  test('a kept result: not of another generation, not while paused, not of one that runs', () => {
    const run = world({ a: task({ cache: { ttl: 5 } }) }).begin('/a');
    isStale(run, { is: 'recall', step: '/a', generation: 1, cacheKey: run.cacheKeyOf('/a'), output: 'kept' });
    run.fail('/a');
    run.send(again);
    isStale(run, { is: 'recall', step: '/a', generation: 1, cacheKey: run.cacheKeyOf('/a'), output: 'kept' });
    run.send({ is: 'pause' });
    isStale(run, { is: 'recall', step: '/a', generation: 2, cacheKey: run.cacheKeyOf('/a'), output: 'kept' });
    run.send({ is: 'resume' });
    expect(run.send({ is: 'recall', step: '/a', generation: 2, cacheKey: run.cacheKeyOf('/a'), output: 'kept' })).toBe(
      'accepted',
    );
  });

  test('a child of another generation is not heard', () => {
    const run = world({ child: { workflow: { name: 'other', wait: true } } });
    const failed = { is: 'failed', failure: failure() } as const;
    expect(run.send({ is: 'child', step: '/child', generation: 1, outcome: failed })).toBe('accepted');
    run.send(again);
    isStale(run, { is: 'child', step: '/child', generation: 1, outcome: { is: 'completed', output: 'old' } });
    const children = run.orders.flatMap((order) => (order.is === 'start-child' ? [order.execution] : []));
    expect(new Set(children).size).toBe(2);
    const outcome = { is: 'completed', output: 'new' } as const;
    expect(run.send({ is: 'child', step: '/child', generation: 2, outcome })).toBe('accepted');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { child: 'new' } });
  });

  test('a wait is not over before its time, nor by the ring of another generation', () => {
    const run = world({ nap: { wait: { seconds: 10 } } });
    isStale(run.advance(9_999), { is: 'elapse', step: '/nap', generation: 1 });
    isStale(run.advance(1), { is: 'elapse', step: '/nap', generation: 2 });
    expect(run.send({ is: 'elapse', step: '/nap', generation: 1 })).toBe('accepted');
  });
});

test('the execution does not expire before its deadline, nor when it has none', () => {
  const run = new CoreWorld({ name: 'w', tasks: { a: task() } }, {}, { timeout: 5 });
  isStale(run.advance(run.state.deadline! - run.now - 1), { is: 'expire-execution' });
  expect(run.advance(1).send({ is: 'expire-execution' })).toBe('accepted');
  isStale(world({ a: task() }).advance(1e9), { is: 'expire-execution' });
});

test('max_elapsed bounds all attempts from the first, lost ones between them', () => {
  const policy = { max_retries: 9, initial_delay: 4, backoff_strategy: 'fixed', max_elapsed: 10, jitter: 0 };
  const run = world({ a: task({ retry_policy: policy }) }).begin('/a');
  const end = run.now + 10_000;
  for (const is of ['transient', 'lost', 'transient']) {
    expect(run.orders.findLast((order) => order.is === 'run')).toMatchObject({ deadline: end });
    if (is === 'lost') run.send({ is: 'lose', step: '/a', generation: 1, attempt: run.attemptOf('/a') });
    else run.fail('/a', 'transient');
    if (is !== 'lost') run.advance(4000);
    run.begin('/a');
  }
  expect(run.orders.findLast((order) => order.is === 'run')).toMatchObject({ attempt: 4, deadline: end });
  run.fail('/a', 'transient');
  expect(run.status('/a')).toBe('failed');
});

/** Refused with a conflict, and nothing has changed. */
const isConflict = (run: CoreWorld, request: Request): void => {
  const before = run.snapshot;
  expect([run.send(request), run.snapshot]).toEqual(['conflict', before]);
};

const step = { step: '/a', generation: 1 } as const;

test.each<readonly [string, Request]>([
  ['an event', { is: 'deliver', event: 'e1', name: 'x', payload: null }],
  ['variables', { is: 'set-variables', values: { n: 1 } }],
  ['a checkpoint', { is: 'checkpoint', checkpoint: 'c' }],
  ['a pause', { is: 'pause' }],
  ['a resume', { is: 'resume' }],
  ['a cancel', { is: 'cancel' }],
  ['an answer', { is: 'approve', step: '/ask', approved: true, by: null, comment: null }],
])('after the end %s is refused, whatever the end', (_, request) => {
  const ended = (): CoreWorld => world({ a: task(), ask: { approval: {} } }, { state: { n: 0 } }).begin('/a');
  const canceled = ended();
  canceled.send({ is: 'cancel' });
  const failed = ended();
  failed.fail('/a');
  expect([canceled.state.status.is, failed.state.status.is]).toEqual(['canceled', 'failed']);
  for (const run of [canceled, failed]) isConflict(run, request);
});

test('a pause of what is paused and a resume of what runs are refused', () => {
  const run = world({ a: task() });
  isConflict(run, { is: 'resume' });
  run.send({ is: 'pause' });
  isConflict(run, { is: 'pause' });
});

test('while paused no time is up', () => {
  const run = new CoreWorld(
    {
      name: 'w',
      tasks: { a: task({ timeout: 1 }), nap: { wait: { seconds: 1 } }, g: { tasks: { x: task() }, timeout: 1 } },
    },
    {},
    { timeout: 5 },
  ).begin('/a');
  run.send({ is: 'pause' });
  run.advance(9000);
  isStale(run, { is: 'expire', ...step, attempt: 1 });
  isStale(run, { is: 'elapse', step: '/nap', generation: 1 });
  isStale(run, { is: 'elapse', step: '/g', generation: 1 });
  isStale(run, { is: 'expire-execution' });
});

test('a construct is not over before its time', () => {
  const run = world({ g: { tasks: { x: task() }, timeout: 5 } });
  isStale(run.advance(4999), { is: 'elapse', step: '/g', generation: 1 });
  isStale(run.advance(1), { is: 'elapse', step: '/g', generation: 2 });
  expect(run.send({ is: 'elapse', step: '/g', generation: 1 })).toBe('accepted');
});

test('a callback of a step that is over is not heard, whatever it came to', () => {
  const run = world({ hook: { webhook: { within: 1 }, on_error: 'continue' }, a: task() });
  const token = callbackToken(run.state, findStep(run.state, '/hook')!);
  run.advance(1000).send({ is: 'elapse', step: '/hook', generation: 1 });
  expect(run.status('/hook')).toBe('failed handled');
  isStale(run, { is: 'callback', token, payload: null });
});

test('the token of a callback needs the seed of the execution, which nobody knows', () => {
  const tokens = ['one', 'other'].map((seed) => {
    const { state } = world({ hook: { webhook: {} } });
    return callbackToken({ ...state, seed }, findStep(state, '/hook')!);
  });
  expect(tokens[0]).not.toBe(tokens[1]);
});
