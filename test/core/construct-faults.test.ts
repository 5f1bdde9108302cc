import { describe, expect, test } from '@jest/globals';
import { faultsOf, task } from '../world/core-world.js';

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
