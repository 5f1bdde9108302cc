import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, input: Json = {}, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more }, input);

/** Whatever was done: the state is the fold of the journal (E6). */
const foldsUp = (world: CoreWorld): void => expect(world.snapshot).toEqual(world.replayed());

const outcome = ({ state: { status } }: CoreWorld): Json =>
  status.is === 'completed' ? status.output : status.is === 'failed' ? `failed: ${status.failure.message}` : status.is;

describe('group', () => {
  test('its tasks run as those of a workflow do, and it has their output', () => {
    const run = world({
      before: task(),
      group: { tasks: { a: task({ input: { of: '${tasks.before.output}' } }), b: task({ depends_on: ['a'] }) } },
      after: task({ input: { got: '${tasks.group.output.b}' } }),
    });
    expect(run.status('/group')).toBe('pending');
    run.run('/before');
    expect(run.status('/group')).toBe('running');
    run.run('/group/a', '/group/b');
    expect(run.status('/group')).toBe('completed');
    run.run('/after');
    expect(outcome(run)).toEqual({ after: '/after' });
    expect(run.orders).toContainEqual(expect.objectContaining({ step: '/after', input: { got: '/group/b' } }));
    foldsUp(run);
  });

  test('output mapping, condition, failure and handler', () => {
    const run = world({
      group: { tasks: { a: task() }, output: { said: '${tasks.a.output}' } },
      never: { when: '${tasks.group.output.said == "no"}', tasks: { x: task() } },
      bad: { tasks: { y: task(), z: task() }, on_error: [{ class: 'broken', then: 'continue' }] },
    });
    run.run('/group/a').begin('/bad/y', '/bad/z');
    run.fail('/bad/y');
    expect(run.status('/bad')).toBe('running'); // what is independent goes on
    run.finish('/bad/z');
    expect([run.status('/never'), run.status('/bad')]).toEqual(['skipped condition', 'failed handled']);
    expect(outcome(run)).toEqual({});
    expect(run.state.root.steps[0]?.state).toMatchObject({ output: { said: '/group/a' } });
    foldsUp(run);
  });

  test('an unhandled failure says which step it comes from, and keeps its class', () => {
    const run = world({ outer: { tasks: { inner: { tasks: { x: task() } } } } });
    run.begin('/outer/inner/x').fail('/outer/inner/x', 'fatal', 'no_such_file');
    expect(outcome(run)).toBe('failed: Step /outer/inner/x failed: no_such_file');
    expect(run.state.root.steps[0]?.state).toMatchObject({ at: 'failed', failure: { code: 'no_such_file' } });
    foldsUp(run);
  });

  test('its timeout cancels what is open in it', () => {
    const run = world({ g: { timeout: 5, tasks: { a: task(), b: task({ depends_on: ['a'] }) } } });
    expect(run.orders).toContainEqual({ is: 'wake', step: '/g', generation: 1, at: 1_005_000 });
    run.begin('/g/a').advance(5000);
    expect(run.send({ is: 'elapse', step: '/g', generation: 1 })).toBe('accepted');
    expect(run.orders).toContainEqual({ is: 'stop', step: '/g/a', generation: 1, attempt: 1 });
    expect(outcome(run)).toBe('failed: Step /g failed: The attempt took longer than 5 s.');
    foldsUp(run);
  });
});

