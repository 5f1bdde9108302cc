import { expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const retried = task({ retry_policy: { max_retries: 2, initial_delay: 1, jitter: 0 } });
const open = async (): Promise<{ world: EngineWorld; id: string }> => {
  const world = await EngineWorld.open();
  return { world, id: await world.start(world.workflow({ a: retried })) };
};
const resultsOf = (world: EngineWorld, name: string): unknown => world.runner.find(name).attempt.results;

test('a result is recorded before the attempt hears of it', async () => {
  const { world, id } = await open();
  let write: () => void = () => undefined;
  world.journal.hooks.before = () => new Promise((resolve) => (write = () => resolve(undefined)));
  let isRecorded = false;
  const recording = world.runner.find('/a#1').control.record('charge', { id: 7 });
  void recording.then(() => (isRecorded = true));
  await settled();
  expect([isRecorded, world.journal.types(id).includes('result_recorded')]).toEqual([false, false]);
  delete world.journal.hooks.before;
  write();
  await recording;
  expect(world.journal.types(id).at(-1)).toBe('result_recorded');
});

test('attempts after a failure, and after the death of the process, are told of it', async () => {
  const { world } = await open();
  await world.runner.find('/a#1').control.record('charge', { id: 7 });
  await world.fail('/a#1');
  await world.advance(1000);
  expect(resultsOf(world, '/a#2')).toEqual([{ key: 'charge', result: { id: 7 } }]);
  await world.restart();
  await settled();
  expect(resultsOf(world, '/a#3')).toEqual([{ key: 'charge', result: { id: 7 } }]);
});

test('when the store fails it waits until that works again, and is recorded once', async () => {
  const { world, id } = await open();
  let failures = 0;
  world.journal.hooks.before = () => {
    failures += 1;
    return Promise.reject(new Error('full'));
  };
  const recording = world.runner.find('/a#1').control.record('charge', 1);
  await settled();
  expect(failures).toBeGreaterThan(0);
  delete world.journal.hooks.before;
  await world.advance(60_000);
  await recording;
  expect(world.journal.types(id).filter((type) => type === 'result_recorded')).toHaveLength(1);
});

test('an attempt that is over hears so', async () => {
  const { world, id } = await open();
  const { control } = world.runner.find('/a#1');
  await world.engine.cancel(id);
  await settled();
  await expect(control.record('charge', 1)).rejects.toMatchObject({ code: 'conflict' });
});
