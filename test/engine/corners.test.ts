import { describe, expect, test } from '@jest/globals';
import { HarmoniaError } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled, until } from '../world/engine-world.js';

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

describe('results that are kept', () => {
  const cached = {
    a: task({ cache: { key: 'k', ttl: 10 }, retry_policy: { max_retries: 2, initial_delay: 1, jitter: 0 } }),
  };

  test('are asked for once, and a store that fails to say is none that holds anything up', async () => {
    const world = await EngineWorld.open();
    let asked = 0;
    world.journal.cached = () => {
      asked += 1;
      return Promise.reject(new Error('unreadable'));
    };
    const id = await world.start(world.workflow(cached));
    await world.fail('/a#1');
    await world.advance(1000);
    await world.complete('/a#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
    expect(asked).toBe(1);
  });

  test('that are not found after the end start nothing', async () => {
    const world = await EngineWorld.open();
    let answer: (none: undefined) => void = () => undefined;
    world.journal.cached = () => new Promise((resolve) => (answer = resolve));
    const id = await world.start(world.workflow(cached));
    await world.engine.cancel(id);
    await settled();
    answer(undefined);
    await settled();
    expect([world.runner.begun, world.trouble, world.engine.status().running]).toEqual([[], [], 0]);
  });
});

test('a log line is a sign of life, and nothing watches over what has ended', async () => {
  const world = await EngineWorld.open();
  await world.start(world.workflow({ a: task({ heartbeat: 5, timeout: 60 }), b: task() }));
  for (const kind of ['log', 'progress', 'heartbeat']) {
    await world.advance(4000);
    const { control } = world.runner.find('/a#1');
    if (kind === 'log') control.log('info', 'still here');
    else if (kind === 'progress') control.progress(0.5);
    else control.heartbeat();
  }
  await world.advance(4000);
  expect(world.runner.abortedBecause('/a#1')).toBeUndefined();
  await world.complete('/a#1');
  expect(world.timers.waiting).toBe(0);
});

test('an engine closes at once when all that ran was stopped', async () => {
  const world = await EngineWorld.open();
  const id = await world.start(world.workflow({ a: task() }));
  await world.engine.cancel(id);
  await settled();
  const before = world.timers.now();
  await world.engine.close(60_000);
  expect([world.engine.status().state, world.timers.now()]).toEqual(['stopped', before]);
});

test('what waits for an event that comes lets nothing ring', async () => {
  const world = await EngineWorld.open();
  const id = await world.start(world.workflow({ a: { event: { name: 'x', within: 60 } }, b: task() }));
  expect(world.timers.waiting).toBe(1);
  await world.engine.deliver(id, { name: 'x', payload: null });
  await settled();
  expect(world.timers.waiting).toBe(0);
});

test('who asks of a closed engine is refused', async () => {
  const world = await EngineWorld.open();
  const id = await world.start(world.workflow({ a: task() }));
  await world.engine.cancel(id);
  await world.engine.close(0);
  await expect(world.engine.checkpoint(id, {})).rejects.toMatchObject({ code: 'shutting_down' });
});

test('steps that bodies bring count against the backlog', async () => {
  const world = await EngineWorld.open({ steps: 5 });
  const map = { map: { over: [1, 2, 3] }, tasks: { x: task() } };
  const m = world.workflow({ a: task(), m: { ...map, depends_on: ['a'] } });
  await world.start(m);
  const other = world.workflow({ y: task() }, { name: 'other' });
  const first = await world.start(other);
  await world.engine.cancel(first);
  await world.complete('/a#1');
  await expect(world.engine.start({ workflow: other, input: {} })).rejects.toMatchObject({ code: 'backlog_full' });
});

test('an execution that is reopened needs room', async () => {
  const world = await EngineWorld.open({ open: 1 });
  const workflow = world.workflow({ a: task() });
  const id = await world.start(workflow);
  await world.fail('/a#1', 'fatal');
  const other = await world.start(workflow);
  await expect(world.engine.reexecute(id, { is: 'retry_failed' })).rejects.toMatchObject({ code: 'backlog_full' });
  await world.engine.cancel(other);
  await settled();
  expect(await world.engine.reexecute(id, { is: 'retry_failed' })).toMatchObject({ execution: id });
});

describe('an event that is published', () => {
  const listening = { a: { event: { name: 'x' } }, b: { event: { name: 'x' }, depends_on: ['a'] } };

  test('goes to the executions of its workflow, to each once', async () => {
    const world = await EngineWorld.open();
    const one = await world.start(world.workflow(listening));
    const other = await world.start(world.workflow(listening, { name: 'other' }));
    const event = { id: 'e1', name: 'x', payload: 1 };
    expect(await world.engine.publish(event, 'other')).toEqual([other]);
    expect(await world.engine.publish(event)).toEqual([one, other]);
    await settled();
    const received = (id: string): number => world.told(id).filter((type) => type === 'event_received').length;
    expect([received(one), received(other)]).toEqual([1, 1]);
  });

  test('is not for one that ends meanwhile', async () => {
    const world = await EngineWorld.open();
    const one = await world.start(world.workflow(listening));
    const other = await world.start(world.workflow(listening));
    const canceled = world.engine.cancel(one);
    expect(await world.engine.publish({ name: 'x', payload: 1 })).toEqual([other]);
    await canceled;
  });
});

test('a child whose parent ends while it starts is canceled', async () => {
  const world = await EngineWorld.open();
  world.workflow({ x: task() }, { name: 'child' });
  const parent = world.workflow(
    { a: task(), c: { workflow: { name: 'child' }, depends_on: ['a'] }, z: task() },
    { name: 'parent' },
  );
  const id = await world.start(parent);
  world.runner.complete('/a#1');
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  await world.engine.cancel(id);
  await until(() => world.engine.status().open === 0);
  expect([world.engine.status().running, world.trouble]).toEqual([0, []]);
});

test('a backlog full of executions that wait for room for others goes on', async () => {
  const world = await EngineWorld.open({ open: 2 });
  world.workflow({ x: task() }, { name: 'leaf' });
  world.workflow({ c: { workflow: { name: 'leaf' } } }, { name: 'child' });
  const twice = { map: { over: [1, 2] }, tasks: { c: { workflow: { name: 'child' } } } };
  const parent = world.workflow({ a: task(), twice: { ...twice, depends_on: ['a'] } }, { name: 'parent' });
  const ids = [await world.start(parent), await world.start(parent)];
  await expect(world.start(parent)).rejects.toMatchObject({ code: 'backlog_full' });
  for (const id of ids) world.runner.complete('/a#1', null, id);
  await settled();
  expect([world.engine.status().open, world.runner.begun.slice(2)]).toEqual([6, ['/x#1', '/x#1']]);
  const leaves = world.published.filter(
    ({ recorded: { event } }) => event.type === 'step_started' && event.step === '/x',
  );
  world.runner.immediately = () => ({ is: 'completed', output: null });
  for (const { execution } of leaves) world.runner.complete('/x#1', null, execution);
  for (let turn = 0; turn < 3; turn++) await world.advance(1000);
  for (const id of ids) expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});

test('of two re-executions at once one is taken up, and the other is told so', async () => {
  const world = await EngineWorld.open();
  const id = await world.start(world.workflow({ a: task() }));
  await world.fail('/a#1', 'fatal');
  const both = [world.engine.reexecute(id, { is: 'retry_failed' }), world.engine.reexecute(id, { is: 'retry_failed' })];
  expect(await Promise.allSettled(both)).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { message: expect.stringContaining('being taken up') as unknown } },
  ]);
  await world.complete('/a#1');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});

