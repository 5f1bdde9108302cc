import { describe, expect, test } from '@jest/globals';
import { findStep, reexecute, type InPlace, type Operation } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

/* Where an execution goes on after several things have happened to it: each was found on a random workflow. */

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });

/** `reason address` of what is kept, and what is reset. */
const told = (run: CoreWorld, operation: Operation): { kept: string[]; reset: string[] } => {
  const journal = run.events.map((event, index) => ({ seq: index + 1, event }));
  const result = reexecute(run.compiled, journal, operation);
  if (!result.ok) throw new Error(result.error.reason);
  const { kept, reset } = result.value.plan;
  const short = (entries: readonly { step: string; reason: string }[]): string[] =>
    entries.map(({ step, reason }) => `${reason} ${step}`).sort();
  return { kept: short(kept), reset: short(reset) };
};

const inside = (...steps: string[]): string[] => steps.map((step) => `inside ${step}`);

const restored = (run: CoreWorld): { kept: string[]; reset: string[] } =>
  told(run, { is: 'restore', at: run.events.length });

const reopen = (run: CoreWorld, operation: InPlace): void => {
  expect(run.send({ is: 'reopen', operation })).toBe('accepted');
  expect(run.snapshot).toEqual(run.replayed());
};

/** Begins and finishes in the present generation. */
const rerun = (run: CoreWorld, ...steps: string[]): void => {
  for (const step of steps) {
    const generation = findStep(run.state, step)?.generation ?? 0;
    expect(run.send({ is: 'begin', step, generation })).toBe('accepted');
    const attempt = run.attemptOf(step);
    expect(run.send({ is: 'succeed', step, generation, attempt, output: `${step} again` })).toBe('accepted');
  }
};

const outcome = ({ state: { status } }: CoreWorld): Json => (status.is === 'completed' ? status.output : status.is);

describe('skips that do not come from what is retried stay', () => {
  test('one by an operator, and what ran after it', () => {
    const run = world({ a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) }).begin('/a');
    run.fail('/a');
    reopen(run, { is: 'skip', step: '/b' });
    rerun(run, '/c');
    const kept = ['completed /c', 'skipped /b'];
    expect(told(run, { is: 'retry_failed' })).toEqual({ kept, reset: ['failed /a'] });
    expect(restored(run)).toEqual({ kept, reset: ['failed /a'] });
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/a');
    expect(outcome(run)).toEqual({ c: '/c again' });
  });

  test('one by a condition that was asked without it', () => {
    const run = world({ a: task(), b: task(), m: task({ depends_on: ['a', 'b'], join: 'any', when: false }) });
    run.run('/a').begin('/b');
    run.fail('/b');
    const plan = { kept: ['completed /a', 'skipped /m'], reset: ['failed /b'] };
    expect(told(run, { is: 'retry_failed' })).toEqual(plan);
    expect(restored(run)).toEqual(plan);
  });
});

