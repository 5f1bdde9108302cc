import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const chain = { a: task(), b: task({ depends_on: ['a'] }) };

describe('shutdown', () => {
  test('lets a running attempt end within the grace period and records it; the next one is begun after the next open', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow(chain));
    const closed = world.engine.close(5000);
    await settled();
    expect(world.engine.status().state).toBe('stopping');
    await world.complete('/a#1');
    await closed;
    expect(world.engine.status()).toMatchObject({ state: 'stopped', running: 0 });
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started', 'step_completed']);
    await world.restart();
    await settled();
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    await world.complete('/b#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('aborts what runs beyond the grace period without recording it; it is made again with the same key', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow(chain));
    const closed = world.engine.close(5000);
    await world.advance(4999);
    expect(world.runner.abortedBecause('/a#1')).toBeUndefined();
    await world.advance(1);
    await closed;
    expect(world.runner.abortedBecause('/a#1')).toBe('shutdown');
    await world.complete('/a#1'); // too late: nobody listens
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started']);
    const { attempt: first } = world.runner.find('/a#1');
    await world.restart();
    await settled();
    expect(world.journal.types(id).slice(2)).toEqual(['attempt_lost', 'step_started']);
    const { attempt: second } = world.runner.find('/a#2');
    expect(second).toMatchObject({
      executionId: first.executionId,
      address: first.address,
      generation: first.generation,
      firstStartedAt: first.firstStartedAt,
    });
    await world.complete('/a#2', '/b#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('of an engine that does nothing is over at once', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ a: task({ timeout: 100 }) }), { timeout: 1000 });
    await world.complete('/a#1');
    await world.engine.close(5000);
    expect(world.timers.waiting).toBe(0);
  });

  test('takes no new work', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow(chain);
    const id = await world.start(workflow);
    const closed = world.engine.close(5000);
    await expect(world.engine.start({ workflow, input: {} })).rejects.toMatchObject({ code: 'shutting_down' });
    await expect(world.engine.cancel(id)).rejects.toMatchObject({ code: 'shutting_down' });
    await world.complete('/a#1');
    await closed;
    await expect(world.engine.pause(id)).rejects.toMatchObject({ code: 'shutting_down' });
  });

  test('leaves no timer behind, and nothing is written after it', async () => {
    const world = await EngineWorld.open();
    const retry_policy = { max_retries: 3, backoff_strategy: 'fixed', initial_delay: 10, jitter: 0 };
    await world.start(world.workflow({ a: task({ retry_policy, timeout: 1000 }), b: task({ timeout: 1 }) }), {
      timeout: 60_000,
    });
    await world.fail('/a#1');
    const closed = world.engine.close(0);
    await world.advance(0);
    await closed;
    const { commits } = world.journal;
    expect(world.timers.waiting).toBe(0);
    await world.advance(120_000);
    expect(world.journal.commits).toBe(commits);
  });

  test('makes the result durable that came in the last moment', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(world.workflow({ a: task(), b: task() }));
    const closed = world.engine.close(5000);
    world.runner.complete('/a#1');
    world.runner.complete('/b#1');
    await closed;
    expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  });

  test('an engine that is not open yet refuses with not_initialized', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow(chain);
    const id = await world.start(workflow);
    const opened = world.restart();
    const refused = [world.engine.start({ workflow, input: {} }), world.engine.cancel(id)];
    for (const refusal of refused) await expect(refusal).rejects.toMatchObject({ code: 'not_initialized' });
    await opened;
    expect(world.engine.status().state).toBe('running');
  });
});
