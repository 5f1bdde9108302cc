import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const policy = (fields = {}) => ({
  retry_policy: { max_retries: 2, backoff_strategy: 'fixed', initial_delay: 10, jitter: 0, ...fields },
});

describe('a retry', () => {
  test('comes at its time and not before, with the same input and the same first start', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task({ ...policy(), input: { key: '${uuid()}' } }) }));
    await world.fail('/a#1');
    await world.advance(9_999);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.advance(1);
    const [first, second] = ['/a#1', '/a#2'].map((name) => world.runner.find(name).attempt);
    expect(second).toEqual({ ...first, attempt: 2 });
    await world.complete('/a#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('waits as long as the failing side asks for', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task(policy()) }));
    await world.fail('/a#1', 'transient', { retry_after: 90_000 });
    await world.advance(89_999);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.advance(1);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  });

  test('is not made of a fatal failure, nor more often than the policy says', async () => {
    const world = await EngineWorld.open();
    const fatal = await world.start(world.workflow({ a: task(policy()) }));
    await world.fail('/a#1', 'fatal');
    expect(await world.engine.ended(fatal)).toMatchObject({ is: 'failed' });
    const id = await world.start(world.workflow({ b: task(policy()) }));
    for (const name of ['/b#1', '/b#2', '/b#3']) {
      await world.fail(name);
      await world.advance(10_000);
    }
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed' });
    expect(world.runner.begun).toEqual(['/a#1', '/b#1', '/b#2', '/b#3']);
  });

  test('keeps its time across a restart', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task(policy()) }));
    await world.fail('/a#1');
    await world.advance(6_000);
    await world.restart();
    await world.advance(3_999);
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.advance(1);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  });

  test('that fell due while the process was down is made at the restart', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task(policy()) }));
    await world.fail('/a#1');
    world.timers.die();
    world.timers.advance(60_000);
    await world.restart();
    await world.advance(0);
    expect(world.runner.begun).toEqual(['/a#1', '/a#2']);
  });

  test('is not made of what was canceled while it waited', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(policy()) }));
    await world.fail('/a#1');
    await world.engine.cancel(id, { reason: 'enough' });
    expect(await world.engine.ended(id)).toMatchObject({ is: 'canceled', reason: 'enough' });
    await world.advance(60_000);
    expect(world.runner.begun).toEqual(['/a#1']);
    expect(world.journal.types(id).at(-1)).toBe('execution_canceled');
  });

  test('leaves no timer behind when its execution ends first', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(policy({ initial_delay: 3600, max_delay: 3600 })) }));
    await world.fail('/a#1');
    await world.engine.cancel(id);
    await settled();
    expect(world.timers.waiting).toBe(0);
  });
});

describe('the timeout of an attempt', () => {
  test('aborts it, frees its slot and counts as a failure of kind timeout', async () => {
    const world = await EngineWorld.open({ slots: 1 });
    const id = await world.start(world.workflow({ a: task({ timeout: 5, ...policy() }), b: task() }));
    await world.advance(4_999);
    expect(world.runner.abortedBecause('/a#1')).toBeUndefined();
    await world.advance(1);
    expect(world.runner.abortedBecause('/a#1')).toBe('timeout');
    expect(world.journal.events(id).at(-2)).toMatchObject({ type: 'attempt_failed', failure: { kind: 'timeout' } });
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
  });

  test('is each attempt anew', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task({ timeout: 5, ...policy() }) }));
    await world.advance(5_000);
    await world.advance(10_000);
    await world.advance(4_999);
    expect(world.runner.abortedBecause('/a#2')).toBeUndefined();
    await world.advance(1);
    expect(world.runner.abortedBecause('/a#2')).toBe('timeout');
  });

  test('does not ring any more when the attempt has ended', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task({ timeout: 5 }), b: task() }));
    await world.complete('/a#1');
    expect(world.timers.waiting).toBe(0);
  });
});

describe('the timeout of an execution', () => {
  test('ends it and everything in it', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }, { timeout: 60 }));
    await world.advance(59_999);
    expect(world.engine.status().open).toBe(1);
    await world.advance(1);
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
    expect(world.runner.abortedBecause('/a#1')).toBe('stopped');
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
  });

  test('counts from the start, also across a restart', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task() }), { timeout: 60_000 });
    await world.advance(50_000);
    await world.restart();
    await world.advance(9_999);
    expect(world.engine.status().open).toBe(1);
    await world.advance(1);
    expect(await world.engine.ended(id)).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
  });
});

describe('a clock that is set back', () => {
  test('lets no recorded time go back, and no retry come early', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(policy()), b: task({ depends_on: ['a'] }) }));
    await world.fail('/a#1');
    const failedAt = world.timers.now();
    world.timers.setBack(3_600_000);
    await world.advance(10_000);
    expect(world.runner.begun).toEqual(['/a#1']);
    world.timers.turnTo(failedAt + 10_000);
    await settled();
    await world.complete('/a#2');
    world.timers.setBack(3_600_000);
    await world.complete('/b#1');
    const times = world.journal.events(id).map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('between two processes makes nothing come early: deadlines wait for the clock', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(policy()) }), { timeout: 60_000 });
    await world.fail('/a#1');
    const failedAt = world.timers.now();
    world.timers.setBack(3_600_000);
    await world.restart();
    world.timers.turnTo(failedAt + 9_999);
    await settled();
    expect(world.runner.begun).toEqual(['/a#1']);
    await world.advance(1);
    await world.complete('/a#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });
});
