import type { Effects, Failure, TaskPath } from '../../../src/engine/core/index.js';
import { deepFreeze, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { mix, share } from './mixing.js';

/** Something that fails, and how. */
export interface Trouble {
  /** Attempts at a task with effects of the base, or at a pure action whatever the task: it is the same everywhere. */
  readonly at: { readonly path: TaskPath } | { readonly pure: string };
  readonly failure: Failure;
  /** So many attempts of a step fail; the next one does not. */
  readonly attempts: number;
}

/** What every attempt answers, whatever the version that makes it and whenever. */
export interface World {
  /** Also decides upon what everything gives. */
  readonly seed: number;
  readonly name: string;
  readonly troubles: readonly Trouble[];
  /** 0..1: how many of the other attempts fail. */
  readonly mishaps: number;
  /** What has a timeout takes longer than that. */
  readonly isSlow: boolean;
  /** Nobody answers, no event comes. */
  readonly isSilent: boolean;
  /** Executions before this one have filled the caches. */
  readonly isWarm: boolean;
}

export interface Attempted {
  readonly does: Effects;
  /** Without what a task with effects found in the world. */
  readonly action: string;
  readonly path: TaskPath;
  /** Of action, input, and for a task with effects of what was done before. */
  readonly hash: number;
  /** From 1. */
  readonly attempt: number;
  readonly hasTimeout: boolean;
}

export type Outcome =
  { readonly is: 'completed'; readonly output: Json } | { readonly is: 'failed'; readonly failure: Failure };

export const CODES = ['broken', 'odd'] as const;

const fatal = (code: string): Failure => ({ kind: 'fatal', code, message: code });
const transient = (code: string): Failure => ({ kind: 'transient', code, message: code });
const LATE: Failure = { kind: 'timeout', code: 'timeout', message: 'late' };

/** What is given: small, so that conditions have something to differ over, and lists for maps. */
export const giftOf = (hash: number): Json => {
  const items = Array.from({ length: Math.floor(hash / 64) % 3 }, (_, index) => (Math.floor(hash / 512) + index) % 2);
  return { v: hash.toString(36), n: hash % 4, ok: hash % 8 >= 3, items };
};

const gifts = new Map<string, Json>();
const KEPT = 5000;

const given = (key: string, make: () => Json): Json => {
  const known = gifts.get(key);
  if (known !== undefined) return known;
  if (gifts.size > KEPT) gifts.clear();
  const fresh = deepFreeze(make());
  gifts.set(key, fresh);
  return fresh;
};

const isAbout = ({ at }: Trouble, { does, action, path }: Attempted): boolean =>
  'path' in at ? does !== 'pure' && at.path === path : does === 'pure' && at.pure === action;

const mishapOf = ({ mishaps, seed }: World, { hash, attempt }: Attempted): Failure | undefined => {
  if (mishaps === 0) return undefined;
  const chance = share(`${hash} fails`, seed);
  if (chance >= mishaps) return undefined;
  const code = CODES[hash % 2] as string;
  if (chance < mishaps / 2) return fatal(code);
  return attempt <= 1 + (hash % 2) ? transient(code) : undefined;
};

/** How an attempt ends. The same for the same attempt. */
export const outcomeOf = (world: World, attempted: Attempted): Outcome => {
  const { hasTimeout, attempt, hash } = attempted;
  if (world.isSlow && hasTimeout) return { is: 'failed', failure: LATE };
  const trouble = world.troubles.find((one) => isAbout(one, attempted) && attempt <= one.attempts);
  const failure = trouble?.failure ?? mishapOf(world, attempted);
  if (failure) return { is: 'failed', failure };
  return { is: 'completed', output: given(String(hash), () => giftOf(hash)) };
};

export const inputOf = ({ seed }: World): JsonObject => {
  const hash = mix('input', seed);
  return { flag: hash % 2 === 0, n: hash % 3, text: hash.toString(36), items: [1, 2].slice(0, hash % 3) };
};

const CALM = { troubles: [], mishaps: 0, isSlow: false, isSilent: false, isWarm: false };

export const calm = (seed: number): World => ({ ...CALM, seed, name: 'nothing fails' });
export const random = (seed: number): World => ({ ...CALM, seed, name: 'chance', mishaps: 0.35 });
export const slow = (seed: number): World => ({ ...CALM, seed, name: 'all that may be late is', isSlow: true });
export const silent = (seed: number): World => ({ ...CALM, seed, name: 'nobody answers', isSilent: true });
export const warm = (seed: number): World => ({ ...CALM, seed, name: 'all that is cached is known', isWarm: true });

/** One thing fails for good; or, when it heals, at its first attempt. */
export const troubled = (seed: number, at: Trouble['at'], heals = false): World => {
  const name = 'path' in at ? at.path : at.pure;
  const code = CODES[mix(name, seed) % 2] as string;
  const failure = heals ? transient(code) : fatal(code);
  const troubles = [{ at, failure, attempts: heals ? 1 : Infinity }];
  return { ...CALM, seed, name: `${name} fails${heals ? ' once' : ''}`, troubles };
};
