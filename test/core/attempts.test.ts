import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const one = (fields: Record<string, Json> = {}, rest: Record<string, Json> = {}): Json => ({
  name: 'w',
  tasks: { a: task(fields) },
  ...rest,
});
const retry = { retry_policy: { max_retries: 2, initial_delay: 1, jitter: 0 } };

describe('retry', () => {
  test('a transient failure is tried again after its delay, not before', () => {
    const world = new CoreWorld(one(retry));
    world.begin('/a');
    world.fail('/a', 'transient');
    expect(world.status('/a')).toBe('waiting');
    expect(world.orders.at(-1)).toMatchObject({ is: 'ready', step: '/a', notBefore: world.now + 1000 });
    world.advance(999).begin('/a');
    expect(world.status('/a')).toBe('waiting');
    world.advance(1).begin('/a');
    expect(world.events.at(-1)).toMatchObject({ type: 'step_started', attempt: 2 });
  });

  test('all attempts get the same input', () => {
    const world = new CoreWorld(one({ ...retry, input: { id: '${uuid()}' } }));
    world.begin('/a');
    const [first] = world.orders.filter((order) => order.is === 'run');
    world.fail('/a', 'transient');
    world.advance(1000).begin('/a');
    expect(world.orders.at(-1)).toMatchObject({
      is: 'run',
      attempt: 2,
      input: first?.is === 'run' ? first.input : null,
    });
  });

  test('ends after max_retries', () => {
    const world = new CoreWorld(one(retry));
    for (let attempt = 1; attempt <= 3; attempt++) {
      world.begin('/a');
      world.fail('/a', 'transient');
      world.advance(60_000);
    }
    expect(world.status('/a')).toBe('failed');
    expect(world.events.filter(({ type }) => type === 'step_started')).toHaveLength(3);
  });

  test('a fatal failure, and one without a policy, is final', () => {
    const fatal = new CoreWorld(one(retry));
    fatal.begin('/a');
    fatal.fail('/a', 'fatal');
    expect(fatal.status('/a')).toBe('failed');
    const bare = new CoreWorld(one());
    bare.begin('/a');
    bare.fail('/a', 'transient');
    expect(bare.status('/a')).toBe('failed');
  });

  test('the policy of the task type holds where the task has none', () => {
    const world = new CoreWorld({ name: 'w', tasks: { a: { type: 'test/retried' } } });
    world.begin('/a');
    world.fail('/a', 'transient');
    expect(world.status('/a')).toBe('waiting');
  });
});

describe('timeout', () => {
  test('bounds an attempt from its start, is retried by policy, and stops the attempt', () => {
    const world = new CoreWorld(one({ ...retry, timeout: 5 }));
    world.begin('/a').advance(4999);
    expect(world.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 })).toBe('stale');
    world.advance(1);
    expect(world.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 })).toBe('accepted');
    expect(world.events.at(-1)).toMatchObject({
      type: 'attempt_failed',
      failure: { kind: 'timeout', code: 'timeout' },
    });
    expect(world.orders).toContainEqual({ is: 'stop', step: '/a', generation: 1, attempt: 1 });
  });

  test('of the execution fails it and cancels the rest', () => {
    const world = new CoreWorld(one({}, { timeout: 10 }));
    world.begin('/a').advance(10_000);
    expect(world.send({ is: 'expire-execution' })).toBe('accepted');
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
    expect(world.status('/a')).toBe('canceled');
  });
});

describe('late results (E5)', () => {
  test('of an attempt that is over change nothing', () => {
    const world = new CoreWorld(one({ ...retry, timeout: 1 }));
    world.begin('/a').advance(1000);
    world.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 });
    const before = world.snapshot;
    expect(world.send({ is: 'succeed', step: '/a', generation: 1, attempt: 1, output: 'late' })).toBe('stale');
    expect(world.snapshot).toEqual(before);
  });

  test('of a finished step, of another generation, of no step change nothing', () => {
    const world = new CoreWorld(one());
    world.run('/a');
    const before = world.snapshot;
    expect(world.send({ is: 'succeed', step: '/a', generation: 1, attempt: 1, output: 2 })).toBe('stale');
    expect(world.send({ is: 'begin', step: '/a', generation: 1 })).toBe('stale');
    expect(world.send({ is: 'begin', step: '/a', generation: 2 })).toBe('stale');
    expect(world.send({ is: 'begin', step: '/zz', generation: 1 })).toBe('stale');
    expect(world.snapshot).toEqual(before);
  });
});