describe('try', () => {
  const guard = (more: Record<string, unknown> = {}): CoreWorld =>
    world({
      guard: {
        try: { a: task(), b: task({ depends_on: ['a'] }) },
        catch: { mend: task({ input: { code: '${error.code}', step: '${error.step}' } }) },
        ...more,
      },
    });

  test('without a failure: the output of try', () => {
    const run = guard({ finally: { tidy: task() } });
    run.run('/guard/try/a', '/guard/try/b', '/guard/finally/tidy');
    expect(outcome(run)).toEqual({ guard: { b: '/guard/try/b' } });
    foldsUp(run);
  });

  test('with one: catch sees the error, then finally', () => {
    const run = guard({ finally: { tidy: task() } });
    run.begin('/guard/try/a').fail('/guard/try/a', 'fatal', 'odd');
    expect(run.status('/guard/try/b')).toBe('skipped upstream');
    run.begin('/guard/catch/mend');
    expect(run.orders.at(-1)).toMatchObject({ input: { code: 'odd', step: '/guard/try/a' } });
    run.finish('/guard/catch/mend', 'mended');
    expect(run.status('/guard')).toBe('running');
    run.run('/guard/finally/tidy');
    expect(outcome(run)).toEqual({ guard: { mend: 'mended' } });
    foldsUp(run);
  });

  test('a failure in catch is the failure; finally runs all the same, and its failure counts more', () => {
    const run = guard({ finally: { tidy: task() } });
    run.begin('/guard/try/a').fail('/guard/try/a', 'fatal', 'first');
    run.begin('/guard/catch/mend').fail('/guard/catch/mend', 'fatal', 'second');
    run.begin('/guard/finally/tidy').fail('/guard/finally/tidy', 'fatal', 'third');
    expect(outcome(run)).toBe('failed: Step /guard/finally/tidy failed: third');
    foldsUp(run);
  });

  test('no catch: finally runs, then it fails', () => {
    const run = world({ g: { try: { a: task() }, finally: { tidy: task() } } });
    run.begin('/g/try/a').fail('/g/try/a');
    run.run('/g/finally/tidy');
    expect(outcome(run)).toBe('failed: Step /g/try/a failed: broken');
    foldsUp(run);
  });
});

describe('race', () => {
  test('the first that completes wins, the others are aborted', () => {
    const run = world({ first: { race: { a: task(), b: task(), c: task() } } }).begin('/first/a', '/first/b');
    run.fail('/first/a');
    expect(run.status('/first')).toBe('running');
    run.finish('/first/b', 2);
    expect(run.orders).not.toContainEqual(expect.objectContaining({ is: 'stop', step: '/first/a' }));
    expect(run.status('/first/c')).toBe('canceled');
    expect(outcome(run)).toEqual({ first: { winner: 'b', output: 2 } });
    foldsUp(run);
  });

  test('a late result of a loser changes nothing; all failed: it fails', () => {
    const run = world({ r: { race: { a: task(), b: task() } }, after: task({ depends_on: ['r'] }) });
    run.begin('/r/a', '/r/b').finish('/r/a');
    expect(run.finish('/r/b')).toBe('stale');
    expect(run.status('/after')).toBe('ready');
    const lost = world({ r: { race: { a: task(), b: task() } } }).begin('/r/a', '/r/b');
    lost.fail('/r/b', 'fatal', 'one');
    lost.fail('/r/a', 'fatal', 'two');
    expect(outcome(lost)).toBe('failed: Step /r/b failed: one');
    foldsUp(lost);
  });
});

