import { describe, expect, test } from '@jest/globals';
import type { InPlace, Operation, ReexecutionPlan } from '../../src/engine/core/index.js';
import { findStep, reexecute, replay, snapshot } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, mustCompile, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, input: Json = {}, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more }, input);

const planned = (run: CoreWorld, operation: Operation): ReexecutionPlan => {
  const journal = run.events.map((event, index) => ({ seq: index + 1, event }));
  const result = reexecute(run.compiled, journal, operation);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value.plan;
};

/** The plan in short: `reason address` of what is reset, and what is kept. */
const told = (run: CoreWorld, operation: Operation): { kept: string[]; reset: string[]; created: string[] } => {
  const plan = planned(run, operation);
  const short = (entries: readonly { step: string; reason: string }[]): string[] =>
    entries.map(({ step, reason }) => `${reason} ${step}`).sort();
  return { kept: short(plan.kept), reset: short(plan.reset), created: short(plan.created) };
};

/** Does what was told. */
const reopen = (run: CoreWorld, operation: InPlace): string => {
  const answer = run.send({ is: 'reopen', operation });
  expect(run.snapshot).toEqual(run.replayed());
  return answer;
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

const outcome = ({ state: { status } }: CoreWorld): Json =>
  status.is === 'completed' ? status.output : status.is === 'failed' ? `failed: ${status.failure.message}` : status.is;

const failing = (): CoreWorld => {
  const run = world({ a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }), d: task() });
  run.run('/a', '/d').begin('/b');
  run.fail('/b');
  return run;
};

describe('retry_failed', () => {
  test('what failed runs again, and what came of it; the rest is kept', () => {
    const run = failing();
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: ['completed /a', 'completed /d'],
      reset: ['after /c', 'failed /b'],
      created: [],
    });
    expect(reopen(run, { is: 'retry_failed' })).toBe('accepted');
    expect(run.events.at(-1)).toMatchObject({ type: 'execution_reopened', generation: 2 });
    expect(['/a', '/b', '/c'].map((step) => run.status(step))).toEqual(['completed', 'ready', 'pending']);
    expect(run.send({ is: 'begin', step: '/b', generation: 1 })).toBe('stale');
    rerun(run, '/b', '/c');
    expect(outcome(run)).toEqual({ c: '/c again', d: '/d' });
    expect(run.snapshot).toEqual(run.replayed());
  });

  test('in a map: the failed items only, exactly where they failed', () => {
    const run = world({
      each: { map: { over: [1, 2, 3, 4], concurrency: 2 }, tasks: { f: task(), g: task({ depends_on: ['f'] }) } },
      after: task({ depends_on: ['each'] }),
    });
    run.run('/each[0]/f', '/each[0]/g', '/each[1]/f', '/each[2]/f').begin('/each[1]/g');
    run.fail('/each[1]/g');
    expect(outcome(run)).toBe('failed: Step /each[1]/g failed: broken');
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: [
        'completed /each[0]/f',
        'completed /each[0]/g',
        'completed /each[1]/f',
        'completed /each[2]/f',
        'continued /each',
      ],
      reset: ['after /after', 'canceled /each[2]/g', 'failed /each[1]/g'],
      created: ['not_started /each[3]'],
    });
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/each[1]/g', '/each[2]/g', '/each[3]/f', '/each[3]/g', '/after');
    expect(outcome(run)).toEqual({ after: '/after again' });
    expect(findStep(run.state, '/each')?.state).toMatchObject({
      output: [{ g: '/each[0]/g' }, { g: '/each[1]/g again' }, { g: '/each[2]/g again' }, { g: '/each[3]/g again' }],
    });
    expect(run.snapshot).toEqual(run.replayed());
  });

  test('in a loop: that iteration goes on', () => {
    const run = world({ l: { loop: { while: '${index < 3}' }, tasks: { f: task(), g: task({ depends_on: ['f'] }) } } });
    run.run('/l[0]/f', '/l[0]/g', '/l[1]/f').begin('/l[1]/g');
    run.fail('/l[1]/g');
    expect(told(run, { is: 'retry_failed' }).reset).toEqual(['failed /l[1]/g']);
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/l[1]/g', '/l[2]/f', '/l[2]/g');
    expect(outcome(run)).toEqual({ l: { g: '/l[2]/g again' } });
  });

  test('in a try: the phase that the failure comes from, and all phases after it', () => {
    const guard = (more: Record<string, unknown>): CoreWorld =>
      world({ t: { try: { a: task(), b: task({ depends_on: ['a'] }) }, ...more } });
    const plain = guard({ finally: { z: task() } });
    plain.run('/t/try/a').begin('/t/try/b');
    plain.fail('/t/try/b');
    plain.run('/t/finally/z');
    expect(told(plain, { is: 'retry_failed' })).toEqual({
      kept: ['completed /t/try/a', 'continued /t'],
      reset: ['failed /t/try/b', 'inside /t/finally/z'],
      created: [],
    });
    reopen(plain, { is: 'retry_failed' });
    rerun(plain, '/t/try/b', '/t/finally/z');
    expect(outcome(plain)).toEqual({ t: { b: '/t/try/b again' } });
    const caught = guard({ catch: { c: task(), d: task() } });
    caught.begin('/t/try/a').fail('/t/try/a');
    caught.run('/t/catch/c').begin('/t/catch/d');
    caught.fail('/t/catch/d');
    expect(told(caught, { is: 'retry_failed' }).reset).toEqual(['failed /t/catch/d']);
    reopen(caught, { is: 'retry_failed' });
    rerun(caught, '/t/catch/d');
    expect(outcome(caught)).toEqual({ t: { c: '/t/catch/c', d: '/t/catch/d again' } });
  });

  test('handled failures and tolerated items stay', () => {
    const run = world({
      h: task({ on_error: 'continue' }),
      m: { map: { over: [1, 2], tolerate: 1 }, tasks: { f: task() } },
      b: task({ depends_on: ['h', 'm'] }),
    });
    run.begin('/h', '/m[0]/f', '/m[1]/f').fail('/h');
    run.fail('/m[0]/f');
    run.finish('/m[1]/f');
    run.begin('/b').fail('/b');
    expect(told(run, { is: 'retry_failed' })).toMatchObject({ reset: ['failed /b'] });
  });

  test('a construct that failed by itself is run anew', () => {
    const run = world({ l: { loop: { while: true, max_iterations: 1 }, tasks: { f: task() } } }).run('/l[0]/f');
    expect(told(run, { is: 'retry_failed' }).reset).toEqual(['failed /l', 'inside /l[0]/f']);
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/l[0]/f');
    expect(outcome(run)).toBe('failed: Step /l failed: The loop has run 1 times and wants to go on.');
  });

  test('what was undone is done again', () => {
    const booked = task({ compensate: task() });
    const run = world({ g: { tasks: { a: booked, x: task() } }, b: task({ depends_on: ['g'] }) });
    run.run('/g/a', '/g/x').begin('/b');
    run.fail('/b');
    run.run('/g/a!compensate');
    expect(told(run, { is: 'retry_failed' })).toEqual({
      kept: ['completed /g/x', 'continued /g'],
      reset: ['after /b', 'compensated /g/a'],
      created: [],
    });
    reopen(run, { is: 'retry_failed' });
    rerun(run, '/g/a', '/b');
    expect(outcome(run)).toEqual({ b: '/b again' });
    expect(run.snapshot).toEqual(run.replayed());
  });

  test('nothing failed: a conflict that changes nothing', () => {
    const run = world({ a: task() }).run('/a');
    const before = run.snapshot;
    expect(run.send({ is: 'reopen', operation: { is: 'retry_failed' } })).toBe('conflict');
    expect(run.snapshot).toEqual(before);
    expect(failing().send({ is: 'resume' })).toBe('conflict');
  });
});

