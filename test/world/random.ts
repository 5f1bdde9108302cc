/** The seed of a randomised test, said aloud so that a failing one can be run again. */
export const seedOf = (what: string): number => {
  const seed = Number(process.env.HARMONIA_TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`${what}: HARMONIA_TEST_SEED=${seed}`);
  return seed;
};

/** A small generator (mulberry32): from 0 up to 1, the same for the same seed. */
export const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