describe('map', () => {
  test('one instance for each item, results in order, at most so many at once', () => {
    const run = world(
      {
        each: {
          map: { over: '${input.rows}', as: 'row', concurrency: 2 },
          tasks: { f: task({ input: { row: '${row}', at: '${index}' } }) },
        },
      },
      { rows: ['x', 'y', 'z'] },
    );
    run.begin('/each[0]/f', '/each[1]/f', '/each[2]/f');
    expect(run.orders.filter(({ is }) => is === 'run')).toMatchObject([
      { input: { row: 'x', at: 0 } },
      { input: { row: 'y', at: 1 } },
    ]);
    run.finish('/each[1]/f', 'Y');
    run.begin('/each[2]/f').finish('/each[2]/f', 'Z');
    expect(run.status('/each')).toBe('running');
    run.finish('/each[0]/f', 'X');
    expect(outcome(run)).toEqual({ each: [{ f: 'X' }, { f: 'Y' }, { f: 'Z' }] });
    foldsUp(run);
  });

  test('over an object: key and value; over nothing: an empty list', () => {
    const run = world(
      {
        each: {
          map: { over: '${input}' },
          tasks: { f: task({ input: { k: '${item.key}', v: '${item.value}' } }) },
          output: '${tasks.f.output}',
        },
        none: { map: { over: [] }, tasks: { f: task() } },
      },
      { a: 1, 'b/c': 2 },
    );
    expect(run.status('/none')).toBe('completed');
    run.run('/each["a"]/f', '/each["b/c"]/f');
    expect(outcome(run)).toEqual({ each: ['/each["a"]/f', '/each["b/c"]/f'], none: [] });
    foldsUp(run);
  });

  test('beyond what is tolerated it fails and the rest is canceled', () => {
    const tasks = (tolerate: Json): Record<string, unknown> => ({
      each: { map: { over: [1, 2, 3, 4], tolerate }, tasks: { f: task() } },
    });
    const strict = world(tasks(0)).begin('/each[0]/f', '/each[1]/f');
    strict.fail('/each[0]/f');
    expect([strict.status('/each'), strict.status('/each[1]/f')]).toEqual(['failed', 'canceled']);
    foldsUp(strict);
    const mild = world(tasks('25%'));
    mild.begin('/each[0]/f').fail('/each[0]/f');
    mild.run('/each[1]/f', '/each[2]/f', '/each[3]/f');
    expect(outcome(mild)).toMatchObject({ each: [null, { f: '/each[1]/f' }, {}, {}] });
    foldsUp(mild);
  });

  test('what is no list fails, for its handler to see', () => {
    const run = world({ each: { map: { over: '${input.n}' }, tasks: { f: task() }, on_error: 'continue' } }, { n: 5 });
    expect(run.status('/each')).toBe('failed handled');
  });

  test('maps nest, and see what is around them', () => {
    const run = world(
      {
        a: task(),
        rows: {
          map: { over: '${input.m}', as: 'row' },
          tasks: {
            cells: {
              map: { over: '${row}', as: 'cell' },
              tasks: { f: task({ input: { all: '${[row, cell, index, tasks.a.output]}' } }) },
              output: '${cell}',
            },
          },
          output: '${tasks.cells.output}',
        },
      },
      { m: [[1], [2, 3]] },
    );
    run.run('/a', '/rows[0]/cells[0]/f', '/rows[1]/cells[1]/f', '/rows[1]/cells[0]/f');
    expect(run.orders).toContainEqual(
      expect.objectContaining({ is: 'run', step: '/rows[1]/cells[1]/f', input: { all: [[2, 3], 3, 1, '/a'] } }),
    );
    expect(outcome(run)).toEqual({ rows: [[1], [2, 3]] });
    foldsUp(run);
  });
});

describe('loop', () => {
  test('while: tested before, with index and previous', () => {
    const run = world({
      again: {
        loop: { while: '${index < 2}' },
        tasks: { f: task({ input: { i: '${index}', p: '${previous}' } }) },
        output: '${tasks.f.output}',
      },
    });
    run.run('/again[0]/f', '/again[1]/f');
    expect(run.orders).toContainEqual(expect.objectContaining({ is: 'run', input: { i: 1, p: '/again[0]/f' } }));
    expect(outcome(run)).toEqual({ again: '/again[1]/f' });
    foldsUp(run);
    expect(outcome(world({ again: { loop: { while: false }, tasks: { f: task() } } }))).toEqual({ again: null });
  });

  test('until: tested after, sees the tasks of the body', () => {
    const run = world({ again: { loop: { until: '${tasks.f.output == "done"}' }, tasks: { f: task() } } });
    run.begin('/again[0]/f').finish('/again[0]/f', 'not yet');
    run.begin('/again[1]/f').finish('/again[1]/f', 'done');
    expect(outcome(run)).toEqual({ again: { f: 'done' } });
    foldsUp(run);
  });

  test('the limit, a failing iteration, a failing condition', () => {
    const endless = world({ l: { loop: { while: true, max_iterations: 2 }, tasks: { f: task() } } });
    endless.run('/l[0]/f', '/l[1]/f');
    expect(endless.state.status).toMatchObject({ failure: { details: { cause: { code: 'loop_limit' } } } });
    const failing = world({ l: { loop: { while: true }, tasks: { f: task() } } }).begin('/l[0]/f');
    failing.fail('/l[0]/f');
    expect(outcome(failing)).toBe('failed: Step /l[0]/f failed: broken');
    const odd = world({ l: { loop: { while: '${previous.x == 1}' }, tasks: { f: task() }, on_error: 'continue' } });
    expect(odd.status('/l')).toBe('failed handled');
    foldsUp(odd);
  });
});

