import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shrink, type PlannedFault, type Schedule } from '../../src/simulation/index.js';

const fault = (after: number): PlannedFault => ({ fault: 'crash', after });
const scheduleOf = (faults: readonly PlannedFault[], choices: readonly number[]): Schedule => ({
  ...{ workflow: undefined as never, input: {}, seed: 1, plan: { faults }, choices },
});

describe('shrinking', () => {
  test('leaves the faults and the choices that it takes, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 15 }),
        fc.array(fc.nat(3), { maxLength: 15 }),
        fc.infiniteStream(fc.boolean()),
        async (crashes, choices, coins) => {
          const needed = crashes.filter(() => coins.next().value as boolean);
          const places = choices.flatMap((choice, index) => (choice > 0 && coins.next().value ? [index] : []));
          const smallest = await shrink(scheduleOf(crashes.map(fault), choices), (candidate) => {
            const has = (after: number): boolean =>
              candidate.plan.faults.some((one) => one.fault === 'crash' && one.after === after);
            const keeps = places.every((place) => candidate.choices?.[place] === choices[place]);
            return Promise.resolve(needed.every(has) && keeps);
          });
          expect(smallest.plan.faults).toEqual(needed.map(fault));
          const last = places.at(-1) ?? -1;
          const plainest = choices.slice(0, last + 1).map((choice, index) => (places.includes(index) ? choice : 0));
          expect(smallest.choices).toEqual(plainest);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('says less where less is enough', async () => {
    const faults: PlannedFault[] = [
      { fault: 'duplicate', step: '/a', attempt: 'every', seconds: 2 },
      { fault: 'slow', step: '/a', seconds: 3 },
    ];
    const smallest = await shrink(scheduleOf(faults, []), ({ plan }) => Promise.resolve(plan.faults.length === 2));
    expect(smallest.plan.faults).toEqual([
      { fault: 'duplicate', step: '/a', attempt: 1 },
      { fault: 'slow', step: '/a', seconds: 3 },
    ]);
  });

  test('gives up in time', async () => {
    let runs = 0;
    const many = Array.from({ length: 2000 }, (_, after) => fault(after));
    await shrink(scheduleOf(many, []), ({ plan }) => {
      runs += 1;
      return Promise.resolve(
        plan.faults.length > 0 &&
          plan.faults.some((one) => one.fault === 'crash' && one.after === 1999) &&
          plan.faults.length % 2 === 0,
      );
    });
    expect(runs).toBeLessThanOrEqual(400);
  });
});
