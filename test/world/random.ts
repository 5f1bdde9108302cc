import { Chance } from '../../src/simulation/index.js';

/** The seed of a randomised test, said aloud so that a failing one can be run again. */
export const seedOf = (what: string): number => {
  const seed = Number(process.env.HARMONIA_TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`${what}: HARMONIA_TEST_SEED=${seed}`);
  return seed;
};

/** From 0 up to 1, the same for the same seed. */
export const random = (seed: number): (() => number) => {
  const chance = new Chance(seed);
  return () => chance.next();
};