describe('lost attempts (semantics 18)', () => {
  test('are made again at once, not counted as retries', () => {
    const world = new CoreWorld(one({ retry_policy: { max_retries: 0 } }));
    world.begin('/a');
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    expect(world.status('/a')).toBe('ready');
    world.begin('/a');
    expect(world.events.at(-1)).toMatchObject({ type: 'step_started', attempt: 2 });
  });

  test('on_lost: fail is final', () => {
    const world = new CoreWorld(one({ on_lost: 'fail' }));
    world.begin('/a');
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    expect(world.state.status).toMatchObject({
      is: 'failed',
      failure: { details: { cause: { code: 'attempt_lost' } } },
    });
  });
});

describe('pause (semantics 19)', () => {
  const chain = { name: 'w', tasks: { a: task({ timeout: 1 }), b: task({ depends_on: ['a'] }) } };

  test('running attempts end and are recorded, nothing starts, resume goes on', () => {
    const world = new CoreWorld(chain);
    world.begin('/a');
    world.send({ is: 'pause' });
    expect(world.finish('/a')).toBe('accepted');
    world.begin('/b');
    expect(world.status('/b')).toBe('ready');
    world.send({ is: 'resume' });
    expect(world.orders.at(-1)).toMatchObject({ is: 'ready', step: '/b' });
    world.run('/b');
    expect(world.state.status.is).toBe('completed');
  });

  test('deadlines do not fire while paused; overdue ones fire at resume', () => {
    const world = new CoreWorld(chain);
    world.begin('/a');
    world.send({ is: 'pause' });
    world.advance(5000);
    expect(world.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 })).toBe('stale');
    world.send({ is: 'resume' });
    expect(world.status('/a')).toBe('failed');
    expect(world.orders).toContainEqual({ is: 'stop', step: '/a', generation: 1, attempt: 1 });
  });

  test('an execution that timed out while paused ends when it is resumed, and starts nothing', () => {
    const world = new CoreWorld(one({}, { timeout: 10 }));
    world.send({ is: 'pause' });
    world.advance(10_000);
    expect(world.send({ is: 'expire-execution' })).toBe('stale');
    const orders = world.orders.length;
    world.send({ is: 'resume' });
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
    expect(world.orders).toHaveLength(orders);
  });

  test('an execution that has nothing left ends when it is resumed', () => {
    const world = new CoreWorld(one());
    world.begin('/a');
    world.send({ is: 'pause' });
    world.finish('/a');
    expect(world.state.status.is).toBe('paused');
    world.send({ is: 'resume' });
    expect(world.state.status.is).toBe('completed');
  });

  test('pausing twice, resuming what runs, and steering what has ended conflict', () => {
    const world = new CoreWorld(one());
    expect(world.send({ is: 'resume' })).toBe('conflict');
    world.send({ is: 'pause' });
    expect(world.send({ is: 'pause' })).toBe('conflict');
    world.send({ is: 'cancel' });
    expect(world.send({ is: 'cancel' })).toBe('conflict');
    expect(world.send({ is: 'checkpoint', checkpoint: 'c' })).toBe('conflict');
  });
});

describe('cancel', () => {
  test('stops what runs and cancels what is not terminal, in one event', () => {
    const world = new CoreWorld({ name: 'w', tasks: { a: task(), b: task(), c: task({ depends_on: ['b'] }) } });
    world.run('/a').begin('/b');
    world.send({ is: 'cancel', reason: 'enough' });
    expect(world.statuses()).toEqual({ a: 'completed', b: 'canceled', c: 'canceled' });
    expect(world.events.at(-1)).toMatchObject({ type: 'execution_canceled', reason: 'enough' });
    expect(world.orders).toContainEqual({ is: 'stop', step: '/b', generation: 1, attempt: 1 });
  });
});

describe('secrets (semantics 5)', () => {
  test('stay out of the journal; data that looks like one is data', () => {
    const world = new CoreWorld(one({ input: { key: '${secrets.api}', forged: '${input.x}' } }), {
      x: { $secret: 'api' },
    });
    world.begin('/a');
    expect(world.events.at(-1)).toMatchObject({
      input: { key: { $secret: 'api' }, forged: { $secret: 'api' } },
      secrets: [{ pointer: '/key', text: [{ $secret: 'api' }] }],
    });
  });
});
