import { describe, expect, test } from '@jest/globals';
import { findStep } from '../../src/engine/core/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const world = (tasks: Record<string, unknown>, more: Record<string, unknown> = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...more });
const booked = (more = {}): Record<string, unknown> => task({ compensate: task(), ...more });

const undoneIn = ({ events }: CoreWorld): string[] =>
  events.flatMap((event) => (event.type === 'compensation_started' ? event.undo : []));
const foldsUp = (run: CoreWorld): void => expect(run.snapshot).toEqual(run.replayed());

describe('what is undone', () => {
  test('in reverse order of completion, whatever the order of definition', () => {
    const run = world({ a: booked(), b: booked(), c: booked(), d: task({ depends_on: ['a', 'b', 'c'] }) });
    run.run('/b', '/c', '/a').begin('/d');
    run.fail('/d');
    expect(undoneIn(run)).toEqual(['/a', '/c', '/b']);
    run.run('/a!compensate');
    expect([run.status('/c!compensate'), run.status('/b!compensate')]).toEqual(['ready', 'pending']);
    run.run('/c!compensate', '/b!compensate');
    expect(run.state.status.is).toBe('failed');
    foldsUp(run);
  });

  test('once: what a try has undone is not undone again when the execution fails', () => {
    const run = world({
      t: { try: { a: booked(), b: task({ depends_on: ['a'] }) }, catch: { c: booked() } },
      last: task({ depends_on: ['t'] }),
    });
    run.run('/t/try/a').begin('/t/try/b');
    run.fail('/t/try/b');
    run.run('/t/try/a!compensate', '/t/catch/c').begin('/last');
    run.fail('/last');
    expect(undoneIn(run)).toEqual(['/t/try/a', '/t/catch/c']);
    foldsUp(run);
  });

  test('all of it, also when some of it can not be', () => {
    const run = world({ a: booked(), b: booked(), c: task({ depends_on: ['a', 'b'] }) });
    run.run('/a', '/b').begin('/c');
    run.fail('/c');
    run.begin('/b!compensate').fail('/b!compensate');
    expect([run.status('/b!compensate'), run.status('/a!compensate')]).toEqual(['failed', 'ready']);
    run.run('/a!compensate');
    expect(run.state.status.is).toBe('failed');
    foldsUp(run);
  });

  test('is all that goes on meanwhile', () => {
    const run = world({ a: booked(), b: task(), c: task() }, { fail_fast: true }).run('/a').begin('/b', '/c');
    run.fail('/b');
    expect([run.status('/a!compensate'), run.status('/c')]).toEqual(['ready', 'canceled']);
    foldsUp(run);
  });

  test('in a race: of those who lose, at once, and nothing of the winner', () => {
    const run = world({
      r: { race: { a: booked(), b: task({ depends_on: ['a'] }), g: { tasks: { x: booked() } } } },
    });
    run.run('/r/a').begin('/r/b').run('/r/g/x');
    expect([undoneIn(run), run.status('/r/b')]).toEqual([['/r/a'], 'canceled']);
    run.run('/r/a!compensate');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: 'g' } } });
    foldsUp(run);
  });

  test('is what a try was about to undo, when the execution ends around it', () => {
    const run = world(
      { t: { try: { a: booked(), b: booked(), c: task({ depends_on: ['a', 'b'] }) } }, d: task() },
      { fail_fast: true },
    );
    run.run('/t/try/a', '/t/try/b').begin('/t/try/c', '/d').fail('/t/try/c');
    run.run('/t/try/b!compensate').fail('/d');
    expect(undoneIn(run)).toEqual(['/t/try/b', '/t/try/a', '/t/try/a']);
    run.run('/t/try/a!compensate');
    expect(run.state.status.is).toBe('failed');
    foldsUp(run);
  });

  test('in a try: nothing of what is around it', () => {
    const run = world({ a: booked(), t: { try: { b: task({}) }, catch: { c: task() } } });
    run.run('/a').begin('/t/try/b').fail('/t/try/b');
    expect([undoneIn(run), run.status('/t/catch/c')]).toEqual([[], 'ready']);
    foldsUp(run);
  });

  test('before a notice is given is done again', () => {
    const run = world({ a: booked(), b: task({ depends_on: ['a'] }) }, { on_failure: task() });
    run.run('/a').begin('/b');
    run.fail('/b');
    run.run('/a!compensate', '/on_failure');
    expect(run.state.status.is).toBe('failed');
    run.send({ is: 'reopen', operation: { is: 'retry_failed' } });
    expect([run.status('/a'), run.status('/b')]).toEqual(['ready', 'pending']);
    foldsUp(run);
  });

  test('not what has yet to run again', () => {
    const run = world({ a: booked(), b: task() }).run('/a', '/b');
    run.send({ is: 'reopen', operation: { is: 'rerun_from', step: '/a' } });
    run.send({ is: 'cancel', compensate: true });
    expect([undoneIn(run), run.state.status.is]).toEqual([[], 'canceled']);
    foldsUp(run);
  });
});

