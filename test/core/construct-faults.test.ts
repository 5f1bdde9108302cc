import { describe, expect, test } from '@jest/globals';
import { CoreWorld, faultsOf, task } from '../world/core-world.js';

describe('what is wrong is said when it is saved', () => {
  const faults = (tasks: Record<string, unknown>): string[] => faultsOf({ name: 'w', tasks });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['an empty body', { g: { tasks: {} } }, ['empty_body /tasks/g/tasks']],
    ['an id of a scope around', { g: { tasks: { g: task() } } }, ['id_in_use /tasks/g/tasks/g']],
    [
      'a task inside from outside',
      { g: { tasks: { x: task() } }, a: task({ depends_on: ['x'] }) },
      ['unknown_task /tasks/a/depends_on/0'],
    ],
    [
      'the construct around',
      { g: { tasks: { x: task({ input: { v: '${tasks.g.output}' } }) } } },
      ['self_reference /tasks/g/tasks/x/input/v'],
    ],
    [
      'a cycle through a body',
      { g: { tasks: { x: task({ input: { v: '${tasks.a.output}' } }) } }, a: task({ depends_on: ['g'] }) },
      ['dependency_cycle /tasks/g'],
    ],
    [
      'goto out of a body',
      { g: { tasks: { x: task({ on_error: { goto: 'a' } }) } }, a: task() },
      ['unknown_task /tasks/g/tasks/x/on_error/goto'],
    ],
    ['two kinds', { g: { tasks: { x: task() }, type: 'test/task' } }, ['wrong_type /tasks/g/tasks']],
    ['retries of a group', { g: { tasks: { x: task() }, retry_policy: {} } }, ['field_not_here /tasks/g/retry_policy']],
    ['a loop without a test', { l: { loop: {}, tasks: { x: task() } } }, ['wrong_type /tasks/l/loop']],
    ['a map over nothing said', { m: { map: {}, tasks: { x: task() } } }, ['required_field /tasks/m/map']],
    [
      'a strange tolerance',
      { m: { map: { over: [], tolerate: '5' }, tasks: { x: task() } } },
      ['wrong_type /tasks/m/map/tolerate'],
    ],
    [
      'a variable called input',
      { m: { map: { over: [], as: 'input' }, tasks: { x: task() } } },
      ['variable_in_use /tasks/m/map/as'],
    ],
    ['wait for two things', { w: { wait: { seconds: 1, until: 'x' } } }, ['wrong_type /tasks/w/wait']],
    ['item outside of a map', { a: task({ input: { v: '${item}' } }) }, ['expression_unknown_name /tasks/a/input/v']],
    [
      'error outside of catch',
      { t: { try: { a: task({ input: { v: '${error}' } }) } } },
      ['expression_unknown_name /tasks/t/try/a/input/v'],
    ],
    ['a handler of nothing', { a: task({ on_error: [{ class: 'x' }] }) }, ['wrong_type /tasks/a/on_error']],
    [
      'compensation by a switch',
      { a: task({ compensate: { switch: [] } }) },
      ['unknown_field /tasks/a/compensate/switch'],
    ],
  ])('%s', (_, tasks, expected) => {
    expect(faults(tasks)).toEqual(expected);
  });

  test('nesting is bounded', () => {
    let tasks: Record<string, unknown> = { x: task() };
    for (let level = 0; level < 16; level++) tasks = { [`g${level}`]: { tasks } };
    expect(faults(tasks)[0]).toMatch(/^nesting_too_deep /);
  });
});

describe('bounds', () => {
  const world = (tasks: Record<string, unknown>, input = {}, more = {}): CoreWorld =>
    new CoreWorld({ name: 'w', tasks, ...more }, input);
  const each = (map: object, more = {}): object => ({ map, tasks: { x: task() }, ...more });

  test('a map has at most 100,000 items', () => {
    const rows = (count: number): { rows: null[] } => ({ rows: Array.from({ length: count }, () => null) });
    const m = each({ over: '${input.rows}', concurrency: 1 });
    expect(world({ m }, rows(100_000)).status('/m')).toBe('running');
    const run = world({ m }, rows(100_001));
    expect(run.state.status).toMatchObject({ is: 'failed', failure: { message: expect.stringContaining('100000') } });
  });

  test('an execution has at most 1,000,000 steps', () => {
    const bodies = {
      g: { tasks: { x: task(), y: task() }, depends_on: ['a'] },
      m: { ...each({ over: [1] }), depends_on: ['b'] },
      l: { loop: { while: true }, tasks: { x: task() }, depends_on: ['c'] },
    };
    const run = world({ a: task(), b: task(), c: task(), ...bodies });
    const counted = (room: number): void =>
      void Object.defineProperty(run.state.nested, 'size', { value: 1_000_000 - 6 - room, configurable: true });
    counted(2);
    run.run('/a');
    counted(0);
    run.run('/b', '/c');
    expect(['/g', '/m', '/l'].map((step) => run.status(step))).toEqual(['running', 'failed', 'failed']);
    expect(run.events.at(-1)).toMatchObject({ type: 'step_failed', failure: { code: 'too_many_steps' } });
  });

  test('a share that is tolerated is rounded down', () => {
    const over = Array.from({ length: 15 }, (_, n) => n);
    const run = world({ m: each({ over, tolerate: '10%' }) }).begin('/m[0]/x', '/m[1]/x');
    run.fail('/m[0]/x');
    expect(run.status('/m')).toBe('running');
    run.fail('/m[1]/x');
    expect(run.status('/m')).toBe('failed');
  });

  test('what fail_fast cancels in a body is told with its end', () => {
    const m = { map: { over: [1, 2], tolerate: 1 }, tasks: { x: task(), y: task() } };
    const run = world({ m }, {}, { fail_fast: true }).begin('/m[0]/x', '/m[0]/y');
    run.fail('/m[0]/x');
    expect(run.events.at(-1)).toMatchObject({ type: 'body_closed', body: 0, canceled: ['/m[0]/y'] });
  });

  test('a race of which nothing runs has no winner', () => {
    const run = world({ r: { race: { a: task({ when: false }), b: task({ when: false }) } } });
    expect(run.state.status).toMatchObject({ is: 'completed', output: { r: { winner: null, output: null } } });
  });
});
