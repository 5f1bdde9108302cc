import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const retried = (fields = {}) =>
  task({ retry_policy: { max_retries: 2, backoff_strategy: 'fixed', initial_delay: 10, jitter: 0 }, ...fields });

describe('a paused execution', () => {
  test('records the attempts that run to their end, and begins nothing', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }));
    await world.engine.pause(id, 'lunch');
    await world.complete('/a#1');
    expect(world.journal.types(id).slice(-2)).toEqual(['execution_paused', 'step_completed']);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.engine.resume(id);
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    await world.complete('/b#1');
    expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  });

  test('runs no attempt again whose result comes while the resume is under way', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task() }));
    await world.engine.pause(id);
    const commits: (() => void)[] = [];
    world.journal.hooks.before = () => new Promise((resolve) => commits.push(resolve));
    const resumed = world.engine.resume(id);
    await settled();
    world.runner.complete('/a#1'); // while the commit of the resume is written
    await settled();
    delete world.journal.hooks.before;
    for (const release of commits) release();
    await resumed;
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    await world.complete('/b#1');
    expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  });

  test('runs no attempt again whose result is decided in the same commit as the resume', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.engine.pause(id);
    const resumed = world.engine.resume(id);
    world.runner.complete('/a#1');
    await resumed;
    await settled();
    expect(world.runner.begun).toEqual(['/a#1']);
    expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  });

  test('does not end before it is resumed', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.engine.pause(id);
    await world.complete('/a#1');
    expect(world.engine.status().open).toBe(1);
    await world.engine.resume(id);
    await settled();
    expect(world.journal.types(id).slice(-2)).toEqual(['execution_resumed', 'execution_completed']);
  });

  test('hears the deadline of an attempt only when it is resumed', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task({ timeout: 5 }) }));
    await world.engine.pause(id);
    await world.advance(60_000);
    expect(world.runner.abortedBecause('/a#1')).toBeUndefined();
    await world.engine.resume(id);
    await world.advance(0);
    expect(world.runner.abortedBecause('/a#1')).toBe('timeout');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
    expect(world.journal.events(id).find(({ type }) => type === 'step_failed')).toMatchObject({
      failure: { kind: 'timeout', code: 'timeout' },
    });
  });

  test('hears its own deadline only when it is resumed', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }), { timeout: 5000 });
    await world.engine.pause(id);
    await world.advance(60_000);
    expect(world.engine.status().open).toBe(1);
    await world.engine.resume(id);
    await world.advance(0);
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
  });

  test('makes a retry that fell due meanwhile when it is resumed, once', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: retried() }));
    await world.fail('/a#1');
    await world.engine.pause(id);
    await world.advance(60_000);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.engine.resume(id);
    await world.advance(0);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
    await world.advance(60_000);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  });

  test('that is resumed before a retry is due makes it at its time, once', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: retried() }));
    await world.fail('/a#1');
    await world.engine.pause(id);
    await world.engine.resume(id);
    await world.advance(9_999);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.advance(1);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
    expect(world.engine.status().running).toBe(1);
  });

  test('is still paused after a restart, and its lost attempt is made again when it is resumed', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await world.engine.pause(id);
    await world.restart();
    await settled();
    expect(world.journal.types(id).slice(-2)).toEqual(['execution_paused', 'attempt_lost']);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.engine.resume(id);
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  });

  test('cannot be paused again, a running one cannot be resumed, an ended one neither', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }));
    await expect(world.engine.resume(id)).rejects.toMatchObject({ code: 'conflict' });
    await world.engine.pause(id);
    await expect(world.engine.pause(id)).rejects.toMatchObject({ code: 'conflict' });
    await world.engine.cancel(id);
    await expect(world.engine.resume(id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.engine.pause('nobody')).rejects.toMatchObject({ code: 'execution_not_found' });
    expect(world.journal.types(id)).toEqual([
      'execution_started',
      'step_started',
      'execution_paused',
      'execution_canceled',
    ]);
  });
});
