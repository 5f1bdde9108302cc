import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Limit, ReadyOrder, RunEvent } from '../../src/engine/core/index.js';
import { Dispatcher, type Holder } from '../../src/engine/embedded/dispatch/dispatcher.js';
import type { Timers } from '../../src/engine/ports/index.js';
import { SlotQueue } from '../../src/llm/optimizer/simulate/run/slot-queue.js';
import { seedOf } from '../world/random.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 500;
const seed = seedOf('slots');

const orderOf = (step: string, priority: number, limits: readonly Limit[]): ReadyOrder => ({
  ...{ is: 'ready', step, generation: 1, priority, limits, cacheKey: undefined, notBefore: undefined },
});

/** The engine's own dispatcher, for one execution, its clock turned by hand. */
class RealSlots {
  private readonly holder: Holder = { slots: new Map() };
  private readonly dispatcher: Dispatcher<Holder>;

  constructor(slots: number) {
    const timers: Timers = { now: () => 0, at: () => ({ cancel: () => undefined }) };
    this.dispatcher = new Dispatcher<Holder>({ slots, timers, onRoom: () => undefined });
  }

  push(order: ReadyOrder): void {
    this.dispatcher.push(this.holder, order);
  }

  next(at: number): string | undefined {
    const found = this.dispatcher.next(at);
    if (found) this.account('step_started', found.order.step);
    return found?.order.step;
  }

  free(step: string): void {
    this.account('step_completed', step);
  }

  private account(type: 'step_started' | 'step_completed', step: string): void {
    this.dispatcher.account(this.holder, [{ type, step } as RunEvent]);
  }
}

/** Ready steps, each with at most one limit, and how many end before the next becomes ready. */
const deeds = fc.array(
  fc.record({
    priority: fc.integer({ min: 0, max: 1 }),
    key: fc.constantFrom(undefined, 'a', 'b'),
    ends: fc.array(fc.nat(20), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test('slots are granted in the order in which the engine grants them', () => {
  fc.assert(
    fc.property(deeds, fc.integer({ min: 1, max: 5 }), (list, slots) => {
      const [real, simulated] = [new RealSlots(slots), new SlotQueue(slots)];
      const running: string[] = [];
      const grant = (): void => {
        for (;;) {
          const granted = simulated.next(0)?.step;
          expect(granted).toBe(real.next(0));
          if (granted === undefined) return;
          running.push(granted);
        }
      };
      const end = (which: number): void => {
        const [step] = running.splice(which % Math.max(1, running.length), 1);
        if (step === undefined) return;
        real.free(step);
        simulated.free(step);
      };
      list.forEach(({ priority, key, ends }, index) => {
        const limits = key === undefined ? [] : [{ key, concurrency: key === 'a' ? 1 : 2 }];
        const order = orderOf(`/t${index}`, priority, limits);
        real.push(order);
        simulated.push(order);
        for (const which of ends) end(which);
        grant();
      });
      while (running.length > 0) {
        end(0);
        grant();
      }
    }),
    { numRuns: RUNS, seed },
  );
});

test('with several limits, steps run one by one as in the engine, as many at a time as the limits allow', () => {
  const limitsOf = fc.subarray(['a', 'b', 'c'] as const);
  fc.assert(
    fc.property(fc.array(limitsOf, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (list, slots) => {
      const queue = new SlotQueue(slots);
      const bounds = { a: 1, b: 2, c: 3 };
      list.forEach((keys, index) =>
        queue.push(
          orderOf(
            `/t${index}`,
            0,
            keys.map((key) => ({ key, concurrency: bounds[key] })),
          ),
        ),
      );
      const running: ReadyOrder[] = [];
      const holds = (key: string): number =>
        running.filter(({ limits }) => limits.some((limit) => limit.key === key)).length;
      const granted = new Set<string>();
      while (granted.size < list.length) {
        for (let order = queue.next(0); order; order = queue.next(0)) {
          running.push(order);
          granted.add(order.step);
        }
        expect(running.length).toBeGreaterThan(0);
        for (const [key, bound] of Object.entries(bounds)) expect(holds(key)).toBeLessThanOrEqual(bound);
        // Nothing that could run was left: a slot stays free only when each step that waits has a limit that is full.
        const waits = list.flatMap((keys, index) => (granted.has(`/t${index}`) ? [] : [keys]));
        if (running.length < slots)
          for (const keys of waits) expect(keys.some((key) => holds(key) === bounds[key])).toBe(true);
        queue.free(running.shift()?.step as string);
      }
    }),
    { numRuns: RUNS, seed },
  );
});