describe('a journal that answers late', () => {
  /** Holds its answers back until `open`. */
  const gated = (world: EngineWorld, method: 'load' | 'last'): { open: () => void } => {
    const { journal } = world;
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const ask = journal[method].bind(journal) as (execution: string) => Promise<unknown>;
    Object.assign(journal, { [method]: (execution: string) => opened.then(() => ask(execution)) });
    return gate;
  };

  test('starts no child for a parent that was canceled meanwhile', async () => {
    const world = await EngineWorld.open();
    world.workflow({ x: task() }, { name: 'child' });
    const gate = gated(world, 'last');
    const id = await world.start(world.workflow({ c: { workflow: { name: 'child' } } }, { name: 'parent' }));
    await world.engine.cancel(id);
    await settled();
    gate.open();
    await settled();
    expect([world.engine.status().open, new Set(world.published.map(({ execution }) => execution))]).toEqual([
      0,
      new Set([id]),
    ]);
  });

  test('lets nobody delete what is being taken up', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.fail('/a#1', 'fatal');
    const gate = gated(world, 'load');
    const taken = world.engine.reexecute(id, { is: 'retry_failed' });
    await expect(world.engine.delete(id)).rejects.toMatchObject({ code: 'conflict' });
    gate.open();
    await taken;
    await world.complete('/a#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('is asked again after a failed commit, when it fails to answer', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    const { journal } = world;
    const load = journal.load.bind(journal);
    let refused = 0;
    journal.load = (execution) =>
      refused++ < 2
        ? Promise.reject(new HarmoniaError('storage_unavailable', { reason: 'injected' }))
        : load(execution);
    journal.hooks.before = () => {
      throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
    };
    await expect(world.engine.checkpoint(id, {})).rejects.toMatchObject({ code: 'storage_unavailable' });
    delete journal.hooks.before;
    for (let turn = 0; turn < 5; turn++) await world.advance(60_000);
    expect(refused).toBeGreaterThan(2);
    await world.complete('/a#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });
});

test('the same key in two scopes means two executions, also at the same time', async () => {
  const world = await EngineWorld.open();
  const workflow = world.workflow({ a: task() });
  const start = (scope: string): Promise<{ readonly execution: string }> =>
    world.engine.start({ workflow, input: {}, key: { scope, key: 'k', request: 'r' } });
  const [one, same, other] = await Promise.all([start('a'), start('a'), start('b')]);
  expect([one.execution === same.execution, one.execution === other.execution]).toEqual([true, false]);
});
