import { describe, expect, test } from '@jest/globals';
import { findStep, type InPlace } from '../../src/engine/core/index.js';
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

/** The hook waits under another token, which `rerun_from` of what reads it tells. */
const reopenedHook = (run: CoreWorld, token: () => string): void => {
  run.send({ is: 'cancel' });
  reopen(run, { is: 'rerun_from', step: '/tell' });
  run.send({ is: 'begin', step: '/tell', generation: 3 });
  expect(run.send({ is: 'callback', token: token(), payload: 'new' })).toBe('accepted');
};