describe('resume', () => {
  test('what was canceled goes on, at any depth', () => {
    const run = world({
      a: task(),
      g: { tasks: { x: task(), y: task({ depends_on: ['x'] }) } },
      w: { wait: { seconds: 5 } },
    });
    run.run('/a', '/g/x').begin('/g/y');
    run.send({ is: 'cancel' });
    expect(told(run, { is: 'resume' })).toEqual({
      kept: ['completed /a', 'completed /g/x', 'continued /g'],
      reset: ['canceled /g/y', 'canceled /w'],
      created: [],
    });
    reopen(run, { is: 'resume' });
    rerun(run, '/g/y');
    run.advance(5000).send({ is: 'elapse', step: '/w', generation: 2 });
    expect(run.state.status.is).toBe('completed');
  });

  test('an execution that timed out has all its time again', () => {
    const run = new CoreWorld({ name: 'w', tasks: { a: task() } }, {}, { timeout: 1000 }).begin('/a').advance(1000);
    run.send({ is: 'expire-execution' });
    reopen(run, { is: 'resume' });
    expect(run.state.deadline).toBe(run.now + 1000);
    rerun(run, '/a');
    expect(run.state.status.is).toBe('completed');
  });
});

describe('rerun_from', () => {
  const done = (): CoreWorld => {
    const run = world({ a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }), d: task() });
    return run.run('/a', '/b', '/c', '/d');
  };

  test('the step and all that depends on it', () => {
    const run = done();
    expect(told(run, { is: 'rerun_from', step: '/b' })).toEqual({
      kept: ['completed /a', 'completed /d'],
      reset: ['after /c', 'asked /b'],
      created: [],
    });
    reopen(run, { is: 'rerun_from', step: '/b' });
    rerun(run, '/b', '/c');
    expect(outcome(run)).toEqual({ c: '/c again', d: '/d' });
  });

  test('inside of a map: that item, the map’s other items stay', () => {
    const run = world({
      m: { map: { over: [1, 2] }, tasks: { f: task(), g: task({ depends_on: ['f'] }) } },
      after: task({ depends_on: ['m'] }),
    });
    run.run('/m[0]/f', '/m[0]/g', '/m[1]/f', '/m[1]/g', '/after');
    expect(told(run, { is: 'rerun_from', step: '/m[1]/g' })).toEqual({
      kept: ['completed /m[0]/f', 'completed /m[0]/g', 'completed /m[1]/f', 'continued /m'],
      reset: ['after /after', 'asked /m[1]/g'],
      created: [],
    });
    reopen(run, { is: 'rerun_from', step: '/m[1]/g' });
    rerun(run, '/m[1]/g', '/after');
    expect(findStep(run.state, '/m')?.state).toMatchObject({ output: [{ g: '/m[0]/g' }, { g: '/m[1]/g again' }] });
  });

  test('inside of a loop: later iterations go; of a race: all run again', () => {
    const run = world({ l: { loop: { while: '${index < 3}' }, tasks: { f: task() } } }).run(
      '/l[0]/f',
      '/l[1]/f',
      '/l[2]/f',
    );
    expect(told(run, { is: 'rerun_from', step: '/l[1]/f' })).toEqual({
      kept: ['completed /l[0]/f', 'continued /l'],
      reset: ['asked /l[1]/f', 'inside /l[2]/f'],
      created: [],
    });
    reopen(run, { is: 'rerun_from', step: '/l[1]/f' });
    rerun(run, '/l[1]/f', '/l[2]/f');
    expect(outcome(run)).toEqual({ l: { f: '/l[2]/f again' } });
    const race = world({ r: { race: { a: task(), b: task() } } }).begin('/r/a', '/r/b');
    race.finish('/r/a');
    expect(told(race, { is: 'rerun_from', step: '/r/b' }).reset).toEqual(['asked /r', 'inside /r/a', 'inside /r/b']);
    reopen(race, { is: 'rerun_from', step: '/r/b' });
    rerun(race, '/r/b');
    expect(outcome(race)).toEqual({ r: { winner: 'b', output: '/r/b again' } });
  });

  test('in the try of one that was caught: catch goes', () => {
    const run = world({ t: { try: { a: task(), b: task({ depends_on: ['a'] }) }, catch: { c: task() } } });
    run.run('/t/try/a').begin('/t/try/b');
    run.fail('/t/try/b');
    run.run('/t/catch/c');
    reopen(run, { is: 'rerun_from', step: '/t/try/b' });
    expect(findStep(run.state, '/t/catch/c')).toBeUndefined();
    rerun(run, '/t/try/b');
    expect(outcome(run)).toEqual({ t: { b: '/t/try/b again' } });
    expect(run.snapshot).toEqual(run.replayed());
  });

  test('again and again: each has a generation of its own', () => {
    const run = done();
    for (const generation of [2, 3]) {
      reopen(run, { is: 'rerun_from', step: '/c' });
      expect(findStep(run.state, '/c')?.generation).toBe(generation);
      rerun(run, '/c');
    }
    expect(outcome(run)).toEqual({ c: '/c again', d: '/d' });
  });

  test('no such step', () => {
    expect(() => told(done(), { is: 'rerun_from', step: '/nowhere' })).toThrow('There is no step /nowhere');
  });
});

