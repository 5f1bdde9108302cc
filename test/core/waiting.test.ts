import { describe, expect, test } from '@jest/globals';
import { findStep } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });
const deliver = (run: CoreWorld, event: string, payload: Json = null, name = 'x'): string =>
  run.send({ is: 'deliver', event, name, payload });

describe('events', () => {
  test('go to the step that has waited longest, in this generation', () => {
    const run = world({
      root: task(),
      a: task({ depends_on: ['root'] }),
      b: task({ depends_on: ['root'] }),
      first: { event: { name: 'x' }, depends_on: ['b'] },
      second: { event: { name: 'x' } },
      third: { event: { name: 'x' }, depends_on: ['a'] },
    });
    const again = (generation: number, ...steps: string[]): void => {
      for (const step of steps) {
        run.send({ is: 'begin', step, generation });
        run.send({ is: 'succeed', step, generation, attempt: 1, output: null });
      }
    };
    again(1, '/root', '/a', '/b');
    run.send({ is: 'cancel' });
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/root' } });
    again(2, '/root', '/b', '/a');
    const taken = ['e1', 'e2', 'e3'].map((event) => {
      const before = new Set(run.events);
      deliver(run, event);
      return run.events.find((given) => !before.has(given) && given.type === 'step_completed');
    });
    expect(taken).toMatchObject(['/second', '/first', '/third'].map((step) => ({ step, generation: 2 })));
  });

  test('of another name, and of another match, are kept for who wants them', () => {
    const run = world({
      a: { event: { name: 'x', match: '${event.n == 1}' } },
      b: task(),
      late: { event: { name: 'y' }, depends_on: ['b'] },
    });
    deliver(run, 'e1', { n: 2 });
    deliver(run, 'e2', { n: 9 }, 'y');
    expect(run.status('/a')).toBe('waiting');
    run.run('/b');
    expect(findStep(run.state, '/late')?.state).toMatchObject({ at: 'completed', output: { n: 9 } });
    deliver(run, 'e3', { n: 1 });
    expect(run.state.status.is).toBe('completed');
    expect(run.state.inbox.map(({ id }) => id)).toEqual(['e1']);
  });

  test('that came before are taken in their order', () => {
    const run = world({
      a: task(),
      b: { event: { name: 'x' }, depends_on: ['a'] },
      c: { event: { name: 'x' }, depends_on: ['b'] },
    });
    for (const n of [1, 2, 3]) deliver(run, `e${n}`, n);
    run.run('/a');
    expect(['/b', '/c'].map((step) => findStep(run.state, step)?.state)).toMatchObject([{ output: 1 }, { output: 2 }]);
    expect(run.state.inbox.map(({ id }) => id)).toEqual(['e3']);
  });

  test('one that came twice counts once, also when it was taken', () => {
    const run = world({ a: { event: { name: 'x' } }, b: { event: { name: 'x' }, depends_on: ['a'] } });
    const answers = [1, 2, 3].map(() => deliver(run, 'e1', 1));
    expect(new Set(answers)).toEqual(new Set(['accepted']));
    expect([run.status('/a'), run.status('/b')]).toEqual(['completed', 'waiting']);
    expect(run.events.filter(({ type }) => type === 'event_received')).toHaveLength(1);
  });
});

test.each<readonly [string, Record<string, Json>]>([
  ['a length', { wait: { seconds: 1e15 } }],
  ['a time', { wait: { until: '9999-12-31T23:59:59Z' } }],
  ['an event', { event: { name: 'x', within: '${1e15}' } }],
])('nothing waits for longer than ten years: %s', (_, wait) => {
  const { state, now } = world({ a: wait });
  const step = findStep(state, '/a')?.state;
  expect(step).toMatchObject({ at: 'armed', until: now + 10 * 366 * 86_400_000 });
});

test.each<readonly [string, Record<string, Json>]>([
  ['a time without a zone', { wait: { until: '2026-11-24T08:00:00' } }],
  ['a time in words', { wait: { until: 'tomorrow' } }],
  ['a length below zero', { wait: { seconds: '${0.0 - 1.0}' } }],
  ['an event without a name', { event: { name: '${1}' } }],
  ['nobody in particular', { approval: { by: '${"ops"}' } }],
])('what can not be waited for fails, for its handler to see: %s', (_, wait) => {
  const run = world({ a: { ...wait, on_error: [{ class: 'expression_error', then: 'continue' }] } });
  expect(run.status('/a')).toBe('failed handled');
});

