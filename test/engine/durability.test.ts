import { describe, expect, test } from '@jest/globals';
import type { Batch } from '../../src/engine/ports/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled, until } from '../world/engine-world.js';

/** Holds commits back until the test lets them go, one by one. */
const holdCommits = (world: EngineWorld) => {
  const waiting: (() => void)[] = [];
  let most = 0;
  world.journal.hooks.before = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      most = Math.max(most, waiting.length);
    });
  return {
    /** The most commits that were under way at the same time. */
    mostAtOnce: () => most,
    async release(): Promise<void> {
      await until(() => waiting.length > 0);
      waiting.shift()?.();
      await settled();
    },
    stop(): void {
      delete world.journal.hooks.before;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
};

const isSettled = (promise: Promise<unknown>): (() => boolean) => {
  let over = false;
  promise.then(
    () => (over = true),
    () => (over = true),
  );
  return () => over;
};

const injected = (): HarmoniaError => new HarmoniaError('storage_unavailable', { reason: 'injected' });
const chain = { a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) };

describe('before the commit (E1)', () => {
  test('a start is not acknowledged, not published, and nothing of it runs', async () => {
    const world = await EngineWorld.open();
    const held = holdCommits(world);
    const started = world.engine.start({ workflow: world.workflow(chain), input: {} });
    const isOver = isSettled(started);
    await settled();
    expect([isOver(), world.published.length, world.runner.begun]).toEqual([false, 0, []]);
    await held.release();
    const { execution } = await started;
    expect(world.told(execution)).toEqual(['execution_started', 'step_started']);
    expect(world.runner.begun).toEqual(['/a#1']);
  });

  test('a result is not published, nobody is told of the end, and what follows from it does not run', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }));
    const held = holdCommits(world);
    world.runner.complete('/a#1');
    await settled();
    expect([world.told(id), world.runner.begun]).toEqual([['execution_started', 'step_started'], ['/a#1']]);
    await held.release();
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    const ended = world.engine.ended(id);
    const isOver = isSettled(ended);
    world.runner.complete('/b#1');
    await settled();
    expect(isOver()).toBe(false);
    await held.release();
    expect(await ended).toMatchObject({ is: 'completed' });
  });

  test('a cancel is not acknowledged, and the attempt is not aborted', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow(chain));
    const held = holdCommits(world);
    const canceled = world.engine.cancel(id);
    const isOver = isSettled(canceled);
    await settled();
    expect([isOver(), world.runner.abortedBecause('/a#1')]).toEqual([false, undefined]);
    await held.release();
    await canceled;
    expect(world.runner.abortedBecause('/a#1')).toBe('stopped');
  });

  test('no other commit begins, and what comes meanwhile shares the next one', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    const held = holdCommits(world);
    const starts = [world.engine.start({ workflow, input: {} })];
    await settled();
    for (let n = 0; n < 9; n++) starts.push(world.engine.start({ workflow, input: {} }));
    await settled();
    await held.release();
    await held.release();
    held.stop();
    await Promise.all(starts);
    expect([held.mostAtOnce(), world.journal.commits]).toEqual([1, 2]);
  });
});

