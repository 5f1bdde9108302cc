import { describe, expect, test } from '@jest/globals';
import {
  classify,
  diffDefinitions,
  JournalDamaged,
  plan,
  replay,
  type CompiledWorkflow,
  type RunEvent,
} from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, mustCompile, task, type CoreWorldOptions } from '../world/core-world.js';

type Tasks = Record<string, unknown>;
type Act = (run: CoreWorld) => unknown;

const workflow = (tasks: Tasks, more: Record<string, Json> = {}): CompiledWorkflow =>
  mustCompile({ name: 'w', tasks, ...more });
const pinned = (definition: string, id = 'w') => ({ id, name: 'w', version: definition, definition });
const other = (fields: Record<string, Json> = {}): Tasks => task({ input: { n: 2 }, ...fields });
const booked = (more: Record<string, Json> = {}): Tasks => task({ compensate: task(), ...more });

const begun = (from: CompiledWorkflow, act: Act = () => undefined, options: CoreWorldOptions = {}): CoreWorld => {
  const run = new CoreWorld(undefined, {}, { ...options, compiled: from });
  act(run);
  return run;
};

const reasons = (run: CoreWorld, to: CompiledWorkflow): string[] => {
  const found = classify(run.state, diffDefinitions(run.compiled, to));
  return found.is === 'must_finish' ? found.obstacles.map(({ step, reason }) => `${step}: ${reason}`) : [found.is];
};

const migrate = (run: CoreWorld, to: CompiledWorkflow, id = 'w'): string =>
  run.send({ is: 'migrate', from: 'd', to: pinned('e', id), diff: diffDefinitions(run.compiled, to) });

