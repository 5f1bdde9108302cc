import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const KEY = { scope: 'start', key: 'k', request: 'hash of the request' };

describe('a start with a key', () => {
  test('asked at the same time, later, and after a restart, gives one execution', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    const start = () => world.engine.start({ workflow, input: {}, key: KEY });
    const acknowledged = await Promise.all([start(), start(), start()]);
    acknowledged.push(await start());
    await world.restart();
    acknowledged.push(await start());
    expect(new Set(acknowledged.map(({ execution }) => execution)).size).toBe(1);
    expect(world.engine.status().open).toBe(1);
  });

  test('does no harm to the requests that share its commit', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    const [first, other, second] = await Promise.all([
      world.engine.start({ workflow, input: {}, key: KEY }),
      world.engine.start({ workflow, input: {} }),
      world.engine.start({ workflow, input: {}, key: KEY }),
    ]);
    expect(second).toEqual(first);
    expect(other.execution).not.toBe(first.execution);
    expect(world.trouble).toEqual([]);
  });

  test('for another request is a conflict and starts nothing', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    await world.engine.start({ workflow, input: {}, key: KEY });
    const other = world.engine.start({ workflow, input: { n: 1 }, key: { ...KEY, request: 'another hash' } });
    await expect(other).rejects.toMatchObject({ code: 'idempotency_conflict' });
    expect(world.engine.status().open).toBe(1);
  });

  test('that failed may be asked again', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    world.journal.hooks.before = () => {
      delete world.journal.hooks.before;
      throw new Error('disk');
    };
    await expect(world.engine.start({ workflow, input: {}, key: KEY })).rejects.toThrow('disk');
    await world.advance(10_000);
    await settled();
    const { execution } = await world.engine.start({ workflow, input: {}, key: KEY });
    expect(world.journal.types(execution)[0]).toBe('execution_started');
  });
});