describe('waits', () => {
  test('for time: a length, or a time', () => {
    const run = world(
      { nap: { wait: { seconds: '${input.n}' } }, till: { wait: { until: '1970-01-01T00:20:00Z' } } },
      { n: 60 },
    );
    expect(run.orders).toEqual([
      { is: 'wake', step: '/nap', generation: 1, at: 1_060_000 },
      { is: 'wake', step: '/till', generation: 1, at: 1_200_000 },
    ]);
    expect(run.send({ is: 'elapse', step: '/nap', generation: 1 })).toBe('stale');
    run.advance(200_000).send({ is: 'elapse', step: '/nap', generation: 1 });
    run.send({ is: 'elapse', step: '/till', generation: 1 });
    expect(run.state.status.is).toBe('completed');
    foldsUp(run);
  });

  test('for an event: the oldest that matches, also one that came before', () => {
    const paid = (more: Record<string, Json> = {}): Record<string, unknown> => ({
      event: { name: 'paid', match: '${event.order == input.order}', within: 10 },
      ...more,
    });
    const run = world(
      { a: task(), first: paid({ depends_on: ['a'] }), second: paid({ depends_on: ['a'] }) },
      { order: 7 },
    );
    const send = (event: string, payload: Json): string => run.send({ is: 'deliver', event, name: 'paid', payload });
    send('e1', { order: 8 });
    send('e2', { order: 7, n: 1 });
    send('e2', { order: 7, n: 1 });
    run.run('/a');
    expect([run.status('/first'), run.status('/second')]).toEqual(['completed', 'waiting']);
    send('e3', 'of another shape');
    send('e4', { order: 7, n: 2 });
    expect(outcome(run)).toEqual({ first: { order: 7, n: 1 }, second: { order: 7, n: 2 } });
    foldsUp(run);
  });

  test('for an event of before the execution, when it says from when on: the oldest that matches, once', () => {
    const paid = { event: { name: 'paid', match: '${event.order == input.order}', since: '${input.since}' } };
    const run = world({ first: paid, second: { ...paid, depends_on: ['first'] } }, { order: 7, since: 60 });
    const lookBack = { is: 'look-back', generation: 1, name: 'paid', since: run.now - 60_000 };
    expect(run.orders).toContainEqual({ ...lookBack, step: '/first' });
    const kept = (id: string, payload: Json): { id: string; name: string; payload: Json } => ({
      id,
      name: 'paid',
      payload,
    });
    const events = [kept('e1', { order: 8 }), kept('e2', { order: 7, n: 1 }), kept('e3', { order: 7, n: 2 })];
    run.send({ is: 'recollect', step: '/first', generation: 1, events: events.slice(0, 1) });
    expect(run.status('/first')).toBe('waiting');
    run.advance(5000).send({ is: 'recollect', step: '/first', generation: 1, events });
    expect(run.orders).toContainEqual({ ...lookBack, step: '/second' });
    expect(run.send({ is: 'recollect', step: '/first', generation: 1, events })).toBe('stale');
    run.send({ is: 'recollect', step: '/second', generation: 1, events });
    expect(outcome(run)).toEqual({ second: { order: 7, n: 2 } });
    foldsUp(run);
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/second' } });
    const more = [kept('e4', { order: 7, n: 4 })];
    expect(run.send({ is: 'recollect', step: '/second', generation: 1, events: more })).toBe('stale');
    run.send({ is: 'recollect', step: '/second', generation: 2, events: more });
    expect(outcome(run)).toEqual({ second: { order: 7, n: 4 } });
  });

  test('too late, it fails with timeout, for handlers to see', () => {
    const run = world({ e: { event: { name: 'x', within: 10 }, on_error: [{ class: 'timeout', then: 'continue' }] } });
    run.advance(10_000).send({ is: 'elapse', step: '/e', generation: 1 });
    expect(run.status('/e')).toBe('failed handled');
    foldsUp(run);
  });

  test('for an approval: by whom, and what its end means', () => {
    const ok = (more: Record<string, Json> = {}): CoreWorld =>
      world({ ok: { approval: { by: ['ops', 'ada'], within: 60, ...more } } });
    const answer = (run: CoreWorld, by: string | null): string =>
      run.send({ is: 'approve', step: '/ok', approved: true, by, comment: 'fine' });
    const run = ok();
    expect([answer(run, null), answer(run, 'bob'), answer(run, 'ada'), answer(run, 'ada')]).toEqual([
      'conflict',
      'conflict',
      'accepted',
      'conflict',
    ]);
    expect(outcome(run)).toEqual({
      ok: { approved: true, by: 'ada', at: '1970-01-01T00:16:40.000Z', comment: 'fine' },
    });
    foldsUp(run);
    const late = ok({ on_timeout: 'reject' });
    late.advance(60_000).send({ is: 'elapse', step: '/ok', generation: 1 });
    expect(outcome(late)).toMatchObject({ ok: { approved: false, by: null } });
  });

  test('for a webhook: its URL is known before, counts once, may be called early', () => {
    const run = world({
      tell: task({ input: { url: '${tasks.hook.callback_url}' } }),
      hook: { webhook: { within: 60 }, depends_on: ['tell'] },
    });
    run.begin('/tell');
    const order = run.orders.find(({ is }) => is === 'run');
    const url = order?.is === 'run' ? (order.input.url as string) : '';
    const token = url.split('/').at(-1) as string;
    expect(run.send({ is: 'callback', token: `${token.slice(0, -1)}0`, payload: 1 })).toBe('stale');
    expect(run.send({ is: 'callback', token, payload: { early: true } })).toBe('accepted');
    expect(run.send({ is: 'callback', token, payload: 2 })).toBe('stale');
    foldsUp(run);
    run.finish('/tell');
    expect(outcome(run)).toEqual({ hook: { early: true } });
    expect(run.send({ is: 'callback', token, payload: 3 })).toBe('stale');
    foldsUp(run);
  });

  test('in a scope that fails, waits are canceled, what else runs goes on', () => {
    const run = world({
      bad: task(),
      busy: task(),
      later: { wait: { seconds: 9 } },
      g: { tasks: { e: { event: { name: 'x' } }, then: task({ depends_on: ['e'] }) } },
      t: { try: { e: { event: { name: 'x' } } }, finally: { tidy: task() } },
    }).begin('/bad', '/busy');
    run.fail('/bad');
    expect(['/later', '/g/e', '/g/then', '/g', '/t/try/e'].map((step) => run.status(step))).toEqual([
      'canceled',
      'canceled',
      'skipped upstream',
      'canceled',
      'canceled',
    ]);
    run.run('/t/finally/tidy');
    expect([run.status('/t'), run.state.status.is]).toEqual(['canceled', 'running']);
    run.finish('/busy');
    expect(run.state.status.is).toBe('failed');
    foldsUp(run);
  });

  test('deadlines do not fire while paused; overdue ones do at resume', () => {
    const run = world({ nap: { wait: { seconds: 5 } } });
    run.send({ is: 'pause' });
    run.advance(9000);
    expect(run.send({ is: 'elapse', step: '/nap', generation: 1 })).toBe('stale');
    run.send({ is: 'resume' });
    expect(run.state.status.is).toBe('completed');
    foldsUp(run);
  });
});

