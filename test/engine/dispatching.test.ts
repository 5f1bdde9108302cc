import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';
import { HarmoniaError } from '../../src/kernel/index.js';

const wide = (count: number, fields = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, task(fields)]));

describe('slots', () => {
  test('no more attempts run than there are slots, and a freed one goes on in the commit that freed it', async () => {
    const world = await EngineWorld.open({ slots: 2 });
    const id = await world.start(world.workflow(wide(5)));
    expect(world.runner.begun).toEqual(['/t0#1', '/t1#1']);
    expect(world.engine.status().running).toBe(2);
    const { commits } = world.journal;
    await world.complete('/t0#1');
    expect(world.journal.commits).toBe(commits + 1);
    expect(world.journal.types(id).slice(-2)).toEqual(['step_completed', 'step_started']);
    expect(world.runner.begun).toEqual(['/t0#1', '/t1#1', '/t2#1']);
    await world.complete('/t1#1', '/t2#1', '/t3#1', '/t4#1');
    expect(world.engine.status()).toMatchObject({ running: 0, open: 0 });
  });

  test('a step that backs off holds none', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    const retry_policy = { max_retries: 1, initial_delay: 10, jitter: 0 };
    await world.start(world.workflow({ a: task({ retry_policy }), b: task() }));
    await world.fail('/a#1');
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    await world.advance(10_000);
    expect(world.engine.status().running).toBe(1);
    await world.complete('/b#1');
    expect(world.runner.begun).toEqual(['/a#1', '/b#1', '/a#2']);
  });

  test.each(['cancel', 'timeout', 'failure'])(
    'the end of an execution by %s gives all of its slots back',
    async (how) => {
      const world = await EngineWorld.open({ slots: 2 });
      const first = await world.start(world.workflow(wide(3), { fail_fast: true }), { timeout: 1000 });
      await world.start(world.workflow({ x: task(), y: task() }));
      if (how === 'cancel') await world.engine.cancel(first);
      else if (how === 'timeout') await world.advance(1000);
      else await world.fail('/t0#1', 'fatal');
      await settled();
      expect(world.runner.begun).toEqual(['/t0#1', '/t1#1', '/x#1', '/y#1']);
      expect(world.engine.status()).toMatchObject({ open: 1, running: 2 });
    },
  );

  test('are given back by a start whose commit failed', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    world.journal.hooks.before = (_, commit) => {
      if (commit === 1) throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
    };
    const workflow = world.workflow({ a: task() });
    await expect(world.engine.start({ workflow, input: {} })).rejects.toMatchObject({ code: 'storage_unavailable' });
    await settled();
    delete world.journal.hooks.before;
    await world.advance(1000);
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
    expect(world.engine.status().storage).toBeUndefined();
    await world.start(workflow);
    expect(world.runner.begun).toEqual(['/a#1']);
  });

  test('that attempts held when the process died are free again after the restart', async () => {
    const world = await EngineWorld.open({ slots: 2 });
    await world.start(world.workflow(wide(4)));
    await world.restart();
    await settled();
    expect(world.engine.status().running).toBe(2);
    expect(world.runner.begun.slice(2)).toHaveLength(2);
  });
});

describe('the order of grants', () => {
  test('a higher priority goes first, whichever execution it is of and however late it came', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    await world.start(world.workflow({ low1: task(), low2: task(), low3: task() }));
    await world.start(world.workflow({ high: task({ priority: 5 }), lowest: task({ priority: -1 }) }));
    await world.complete('/low1#1', '/high#1', '/low2#1', '/low3#1');
    expect(world.runner.begun).toEqual(['/low1#1', '/high#1', '/low2#1', '/low3#1', '/lowest#1']);
  });

  test('executions take turns, so a wide one does not starve a narrow one', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    await world.start(world.workflow(wide(50)));
    await world.start(world.workflow({ one: task(), two: task() }));
    await world.complete('/t0#1');
    await world.complete('/t1#1');
    await world.complete('/one#1');
    await world.complete('/t2#1');
    expect(world.runner.begun).toEqual(['/t0#1', '/t1#1', '/one#1', '/t2#1', '/two#1']);
  });
});

describe('many at once', () => {
  test('requests of one turn of the event loop share a commit', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    const started = await Promise.all(Array.from({ length: 50 }, () => world.engine.start({ workflow, input: {} })));
    await settled();
    expect(world.journal.commits).toBeLessThanOrEqual(2);
    expect(world.runner.begun).toHaveLength(50);
    const before = world.journal.commits;
    for (const { execution } of started) world.runner.complete('/a#1', null, execution);
    await settled();
    expect(world.journal.commits - before).toBeLessThanOrEqual(2);
    for (const { execution } of started)
      expect(world.journal.types(execution)).toEqual([
        'execution_started',
        'step_started',
        'step_completed',
        'execution_completed',
      ]);
  });

  // Known fault: begins to pass, and then says so, when it is mended.
  test('what is published has the positions of the journal, each once and in order', async () => {
    const world = await EngineWorld.open({ slots: 7 });
    const workflow = world.workflow({ a: task(), b: task({ depends_on: ['a'] }), c: task({ when: '${false}' }) });
    world.runner.immediately = () => ({ is: 'completed', output: 1 });
    const started = await Promise.all(Array.from({ length: 20 }, () => world.engine.start({ workflow, input: {} })));
    await Promise.all(started.map(({ execution }) => world.engine.ended(execution)));
    const positions = world.published.map(({ position }) => position);
    expect(positions).toEqual(positions.map((_, index) => index + 1));
    for (const { execution } of started) {
      const stored = await world.engine.journal(execution);
      expect(world.published.filter((event) => event.execution === execution)).toEqual(
        stored?.events.map((recorded, index) => ({ execution, position: stored.positions[index], recorded })),
      );
    }
  });

  test('more open steps than allowed are refused, but a single execution always fits', async () => {
    const world = await EngineWorld.open({ steps: 3 });
    const wide = world.workflow({ a: task(), b: task(), c: task(), d: task() });
    const narrow = world.workflow({ a: task(), b: task() });
    const first = await world.start(wide);
    await expect(world.engine.start({ workflow: narrow, input: {} })).rejects.toMatchObject({
      code: 'backlog_full',
      cure: expect.stringContaining('HARMONIA_MAX_OPEN_STEPS') as unknown as string,
    });
    await world.engine.cancel(first);
    await world.start(narrow);
    expect(world.engine.status().open).toBe(1);
  });

  test('more open executions than allowed are refused with backlog_full, also within one commit', async () => {
    const world = await EngineWorld.open({ open: 2 });
    const workflow = world.workflow({ a: task() });
    const starts = await Promise.allSettled([1, 2, 3].map(() => world.engine.start({ workflow, input: {} })));
    expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((starts[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'backlog_full' });
    await settled();
    const [first] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value.execution] : []));
    world.runner.complete('/a#1', null, first);
    await settled();
    await world.engine.start({ workflow, input: {} });
  });
});