describe('skip', () => {
  test('the failed step counts as skipped, what depends on it runs', () => {
    const run = failing();
    expect(told(run, { is: 'skip', step: '/b' }).reset).toEqual(['after /c', 'asked /b']);
    reopen(run, { is: 'skip', step: '/b' });
    expect([run.status('/b'), run.status('/c')]).toEqual(['skipped operator', 'ready']);
    rerun(run, '/c');
    expect(outcome(run)).toEqual({ c: '/c again', d: '/d' });
  });

  test('inside of a construct; what has completed can not be skipped', () => {
    const run = world({ m: { map: { over: [1, 2] }, tasks: { f: task() } } }).begin('/m[0]/f', '/m[1]/f');
    run.fail('/m[1]/f');
    reopen(run, { is: 'skip', step: '/m[1]/f' });
    rerun(run, '/m[0]/f');
    expect(outcome(run)).toEqual({ m: [{ f: '/m[0]/f again' }, {}] });
    expect(failing().send({ is: 'reopen', operation: { is: 'skip', step: '/a' } })).toBe('conflict');
  });
});

describe('fork and restore', () => {
  const carried = (run: CoreWorld, operation: Operation): CoreWorld => {
    const journal = run.events.map((event, index) => ({ seq: index + 1, event }));
    const result = reexecute(run.compiled, journal, operation);
    if (!result.ok || result.value.is !== 'carry') throw new Error('nothing to carry over');
    const compiled = operation.is === 'fork' ? (operation.compiled ?? run.compiled) : run.compiled;
    const input = operation.is === 'fork' ? (operation.input ?? run.state.input) : run.state.input;
    return CoreWorld.carrying(compiled, input, result.value.carried);
  };

  test('a construct that was open goes on with what had ended in it', () => {
    const run = world({
      m: { map: { over: ['x', 'y'] }, tasks: { f: task(), g: task({ depends_on: ['f'] }) } },
      l: { loop: { while: '${index < 2}' }, tasks: { f: task() } },
      t: { try: { a: task() }, catch: { c: task(), d: task() } },
    });
    run.run('/m[0]/f', '/m[0]/g', '/m[1]/f', '/l[0]/f').begin('/t/try/a', '/m[1]/g');
    run.fail('/t/try/a');
    run.run('/t/catch/c');
    const next = carried(run, { is: 'restore', at: run.events.length });
    const ready = ['/m[0]/f', '/t/try/a', '/m[1]/g', '/l[0]/f', '/l[1]/f', '/t/catch/c', '/t/catch/d'].map((step) =>
      next.status(step),
    );
    expect(ready).toEqual(['completed', 'failed', 'ready', 'completed', 'ready', 'completed', 'ready']);
    next.run('/m[1]/g', '/l[1]/f', '/t/catch/d');
    expect(outcome(next)).toEqual({
      m: [{ g: '/m[0]/g' }, { g: '/m[1]/g' }],
      l: { f: '/l[1]/f' },
      t: { c: '/t/catch/c', d: '/t/catch/d' },
    });
    expect(next.snapshot).toEqual(next.replayed());
  });

  test('what steps in a construct assigned outside of it is taken over with it', () => {
    const add = (n: string) => ({ set: { total: `\${state.total + ${n}}` } });
    const run = world(
      {
        m: { map: { over: [1, 2], as: 'n' }, tasks: { f: task(add('n')) } },
        t: { try: { a: task(add('10.0')) } },
        x: task({ ...add('100.0'), depends_on: ['m'] }),
        end: task({ depends_on: ['m', 't', 'x'] }),
      },
      {},
      { state: { total: 0 }, output: '${state.total}' },
    );
    run.run('/m[0]/f', '/t/try/a', '/m[1]/f', '/x');
    const next = carried(run, { is: 'fork' });
    expect(next.status('/m')).toBe('completed');
    next.run('/end');
    expect(outcome(next)).toBe(113);
    run.run('/end');
    expect(outcome(run)).toBe(113);
  });

  test('with another input: what reads it runs again, and what follows', () => {
    const run = world(
      {
        a: task({ input: { n: '${input.n}' } }),
        b: task(),
        c: task({ depends_on: ['a'] }),
        d: task({ depends_on: ['b'] }),
      },
      { n: 1 },
    );
    run.run('/a', '/b', '/c', '/d');
    expect(told(run, { is: 'fork', input: { n: 2 } })).toEqual({
      kept: ['completed /b', 'completed /d'],
      reset: ['after /c', 'changed /a'],
      created: [],
    });
    const next = carried(run, { is: 'fork', input: { n: 2 } });
    next.begin('/a');
    expect(next.orders.at(-1)).toMatchObject({ input: { n: 2 } });
    next.finish('/a', 'A2');
    next.run('/c');
    expect(outcome(next)).toEqual({ c: '/c', d: '/d' });
  });

  test('to another version: what says the same is kept', () => {
    const run = world({ a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) }).run(
      '/a',
      '/b',
      '/c',
    );
    const compiled = mustCompile({
      name: 'w',
      tasks: { a: task(), b: task({ depends_on: ['a'], priority: 5 }), c: task({ depends_on: ['b'] }), e: task() },
    });
    const next = carried(run, { is: 'fork', compiled });
    expect(['/a', '/b', '/c', '/e'].map((step) => next.status(step))).toEqual([
      'completed',
      'ready',
      'pending',
      'ready',
    ]);
  });

  test('a position of the past', () => {
    const run = world({ a: task(), b: task({ depends_on: ['a'] }) }).run('/a', '/b');
    const at = run.events.findIndex(({ type }) => type === 'step_completed') + 1;
    const next = carried(run, { is: 'fork', at });
    expect([next.status('/a'), next.status('/b')]).toEqual(['completed', 'ready']);
    expect(() => told(run, { is: 'fork', at: 99 })).toThrow('The journal has positions 1 to');
  });
});

test('a plan changes nothing', () => {
  const run = failing();
  const before = run.snapshot;
  planned(run, { is: 'retry_failed' });
  expect(snapshot(replay(run.compiled, run.events))).toEqual(before);
});
