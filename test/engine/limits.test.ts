import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Limit, ReadyOrder } from '../../src/engine/core/index.js';
import { Dispatcher, type Holder } from '../../src/engine/dispatch/dispatcher.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const wide = (count: number, fields = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, task(fields)]));

describe('concurrency under a key', () => {
  test('one at a time, over executions, in turns; what has no such key is not held up', async () => {
    const world = await EngineWorld.open();
    const keyed = world.workflow(wide(2, { concurrency_key: 'shop' }));
    await world.start(keyed);
    await world.start(keyed);
    await world.start(world.workflow({ free: task() }, { name: 'other' }));
    expect(world.runner.begun).toEqual(['/t0#1', '/free#1']);
    const keys = (): string[] => world.runner.begun.filter((name) => name !== '/free#1');
    for (let done = 1; done <= 4; done++) {
      expect(keys()).toHaveLength(done); // never two at a time
      await world.complete(keys().at(-1) as string);
    }
    expect(keys()).toEqual(['/t0#1', '/t1#1', '/t0#1', '/t1#1']);
    expect(world.engine.status().running).toBe(1);
  });

  test('a group, a workflow, a task type each have theirs', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow({ g: { concurrency: 2, tasks: wide(5) } }));
    expect(world.runner.begun).toHaveLength(2);
    const narrow = world.workflow(wide(5), { name: 'narrow', concurrency: 3 });
    await world.start(narrow);
    await world.start(narrow);
    expect(world.runner.begun).toHaveLength(5);
  });

  test('counts are those of the journal after a restart, and nothing leaks', async () => {
    const world = await EngineWorld.open();
    const workflow = world.workflow(wide(3, { concurrency_key: 'k', concurrency: 2 }));
    const id = await world.start(workflow);
    await world.restart();
    await settled();
    expect(world.runner.begun.slice(2)).toHaveLength(2);
    expect(world.engine.status().running).toBe(2);
    await world.engine.cancel(id);
    await world.start(workflow);
    expect(world.runner.begun.slice(4)).toEqual(['/t0#1', '/t1#1']);
  });

  test('a rate: so many in any such time', async () => {
    const world = await EngineWorld.open();
    await world.start(world.workflow(wide(5, { concurrency_key: 'k', rate: { count: 2, per: 10 } })));
    expect(world.runner.begun).toHaveLength(2);
    await world.advance(9999);
    expect(world.runner.begun).toHaveLength(2);
    await world.advance(1);
    expect(world.runner.begun).toHaveLength(4);
    await world.advance(10_000);
    expect(world.runner.begun).toHaveLength(5);
  });
});

class Owner implements Holder {
  readonly slots = new Map<string, readonly Limit[]>();
}

const KEYS: Readonly<Record<string, Limit>> = {
  a: { key: 'a', concurrency: 1 },
  b: { key: 'b', concurrency: 3 },
  c: { key: 'c', concurrency: 2, rate: { count: 4, per: 50 } },
};

const order = (step: string, keys: readonly string[], priority: number): ReadyOrder => ({
  is: 'ready',
  step,
  generation: 1,
  priority,
  limits: keys.map((key) => KEYS[key] as Limit),
  cacheKey: undefined,
  notBefore: undefined,
});

/** Grants all that can be granted now, and says what that was. */
const grantAll = (dispatcher: Dispatcher<Owner>, at: number, running: Map<string, readonly string[]>): string[] => {
  const granted: string[] = [];
  for (let next = dispatcher.next(at); next; next = dispatcher.next(at)) {
    const { of, order: given } = next;
    dispatcher.account(of, [{ type: 'step_started', at, step: given.step, generation: 1, attempt: 1 }]);
    running.set(
      given.step,
      given.limits.map(({ key }) => key),
    );
    granted.push(given.step);
  }
  return granted;
};

test('no bound is ever exceeded, whatever has room runs, and everything runs in the end', () => {
  const keys = fc.subarray(['a', 'b', 'c']);
  const steps = fc.array(fc.record({ keys, priority: fc.constantFrom(0, 1), owner: fc.nat(2) }), { maxLength: 30 });
  const property = fc.property(
    steps,
    fc.integer({ min: 1, max: 6 }),
    fc.infiniteStream(fc.nat(100)),
    (list, slots, chance) => {
      const timers = new VirtualTimers();
      const owners = [new Owner(), new Owner(), new Owner()];
      const dispatcher = new Dispatcher<Owner>({ slots, timers, onRoom: () => undefined });
      const waiting = new Map(list.map((entry, n) => [`s${n}`, entry]));
      const running = new Map<string, readonly string[]>();
      const begins: number[] = [];
      list.forEach((entry, n) =>
        dispatcher.push(owners[entry.owner] as Owner, order(`s${n}`, entry.keys, entry.priority)),
      );
      const under = (key: string): number => [...running.values()].filter((held) => held.includes(key)).length;
      const recent = (): number => begins.filter((at) => at > timers.now() - 50).length;
      const hasRoom = (held: readonly string[]): boolean =>
        running.size < slots &&
        held.every((key) => under(key) < (KEYS[key]?.concurrency ?? Infinity)) &&
        (!held.includes('c') || recent() < 4);
      for (let turns = 0; waiting.size + running.size > 0; turns++) {
        expect(turns).toBeLessThan(1000);
        for (const step of grantAll(dispatcher, timers.now(), running)) {
          if (waiting.get(step)?.keys.includes('c')) begins.push(timers.now());
          waiting.delete(step);
        }
        expect(running.size).toBeLessThanOrEqual(slots);
        for (const [key, { concurrency = 0 }] of Object.entries(KEYS))
          expect(under(key)).toBeLessThanOrEqual(concurrency);
        expect(recent()).toBeLessThanOrEqual(4);
        expect([...waiting].filter(([, entry]) => hasRoom(entry.keys))).toEqual([]);
        const names = [...running.keys()];
        const name = names[chance.next().value % Math.max(1, names.length)];
        if (name === undefined) timers.advance(10);
        else {
          running.delete(name);
          const of = owners[list[Number(name.slice(1))]?.owner ?? 0] as Owner;
          dispatcher.account(of, [
            { type: 'step_completed', at: timers.now(), step: name, generation: 1, attempt: 1, output: null },
          ]);
        }
      }
      expect(dispatcher.running).toBe(0);
    },
  );
  fc.assert(property, { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 300 });
});
