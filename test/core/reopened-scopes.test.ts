import { describe, expect, test } from '@jest/globals';
import { allSteps, findStep, type InPlace } from '../../src/engine/core/index.js';
import { callbackToken } from '../../src/engine/core/fold/callback.js';
import { CoreWorld, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });

const reopen = (run: CoreWorld, operation: InPlace): void => {
  expect(run.send({ is: 'reopen', operation })).toBe('accepted');
  expect(run.snapshot).toEqual(run.replayed());
};

/** Begins and finishes in the present generation. */
const rerun = (run: CoreWorld, ...steps: string[]): void => {
  for (const step of steps) {
    const generation = findStep(run.state, step)?.generation ?? 0;
    expect(run.send({ is: 'begin', step, generation })).toBe('accepted');
    expect(run.send({ is: 'succeed', step, generation, attempt: run.attemptOf(step), output: `${step} again` })).toBe(
      'accepted',
    );
  }
};

describe('what is reset knows of what stays', () => {
  test('a switch that chose it, and a failure that it handles', () => {
    const run = world({
      s: { switch: [{ goto: 'a' }] },
      a: task(),
      x: task({ on_error: { goto: 'h' } }),
      h: task({ input: { of: '${error.step}' } }),
    }).begin('/a', '/x');
    run.fail('/x');
    run.begin('/h');
    run.fail('/a');
    run.fail('/h');
    reopen(run, { is: 'retry_failed' });
    expect(['/s', '/a', '/x', '/h'].map((step) => run.status(step))).toEqual([
      'completed',
      'ready',
      'failed handled',
      'ready',
    ]);
    rerun(run, '/a', '/h');
    expect(run.orders.findLast(({ is }) => is === 'run')).toMatchObject({ input: { of: '/x' } });
    expect(run.state.status).toMatchObject({ is: 'completed', output: { a: '/a again', h: '/h again' } });
  });

  test('a try that was canceled in its catch goes on there', () => {
    const run = world({ t: { try: { a: task() }, catch: { c: task(), d: task() }, finally: { f: task() } } });
    run.begin('/t/try/a').fail('/t/try/a');
    run.run('/t/catch/c').begin('/t/catch/d');
    run.send({ is: 'cancel' });
    reopen(run, { is: 'resume' });
    expect(['/t/try/a', '/t/catch/c', '/t/catch/d'].map((step) => run.status(step))).toEqual([
      'failed',
      'completed',
      'ready',
    ]);
    rerun(run, '/t/catch/d', '/t/finally/f');
    expect(run.state.status).toMatchObject({ output: { t: { c: '/t/catch/c', d: '/t/catch/d again' } } });
  });

  test('a map counts its failures anew: it tolerates as many as before', () => {
    const run = world({ m: { map: { over: [1, 2, 3], tolerate: 1, concurrency: 3 }, tasks: { f: task() } } });
    run.begin('/m[0]/f', '/m[1]/f', '/m[2]/f');
    run.fail('/m[0]/f');
    run.fail('/m[1]/f');
    expect(run.state.status.is).toBe('failed');
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/m[0]/f', '/m[2]/f');
    const step = '/m[1]/f';
    run.send({ is: 'begin', step, generation: 2 });
    run.send({ is: 'fail', step, generation: 2, attempt: 1, failure: { kind: 'fatal', code: 'x', message: 'x' } });
    expect(run.state.status).toMatchObject({
      is: 'completed',
      output: { m: [{ f: '/m[0]/f again' }, null, { f: '/m[2]/f again' }] },
    });
    expect(run.snapshot).toEqual(run.replayed());
  });
});

describe('what goes with what is reset', () => {
  test('the token of a webhook: the old one counts no more', () => {
    const run = world({
      tell: task({ input: { url: '${tasks.hook.callback_url}' } }),
      hook: { webhook: {} },
      last: task({ depends_on: ['tell', 'hook'], input: { url: '${tasks.hook.callback_url}' } }),
    });
    const token = (): string => {
      const order = run.orders.findLast((order) => order.is === 'run');
      return String(order?.is === 'run' ? order.input.url : '')
        .split('/')
        .at(-1) as string;
    };
    run.begin('/tell');
    const old = token();
    run.finish('/tell');
    run.send({ is: 'cancel' });
    reopen(run, { is: 'resume' });
    expect(run.send({ is: 'callback', token: old, payload: 'old' })).toBe('stale');
    reopenedHook(run, token);
  });

  test('the bodies of a construct, and their steps', () => {
    const run = world({ a: task(), g: { depends_on: ['a'], tasks: { x: task(), y: task() } } });
    run.run('/a', '/g/x', '/g/y');
    reopen(run, { is: 'rerun_from', step: '/a' });
    expect([findStep(run.state, '/g/x'), findStep(run.state, '/g')?.bodies]).toEqual([undefined, undefined]);
    rerun(run, '/a', '/g/x', '/g/y');
    expect(run.state.status).toMatchObject({ output: { g: { x: '/g/x again', y: '/g/y again' } } });
  });
});

