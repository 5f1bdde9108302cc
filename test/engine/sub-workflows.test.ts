import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const executionsOf = (world: EngineWorld): string[] => [...new Set(world.published.map(({ execution }) => execution))];

const family = async (
  child: Record<string, unknown> = {},
): Promise<{ world: EngineWorld; parent: string; child: string }> => {
  const world = await EngineWorld.open();
  world.workflow({ work: task() }, { name: 'audit' });
  const parent = await world.start(
    world.workflow({ audit: { workflow: { name: 'audit', ...child } }, after: task({ depends_on: ['audit'] }) }),
  );
  const [, found = ''] = executionsOf(world);
  return { world, parent, child: found };
};

describe('a sub-workflow', () => {
  test('is an execution of its own, whose output the parent goes on with', async () => {
    const { world, parent, child } = await family();
    expect(child).not.toBe('');
    await world.complete('/work#1');
    expect(world.told(child).at(-1)).toBe('execution_completed');
    await world.complete('/after#1');
    expect(await world.engine.ended(parent)).toMatchObject({ is: 'completed' });
  });

  test('a crash at any time loses neither message, and starts no second child', async () => {
    const { world, parent, child } = await family();
    await world.restart();
    await settled();
    expect(executionsOf(world)).toEqual([parent, child]);
    await world.complete('/work#2');
    await world.restart();
    await settled();
    await world.complete('/after#2');
    expect(await world.engine.ended(parent)).toMatchObject({ is: 'completed' });
    expect(executionsOf(world)).toEqual([parent, child]);
  });

  test('a failure is passed on, so is a cancellation', async () => {
    const failing = await family();
    await failing.world.fail('/work#1', 'fatal', { message: 'odd' });
    expect(await failing.world.engine.ended(failing.parent)).toMatchObject({
      is: 'failed',
      failure: { message: 'Step /audit failed: Workflow audit failed: Step /work failed: odd' },
    });
    const canceled = await family();
    await canceled.world.engine.cancel(canceled.parent);
    await settled();
    expect(canceled.world.told(canceled.child).at(-1)).toBe('execution_canceled');
  });

  test('not awaited, it goes its own way', async () => {
    const { world, parent, child } = await family({ wait: false });
    await world.complete('/after#1');
    expect(await world.engine.ended(parent)).toMatchObject({ is: 'completed' });
    expect(world.told(child).at(-1)).toBe('step_started');
    await world.complete('/work#1');
    expect(world.told(child).at(-1)).toBe('execution_completed');
  });

  test('one that is not there fails the step', async () => {
    const world = await EngineWorld.open();
    const parent = await world.start(world.workflow({ a: { workflow: { name: 'nowhere' } } }));
    expect(await world.engine.ended(parent)).toMatchObject({
      is: 'failed',
      failure: { details: { cause: { code: 'workflow_not_found' } } },
    });
  });

  test('one that runs itself stops at the limit', async () => {
    const world = await EngineWorld.open();
    const parent = await world.start(world.workflow({ again: { workflow: { name: 'w' } } }));
    expect(await world.engine.ended(parent)).toMatchObject({
      is: 'failed',
      failure: { details: { cause: { code: 'workflow_depth' } } },
    });
  });
});

describe('results that are kept', () => {
  test('are used again while they are fresh, by other executions, too', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task({ cache: { key: 'k', ttl: 10 } }) });
    const first = await world.start(workflow);
    await world.complete('/a#1');
    const second = await world.start(workflow);
    expect(await world.engine.ended(second)).toMatchObject({ is: 'completed' });
    expect(world.told(second)).toEqual(['execution_started', 'step_ready', 'step_completed', 'execution_completed']);
    expect(world.told(first)).toContain('step_started');
    await world.advance(10_000);
    const third = await world.start(workflow);
    expect(world.told(third).at(-1)).toBe('step_started');
  });
});

describe('heartbeat', () => {
  test('an attempt without a sign of life has failed; one that gives some has not', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task({ heartbeat: 5 }) }));
    await world.advance(4000);
    world.runner.find('/a#1').control.heartbeat();
    await world.advance(4000);
    expect(world.told(id).at(-1)).toBe('step_started');
    await world.advance(6000);
    expect(await world.engine.ended(id)).toMatchObject({
      is: 'failed',
      failure: { details: { cause: { code: 'heartbeat_missed' } } },
    });
  });
});

describe('waits', () => {
  test('their time is kept over a restart; what waits holds no slot', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    const id = await world.start(
      world.workflow({ nap: { wait: { seconds: 60 } }, e: { event: { name: 'go' } }, a: task() }),
    );
    await world.complete('/a#1');
    await world.advance(30_000);
    await world.restart();
    await settled();
    await world.advance(30_000);
    expect(world.told(id).filter((type) => type === 'step_completed')).toHaveLength(2);
    expect(await world.engine.publish({ name: 'go', payload: 1 })).toEqual([id]);
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
    expect(await world.engine.publish({ name: 'go', payload: 1 })).toEqual([]);
  });

  test('an ended execution goes on where it failed, over a restart, too', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ m: { map: { over: [1, 2] }, tasks: { f: task() } } }));
    await world.complete('/m[0]/f#1');
    await world.fail('/m[1]/f#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed' });
    await world.restart();
    const plan = await world.engine.planReexecution(id, { is: 'retry_failed' });
    const done = await world.engine.reexecute(id, { is: 'retry_failed' });
    expect(done).toMatchObject({ execution: id, plan });
    await expect(world.engine.reexecute(id, { is: 'retry_failed' })).rejects.toMatchObject({ code: 'conflict' });
    await settled();
    await world.restart();
    await settled();
    await world.complete('/m[1]/f#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });
});