describe('an end that is under way', () => {
  test('cancel stops what undoes, and ends at once', () => {
    const run = world({ a: booked(), b: task({ depends_on: ['a'] }) })
      .run('/a')
      .begin('/b');
    run.fail('/b');
    run.begin('/a!compensate');
    expect(run.send({ is: 'cancel', compensate: true })).toBe('accepted');
    expect([run.state.status.is, run.status('/a!compensate')]).toEqual(['canceled', 'canceled']);
    expect(run.orders).toContainEqual({ is: 'stop', step: '/a!compensate', generation: 1, attempt: 1 });
    foldsUp(run);
  });

  test('cancel while a notice is given stops the notice; what has completed stays done', () => {
    const run = world({ a: booked() }, { on_complete: task() }).run('/a').begin('/on_complete');
    expect(run.state.status.is).toBe('running');
    run.send({ is: 'cancel', compensate: true });
    expect([undoneIn(run), run.state.status.is]).toEqual([[], 'canceled']);
    expect(run.orders).toContainEqual(expect.objectContaining({ is: 'stop', step: '/on_complete' }));
    foldsUp(run);
  });

  test('a notice is all that goes on', () => {
    const run = world({ a: task(), b: task() }, { fail_fast: true, on_failure: task() }).begin('/a', '/b');
    run.fail('/a');
    expect(run.orders).toContainEqual({ is: 'stop', step: '/b', generation: 1, attempt: 1 });
    expect([run.status('/b'), run.status('/on_failure')]).toEqual(['canceled', 'ready']);
    foldsUp(run);
  });

  test('the deadline of the execution does not come between', () => {
    const run = new CoreWorld(
      { name: 'w', tasks: { a: booked(), b: task({ depends_on: ['a'] }) } },
      {},
      { timeout: 5000 },
    );
    run.run('/a').begin('/b');
    run.fail('/b');
    expect(run.advance(5000).send({ is: 'expire-execution' })).toBe('stale');
    run.run('/a!compensate');
    expect(run.state.status).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
  });
});

describe('races', () => {
  test('of two that come at once, the first wins', () => {
    const run = world({
      before: task(),
      r: { race: { a: { event: { name: 'x' } }, b: { event: { name: 'x' } } }, depends_on: ['before'] },
    });
    run.send({ is: 'deliver', event: 'e1', name: 'x', payload: 1 });
    run.send({ is: 'deliver', event: 'e2', name: 'x', payload: 2 });
    run.run('/before');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: 'a', output: 1 } } });
    foldsUp(run);
  });

  test('are won by who has nothing behind it', () => {
    const run = world({ r: { race: { a: task(), b: task({ depends_on: ['a'] }), c: task() } } }).run('/r/a');
    expect(run.status('/r')).toBe('running');
    run.run('/r/c');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: 'c' } } });
    foldsUp(run);
  });

  test('go on while somebody runs, also with fail_fast', () => {
    const run = world({ r: { race: { a: task(), b: task() } } }, { fail_fast: true }).begin('/r/a');
    run.fail('/r/a');
    run.run('/r/b');
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: 'b' } } });
    foldsUp(run);
  });

  test('one that was canceled goes on, and has a winner', () => {
    const run = world({ r: { race: { a: task(), b: task() } } }).begin('/r/a', '/r/b');
    run.fail('/r/a');
    run.send({ is: 'cancel' });
    run.send({ is: 'reopen', operation: { is: 'resume' } });
    const generation = findStep(run.state, '/r/b')?.generation ?? 0;
    run.send({ is: 'begin', step: '/r/b', generation });
    run.send({ is: 'succeed', step: '/r/b', generation, attempt: 1, output: 'b' });
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: 'b', output: 'b' } } });
    foldsUp(run);
  });
});