test.each([
  ['approve', 'completed', { approved: true }],
  ['reject', 'completed', { approved: false }],
  ['fail', 'failed', undefined],
])('an approval that nobody gives, on_timeout: %s', (on_timeout, at, output) => {
  const run = world({ a: { approval: { within: 1, on_timeout } } });
  run.advance(1000).send({ is: 'elapse', step: '/a', generation: 1 });
  expect(findStep(run.state, '/a')?.state).toMatchObject({ at, ...(output && { output }) });
});

describe('a sub-workflow', () => {
  const canceled = (run: CoreWorld): unknown[] => run.orders.filter(({ is }) => is === 'cancel-child');
  const tell = (run: CoreWorld, outcome: { is: 'started' } | { is: 'completed'; output: Json }): string =>
    run.send({ is: 'child', step: '/c', generation: 1, outcome });

  test('that nobody waits for goes on; one that has ended is not canceled', () => {
    const detached = world({ c: { workflow: { name: 'o', wait: false } } });
    tell(detached, { is: 'started' });
    const awaited = world({ c: { workflow: { name: 'o' } } });
    tell(awaited, { is: 'completed', output: 1 });
    expect([detached.state.status.is, awaited.state.status.is]).toEqual(['completed', 'completed']);
    expect([...canceled(detached), ...canceled(awaited)]).toEqual([]);
  });

  test('that takes too long is canceled, once', () => {
    const run = world({ c: { workflow: { name: 'o' }, timeout: 5 }, other: task() });
    run.advance(5000).send({ is: 'elapse', step: '/c', generation: 1 });
    run.run('/other');
    expect(run.status('/c')).toBe('failed');
    expect(canceled(run)).toHaveLength(1);
  });
});

test('while paused nothing is made ready and no timer is armed; both come with the resume', () => {
  const run = world({ a: task(), b: task({ depends_on: ['a'] }), nap: { wait: { seconds: 5 }, depends_on: ['a'] } });
  run.begin('/a').send({ is: 'pause' });
  run.finish('/a');
  const given = (): string[] => run.orders.flatMap((order) => ('step' in order ? [`${order.is} ${order.step}`] : []));
  expect(given()).not.toContain('ready /b');
  expect(given()).not.toContain('wake /nap');
  run.send({ is: 'resume' });
  expect(given()).toEqual(expect.arrayContaining(['ready /b', 'wake /nap']));
});

test('in a scope that has failed no wait begins; sub-workflows go on, and begin', () => {
  const child = { workflow: { name: 'o' } };
  const run = world({
    bad: task(),
    early: child,
    g: { tasks: { inner: { wait: { seconds: 5 } } } },
    x: task(),
    nap: { wait: { seconds: 5 }, depends_on: ['x'] },
    late: { ...child, depends_on: ['x'] },
  }).begin('/bad', '/x');
  run.fail('/bad');
  run.finish('/x');
  const status = ['/early', '/g/inner', '/nap', '/late'].map((step) => run.status(step));
  expect(status).toEqual(['waiting', 'canceled', 'canceled', 'waiting']);
});

test('an attempt is told to stop once', () => {
  const run = world({ g: { timeout: 5, tasks: { a: task() }, on_error: 'continue' }, b: task() }).begin('/g/a', '/b');
  run.advance(5000).send({ is: 'elapse', step: '/g', generation: 1 });
  run.finish('/b');
  expect(run.orders.filter(({ is }) => is === 'stop')).toHaveLength(1);
});

describe('variables', () => {
  test('belong to the nearest scope that has one of that name', () => {
    const set = (values: Record<string, Json>): Record<string, Json> => task({ set: values });
    const run = world(
      {
        g: {
          state: { n: 10 },
          tasks: {
            x: set({ n: '${state.n + 1.0}', m: 5 }),
            y: task({ input: { n: '${state.n}' }, depends_on: ['x'] }),
          },
        },
        after: task({ input: { n: '${state.n}', m: '${state.m}' }, depends_on: ['g'] }),
      },
      { state: { n: 0, m: 0 } },
    );
    run.run('/g/x').begin('/g/y');
    expect(run.orders.at(-1)).toMatchObject({ input: { n: 11 } });
    run.finish('/g/y');
    run.begin('/after');
    expect(run.orders.at(-1)).toMatchObject({ input: { n: 0, m: 5 } });
  });

  test('what a reset step had assigned is gone, what others had stays', () => {
    const run = world(
      { a: task({ set: { n: 1 } }), b: task({ depends_on: ['a'], set: { n: 2, m: 2 } }) },
      { state: { n: 0, m: 0 } },
    ).run('/a', '/b');
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/b' } });
    expect(run.state.root.state?.values).toEqual({ n: 1, m: 0 });
    expect(run.snapshot).toEqual(run.replayed());
  });
});