describe('what was canceled goes on where it was', () => {
  test('in an item that was over: its completed steps stay', () => {
    const run = world({ m: { map: { over: [1, 2] }, tasks: { f: task(), w: { wait: { seconds: 5 } } } }, x: task() });
    run.run('/m[0]/f').begin('/m[1]/f', '/x');
    run.fail('/x');
    run.finish('/m[1]/f');
    expect(run.status('/m')).toBe('canceled');
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: ['completed /m[0]/f', 'completed /m[1]/f', 'continued /m'],
      reset: ['canceled /m[0]/w', 'canceled /m[1]/w', 'failed /x'],
    });
  });

  test('in all items in which something is undone', () => {
    const inner = { map: { over: [1, 2] }, tasks: { a: task({ compensate: task() }), b: task() } };
    const run = world({ m: { map: { over: [1, 2], tolerate: 1 }, tasks: { n: inner } } });
    for (const item of ['/m[0]', '/m[1]']) {
      run.run(`${item}/n[0]/a`, `${item}/n[1]/a`).begin(`${item}/n[0]/b`, `${item}/n[1]/b`);
      run.fail(`${item}/n[0]/b`);
    }
    for (const step of ['/m[1]/n[1]/a', '/m[1]/n[0]/a', '/m[0]/n[1]/a', '/m[0]/n[0]/a']) run.run(`${step}!compensate`);
    expect(told(run, { is: 'resume' }).reset).toEqual([
      'canceled /m[0]/n[1]/b',
      'canceled /m[1]/n[1]/b',
      'compensated /m[0]/n[0]/a',
      'compensated /m[0]/n[1]/a',
      'compensated /m[1]/n[0]/a',
      'compensated /m[1]/n[1]/a',
    ]);
  });

  test('in an item in which all is over, since somebody skipped the rest of it, and `fail_fast` came first', () => {
    const run = world({ m: { map: { over: [1, 2] }, tasks: { f: task() } }, x: task() }, { fail_fast: true });
    run.begin('/m[0]/f', '/m[1]/f', '/x').fail('/x');
    reopen(run, { is: 'skip', step: '/m[0]/f' });
    expect(outcome(run)).toBe('failed');
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/x', '/m[1]/f');
    expect(outcome(run)).toEqual({ m: [{}, { f: '/m[1]/f again' }], x: '/x again' });
  });

  test.each([
    ['a group', { tasks: { f: task() } }, '/g/f'],
    ['a group in a group', { tasks: { h: { tasks: { f: task() } } } }, '/g/h/f'],
    ['a try', { try: { f: task() }, catch: { c: task() } }, '/g/try/f'],
    ['a loop', { loop: { until: true, max_iterations: 2 }, tasks: { f: task() } }, '/g[0]/f'],
  ])('in %s in which all is over, since somebody skipped the rest of it, and `fail_fast` came first', (_, g, f) => {
    const run = world({ g, x: task(), after: task({ depends_on: ['g'] }) }, { fail_fast: true });
    run.begin(f, '/x').fail('/x');
    reopen(run, { is: 'skip', step: f });
    expect([outcome(run), run.status('/g'), run.status('/after')]).toEqual(['failed', 'completed', 'canceled']);
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/x', '/after');
    expect(outcome(run)).toMatchObject({ x: '/x again', after: '/after again' });
  });

  test('in `finally`: the try has not completed before', () => {
    const run = world({ t: { try: { a: task() }, finally: { w: { wait: { seconds: 5 } } } }, x: task() });
    run.run('/t/try/a').begin('/x');
    run.fail('/x');
    expect(run.status('/t')).toBe('canceled');
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: ['completed /t/try/a', 'continued /t'],
      reset: ['canceled /t/finally/w', 'failed /x'],
    });
  });

  test('in `catch`, in a new execution', () => {
    const run = world({ t: { try: { a: task() }, catch: { c: task(), d: task() } } }).begin('/t/try/a');
    run.fail('/t/try/a');
    run.run('/t/catch/c').begin('/t/catch/d');
    run.send({ is: 'cancel' });
    expect(restored(run)).toEqual({
      kept: ['completed /t/catch/c', 'continued /t', 'failed /t/try/a'],
      reset: ['canceled /t/catch/d'],
    });
  });
});

