import { describe, expect, test } from '@jest/globals';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import type { Batch } from '../../src/engine/ports/index.js';
import { HarmoniaError, type JsonObject } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

/** A parent that runs a child and goes on with `after`; and the id of the child, once it is known. */
const family = async (more: Record<string, unknown> = {}, steps: Record<string, unknown> = {}) => {
  const world = await EngineWorld.open();
  world.workflow({ x: task() }, { name: 'child' });
  const work = { workflow: { name: 'child', ...more }, ...steps };
  const parent = world.workflow({ c: work, after: task({ depends_on: ['c'] }) }, { name: 'parent' });
  return { world, parent };
};

const childOf = async (world: EngineWorld, parent: string): Promise<string> => {
  const stored = await world.journal.load(parent);
  const armed = stored?.events.flatMap(({ event }) =>
    event.type === 'step_armed' && event.awaits.is === 'workflow' ? [event.awaits] : [],
  );
  if (!armed?.[0]) throw new Error('no child');
  return armed[0].execution;
};

const holds = (batch: Batch, execution: string, type: string): boolean =>
  batch.transitions.some(
    ({ handle, events }) => handle.execution === execution && events.some(({ event }) => event.type === type),
  );

/** The process dies in that commit: it never comes back from it, and nothing of it is written. */
const dieAt = (world: EngineWorld, isIt: (batch: Batch) => boolean): void => {
  world.journal.hooks.before = (batch) => (isIt(batch) ? new Promise(() => undefined) : undefined);
};

const restart = async (world: EngineWorld): Promise<void> => {
  delete world.journal.hooks.before;
  await world.restart();
  await settled();
};

const starts = (world: EngineWorld, execution: string): number =>
  world.journal.types(execution).filter((type) => type === 'execution_started').length;
const end = (world: EngineWorld, execution: string): string | undefined => world.journal.types(execution).at(-1);

describe('a child', () => {
  test('runs once, and its end goes to the parent; nothing stays open', async () => {
    const { world, parent } = await family();
    const id = await world.start(parent);
    const child = await childOf(world, id);
    expect([starts(world, child), world.engine.status().open]).toEqual([1, 2]);
    await world.complete('/x#1', '/after#1');
    expect([end(world, child), end(world, id)]).toEqual(['execution_completed', 'execution_completed']);
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
  });

  test('is started once, also when its parent is paused and resumed before that has come about', async () => {
    const { world } = await family();
    const waits = { ok: { approval: {} }, c: { workflow: { name: 'child' }, depends_on: ['ok'] } };
    const id = await world.start(world.workflow(waits, { name: 'asked' }));
    const { engine } = world;
    const yes = { approved: true, by: null, comment: null };
    await Promise.all([engine.approve(id, '/ok', yes), engine.pause(id), engine.resume(id)]);
    await settled();
    const child = await childOf(world, id);
    expect([starts(world, child), world.trouble]).toEqual([1, []]);
    await world.complete('/x#1');
    expect(await engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test.each([
    ['paused and resumed', ({ engine }, id) => engine.pause(id).then(() => engine.resume(id))],
    ['migrated', ({ engine }, _id, next) => engine.migrate({ workflow: next })],
  ] satisfies [string, (world: EngineWorld, id: string, next: RunnableWorkflow) => Promise<unknown>][])(
    'is started once, also when its parent is %s while the start is under way',
    async (_how, meanwhile) => {
      const { world, parent } = await family();
      const { journal } = world;
      const last = journal.last.bind(journal);
      let goOn = (): void => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      journal.last = (execution) => held.then(() => last(execution));
      const id = await world.start(parent);
      const tasks = parent.compiled.document.tasks as JsonObject;
      await meanwhile(world, id, world.workflow({ ...tasks, more: task() }, { name: 'parent' }));
      await settled();
      const child = await childOf(world, id);
      expect(starts(world, child)).toBe(0);
      goOn();
      await settled();
      expect([starts(world, child), world.trouble]).toEqual([1, []]);
      await world.complete('/x#1', '/after#1');
      expect(world.journal.types(id).filter((type) => type === 'step_completed')).toHaveLength(2);
    },
  );

  test('that takes too long is canceled, and what it runs is aborted', async () => {
    const { world, parent } = await family({}, { timeout: 5, on_error: 'continue' });
    const id = await world.start(parent);
    const child = await childOf(world, id);
    await world.advance(5000);
    expect([end(world, child), world.runner.abortedBecause('/x#1')]).toEqual(['execution_canceled', 'stopped']);
    await world.complete('/after#1');
    expect(end(world, id)).toBe('execution_completed');
  });

  test('is canceled with its parent', async () => {
    const { world, parent } = await family();
    const id = await world.start(parent);
    await world.engine.cancel(id);
    await settled();
    expect(end(world, await childOf(world, id))).toBe('execution_canceled');
  });

  test('that nobody waits for outlives its parent, and a restart', async () => {
    const { world, parent } = await family({ wait: false });
    const id = await world.start(parent);
    await world.complete('/after#1');
    expect(end(world, id)).toBe('execution_completed');
    await restart(world);
    const child = await childOf(world, id);
    expect([starts(world, child), end(world, child)]).toEqual([1, 'step_started']);
    await world.complete('/x#2');
    expect(end(world, child)).toBe('execution_completed');
  });

  test('of a workflow that is not there fails its step', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ c: { workflow: { name: 'nowhere' } } }));
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
  });

  test('for which there is no room is started as soon as there is; the first one of a parent always has some', async () => {
    const world = await EngineWorld.open({ open: 3 });
    const child = world.workflow({ x: task() }, { name: 'child' });
    const other = await world.start(world.workflow({ y: task() }, { name: 'other' }));
    const work = { workflow: { name: child.pinned.name } };
    const id = await world.start(world.workflow({ c: work, d: work }, { name: 'parent' }));
    await world.advance(1000);
    expect([world.runner.begun, world.engine.status().open]).toEqual([['/y#1', '/x#1'], 3]);
    await world.complete('/y#1');
    await world.advance(1000);
    expect(world.runner.begun).toEqual(['/y#1', '/x#1', '/x#1']);
    world.runner.immediately = () => ({ is: 'completed', output: null });
    const children = world.published.filter(({ recorded: { event } }) => 'step' in event && event.step === '/x');
    for (const { execution } of children) world.runner.complete('/x#1', null, execution);
    await settled();
    expect([end(world, other), end(world, id)]).toEqual(['execution_completed', 'execution_completed']);
  });
});

