import { describe, expect, test } from '@jest/globals';
import { exploreRandomWorkflow, orderDependence, randomWorkflow } from '../../src/simulation/index.js';
import { compile } from '../world/core-world.js';
import { seedOf } from '../world/random.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';

/** Workflows with these seeds; each with schedules of its own. */
const explore = async (from: number, workflows: number, schedules: number): Promise<void> => {
  for (let seed = from; seed < from + workflows; seed++) {
    const { counterexample } = await exploreRandomWorkflow({ seed, schedules });
    // Thrown whole: it is what one needs to run it again.
    if (counterexample) throw new Error(`workflow ${seed}: ${JSON.stringify(counterexample, null, 1)}`);
  }
};

describe('the engine under faults', () => {
  test('holds all invariants in schedules that are always the same', () => explore(0, 60, 10), 120_000);

  test('holds all invariants in schedules by chance', () => explore(seedOf('random workflows'), 10, 10), 60_000);

  const long = LONG ? test : test.skip;
  long('holds all invariants in many schedules', () => explore(10_000, 5000, 20), 3_600_000);
});

describe('random workflows', () => {
  const seeds = Array.from({ length: LONG ? 20_000 : 1000 }, (_, seed) => seed);

  test('are valid, whatever the seed', () => {
    const faults = seeds.flatMap((seed) => {
      const { document, workflows, next } = randomWorkflow(seed);
      return [document, ...workflows, next].flatMap((one) => {
        const compiled = compile(one);
        return compiled.ok ? [] : [[seed, compiled.error]];
      });
    });
    expect(faults).toEqual([]);
  });

  test('have everything that they can have', () => {
    const text = JSON.stringify(seeds.slice(0, 200).map((seed) => randomWorkflow(seed)));
    for (const field of [
      'switch',
      'when',
      'join',
      'retry_policy',
      'timeout',
      'on_lost',
      'priority',
      'fail_fast',
      'hangs',
    ])
      expect(text).toContain(`"${field}"`);
    for (const way of ['"on_error":"continue"', '"on_error":{"goto"', '"join":"any"', '"kind":"fatal"'])
      expect(text).toContain(way);
  });

  test('depend on time or order only if they say so', () => {
    for (const seed of seeds.slice(0, 300)) {
      const { document, workflows, compares } = randomWorkflow(seed);
      // A map that tolerates all failures depends on nothing.
      const found = [document, ...workflows].flatMap(orderDependence).filter((at) => !at.endsWith('/map/tolerate'));
      if (compares === 'always') expect(found).toEqual([]);
    }
  });

  test('come to the same, byte for byte, for the same seed', async () => {
    for (const seed of [3, 14, 15]) {
      const [once, again] = [
        await exploreRandomWorkflow({ seed, schedules: 20 }),
        await exploreRandomWorkflow({ seed, schedules: 20 }),
      ];
      expect(JSON.stringify(once)).toBe(JSON.stringify(again));
    }
  });
});
