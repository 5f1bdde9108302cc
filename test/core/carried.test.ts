import { describe, expect, test } from '@jest/globals';
import { reexecute, type Operation, type Reexecution } from '../../src/engine/core/index.js';
import { CoreWorld, mustCompile, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });
const booked = (more = {}): Record<string, unknown> => task({ compensate: task(), ...more });

const carry = (run: CoreWorld, operation: Operation): Extract<Reexecution, { is: 'carry' }> => {
  const result = reexecute(
    run.compiled,
    run.events.map((event, index) => ({ seq: index + 1, event })),
    operation,
  );
  if (!result.ok || result.value.is !== 'carry') throw new Error('nothing to carry over');
  return result.value;
};

/** A new execution that goes on where the other one is. */
const restored = (run: CoreWorld, at = run.events.length): CoreWorld => {
  const { carried } = carry(run, { is: 'restore', at });
  const next = CoreWorld.carrying(run.compiled, run.state.input, carried);
  expect(next.snapshot).toEqual(next.replayed());
  return next;
};

const undoneIn = ({ events }: CoreWorld): string[] =>
  events.flatMap((event) => (event.type === 'compensation_started' ? event.undo : []));

describe('a new execution', () => {
  test('does again what was undone, and what came of it', () => {
    const run = world({ a: booked(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }), d: task() });
    run.run('/a', '/b', '/d').begin('/c').fail('/c');
    run.run('/a!compensate');
    expect(run.state.status.is).toBe('failed');
    expect(restored(run).statuses()).toEqual({ a: 'ready', b: 'pending', c: 'pending', d: 'completed' });
  });

  test('does again what was undone in items and iterations, and nothing else of them', () => {
    const run = world({
      m: { map: { over: [1, 2] }, tasks: { x: booked({ when: '${item == 1}' }), y: task() } },
      l: { loop: { while: '${index < 2}' }, tasks: { u: booked(), v: task() } },
      after: task({ depends_on: ['m', 'l'] }),
      last: task({ depends_on: ['after'] }),
    });
    run.run('/m[0]/x', '/m[0]/y', '/m[1]/y', '/l[0]/u', '/l[0]/v', '/l[1]/u', '/l[1]/v', '/after').begin('/last');
    run.fail('/last');
    run.run('/l[1]/u!compensate', '/l[0]/u!compensate', '/m[0]/x!compensate');
    expect(run.state.status.is).toBe('failed');
    const next = restored(run);
    expect(['/m[0]/x', '/m[0]/y', '/m[1]/y', '/l[0]/u', '/l[0]/v'].map((step) => next.status(step))).toEqual([
      'ready',
      'completed',
      'completed',
      'ready',
      'completed',
    ]);
    next.run('/m[0]/x', '/l[0]/u', '/l[1]/u', '/l[1]/v');
    expect([next.status('/after'), next.status('/last')]).toEqual(['ready', 'pending']);
  });

  test('leaves undone what catch had found undone', () => {
    const run = world({ t: { try: { a: booked(), b: task({ depends_on: ['a'] }) }, catch: { c: task(), d: task() } } });
    run.run('/t/try/a').begin('/t/try/b').fail('/t/try/b');
    run.run('/t/try/a!compensate', '/t/catch/c');
    const next = restored(run);
    expect(undoneIn(next)).toEqual(['/t/try/a']);
    expect(['/t/try/a!compensate', '/t/catch/c', '/t/catch/d'].map((step) => next.status(step))).toEqual([
      'completed',
      'completed',
      'ready',
    ]);
    next.begin('/t/catch/d').fail('/t/catch/d');
    expect(undoneIn(next)).toEqual(['/t/try/a']);
  });

  test('decides anew what was skipped because of a failure, and keeps what an operator or a condition skipped', () => {
    const run = world({
      a: task(),
      b: task({ depends_on: ['a'] }),
      c: task({ when: false }),
      d: task({ depends_on: ['c'] }),
    }).begin('/a');
    run.fail('/a');
    run.run('/d');
    expect(restored(run).statuses()).toEqual({ a: 'ready', b: 'pending', c: 'skipped condition', d: 'completed' });
  });

  test('has the events that nobody took, and the variables that kept steps assigned', () => {
    const run = world({ a: task({ set: { n: 7 } }), b: task() }, { state: { n: 0 } }).run('/a');
    run.send({ is: 'deliver', event: 'e1', name: 'x', payload: 1 });
    const next = restored(run);
    expect(next.state.inbox).toMatchObject([{ id: 'e1', name: 'x', payload: 1 }]);
    expect(next.state.root.state?.values).toEqual({ n: 7 });
  });

  test('has the variables that were assigned from outside, unless a step that is kept did so later', () => {
    const tasks = {
      a: task({ set: { n: 1, m: 1, k: 1 } }),
      b: task({ depends_on: ['a'], set: { n: 2 } }),
      g: { depends_on: ['b'], tasks: { c: task({ set: { k: 3 } }) } },
      d: task({ depends_on: ['g'] }),
    };
    const run = world(tasks, { state: { n: 0, m: 0, k: 0 } }).run('/a');
    run.send({ is: 'set-variables', values: { n: 10, m: 10, k: 10 } });
    const then = run.events.length;
    run.run('/b', '/g/c').begin('/d');
    const next = restored(run);
    expect(next.state.root.state?.values).toEqual({ n: 2, m: 10, k: 3 });
    expect(restored(next).state.root.state?.values).toEqual({ n: 2, m: 10, k: 3 });
    expect(restored(run, then).state.root.state?.values).toEqual({ n: 10, m: 10, k: 10 });
  });

  test('undoes in the order in which things had ended, not begun', () => {
    const run = world({ a: booked(), b: booked(), c: task({ depends_on: ['a', 'b'] }) }).begin('/a', '/b');
    run.finish('/b');
    run.finish('/a');
    const next = restored(run).begin('/c');
    next.fail('/c');
    expect(undoneIn(next)).toEqual(['/a', '/b']);
  });

  test('says when and how often what it keeps ran, in its last generation', () => {
    const run = world({ a: task({ type: 'test/retried' }), b: task() }).begin('/a');
    run.fail('/a', 'transient');
    run.advance(1000).begin('/a');
    run.fail('/a');
    run.run('/b');
    run.send({ is: 'reopen', operation: { is: 'retry_failed' } });
    run.advance(5000);
    run.send({ is: 'begin', step: '/a', generation: 2 });
    run.send({ is: 'succeed', step: '/a', generation: 2, attempt: 1, output: 1 });
    const kept = carry(run, { is: 'fork' }).carried.find((event) => event.type === 'step_kept' && event.step === '/a');
    expect(kept).toMatchObject({ attempt: 1, started_at: run.now, ended_at: run.now });
  });

  test('gives constructs that go on all their time', () => {
    const run = world({ g: { timeout: 5, tasks: { x: task(), y: task() } } });
    run.advance(4000).run('/g/x');
    const next = restored(run);
    expect(next.orders).toContainEqual({ is: 'wake', step: '/g', generation: 1, at: next.now + 5000 });
  });

  test('of another version runs again what another switch may choose', () => {
    const tasks = { a: task(), s: { switch: [{ goto: 'a' }] }, b: task() };
    const run = world(tasks).run('/a', '/b');
    const compiled = mustCompile({ name: 'w', tasks: { ...tasks, other: { switch: [{ when: false, goto: 'a' }] } } });
    const { plan } = carry(run, { is: 'fork', compiled });
    expect(plan.reset).toEqual([{ step: '/a', reason: 'changed' }]);
  });
});
