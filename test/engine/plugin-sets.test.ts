import { expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const TASKS = { a: task(), b: task({ depends_on: ['a'] }) };
const setOf = (world: EngineWorld, name: string, execution?: string): number | undefined =>
  world.runner.find(name, execution).attempt.plugins;

test('an execution keeps the set it started with, also after a restart; the first set has no name', async () => {
  const world = await EngineWorld.open();
  await world.start(world.workflow(TASKS, { name: 'first' }));
  expect([setOf(world, '/a#1'), [...world.engine.pluginsInUse()]]).toEqual([undefined, [undefined]]);
  world.plugins = 7;
  const id = await world.start(world.workflow(TASKS, { name: 'second' }));
  world.plugins = 8;
  world.runner.complete('/a#1', null, id);
  await settled();
  expect([setOf(world, '/b#1', id), [...world.engine.pluginsInUse()]]).toEqual([7, [undefined, 7]]);
  world.compiledFor.length = 0;
  await world.restart();
  await settled();
  expect([setOf(world, '/b#2', id), world.compiledFor]).toEqual([7, [undefined, 7]]);
});

test('what goes on after its end takes the set that there is, and keeps that one', async () => {
  const world = await EngineWorld.open();
  world.plugins = 1;
  const id = await world.start(world.workflow(TASKS));
  await world.complete('/a#1');
  await world.fail('/b#1');
  expect(world.engine.pluginsInUse().size).toBe(0);
  world.plugins = 3;
  world.compiledFor.length = 0;
  await world.engine.reexecute(id, { is: 'retry_failed' });
  await settled();
  expect([setOf(world, '/b#1'), world.compiledFor]).toEqual([3, [3]]);
  const stored = await world.engine.journal(id);
  expect(stored?.events.map(({ event }) => event).find(({ type }) => type === 'execution_reopened')).toMatchObject({
    plugins: 3,
  });
  world.plugins = 4;
  world.compiledFor.length = 0;
  await world.restart();
  await settled();
  expect([setOf(world, '/b#2'), world.compiledFor]).toEqual([3, [3]]);
});

test('so does a fork', async () => {
  const world = await EngineWorld.open();
  world.plugins = 1;
  const id = await world.start(world.workflow(TASKS));
  await world.complete('/a#1', '/b#1');
  world.plugins = 2;
  const { execution } = await world.engine.reexecute(id, { is: 'fork', at: 2 });
  await settled();
  expect(setOf(world, '/a#1', execution)).toBe(2);
  const first = (await world.engine.journal(execution))?.events[0]?.event;
  expect(first).toMatchObject({ workflow: { plugins: 2 } });
});
