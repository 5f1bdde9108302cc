/** Looked up once: under a test runner each look at a global costs more than the rest. */
const { imul, floor } = Math;

/** A whole number of 32 bit for a text (FNV-1a with a final mix). */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
};

/** Chance from a seed (mulberry32): the same seed gives the same choices, on every machine. */
export class Chance {
  private state: number;

  /** Several parts make one seed: chance about one thing does not depend on how often another was asked. */
  constructor(...seed: readonly (number | string)[]) {
    this.state = seed.length === 1 && typeof seed[0] === 'number' ? seed[0] : hashOf(JSON.stringify(seed));
  }

  /** From 0 up to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return floor(this.next() * count);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Around 0 with deviation 1 (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/**
 * A number from 0 up to 1 that depends on nothing but whole numbers: what is drawn about one thing is the same whatever
 * else is drawn, and in whatever order (the final mix of MurmurHash3, Appleby).
 */
export const drawn = (...keys: readonly number[]): number => {
  let hash = 0x9e3779b9;
  for (const key of keys) {
    hash ^= key;
    hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    hash = (hash + 0x6d2b79f5) | 0;
  }
  return (hash >>> 0) / 2 ** 32;
};
