import { describe, expect, test } from '@jest/globals';
import type { RunEvent } from '../../src/engine/core/index.js';
import { CoreWorld, faultsOf, task } from '../world/core-world.js';

const chain = {
  a: task(),
  b: task({ depends_on: ['a'], effects: 'write' }),
  c: task({ depends_on: ['b'], effects: 'read' }),
  d: task({ depends_on: ['c'], effects: 'write' }),
};
const world = (checkpoints: object, tasks: object = chain): CoreWorld =>
  new CoreWorld({ name: 'w', checkpoints, tasks });

const story = ({ events }: CoreWorld): string[] =>
  events.flatMap((event: RunEvent) => {
    if (event.type === 'checkpoint_created') return [`${event.automatic ?? 'asked'}: ${event.name ?? ''}`];
    return 'step' in event ? [`${event.type.slice(5)} ${event.step}`] : [];
  });

const foldsUp = (run: CoreWorld): void => expect(run.snapshot).toEqual(run.replayed());

describe('checkpoints that the workflow asks for', () => {
  test('after so many tasks, counted from the last one; none at the end', () => {
    const run = world({ every_tasks: 2 });
    run.run('/a');
    run.send({ is: 'checkpoint', checkpoint: 'mine', name: 'mine' });
    run.run('/b', '/c', '/d');
    expect(story(run)).toEqual([
      ...['started /a', 'completed /a', 'asked: mine'],
      ...['started /b', 'completed /b', 'started /c', 'completed /c', 'tasks: after 2 tasks'],
      ...['started /d', 'completed /d'],
    ]);
    foldsUp(run);
  });

  test('after so long, with the next thing that happens', () => {
    const run = world({ every_seconds: 10 });
    run.run('/a');
    run.advance(9_999).begin('/b');
    run.advance(2).finish('/b');
    run.begin('/c');
    run.advance(10_000).finish('/c');
    expect(story(run)).toEqual([
      ...['started /a', 'completed /a', 'started /b', 'completed /b', 'time: after 10 s'],
      ...['started /c', 'completed /c', 'time: after 10 s'],
    ]);
    foldsUp(run);
  });

  test('constructs are no tasks', () => {
    const run = world({ every_tasks: 3 }, { g: { tasks: { x: task() } }, ...chain });
    run.run('/g/x', '/a');
    expect(story(run)).not.toContain('tasks: after 3 tasks');
    run.run('/b');
    expect(story(run).at(-1)).toBe('tasks: after 3 tasks');
  });

  test('before the first attempt of a task of such effects', () => {
    const retried = task({ effects: 'write', retry_policy: { max_retries: 1, initial_delay: 0 } });
    const run = world({ before: ['write'] }, { ...chain, a: retried });
    run.begin('/a').send({
      is: 'fail',
      step: '/a',
      generation: 1,
      attempt: 1,
      failure: { kind: 'transient', code: 'x', message: 'x' },
    });
    run.run('/a', '/b', '/c', '/d');
    expect(story(run).filter((line) => line.startsWith('before'))).toEqual([
      'before: before /a',
      'before: before /b',
      'before: before /d',
    ]);
    expect(story(run).indexOf('before: before /b')).toBe(story(run).indexOf('started /b') - 1);
    foldsUp(run);
  });

  test('each has an id of its own, the same every time; there is none after the end', () => {
    const ids = (run: CoreWorld): string[] =>
      run.events.flatMap((event) => (event.type === 'checkpoint_created' ? [event.checkpoint] : []));
    const [one, other] = [world({ every_tasks: 1 }), world({ every_tasks: 1 })].map((run) =>
      ids(run.run('/a', '/b', '/c', '/d')),
    );
    expect(new Set(one).size).toBe(3);
    expect(one).toEqual(other);
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', {}, ['wrong_type /checkpoints']],
    ['no object', 5, ['wrong_type /checkpoints']],
    ['an unknown field', { every: 5 }, ['unknown_field /checkpoints/every', 'wrong_type /checkpoints']],
    ['never', { every_tasks: 0 }, ['wrong_type /checkpoints/every_tasks']],
    ['all the time', { every_seconds: 0.5 }, ['wrong_type /checkpoints/every_seconds']],
    ['effects that are none', { before: ['write', 'writes'] }, ['wrong_type /checkpoints/before/1']],
  ])('%s is a fault', (_, checkpoints, expected) => {
    expect(faultsOf({ name: 'w', tasks: chain, checkpoints }).sort()).toEqual(expected);
  });
});
