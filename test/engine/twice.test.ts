import { expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

test('a child is started once, also when its parent was paused and resumed in the commit that orders it', async () => {
  const world = await EngineWorld.open();
  world.workflow({ x: task() }, { name: 'child' });
  const parent = world.workflow(
    { a: task(), y: task(), z: task(), c: { workflow: { name: 'child' }, depends_on: ['a'] } },
    { name: 'parent' },
  );
  const id = await world.start(parent);
  world.runner.complete('/a#1');
  for (let turn = 0; turn < 5; turn++) await Promise.resolve(); // the result waits to be decided
  const before = world.journal.commits;
  const asked = [world.engine.pause(id), world.engine.resume(id)];
  await Promise.all(asked);
  await settled();
  const told = world.told(id);
  expect(told.indexOf('step_armed')).toBeLessThan(told.indexOf('execution_paused'));
  expect([world.runner.begun.slice(3), world.trouble, world.journal.commits]).toEqual([['/x#1'], [], before + 2]);
  await world.complete('/x#1', '/y#1', '/z#1');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});

test('the result of an attempt that was stopped does not stand for the next one, which runs', async () => {
  const world = await EngineWorld.open();
  const retry_policy = { max_retries: 1, initial_delay: 1, jitter: 0 };
  const id = await world.start(world.workflow({ a: task({ timeout: 5, retry_policy }) }));
  await world.advance(5000);
  await world.advance(1000);
  expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  await world.complete('/a#1', '/a#2');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});

test('a construct whose time is up gives the slots of what runs in it to others', async () => {
  const world = await EngineWorld.open({ slots: 1 });
  const g = { timeout: 5, tasks: { a: task() }, on_error: 'continue' };
  await world.start(world.workflow({ g, b: task() }));
  expect(world.runner.begun).toHaveLength(1);
  const first = world.runner.begun[0] as string;
  if (first === '/b#1') await world.complete('/b#1');
  else await world.advance(5000);
  expect([world.runner.begun.length, world.engine.status().running]).toEqual([2, 1]);
});

test('what runs holds its slot when its execution was loaded again after a failed commit', async () => {
  const world = await EngineWorld.open({ slots: 1 });
  const id = await world.start(world.workflow({ a: task(), b: task() }));
  world.journal.hooks.before = () => {
    throw new Error('full');
  };
  await expect(world.engine.checkpoint(id, {})).rejects.toThrow();
  delete world.journal.hooks.before;
  await world.advance(10_000);
  expect([world.runner.begun, world.engine.status().running]).toEqual([['/a#1'], 1]);
  await world.complete('/a#1', '/b#1');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});

test('who waits for an end is told when the engine closes', async () => {
  const world = await EngineWorld.open();
  const id = await world.start(world.workflow({ a: task() }));
  const ended = world.engine.ended(id);
  const closed = world.engine.close(1000);
  await world.advance(1000);
  await closed;
  expect(await ended).toBeUndefined();
});

test('a deadline is heard of an execution that goes on, and of one that went over to a version with one', async () => {
  const world = await EngineWorld.open();
  const timed = world.workflow({ a: task() }, { timeout: 10 });
  const id = await world.start(timed);
  await world.fail('/a#1', 'fatal');
  await world.engine.reexecute(id, { is: 'retry_failed' });
  await settled();
  const plain = world.workflow({ a: task() }, { name: 'x' });
  const other = await world.start(plain);
  const workflow = world.workflow({ a: task() }, { name: 'x', timeout: 10 });
  expect(await world.engine.migrate({ workflow })).toMatchObject({ migratable: [other] });
  await world.advance(10_000);
  for (const each of [id, other]) {
    expect(await world.engine.ended(each)).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
  }
});