describe('sub-workflow', () => {
  const child = (more: Record<string, Json> = {}): CoreWorld =>
    world({ audit: { workflow: { name: 'audit', version: '^1', input: { n: '${input.n}' }, ...more } } }, { n: 3 });
  const tell = (
    run: CoreWorld,
    outcome: Parameters<CoreWorld['send']>[0] extends infer T ? (T extends { outcome: infer O } ? O : never) : never,
  ): string => run.send({ is: 'child', step: '/audit', generation: 1, outcome });

  test('is started under an id of its own, and its output is the step’s', () => {
    const run = child();
    const [order] = run.orders;
    expect(order).toMatchObject({
      is: 'start-child',
      workflow: { name: 'audit', version: '^1' },
      input: { n: 3 },
      awaited: true,
    });
    tell(run, { is: 'started' });
    expect(run.status('/audit')).toBe('waiting');
    tell(run, { is: 'completed', output: { ok: true } });
    expect(outcome(run)).toEqual({ audit: { ok: true } });
    expect(tell(run, { is: 'completed', output: null })).toBe('stale');
    foldsUp(run);
  });

  test('not awaited: goes on once it has started', () => {
    const run = child({ wait: false });
    tell(run, { is: 'started' });
    expect(outcome(run)).toEqual({ audit: { execution_id: expect.any(String) as unknown } });
    foldsUp(run);
  });

  test('its failure keeps its class; cancel goes on to it', () => {
    const run = world({
      audit: { workflow: { name: 'audit' }, on_error: [{ class: 'http_error', then: 'continue' }] },
    });
    tell(run, {
      is: 'failed',
      failure: {
        kind: 'fatal',
        code: 'step_failed',
        message: 'x',
        details: { cause: { kind: 'transient', code: 'http_error', message: 'x' } },
      },
    });
    expect(run.status('/audit')).toBe('failed handled');
    const canceled = child();
    canceled.send({ is: 'cancel' });
    expect(canceled.orders.map(({ is }) => is)).toEqual(['start-child', 'cancel-child', 'disarm']);
    foldsUp(canceled);
  });
});

