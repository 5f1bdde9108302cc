import { describe, expect, test } from '@jest/globals';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const waiting = (world: EngineWorld, more: object = { since: 60 }): RunnableWorkflow =>
  world.workflow({ paid: { event: { name: 'paid', match: '${event.order == 7}', ...more } } });

const outcome = async (world: EngineWorld, execution: string): Promise<unknown> => {
  await settled();
  return world.told(execution).at(-1) === 'execution_completed'
    ? world.engine.ended(execution).then((ended) => ended?.is === 'completed' && ended.output)
    : undefined;
};

const pay = (n: number, id?: string) => ({ name: 'paid', payload: { order: 7, n }, id });
const other = { name: 'paid', payload: { order: 8 } };

describe('an event that was given to all', () => {
  test('ends the wait of an execution that begins later and looks back so far', async () => {
    const world = await EngineWorld.open();
    for (let n = 0; n < 5; n++) await world.engine.publish(other);
    expect(await world.engine.publish(pay(1))).toEqual([]);
    await world.engine.publish(pay(2));
    expect(await outcome(world, await world.start(waiting(world)))).toEqual({ paid: { order: 7, n: 1 } });
  });

  test('is not seen by one that does not look back, or not so far', async () => {
    const world = await EngineWorld.open();
    await world.engine.publish(pay(1));
    await world.advance(30_000);
    const blind = await world.start(waiting(world, {}));
    const short = await world.start(waiting(world, { since: 29 }));
    const far = await world.start(waiting(world, { since: 30 }));
    expect(await outcome(world, blind)).toBeUndefined();
    expect(await outcome(world, short)).toBeUndefined();
    expect(await outcome(world, far)).toEqual({ paid: { order: 7, n: 1 } });
    expect([...(await world.engine.publish(pay(2)))].sort()).toEqual([blind, short].sort());
    expect(await outcome(world, short)).toEqual({ paid: { order: 7, n: 2 } });
  });

  test('counts once, also when it is given again', async () => {
    const world = await EngineWorld.open();
    const two = { event: { name: 'paid', since: 60 } };
    await world.engine.publish(pay(1, 'one'));
    const execution = await world.start(world.workflow({ a: two, b: two }));
    await world.engine.publish(pay(2, 'one'));
    expect(await outcome(world, execution)).toBeUndefined();
    await world.engine.publish(pay(3, 'two'));
    expect(await outcome(world, execution)).toEqual({ a: { order: 7, n: 1 }, b: { order: 7, n: 3 } });
  });

  test('for one workflow is not for another', async () => {
    const world = await EngineWorld.open();
    await world.engine.publish(pay(1), 'another');
    await world.engine.publish(pay(2), 'w');
    expect(await outcome(world, await world.start(waiting(world)))).toEqual({ paid: { order: 7, n: 2 } });
  });

  test('is found after a restart, and by a wait that is armed late', async () => {
    const world = await EngineWorld.open();
    await world.engine.publish(pay(1));
    const paid = { event: { name: 'paid', since: 60 }, depends_on: ['a'] };
    const execution = await world.start(world.workflow({ a: task(), paid }));
    await world.restart();
    await world.complete('/a#2');
    expect(await outcome(world, execution)).toEqual({ paid: { order: 7, n: 1 } });
  });

  test('that could not be written is nowhere, and may be given again', async () => {
    const world = await EngineWorld.open();
    const open = await world.start(waiting(world, {}));
    world.journal.hooks.before = () => {
      throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
    };
    await expect(world.engine.publish(pay(1, 'one'))).rejects.toMatchObject({ code: 'storage_unavailable' });
    delete world.journal.hooks.before;
    await world.advance(60_000);
    expect(await outcome(world, open)).toBeUndefined();
    expect(await world.engine.publish(pay(2, 'one'))).toEqual([open]);
    expect(await outcome(world, open)).toEqual({ paid: { order: 7, n: 2 } });
    expect(await outcome(world, await world.start(waiting(world, { since: 1 })))).toEqual({ paid: { order: 7, n: 2 } });
  });
});
