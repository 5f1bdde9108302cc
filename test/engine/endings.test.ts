import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

describe('ended()', () => {
  test('answers at once for an execution that has ended, also after a restart', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.complete('/a#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed', output: { a: null } });
    await world.restart();
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed', output: { a: null } });
  });

  test('refuses one that there never was', async () => {
    const world = await EngineWorld.open();
    await expect(world.engine.ended('nobody')).rejects.toMatchObject({ code: 'execution_not_found' });
  });

  test('tells everybody who waits, however it ends', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow({ a: task() });
    const [first, second] = [await world.start(workflow), await world.start(workflow)];
    const waiting = [first, first, second].map((id) => world.engine.ended(id));
    world.runner.find('/a#1', first).end({ is: 'failed', failure: { kind: 'fatal', code: 'broken', message: '' } });
    await world.engine.cancel(second, { reason: 'why not' });
    const [one, two, three] = await Promise.all(waiting);
    expect(one).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
    expect(two).toEqual(one);
    expect(three).toMatchObject({ is: 'canceled', reason: 'why not' });
  });

  test('fulfils with undefined when the signal aborts first, and when it had aborted before', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    const controller = new AbortController();
    const waiting = world.engine.ended(id, controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    const late = Promise.race([
      world.engine.ended(id, controller.signal),
      settled().then(() => 'still waiting' as const),
    ]);
    expect(await late).toBeUndefined();
    await world.complete('/a#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });
});

describe('a result that comes too late', () => {
  test('of a timed-out attempt changes nothing, the next attempt counts', async () => {
    const world = await EngineWorld.open();
    const retry_policy = { max_retries: 1, initial_delay: 1, jitter: 0 };
    const id = await world.start(world.workflow({ a: task({ timeout: 5, retry_policy }) }));
    await world.advance(5_000);
    await world.complete('/a#1');
    await world.advance(1_000);
    await world.complete('/a#1');
    world.runner.complete('/a#2', 'second');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed', output: { a: 'second' } });
    expect(world.journal.types(id).filter((type) => type === 'step_completed')).toHaveLength(1);
  });

  test('of a canceled execution changes nothing', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.engine.cancel(id);
    await world.complete('/a#1');
    expect(world.journal.types(id).at(-1)).toBe('execution_canceled');
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
  });

  test('in the commit of the cancel counts neither', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }));
    const canceled = world.engine.cancel(id);
    world.runner.complete('/a#1');
    await canceled;
    await settled();
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started', 'execution_canceled']);
    expect(world.runner.begun).toEqual(['/a#1']);
  });
});

describe('what an attempt says', () => {
  test('is kept beside the journal and told, with the attempt that said it', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    const { control } = world.runner.find('/a#1');
    control.log('warn', 'nearly there', { left: 1 });
    control.progress(0.5, 'half');
    await settled();
    expect(world.journal.logsOf(id)).toMatchObject([
      { level: 'warn', step: '/a', attempt: 1, message: 'nearly there', details: { left: 1 } },
    ]);
    expect(world.progress).toEqual([{ execution: id, step: '/a', attempt: 1, fraction: 0.5, message: 'half' }]);
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started']);
  });

  test('in the same turn as its result is written with it', async () => {
    const world = await EngineWorld.open();
    world.runner.immediately = undefined;
    const id = await world.start(world.workflow({ a: task() }));
    const { control } = world.runner.find('/a#1');
    control.log('info', 'last words');
    world.runner.complete('/a#1');
    await world.engine.ended(id);
    expect(world.journal.logsOf(id)).toMatchObject([{ message: 'last words' }]);
  });

  test('after it was stopped is not kept and not told', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    const { control } = world.runner.find('/a#1');
    await world.engine.cancel(id);
    control.log('info', 'ghost');
    control.progress(0.9);
    await settled();
    expect([world.journal.logsOf(id), world.progress]).toEqual([[], []]);
  });
});

describe('delete', () => {
  test('is refused while the execution is open, and of one that is not there', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await expect(world.engine.delete(id)).rejects.toMatchObject({ code: 'conflict' });
    await world.complete('/a#1');
    await world.engine.delete(id);
    await expect(world.engine.delete(id)).rejects.toMatchObject({ code: 'execution_not_found' });
    await expect(world.engine.ended(id)).rejects.toMatchObject({ code: 'execution_not_found' });
  });
});