describe('compensation', () => {
  const booked = (more: Record<string, Json> = {}): Record<string, Json> =>
    task({ compensate: task({ input: { undo: '${output}' } }), ...more });

  test('of the execution: reverse order of completion, one at a time, then it fails', () => {
    const run = world({ a: booked(), g: { tasks: { b: booked() } }, c: task({ depends_on: ['a', 'g'] }) });
    run.run('/g/b', '/a').begin('/c');
    run.fail('/c');
    expect([run.status('/a!compensate'), run.status('/g/b!compensate'), run.state.status.is]).toEqual([
      'ready',
      'pending',
      'running',
    ]);
    run.begin('/a!compensate');
    expect(run.orders.at(-1)).toMatchObject({ is: 'run', input: { undo: '/a' } });
    run.fail('/a!compensate'); // recorded, and the rest goes on
    run.run('/g/b!compensate');
    expect(outcome(run)).toBe('failed: Step /c failed: broken');
    foldsUp(run);
  });

  test('of a try, before catch; of the losers of a race', () => {
    const run = world({ t: { try: { a: booked(), b: task({ depends_on: ['a'] }) }, catch: { c: task() } } });
    run.run('/t/try/a').begin('/t/try/b');
    run.fail('/t/try/b');
    expect(run.status('/t/try/a!compensate')).toBe('ready');
    run.run('/t/try/a!compensate', '/t/catch/c');
    expect(outcome(run)).toEqual({ t: { c: '/t/catch/c' } });
    foldsUp(run);
    const race = world({ r: { race: { a: { tasks: { x: booked(), y: task({ depends_on: ['x'] }) } }, b: booked() } } });
    race.run('/r/a/x', '/r/b');
    expect(race.status('/r')).toBe('running');
    race.run('/r/a/x!compensate');
    expect(outcome(race)).toEqual({ r: { winner: 'b', output: '/r/b' } });
    foldsUp(race);
  });

  test('what a try was undoing when something around it ended is undone by that', () => {
    const run = world({
      t: { timeout: 5, try: { a: booked(), b: booked({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) } },
    });
    run.run('/t/try/a', '/t/try/b').begin('/t/try/c');
    run.fail('/t/try/c');
    run.begin('/t/try/b!compensate').advance(5000);
    run.send({ is: 'elapse', step: '/t', generation: 1 });
    expect(run.events.at(-1)).toMatchObject({
      type: 'compensation_started',
      undo: ['/t/try/b', '/t/try/a'],
    });
    // The same key: the attempt that was aborted is not taken for the next one.
    run.begin('/t/try/b!compensate');
    expect(run.attemptOf('/t/try/b!compensate')).toBe(2);
    run.finish('/t/try/b!compensate');
    foldsUp(run);
    run.run('/t/try/a!compensate');
    expect(run.state.status.is).toBe('failed');
    foldsUp(run);
  });

  test('what was not undone before the end is no reason to run it again', () => {
    const run = world({ a: booked(), b: booked({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) });
    run.run('/a', '/b').begin('/c');
    run.send({ is: 'cancel', compensate: true });
    run.run('/b!compensate').send({ is: 'cancel' });
    expect(run.state.status.is).toBe('canceled');
    run.send({ is: 'reopen', operation: { is: 'resume' } });
    expect(['/a', '/b', '/c'].map((step) => run.status(step))).toEqual(['completed', 'ready', 'pending']);
    foldsUp(run);
  });

  test('on cancel, if asked for', () => {
    const run = world({ a: booked(), b: task() }).run('/a').begin('/b');
    run.send({ is: 'cancel', compensate: true, reason: 'enough' });
    expect([run.status('/b'), run.state.status.is]).toEqual(['canceled', 'running']);
    run.run('/a!compensate');
    expect(run.state.status).toEqual({ is: 'canceled', reason: 'enough' });
    foldsUp(run);
    const plain = world({ a: booked(), b: task() }).run('/a');
    plain.send({ is: 'cancel' });
    expect(plain.state.status.is).toBe('canceled');
  });
});

describe('handlers by class', () => {
  test('the first that fits', () => {
    const tasks = {
      a: task({
        on_error: [
          { class: 'timeout', goto: 'later' },
          { class: ['odd', 'strange'], then: 'continue' },
          { goto: 'mend' },
        ],
      }),
      later: task(),
      mend: task({ input: { code: '${error.code}' } }),
      next: task({ depends_on: ['a'] }),
    };
    const statuses = (code: string, kind: 'fatal' | 'timeout' = 'fatal'): string[] => {
      const run = world(tasks).begin('/a');
      run.fail('/a', kind, code);
      foldsUp(run);
      return ['/later', '/mend', '/next'].map((step) => run.status(step));
    };
    expect(statuses('slow', 'timeout')).toEqual(['ready', 'skipped branch', 'skipped upstream']);
    expect(statuses('strange')).toEqual(['skipped branch', 'skipped branch', 'ready']);
    expect(statuses('else')).toEqual(['skipped branch', 'ready', 'skipped upstream']);
  });
});

describe('fail_fast', () => {
  test('ends each scope at its first failure', () => {
    const run = world(
      {
        each: { map: { over: [1, 2], tolerate: 1 }, tasks: { a: task(), b: task() } },
        t: { try: { a: task(), b: task() }, catch: { c: task() } },
      },
      {},
      { fail_fast: true },
    ).begin('/each[0]/a', '/each[0]/b', '/t/try/a', '/t/try/b');
    run.fail('/each[0]/a');
    expect([run.status('/each[0]/b'), run.status('/each')]).toEqual(['canceled', 'running']);
    run.fail('/t/try/a');
    expect([run.status('/t/try/b'), run.status('/t/catch/c')]).toEqual(['canceled', 'ready']);
    run.run('/t/catch/c', '/each[1]/a', '/each[1]/b');
    expect(run.state.status.is).toBe('completed');
    foldsUp(run);
  });
});