describe('an execution that goes on', () => {
  const booked = (more = {}): Record<string, unknown> => task({ compensate: task(), ...more });
  const undoneIn = ({ events }: CoreWorld): string[] =>
    events.flatMap((event) => (event.type === 'compensation_started' ? event.undo : []));
  const statusesOf = (run: CoreWorld, ...steps: string[]): string[] => steps.map((step) => run.status(step));

  test('has all its time again, so have the constructs in it', () => {
    const run = world({ g: { timeout: 5, tasks: { x: task() } } }, { timeout: 9 }).begin('/g/x');
    run.advance(4000).fail('/g/x');
    reopen(run.advance(60_000), { is: 'retry_failed' });
    expect([run.state.timedFrom, run.state.deadline]).toEqual([run.now, run.now + 9000]);
    expect(run.orders).toContainEqual({ is: 'wake', step: '/g', generation: 1, at: run.now + 5000 });
  });

  test('after resume leaves alone what failed', () => {
    const run = world({ a: task(), b: task() }).begin('/a', '/b');
    run.fail('/a');
    run.send({ is: 'cancel' });
    reopen(run, { is: 'resume' });
    expect(statusesOf(run, '/a', '/b')).toEqual(['failed', 'ready']);
  });

  test('must have ended', () => {
    const run = world({ a: task() });
    const again = { is: 'reopen', operation: { is: 'rerun_from', step: '/a' } } as const;
    expect(run.send(again)).toBe('conflict');
    run.send({ is: 'pause' });
    expect(run.send(again)).toBe('conflict');
  });

  test('has no notice, no call, and no catch of before', () => {
    const run = world(
      {
        a: task(),
        hook: { webhook: {}, depends_on: ['a'] },
        t: { try: { x: task() }, catch: { c: task() } },
      },
      { on_failure: task() },
    );
    const token = callbackToken(run.state, findStep(run.state, '/hook')!);
    expect(run.send({ is: 'callback', token, payload: 1 })).toBe('accepted');
    run.begin('/t/try/x').fail('/t/try/x');
    run.run('/t/catch/c').begin('/a').fail('/a');
    run.run('/on_failure');
    reopen(run, { is: 'rerun_from', step: '/t/try/x' });
    const steps = [...allSteps(run.state)].map(({ address }) => address);
    expect(steps).toEqual(['/a', '/hook', '/t', '/t/try/x']);
    run.send({ is: 'cancel' });
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/a');
    expect(run.status('/hook')).toBe('waiting');
  });

  test('handles in a construct what it handled before', () => {
    const run = world(
      { a: task({ on_error: { goto: 'g' } }), g: { tasks: { x: task() }, set: { seen: '${error.code}' } } },
      { state: { seen: null } },
    ).begin('/a');
    run.fail('/a', 'fatal', 'first');
    run.begin('/g/x').fail('/g/x');
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/g/x');
    expect(run.state.root.state?.values).toEqual({ seen: 'first' });
  });

  test('undoes again what it did again', () => {
    const run = world({ t: { try: { a: booked(), b: task({ depends_on: ['a'] }) }, catch: { c: task() } } });
    run.run('/t/try/a').begin('/t/try/b').fail('/t/try/b');
    run.run('/t/try/a!compensate').begin('/t/catch/c').fail('/t/catch/c');
    reopen(run, { is: 'rerun_from', step: '/t/try/b' });
    expect(statusesOf(run, '/t/try/a', '/t/try/b')).toEqual(['ready', 'pending']);
    rerun(run, '/t/try/a');
    const b = { step: '/t/try/b', generation: 2 } as const;
    run.send({ is: 'begin', ...b });
    run.send({ is: 'fail', ...b, attempt: 1, failure: { kind: 'fatal', code: 'x', message: 'x' } });
    expect(undoneIn(run)).toEqual(['/t/try/a', '/t/try/a']);
  });

  test('runs a race as a whole, also for what was undone in it; none of its tasks is skipped', () => {
    const run = world({
      r: { race: { a: booked(), b: task(), c: task() } },
      z: task({ depends_on: ['r'] }),
    }).begin('/r/b');
    run.fail('/r/b');
    expect(run.run('/r/a').status('/r')).toBe('completed');
    run.begin('/z').fail('/z');
    run.run('/r/a!compensate');
    expect(run.send({ is: 'reopen', operation: { is: 'skip', step: '/r/b' } })).toBe('conflict');
    reopen(run, { is: 'retry_failed' });
    expect(statusesOf(run, '/r', '/z')).toEqual(['running', 'pending']);
    expect(statusesOf(run, '/r/a', '/r/b', '/r/c')).toEqual(['ready', 'ready', 'ready']);
  });

  test('skips nothing that lies in what runs again as a whole', () => {
    const run = world({
      t: {
        try: { a: booked(), x: task({ on_error: 'continue' }), b: task({ depends_on: ['a'] }) },
        catch: { c: task() },
      },
    });
    run.begin('/t/try/x').fail('/t/try/x');
    run.run('/t/try/a').begin('/t/try/b').fail('/t/try/b');
    run.run('/t/try/a!compensate').begin('/t/catch/c').fail('/t/catch/c');
    reopen(run, { is: 'skip', step: '/t/catch/c' });
    expect(run.state.status.is).toBe('completed');
  });
});

/** The hook waits under another token, which `rerun_from` of what reads it tells. */
const reopenedHook = (run: CoreWorld, token: () => string): void => {
  run.send({ is: 'cancel' });
  reopen(run, { is: 'rerun_from', step: '/tell' });
  run.send({ is: 'begin', step: '/tell', generation: 3 });
  expect(run.send({ is: 'callback', token: token(), payload: 'new' })).toBe('accepted');
};
