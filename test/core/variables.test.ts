import { describe, expect, test } from '@jest/globals';
import { findStep } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, faultsOf, task } from '../world/core-world.js';

const world = (document: Record<string, unknown>, input: Json = {}): CoreWorld =>
  new CoreWorld({ name: 'w', ...document }, input);

const variables = (run: CoreWorld): unknown => run.state.root.state?.values;

const foldsUp = (run: CoreWorld): void => expect(run.snapshot).toEqual(run.replayed());

describe('state', () => {
  test('first values may read the input; tasks assign when they complete, and see what is assigned', () => {
    const run = world(
      {
        state: { total: '${input.from}', seen: [] },
        tasks: {
          a: task({ set: { total: '${state.total + output.n}' } }),
          b: task({ depends_on: ['a'], input: { t: '${state.total}' }, set: { seen: '${state.seen + [output]}' } }),
        },
        output: '${state}',
      },
      { from: 5 },
    );
    run.begin('/a');
    run.finish('/a', { n: 2 });
    run.begin('/b');
    expect(run.orders.at(-1)).toMatchObject({ input: { t: 7 } });
    run.finish('/b', 'x');
    expect(run.state.status).toEqual({ is: 'completed', output: { total: 7, seen: ['x'] } });
    foldsUp(run);
  });

  test('each body has its own; a name belongs to the nearest scope around that declares it', () => {
    const run = world({
      state: { all: 0 },
      tasks: {
        m: {
          map: { over: [1, 2], concurrency: 1 },
          state: { mine: '${item * 10}' },
          tasks: {
            f: task({ set: { mine: '${state.mine + 1}', all: '${state.all + item}' } }),
            g: task({ depends_on: ['f'] }),
          },
          output: '${[state.mine, state.all]}',
        },
      },
    });
    run.run('/m[0]/f', '/m[0]/g', '/m[1]/f', '/m[1]/g');
    expect(run.state.status).toMatchObject({
      output: {
        m: [
          [11, 1],
          [21, 3],
        ],
      },
    });
    foldsUp(run);
  });

  test('two that complete one after another both count; a set that fails is a failure of the step', () => {
    const run = world({
      state: { n: 0 },
      tasks: {
        a: task({ set: { n: '${state.n + 1}' } }),
        b: task({ set: { n: '${state.n + 1}' } }),
        c: task({ set: { n: '${output.nothing}' }, on_error: 'continue' }),
      },
    }).begin('/a', '/b', '/c');
    run.finish('/b');
    run.finish('/a');
    run.finish('/c', {});
    expect([variables(run), run.status('/c')]).toEqual([{ n: 2 }, 'failed handled']);
    foldsUp(run);
  });

  test('assigned from outside; what is not declared is refused', () => {
    const run = world({ state: { n: 0 }, tasks: { a: task({ input: { n: '${state.n}' } }) } });
    expect(run.send({ is: 'set-variables', values: { m: 1 } })).toBe('invalid');
    expect(run.send({ is: 'set-variables', values: { n: 4 } })).toBe('accepted');
    run.begin('/a');
    expect(run.orders.at(-1)).toMatchObject({ input: { n: 4 } });
    foldsUp(run);
  });

  test('whoever waits for a variable hears of it, also when it is none of the workflow', () => {
    const run = world({
      state: { n: 0 },
      tasks: {
        a: { event: { name: 'state.n', match: '${event > 1}' } },
        b: { event: { name: 'state.more' } },
      },
    });
    expect(run.send({ is: 'set-variables', values: { other: 1 } })).toBe('invalid');
    expect(run.send({ is: 'set-variables', values: { n: 1 } })).toBe('accepted');
    expect(run.status('/a')).toBe('waiting');
    expect(run.send({ is: 'set-variables', values: { n: 2, more: { x: 1 } } })).toBe('accepted');
    expect(run.state.status).toEqual({ is: 'completed', output: { a: 2, b: { x: 1 } } });
    expect(variables(run)).toEqual({ n: 2 });
    foldsUp(run);
  });

  test('what was assigned from outside stays when a step is reset', () => {
    const run = world({ state: { n: 0, m: 0 }, tasks: { a: task({ set: { m: 1 } }), b: task() } });
    run.send({ is: 'set-variables', values: { n: 4 } });
    run.run('/a', '/b');
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/a' } });
    expect(variables(run)).toEqual({ n: 4, m: 0 });
    foldsUp(run);
  });

  test('a step that is reset takes back what it had assigned', () => {
    const run = world({
      state: { log: [] },
      tasks: {
        a: task({ set: { log: '${state.log + ["a"]}' } }),
        b: task({ depends_on: ['a'], set: { log: '${state.log + ["b"]}' } }),
      },
    }).run('/a', '/b');
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/b' } });
    expect(variables(run)).toEqual({ log: ['a'] });
    run.send({ is: 'begin', step: '/b', generation: 2 });
    run.send({ is: 'succeed', step: '/b', generation: 2, attempt: 1, output: null });
    expect(variables(run)).toEqual({ log: ['a', 'b'] });
    foldsUp(run);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['a name that nobody declares', { tasks: { a: task({ set: { x: 1 } }) } }, ['unknown_variable /tasks/a/set/x']],
    [
      'state where there is none',
      { tasks: { a: task({ input: { v: '${state.x}' } }) } },
      ['expression_unknown_name /tasks/a/input/v'],
    ],
    ['a word of the language', { state: { in: 1 }, tasks: { a: task() } }, ['variable_in_use /state/in']],
    ['a task in first values', { state: { x: '${tasks.a.output}' }, tasks: { a: task() } }, ['unknown_task /state/x']],
  ])('%s', (_, document, expected) => {
    expect(faultsOf({ name: 'w', ...document })).toEqual(expected);
  });
});

