import { describe, expect, test } from '@jest/globals';
import { snapshot } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const retried = task({ retry_policy: { max_retries: 2, initial_delay: 1, jitter: 0 } });
const begun = (): CoreWorld => new CoreWorld({ name: 'w', tasks: { a: retried } }).begin('/a');

const record = (world: CoreWorld, key: string, result: Json, attempt = world.attemptOf('/a')): string =>
  world.send({ is: 'record', step: '/a', generation: 1, attempt, key, result });
/** What the latest attempt is told of those before it. */
const known = (world: CoreWorld): unknown => {
  const order = world.orders.findLast(({ is }) => is === 'run');
  return order?.is === 'run' ? order.results : undefined;
};

describe('what an attempt did once and for all', () => {
  test('is known to the attempts after it, in the order in which it was recorded, and the step goes on', () => {
    const world = begun();
    expect(known(world)).toEqual([]);
    expect([record(world, 'charge', { id: 1 }), record(world, 'mail', null)]).toEqual(['accepted', 'accepted']);
    expect(world.status('/a')).toBe('running');
    world.fail('/a', 'transient');
    world.advance(1000).begin('/a');
    const results = [
      { key: 'charge', result: { id: 1 } },
      { key: 'mail', result: null },
    ];
    expect(known(world)).toEqual(results);
    record(world, 'third', 3);
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 2 });
    world.begin('/a');
    expect(known(world)).toEqual([...results, { key: 'third', result: 3 }]);
    world.finish('/a');
    expect(world.state.status.is).toBe('completed');
  });

  test('counts once: of one key, the first result stands', () => {
    const world = begun();
    record(world, 'charge', 1);
    const before = world.events.length;
    expect(record(world, 'charge', 2)).toBe('accepted');
    expect(world.events).toHaveLength(before);
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    world.begin('/a');
    expect(known(world)).toEqual([{ key: 'charge', result: 1 }]);
  });

  test('a key may be any text', () => {
    const world = begun();
    record(world, '__proto__', 1);
    record(world, 'constructor', 2);
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    world.begin('/a');
    expect(known(world)).toEqual([
      { key: '__proto__', result: 1 },
      { key: 'constructor', result: 2 },
    ]);
  });

  test('counts while the execution is paused', () => {
    const world = begun();
    world.send({ is: 'pause' });
    expect(record(world, 'charge', 1)).toBe('accepted');
  });

  test('does not count of an attempt, or an execution, that is over', () => {
    const late = begun();
    late.fail('/a', 'transient');
    expect(record(late, 'charge', 1, 1)).toBe('stale');
    late.advance(1000).begin('/a');
    expect(record(late, 'charge', 1, 1)).toBe('stale');
    const canceled = begun();
    canceled.send({ is: 'cancel' });
    expect(record(canceled, 'charge', 1, 1)).toBe('stale');
  });

  test('is forgotten when the step is reset', () => {
    const world = begun();
    record(world, 'charge', 1);
    world.fail('/a', 'fatal');
    world.send({ is: 'reopen', operation: { is: 'retry_failed' } });
    world.send({ is: 'begin', step: '/a', generation: 2 });
    expect(known(world)).toEqual([]);
  });

  test('follows from the journal alone', () => {
    const world = begun();
    record(world, 'charge', { id: 1 });
    world.fail('/a', 'transient');
    expect(world.replayed()).toEqual(snapshot(world.state));
    expect(JSON.stringify(world.replayed())).toContain('"charge"');
  });
});