describe('what holds it up, and what does not', () => {
  const last = { last: task({ depends_on: ['a'] }) };
  const lastIsOther = { last: other({ depends_on: ['a'] }) };

  test.each<readonly [string, Tasks, Tasks, Act, readonly string[]]>([
    [
      'a task that comes to a group that is over',
      { a: { tasks: { x: task() } }, ...last },
      { a: { tasks: { x: task(), n: task({ depends_on: ['x'] }) } }, ...lastIsOther },
      (run) => run.run('/a/x'),
      ['/a/n: it is new, and what it belongs to is over', '/a: it is over, and its output is different'],
    ],
    [
      'another condition of what it skipped',
      { a: task({ when: false }), ...last },
      { a: task({ when: '${1 == 2}' }), ...lastIsOther },
      () => undefined,
      ['/a: it was skipped, and is different: condition'],
    ],
    [
      'other edges of what was skipped',
      { x: task(), y: task(), a: task({ depends_on: ['x'] }), z: task() },
      { x: task(), y: task(), a: task({ depends_on: ['x', 'y'] }), z: other() },
      (run) => run.begin('/x').fail('/x'),
      ['/a: it was skipped, and is different: edges'],
    ],
    [
      'what a step that completed assigns',
      { a: task({ set: {} }), ...last },
      { a: task({ input: {}, set: { n: 1 } }), ...lastIsOther },
      (run) => run.run('/a'),
      ['/a: it has completed, and is different: set'],
    ],
    [
      'what a step that completed assigned or how it is undone',
      { a: booked(), b: task(), ...last },
      { a: task({ compensate: other() as Json }), b: task({ on_error: 'continue' }), ...last },
      (run) => run.run('/a', '/b'),
      ['/a: it has completed, and is different: compensate'],
    ],
    [
      'how attempts are made of a step that completed in an item that runs',
      { a: { map: { over: [1] }, tasks: { x: task(), y: task() } } },
      { a: { map: { over: [1] }, tasks: { x: task({ timeout: 9 }), y: task() } } },
      (run) => run.run('/a[0]/x'),
      ['unaffected'],
    ],
    [
      'a task that comes to an iteration that is over',
      { a: { loop: { while: '${index < 2}' }, tasks: { x: task() } } },
      {
        a: { loop: { while: '${index < 2}' }, tasks: { x: task(), n: task({ depends_on: ['x'] }) }, output: { x: 1 } },
      },
      (run) => run.run('/a[0]/x'),
      ['/a[0]/n: it is new, and what it belongs to is over', '/a[0]: it is over, and its output is different'],
    ],
    [
      'a task that comes to a try that is undone',
      { a: { try: { x: booked(), y: task({ depends_on: ['x'] }) }, catch: { c: task() } } },
      {
        a: {
          try: { x: booked(), y: task({ depends_on: ['x'] }), n: task({ depends_on: ['y'] }) },
          catch: { c: other() },
        },
      },
      (run) => run.run('/a/try/x').begin('/a/try/y').fail('/a/try/y'),
      ['/a/try/n: it is new, and what it belongs to is over', '/a/try: it is over, and its output is different'],
    ],
    [
      'another catch after all went well',
      { a: { try: { x: task() }, catch: { c: task() }, finally: { f: task() } } },
      { a: { try: { x: task() }, catch: { c: other() }, finally: { f: task() } } },
      (run) => run.run('/a/try/x'),
      ['unaffected'],
    ],
    [
      'another catch while it may be wanted',
      { a: { try: { x: task() }, catch: { c: task() } } },
      { a: { try: { x: task() }, catch: { c: other() } } },
      () => undefined,
      ['migratable'],
    ],
    [
      'a step whose attempt was lost',
      { a: task() },
      { a: other() },
      (run) => run.begin('/a').send({ is: 'lose', step: '/a', generation: 1, attempt: 1 }),
      ['/a: it has begun, and is different: input'],
    ],
    [
      'other edges of what an operator skipped',
      { x: task(), a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) },
      { x: task(), a: task({ depends_on: ['x'] }), b: task({ depends_on: ['a'] }), c: other({ depends_on: ['b'] }) },
      (run) => {
        run.run('/x').begin('/a').fail('/a');
        run.send({ is: 'reopen', operation: { is: 'skip', step: '/a' } });
      },
      ['migratable'],
    ],
    [
      'a task that comes to an item that is over',
      { a: { map: { over: [1, 2] }, tasks: { x: task() } } },
      { a: { map: { over: [1, 2] }, tasks: { x: task(), n: task() } } },
      (run) => run.run('/a[0]/x'),
      ['/a[0]/n: it is new, and what it belongs to is over', '/a[0]: it is over, and its output is different'],
    ],
    [
      'a task to come of a race that runs',
      { a: { race: { x: task(), y: task({ depends_on: ['x'] }) } } },
      { a: { race: { x: task(), y: other({ depends_on: ['x'] }) } } },
      () => undefined,
      ['/a/y: it is different in a race that runs'],
    ],
    [
      'what an operator skipped',
      { a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) },
      { a: other(), b: task({ depends_on: ['a'] }), c: other({ depends_on: ['b'] }) },
      (run) => {
        run.begin('/a').fail('/a');
        run.send({ is: 'reopen', operation: { is: 'skip', step: '/a' } });
      },
      ['migratable'],
    ],
  ])('%s', (_, from, to, act, expected) => {
    const state = { state: { n: 0 } };
    const run = begun(workflow(from, state), act);
    const after = workflow(to, state);
    expect(reasons(run, after)).toEqual(expected);
    expect(migrate(run, after)).toBe(expected[0] === 'migratable' ? 'accepted' : 'conflict');
  });

  const tasks = { a: booked(), b: task({ depends_on: ['a'] }), c: task() };
  const failB: Act = (run) => run.run('/a').begin('/b').fail('/b');

  test.each<readonly [string, Record<string, Json>, Record<string, Json>, Act, readonly string[]]>([
    ['about to end', {}, { timeout: 10 }, (run) => failB(run.run('/c')), [': it is about to end']],
    [
      'failed, and paused',
      { fail_fast: true },
      { fail_fast: true, timeout: 10 },
      (run) => {
        run.run('/a').begin('/b').send({ is: 'pause' });
        run.fail('/b');
      },
      [': it has failed'],
    ],
    ['a step has failed', {}, { fail_fast: true }, failB, [': a step has failed, and fail_fast is different']],
    ['nothing has failed', {}, { fail_fast: true }, () => undefined, ['migratable']],
    [
      'it has begun',
      { state: { n: 0 } },
      { state: { n: 1 } },
      () => undefined,
      [': it has begun, and its variables are different'],
    ],
  ])('%s', (_, from, to, act, expected) => {
    expect(reasons(begun(workflow(tasks, from), act), workflow(tasks, to))).toEqual(expected);
  });

  test('a timeout of its own stays', () => {
    const run = begun(workflow(tasks), undefined, { timeout: 5000 });
    expect(reasons(run, workflow(tasks, { timeout: 10 }))).toEqual(['unaffected']);
    expect(migrate(run, workflow({ ...tasks, c: other() }, { timeout: 10 }))).toBe('accepted');
    expect(run.state.deadline).toBe(1_005_000);
  });

  test('another workflow is none that it can go over to', () => {
    expect(migrate(begun(workflow({ a: task() })), workflow({ a: other() }), 'x')).toBe('stale');
  });
});

