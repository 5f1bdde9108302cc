import { describe, expect, test } from '@jest/globals';
import type { Limits } from '../../src/engine/core/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled, until } from '../world/engine-world.js';

const chain = { a: task(), b: task({ depends_on: ['a'] }) };
const tokens = (input: number): { tokens: { input: number; output: number } } => ({ tokens: { input, output: 0 } });
const open = async (budget: Limits, tasks: object = chain): Promise<{ world: EngineWorld; id: string }> => {
  const world = await EngineWorld.open();
  return { world, id: await world.start(world.workflow(tasks, { budget })) };
};
const use = (world: EngineWorld, name: string, input: number): Promise<void> =>
  world.runner.find(name).control.use(tokens(input));
const countOf = (world: EngineWorld, id: string, type: string): number =>
  world.journal.types(id).filter((one) => one === type).length;

describe('usage', () => {
  test('is durable before the attempt hears of it', async () => {
    const { world, id } = await open({ tokens: 10 });
    let write: () => void = () => undefined;
    world.journal.hooks.before = () => new Promise((resolve) => (write = () => resolve(undefined)));
    let isBooked = false;
    const booking = use(world, '/a#1', 10).then(() => (isBooked = true));
    await settled();
    expect([isBooked, countOf(world, id, 'usage_recorded')]).toEqual([false, 0]);
    delete world.journal.hooks.before;
    write();
    await booking;
    expect(world.journal.types(id).slice(-2)).toEqual(['usage_recorded', 'execution_paused']);
  });

  test('when the store fails waits until that works again, and counts once, also when it had been written', async () => {
    for (const hook of ['before', 'after'] as const) {
      const { world, id } = await open({ tokens: 25 });
      world.journal.hooks[hook] = () => Promise.reject(new Error('full'));
      const booking = use(world, '/a#1', 10);
      await settled();
      delete world.journal.hooks[hook];
      await world.advance(60_000);
      await booking;
      await use(world, '/a#1', 10);
      expect(countOf(world, id, 'usage_recorded')).toBe(2);
      expect(countOf(world, id, 'execution_paused')).toBe(0);
    }
  });

  test('of an attempt that was stopped counts; of an execution that has ended it does not', async () => {
    const { world, id } = await open({ tokens: 100 }, { a: task({ timeout: 1 }), b: task() });
    const { control } = world.runner.find('/a#1');
    await world.advance(1000);
    expect(control.signal.aborted).toBe(true);
    await control.use(tokens(5));
    expect(countOf(world, id, 'usage_recorded')).toBe(1);
    await world.engine.cancel(id);
    await expect(control.use(tokens(5))).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('an exhausted execution', () => {
  test('lets what runs end, starts nothing, also after a crash, and goes on when its budget is raised', async () => {
    const { world, id } = await open({ tokens: 10 });
    await use(world, '/a#1', 10);
    await world.complete('/a#1');
    await world.restart();
    await settled();
    expect(world.runner.begun).toEqual(['/a#1']);
    await expect(world.engine.resume(id)).rejects.toMatchObject({
      code: 'budget_exhausted',
      faults: [{ code: 'budget_reached', pointer: '/budget/tokens', message: '10 of 10 are used.' }],
    });
    await world.engine.resume(id, { raise: { tokens: 20 }, by: 'ops' });
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    await world.restart();
    await settled();
    await use(world, '/b#2', 9);
    await world.complete('/b#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('whose attempt died with the process makes it again only after the raise; what was used stays used', async () => {
    const { world, id } = await open({ tokens: 10 });
    await use(world, '/a#1', 10);
    await world.restart();
    await settled();
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.engine.resume(id, { raise: { tokens: 15 } });
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
    await use(world, '/a#2', 5);
    expect(countOf(world, id, 'execution_paused')).toBe(2);
  });

  test('can be canceled', async () => {
    const { world, id } = await open({ tokens: 10 });
    await use(world, '/a#1', 10);
    await world.engine.cancel(id);
    expect(await world.engine.ended(id)).toMatchObject({ is: 'canceled' });
    expect(world.runner.abortedBecause('/a#1')).toBe('stopped');
  });
});

describe('time', () => {
  test('is over while nothing happens, also after a restart, and is rung for anew when it is raised', async () => {
    const { world, id } = await open({ seconds: 10 }, { ok: { approval: {} }, b: task({ depends_on: ['ok'] }) });
    await world.advance(4000);
    await world.restart();
    await settled();
    await world.advance(5999);
    expect(countOf(world, id, 'execution_paused')).toBe(0);
    await world.advance(1);
    expect(countOf(world, id, 'execution_paused')).toBe(1);
    await world.advance(100_000);
    await world.engine.resume(id, { raise: { seconds: 12 } });
    await world.advance(1999);
    expect(countOf(world, id, 'execution_paused')).toBe(1);
    await world.advance(1);
    expect(countOf(world, id, 'execution_paused')).toBe(2);
  });

  test('stands still while somebody has paused it', async () => {
    const { world, id } = await open({ seconds: 10 }, { ok: { approval: {} } });
    await world.advance(9000);
    await world.engine.pause(id);
    await world.advance(60_000);
    await world.engine.resume(id);
    await world.advance(999);
    expect(countOf(world, id, 'execution_paused')).toBe(1);
    await world.advance(1);
    expect(countOf(world, id, 'execution_paused')).toBe(2);
  });

  test('that was over while the process was down is over before anything is made again', async () => {
    const { world, id } = await open({ seconds: 10 });
    world.timers.die();
    world.timers.advance(60_000);
    await world.restart();
    await settled();
    expect(world.runner.begun).toEqual(['/a#1']);
    expect(countOf(world, id, 'execution_paused')).toBe(1);
  });
});

describe('sub-workflows', () => {
  const family = async (budget: Limits): Promise<{ world: EngineWorld; parent: string; child: () => string }> => {
    const world = await EngineWorld.open();
    world.workflow({ work: task() }, { name: 'audit' });
    const audit = { workflow: { name: 'audit' } };
    const parent = await world.start(world.workflow({ first: task(), audit, after: task() }, { budget }));
    const child = (): string => world.published.find(({ execution }) => execution !== parent)?.execution ?? '';
    return { world, parent, child };
  };

  test('may use what is left, and what they used counts for the one above when they end', async () => {
    const { world, parent, child } = await family({ tokens: 10, seconds: 900 });
    const [started] = world.published.filter(({ execution }) => execution === child());
    expect(started?.recorded.event).toMatchObject({ options: { budget: { tokens: 10 } }, parent: { awaited: true } });
    await use(world, '/work#1', 4);
    expect(countOf(world, parent, 'usage_recorded')).toBe(0);
    await world.complete('/work#1');
    expect(countOf(world, parent, 'usage_recorded')).toBe(1);
    await use(world, '/first#1', 6);
    expect(world.journal.types(parent).at(-1)).toBe('execution_paused');
  });

  test('whose end is heard of after a crash count once', async () => {
    const { world, parent } = await family({ tokens: 10 });
    await use(world, '/work#1', 4);
    await world.restart();
    await settled();
    await world.complete('/work#2');
    await world.restart();
    await settled();
    expect(countOf(world, parent, 'usage_recorded')).toBe(1);
  });

  test('whose end nobody was told of, for the process died, count when the one above is taken up', async () => {
    const { world, parent, child } = await family({ tokens: 100 });
    await use(world, '/work#1', 4);
    // Its end is written, and the process dies before it goes on from there.
    world.journal.hooks.after = () => new Promise(() => undefined);
    world.runner.complete('/work#1');
    await until(() => world.journal.types(child()).at(-1) === 'execution_completed');
    delete world.journal.hooks.after;
    expect(countOf(world, parent, 'usage_recorded')).toBe(0);
    await world.restart();
    await settled();
    expect(countOf(world, parent, 'usage_recorded')).toBe(1);
  });

  test('that nobody waits for have no other limits than their own', async () => {
    const world = await EngineWorld.open();
    world.workflow({ work: task() }, { name: 'audit' });
    const tasks = { audit: { workflow: { name: 'audit', wait: false } }, after: task() };
    const parent = await world.start(world.workflow(tasks, { budget: { tokens: 10 } }));
    const started = world.published.find(({ execution }) => execution !== parent)?.recorded.event;
    expect(started?.type === 'execution_started' && started.options).toEqual({});
  });

  test('do not start while the one above is paused, and do when it goes on, with what is left then', async () => {
    const world = await EngineWorld.open();
    world.workflow({ work: task() }, { name: 'audit' });
    const tasks = { first: task(), audit: { workflow: { name: 'audit' }, depends_on: ['first'] } };
    const parent = await world.start(world.workflow(tasks, { budget: { tokens: 10 } }));
    await use(world, '/first#1', 10);
    await world.complete('/first#1');
    await world.restart();
    await settled();
    expect(world.runner.begun).toEqual(['/first#1']);
    await world.engine.resume(parent, { raise: { tokens: 13 } });
    await settled();
    expect(world.runner.begun).toEqual(['/first#1', '/work#1']);
    await use(world, '/work#1', 3);
    const child = world.published.find(({ execution }) => execution !== parent)?.execution ?? '';
    expect(world.journal.types(child).at(-1)).toBe('execution_paused');
  });
});