describe.each(['before', 'after'] as const)('a commit that fails %s it was written', (when) => {
  const failingAt = (world: EngineWorld, n: number): void => {
    world.journal.hooks[when] = ({ transitions }: Batch, commit) => {
      if (commit === n && transitions.length > 0) throw injected();
    };
  };

  test.each([1, 2, 3, 4])('number %i: the execution ends right, everybody is told everything once', async (n) => {
    const world = await EngineWorld.open();
    world.runner.immediately = () => ({ is: 'completed', output: 1 });
    failingAt(world, n);
    const workflow = world.workflow(chain);
    const first = await world.engine.start({ workflow, input: {} }).catch((error: unknown) => error);
    if (n === 1) expect(first).toMatchObject({ code: 'storage_unavailable' });
    await settled();
    await world.advance(60_000);
    if (n === 1) await world.start(workflow);
    await settled();
    expect(world.engine.status()).toMatchObject({ state: 'running', open: 0, running: 0 });
    expect(world.engine.status().storage).toBeUndefined();
    const ids = new Set(world.published.map(({ execution }) => execution));
    expect(ids.size).toBe(n === 1 && when === 'after' ? 2 : 1);
    for (const id of ids) {
      const types = world.journal.types(id);
      expect(world.told(id)).toEqual(types);
      expect(types.filter((type) => type === 'step_completed')).toHaveLength(3);
      expect(types.at(-1)).toBe('execution_completed');
    }
  });

  test('refuses its callers, and new ones until a write succeeds', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow(chain);
    const id = await world.start(workflow);
    world.journal.hooks.before = () => {
      throw injected();
    };
    await expect(world.engine.pause(id)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(world.engine.start({ workflow, input: {} })).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(world.engine.status().storage).toContain('injected');
    await world.advance(60_000);
    await expect(world.engine.pause(id)).rejects.toMatchObject({ code: 'storage_unavailable' });
    delete world.journal.hooks.before;
    await world.advance(60_000);
    expect(world.engine.status().storage).toBeUndefined();
    await world.engine.pause(id);
    expect(world.trouble).toEqual([expect.stringContaining('the store does not take writes')]);
  });

  test('keeps the results that came while the store took no writes', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task(), c: task({ depends_on: ['a', 'b'] }) }));
    failingAt(world, world.journal.commits + 1);
    await world.complete('/a#1', '/b#1');
    expect(world.engine.status().storage).toContain('injected');
    await world.advance(60_000);
    expect(world.runner.begun).toEqual(['/a#1', '/b#1', '/c#1']);
    await world.complete('/c#1');
    expect(world.journal.types(id).filter((type) => type === 'step_completed')).toHaveLength(3);
    expect(world.told(id)).toEqual(world.journal.types(id));
  });

  test('leaves alone what runs, and aborts what was timed out', async () => {
    const world = await EngineWorld.open();
    const retry_policy = { max_retries: 1, initial_delay: 1, jitter: 0 };
    const id = await world.start(world.workflow({ a: task({ timeout: 5, retry_policy }), b: task() }));
    failingAt(world, world.journal.commits + 1);
    await world.advance(5_000);
    await world.advance(60_000);
    await world.advance(0);
    expect(world.runner.abortedBecause('/a#1')).toBe('timeout');
    expect(world.runner.abortedBecause('/b#1')).toBeUndefined();
    await world.advance(1_000);
    expect(world.runner.begun.filter((name) => name === '/a#2')).toHaveLength(1);
    await world.complete('/a#2', '/b#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
    // No attempt is left: the engine closes without waiting for one.
    await world.engine.close(60_000);
    expect(world.engine.status().state).toBe('stopped');
  });
});

describe('what is published after a commit that was written and reported as failed', () => {
  const failingOnce = (world: EngineWorld): void => {
    const at = world.journal.commits + 1;
    world.journal.hooks.after = (_, commit) => {
      if (commit === at) throw injected();
    };
  };

  // Known faults of recovery: each of these begins to pass, and then says so, when it is mended.
  test('comes in the order of positions, whatever the order in which executions were started', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task(), b: task({ depends_on: ['a'] }) });
    const [first, second] = [await world.start(workflow), await world.start(workflow)];
    failingOnce(world);
    world.runner.complete('/a#1', null, second);
    world.runner.complete('/a#1', null, first);
    await settled();
    await world.advance(60_000);
    const positions = world.published.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  test('includes an execution that started and ended in that commit', async () => {
    const world = await EngineWorld.open();
    failingOnce(world);
    const workflow = world.workflow({ a: task({ when: '${false}' }) });
    await expect(world.engine.start({ workflow, input: {} })).rejects.toMatchObject({ code: 'storage_unavailable' });
    await world.advance(60_000);
    expect(world.journal.types('execution-1').at(-1)).toBe('execution_completed');
    expect(world.told('execution-1')).toEqual(world.journal.types('execution-1'));
  });
});