describe('notices', () => {
  const notified = (tasks: Record<string, unknown>): CoreWorld =>
    world({
      tasks,
      on_complete: { type: 'test/task', input: { sum: '${output.a}' } },
      on_failure: { type: 'test/task', input: { code: '${error.code}' } },
    });

  test('are given before the end; what becomes of them changes nothing', () => {
    const run = notified({ a: task() });
    run.run('/a');
    expect(run.state.status.is).toBe('running');
    run.begin('/on_complete');
    expect(run.orders.at(-1)).toMatchObject({ is: 'run', step: '/on_complete', input: { sum: '/a' } });
    run.fail('/on_complete');
    expect(run.state.status).toEqual({ is: 'completed', output: { a: '/a' } });
    foldsUp(run);
    const failed = notified({ a: task() }).begin('/a');
    failed.fail('/a');
    failed.begin('/on_failure');
    expect(failed.orders.at(-1)).toMatchObject({ input: { code: 'step_failed' } });
    failed.finish('/on_failure');
    expect(failed.state.status.is).toBe('failed');
    foldsUp(failed);
  });

  test('a cancellation does not wait for one, and can cut one short', () => {
    const run = notified({ a: task() }).run('/a').begin('/on_complete');
    run.send({ is: 'cancel' });
    expect(run.state.status.is).toBe('canceled');
    expect(run.orders.at(-1)).toMatchObject({ is: 'stop', step: '/on_complete' });
    foldsUp(run);
  });

  test('after a re-execution it is given again', () => {
    const run = notified({ a: task() }).begin('/a');
    run.fail('/a');
    run.run('/on_failure');
    run.send({ is: 'reopen', operation: { is: 'retry_failed' } });
    run.send({ is: 'begin', step: '/a', generation: 2 });
    run.send({ is: 'succeed', step: '/a', generation: 2, attempt: 1, output: 1 });
    expect(findStep(run.state, '/on_complete')?.generation).toBe(2);
    foldsUp(run);
  });
});

describe('what decides when a step begins', () => {
  test('its limit and cache key are worked out once, and stay over retries', () => {
    const run = world(
      {
        concurrency: 7,
        tasks: {
          g: {
            concurrency: 3,
            tasks: {
              a: task({
                type: 'test/retried',
                concurrency_key: 'tenant ${input.t}',
                rate: { count: 2, per: 60 },
                cache: { key: '${input.t}', ttl: 5 },
              }),
            },
          },
        },
      },
      { t: 'x' },
    );
    const limits = [
      { key: '"tenant x"', rate: { count: 2, per: 60_000 } },
      { key: '00000000-0000-4000-8000-000000000001/g', concurrency: 3 },
      { key: 'workflow w', concurrency: 7 },
    ];
    const [ready] = run.orders.filter(({ is }) => is === 'ready');
    expect(ready).toMatchObject({ step: '/g/a', limits, cacheKey: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    expect(run.orders.filter(({ is }) => is === 'ready')).toHaveLength(1);
    run.begin('/g/a');
    run.send({ is: 'lose', step: '/g/a', generation: 1, attempt: 1 });
    expect(run.orders.at(-1)).toMatchObject({ is: 'ready', limits });
    run.begin('/g/a');
    run.fail('/g/a', 'transient');
    expect(run.orders.at(-1)).toMatchObject({ is: 'ready', limits, notBefore: run.now + 1000 });
    run.send({ is: 'begin', step: '/g/a', generation: 1 });
    expect(run.status('/g/a')).toBe('waiting');
    foldsUp(run);
  });

  test('a known result completes the step without an attempt; a fresh one says how long it is good for', () => {
    const cached = (): CoreWorld => world({ tasks: { a: task({ cache: { ttl: 5 } }) } });
    const known = cached();
    expect(
      known.send({ is: 'recall', step: '/a', generation: 1, cacheKey: known.cacheKeyOf('/a'), output: 'known' }),
    ).toBe('accepted');
    expect(known.state.status).toEqual({ is: 'completed', output: { a: 'known' } });
    const [completed] = known.events.filter(({ type }) => type === 'step_completed');
    expect(completed).toMatchObject({ cached: true, attempt: 0 });
    expect(completed).not.toHaveProperty('cache_until');
    const fresh = cached().run('/a');
    expect(fresh.events).toContainEqual(expect.objectContaining({ type: 'step_completed', cache_until: 1_005_000 }));
    foldsUp(fresh);
  });
});

test('handlers of the workflow are those of tasks that have none', () => {
  const run = world({
    on_error: [{ class: 'odd', then: 'continue' }, { goto: 'mend' }],
    tasks: { a: task(), b: task(), c: task({ on_error: 'fail' }), mend: task() },
  }).begin('/a', '/b');
  run.fail('/a', 'fatal', 'odd');
  run.fail('/b', 'fatal', 'strange');
  expect([run.status('/a'), run.status('/b')]).toEqual(['failed handled', 'failed handled']);
  run.run('/c');
  expect(run.status('/mend')).toBe('ready');
});