describe('a try goes on in the first phase in which something is left to do', () => {
  test('canceled in `finally` after a failure: that is retried, or stays when it is resumed', () => {
    const run = world({ t: { try: { a: task() }, finally: { z: task() } } }).begin('/t/try/a');
    run.fail('/t/try/a');
    run.begin('/t/finally/z').send({ is: 'cancel' });
    expect(told(run, { is: 'retry_failed' }).reset).toEqual(['failed /t/try/a', 'inside /t/finally/z']);
    expect(told(run, { is: 'resume' }).reset).toEqual(['canceled /t/finally/z']);
  });

  test('canceled in `finally` after what came before was canceled, too', () => {
    const run = world({ t: { try: { w: { wait: { seconds: 5 } } }, finally: { z: task() } }, x: task() }).begin('/x');
    run.fail('/x');
    run.begin('/t/finally/z').send({ is: 'cancel' });
    expect(told(run, { is: 'retry_failed' }).reset).toEqual(['canceled /t/try/w', 'failed /x', 'inside /t/finally/z']);
  });

  test('what was undone in `finally` lies behind what was canceled before it', () => {
    const booked = task({ compensate: task() });
    const run = world({ t: { try: { w: { wait: { seconds: 5 } } }, finally: { z: booked } }, x: task() }).begin('/x');
    run.fail('/x');
    run.run('/t/finally/z', '/t/finally/z!compensate');
    expect(told(run, { is: 'rerun_from', step: '/x' }).reset).toEqual([
      'asked /x',
      'canceled /t/try/w',
      'inside /t/finally/z',
    ]);
  });

  test('what was undone in a try that did not come off is done again; what ran beside it stays', () => {
    const run = world({
      x: task(),
      t: { try: { g: { tasks: { a: task({ compensate: task() }) } }, b: task(), c: task({ depends_on: ['g'] }) } },
      after: task({ depends_on: ['x', 't'], join: 1 }),
    }).run('/x', '/after', '/t/try/g/a', '/t/try/c');
    run.begin('/t/try/b').fail('/t/try/b');
    run.run('/t/try/g/a!compensate');
    const reset = ['after /t/try/c', 'compensated /t/try/g/a', 'failed /t/try/b'];
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: ['completed /after', 'completed /x', 'continued /t', 'continued /t/try/g'],
      reset,
    });
    expect(restored(run).reset).toEqual(reset);
  });

  test('what was undone in a construct that was canceled is done again; what was skipped beside it stays', () => {
    const booked = task({ compensate: task() });
    const tasks = {
      t: { try: { w: { wait: { seconds: 5 } } }, finally: { z: booked } },
      y: task({ depends_on: ['t'] }),
      x: task(),
    };
    const run = world(tasks).begin('/x');
    run.fail('/x');
    run.run('/t/finally/z', '/t/finally/z!compensate');
    reopen(run, { is: 'skip', step: '/y' });
    for (const step of ['/t/finally/z', '/t/finally/z!compensate']) rerun(run, step);
    expect(told(run, { is: 'resume' })).toEqual({
      kept: ['continued /t', 'failed /x', 'skipped /y'],
      reset: ['canceled /t/try/w', 'inside /t/finally/z'],
    });
  });

  test('what was undone before `catch` is done again when it goes on in `try`, also after `catch` was retried', () => {
    const run = world({
      t: { try: { a: task({ compensate: task() }), b: task() }, catch: { c: task() } },
    });
    run.run('/t/try/a').begin('/t/try/b');
    run.fail('/t/try/b');
    run.run('/t/try/a!compensate').begin('/t/catch/c');
    run.fail('/t/catch/c');
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/t/catch/c');
    expect(outcome(run)).toEqual({ t: { c: '/t/catch/c again' } });
    expect(told(run, { is: 'rerun_from', step: '/t/try/b' })).toEqual({
      kept: ['continued /t'],
      reset: ['asked /t/try/b', 'compensated /t/try/a', 'inside /t/catch/c'],
    });
  });
});

test('a race that was won, and canceled while its losers were undone, runs anew', () => {
  const tasks = { x: task({ compensate: task() }), y: task({ depends_on: ['x'] }), b: task() };
  const run = world({ r: { race: tasks } }).run('/r/x', '/r/b');
  run.begin('/r/x!compensate').send({ is: 'cancel' });
  expect(told(run, { is: 'resume' })).toEqual({ kept: [], reset: ['canceled /r', ...inside('/r/b', '/r/x', '/r/y')] });
  reopen(run, { is: 'resume' });
  rerun(run, '/r/b');
  expect(outcome(run)).toEqual({ r: { winner: 'b', output: '/r/b again' } });
});

test('none of a race can be skipped', () => {
  const run = world({ r: { race: { a: task(), b: task() } } }).begin('/r/a', '/r/b');
  run.fail('/r/a');
  run.fail('/r/b');
  const journal = run.events.map((event, index) => ({ seq: index + 1, event }));
  expect(reexecute(run.compiled, journal, { is: 'skip', step: '/r/a' })).toEqual({
    ok: false,
    error: { is: 'conflict', reason: '/r is a race: none of its tasks can be skipped' },
  });
});

test('a catch is gone when its try goes on', () => {
  const run = world({ t: { try: { a: task() }, catch: { c: task() } } }).begin('/t/try/a');
  run.fail('/t/try/a');
  run.run('/t/catch/c');
  reopen(run, { is: 'rerun_from', step: '/t/try/a' });
  expect([findStep(run.state, '/t/catch/c'), run.status('/t/try/a')]).toEqual([undefined, 'ready']);
  run.send({ is: 'cancel' });
  expect(told(run, { is: 'resume' })).toEqual({ kept: ['continued /t'], reset: ['canceled /t/try/a'] });
});

test('of two failures that chose a step it sees the one that came first, also after it was reopened', () => {
  const run = world({
    a: task({ on_error: { goto: 'h' } }),
    b: task({ on_error: { goto: 'h' } }),
    w: task(),
    h: task({ depends_on: ['w'], input: { of: '${error.step}' } }),
  }).begin('/a', '/b', '/w');
  run.fail('/b');
  run.fail('/a');
  run.fail('/w');
  reopen(run, { is: 'retry_failed' });
  rerun(run, '/w', '/h');
  expect(run.orders.findLast(({ is }) => is === 'run')).toMatchObject({ input: { of: '/b' } });
});