describe('what went over', () => {
  const readyIn = (orders: CoreWorld['orders']): string[] =>
    orders.flatMap((order) => (order.is === 'ready' ? [order.step] : []));

  test('counts its tasks, and begins what is ready in its order, under the limits of now', () => {
    const run = begun(workflow({ a: task(), b: task(), c: task({ depends_on: ['b'] }) }));
    const before = run.orders.length;
    const to = workflow({ a: task(), b: other(), c: task({ depends_on: ['b'] }), d: task() }, { concurrency: 3 });
    expect(migrate(run, to)).toBe('accepted');
    expect(run.events.at(-1)).toMatchObject({ type: 'execution_migrated', total_tasks: 4, reset: ['/b'] });
    const orders = run.orders.slice(before);
    expect(readyIn(orders)).toEqual(['/a', '/b', '/d']);
    expect(orders).toMatchObject(Array(3).fill({ limits: [{ key: 'workflow w', concurrency: 3 }] }));
  });

  test('orders nothing of what went, also when it is folded from its journal', () => {
    const from = workflow({ a: task(), g: { tasks: { x: task(), y: task({ depends_on: ['x'] }), z: task() } } });
    const to = workflow({ a: task(), g: { tasks: { z: task(), n: task() } } });
    const run = begun(from);
    expect(migrate(run, to)).toBe('accepted');
    const definitions = new Map([
      ['d', from],
      ['e', to],
    ]);
    expect(readyIn(plan(replay(definitions, run.events)))).toEqual(['/a', '/g/z', '/g/n']);
    run.run('/g/n', '/a', '/g/z');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { g: { z: '/g/z', n: '/g/n' } } });
  });

  test('lets no wait begin in a scope that has failed, also when it came later', () => {
    const run = begun(workflow({ a: task(), b: task() })).begin('/a', '/b');
    run.fail('/a');
    expect(migrate(run, workflow({ a: task(), b: task(), nap: { wait: { seconds: 9 } } }))).toBe('accepted');
    expect(run.status('/nap')).toBe('canceled');
    run.finish('/b');
    expect(run.state.status.is).toBe('failed');
  });

  test('went over while it was open, and from what it was', () => {
    const [from, to] = [
      workflow({ a: booked(), b: task({ depends_on: ['a'] }) }),
      workflow({ a: booked(), b: other({ depends_on: ['a'] }) }),
    ];
    const run = begun(from, (run) => run.run('/a'));
    const migrated: RunEvent = {
      type: 'execution_migrated',
      at: run.now,
      from: pinned('d'),
      to: pinned('e'),
      total_tasks: 2,
      reset: [],
    };
    const definitions = new Map([
      ['d', from],
      ['e', to],
    ]);
    const fold = (...events: RunEvent[]): unknown => replay(definitions, events);
    expect(() => fold(...run.events, migrated)).not.toThrow();
    expect(() => fold(...run.events, { ...migrated, from: pinned('x') })).toThrow(JournalDamaged);
    run.begin('/b').fail('/b');
    expect(() => fold(...run.events, migrated)).toThrow(JournalDamaged);
  });
});