describe('a process that dies between the two', () => {
  test('before the child has started: it is started', async () => {
    const { world, parent } = await family();
    dieAt(world, ({ transitions }) =>
      transitions.some(({ events }) => events[0]?.event.type === 'execution_started' && 'parent' in events[0].event),
    );
    const id = await world.start(parent);
    const child = await childOf(world, id);
    expect(world.journal.types(child)).toEqual([]);
    await restart(world);
    await world.complete('/x#1', '/after#1');
    expect([starts(world, child), end(world, id)]).toEqual([1, 'execution_completed']);
  });

  test('while the child runs: it goes on, and is neither started again nor canceled', async () => {
    const { world, parent } = await family();
    const id = await world.start(parent);
    const child = await childOf(world, id);
    await restart(world);
    expect([starts(world, child), world.runner.begun, world.trouble]).toEqual([1, ['/x#1', '/x#2'], []]);
    await world.complete('/x#2', '/after#1');
    expect([end(world, child), end(world, id)]).toEqual(['execution_completed', 'execution_completed']);
  });

  test('before the parent has heard of the end: it hears of it', async () => {
    const { world, parent } = await family();
    const id = await world.start(parent);
    const child = await childOf(world, id);
    dieAt(world, (batch) => holds(batch, id, 'step_completed'));
    await world.complete('/x#1');
    expect([end(world, child), end(world, id)]).toEqual(['execution_completed', 'step_armed']);
    await restart(world);
    await world.complete('/after#1');
    expect([starts(world, child), end(world, id)]).toEqual([1, 'execution_completed']);
  });

  test('before the parent has heard of the start of a detached child, which has failed at once: it hears of the start', async () => {
    const { world } = await family();
    world.workflow({ x: task({ when: false }) }, { name: 'broken', output: '${int("x")}' });
    const parent = world.workflow({ c: { workflow: { name: 'broken', wait: false } } }, { name: 'careless' });
    dieAt(world, ({ transitions }) =>
      transitions.some(({ events }) => events.some(({ event }) => event.type === 'step_completed')),
    );
    const id = await world.start(parent);
    const child = await childOf(world, id);
    expect([end(world, child), end(world, id)]).toEqual(['execution_failed', 'step_armed']);
    await restart(world);
    expect(await world.engine.ended(id)).toMatchObject({
      is: 'completed',
      output: { c: { execution_id: child } },
    });
  });

  test('before the child of a canceled parent is canceled: it is canceled', async () => {
    const { world, parent } = await family();
    const id = await world.start(parent);
    const child = await childOf(world, id);
    dieAt(world, (batch) => holds(batch, child, 'execution_canceled'));
    await world.engine.cancel(id);
    await settled();
    expect([end(world, id), end(world, child)]).toEqual(['execution_canceled', 'step_started']);
    await restart(world);
    expect([end(world, child), world.engine.status().open]).toEqual(['execution_canceled', 0]);
  });
});

test('a store that fails when the child should start: it is started once, later', async () => {
  const { world, parent } = await family();
  let failed = false;
  world.journal.hooks.before = ({ transitions }) => {
    const first = transitions[0]?.events[0]?.event;
    if (failed || first?.type !== 'execution_started' || !first.parent) return;
    failed = true;
    throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
  };
  const id = await world.start(parent);
  for (let second = 0; second < 5; second++) await world.advance(1000);
  await world.complete('/x#1', '/after#1');
  expect([failed, starts(world, await childOf(world, id)), end(world, id)]).toEqual([true, 1, 'execution_completed']);
});
