import {
  fault,
  isJsonObject,
  pointer as at,
  type Fault,
  type Json,
  type JsonPointer,
  type Millis,
} from '../kernel/index.js';

export type BackoffStrategy = 'fixed' | 'linear' | 'exponential';

/** A retry policy as people write it. Times in seconds. */
export interface RetryPolicySpec {
  /** Attempts after the first. Default 3, 0..1000. Lost attempts are not counted. */
  readonly max_retries?: number;
  /** How the delay grows: stays, `n × initial_delay`, `initial_delay × multiplierⁿ⁻¹`. Default exponential. */
  readonly backoff_strategy?: BackoffStrategy;
  /** Delay before the first retry, s. Default 1, 0..86,400. */
  readonly initial_delay?: number;
  /** Longest delay, s. Default 60, 0..604,800. */
  readonly max_delay?: number;
  /** Exponential only. Default 2, 1..100. */
  readonly backoff_multiplier?: number;
  /** Share of the delay that chance may add or take away. Default 0.1, 0..1. */
  readonly jitter?: number;
  /** All attempts together end this long after the first began, s. Absent: no bound. */
  readonly max_elapsed?: number;
  /** Failure codes that are retried; absent or empty: every transient failure and every timeout. */
  readonly retry_on?: readonly string[];
  /** Failure codes that are never retried. */
  readonly non_retryable?: readonly string[];
}

/** A policy with every bound checked and every default filled in. Times in ms. */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly strategy: BackoffStrategy;
  readonly initialDelay: Millis;
  readonly maxDelay: Millis;
  readonly multiplier: number;
  readonly jitter: number;
  readonly maxElapsed: Millis | undefined;
  readonly retryOn: ReadonlySet<string>;
  readonly nonRetryable: ReadonlySet<string>;
}

/** One failed attempt, as far as a policy cares. */
export interface FailedAttempt {
  /** How many retries were made before it. */
  readonly retries: number;
  /** ms since the first attempt began. */
  readonly elapsed: Millis;
  readonly kind: 'transient' | 'fatal' | 'timeout' | 'canceled';
  readonly code: string;
  /** What the failing side asked for, ms. */
  readonly retryAfter: Millis | undefined;
}

export type NextAttempt =
  | { readonly is: 'retry'; readonly delay: Millis }
  | { readonly is: 'give-up'; readonly because: 'not-retryable' | 'retries-used-up' | 'time-used-up' };

interface Bound {
  readonly min: number;
  readonly max: number;
  readonly integer?: true;
}

const BOUNDS: Readonly<Record<string, Bound>> = {
  max_retries: { min: 0, max: 1000, integer: true },
  initial_delay: { min: 0, max: 86_400 },
  max_delay: { min: 0, max: 604_800 },
  backoff_multiplier: { min: 1, max: 100 },
  jitter: { min: 0, max: 1 },
  max_elapsed: { min: 0, max: 31_536_000 },
};
const STRATEGIES: readonly string[] = ['fixed', 'linear', 'exponential'];
const CODE_LISTS: readonly string[] = ['retry_on', 'non_retryable'];
const FIELDS = [...Object.keys(BOUNDS), 'backoff_strategy', ...CODE_LISTS];

const boundFault = (value: Json, bound: Bound, where: JsonPointer): Fault | undefined => {
  const fits =
    typeof value === 'number' &&
    value >= bound.min &&
    value <= bound.max &&
    (!bound.integer || Number.isInteger(value));
  const expected = `${bound.integer ? 'a whole number' : 'a number'} from ${bound.min} to ${bound.max}`;
  return fits ? undefined : fault('out_of_range', where, { expected });
};

/** Everything that is wrong with a policy as written, at pointers below `where`. Empty: `compileRetryPolicy` may be called. */
export const retryPolicyFaults = (spec: Json, where: JsonPointer): Fault[] => {
  if (!isJsonObject(spec)) return [fault('wrong_type', where, { expected: 'an object' })];
  const faults: (Fault | undefined)[] = [];
  for (const [field, value] of Object.entries(spec)) {
    const here = at(where, field);
    const bound = Object.hasOwn(BOUNDS, field) ? BOUNDS[field] : undefined;
    if (bound) faults.push(boundFault(value, bound, here));
    else if (field === 'backoff_strategy') {
      if (!STRATEGIES.includes(value as string))
        faults.push(fault('out_of_range', here, { expected: `one of ${STRATEGIES.join(', ')}` }));
    } else if (CODE_LISTS.includes(field)) {
      const isList = Array.isArray(value) && value.every((code) => typeof code === 'string');
      if (!isList) faults.push(fault('wrong_type', here, { expected: 'a list of failure codes' }));
    } else faults.push(fault('unknown_field', here, { field, known: FIELDS.join(', ') }));
  }
  return faults.filter((found) => found !== undefined);
};

const SECOND = 1000;

/** Fills in the defaults of a policy that `retryPolicyFaults` found nothing wrong with. */
export const compileRetryPolicy = (spec: RetryPolicySpec): RetryPolicy => ({
  maxRetries: spec.max_retries ?? 3,
  strategy: spec.backoff_strategy ?? 'exponential',
  initialDelay: (spec.initial_delay ?? 1) * SECOND,
  maxDelay: (spec.max_delay ?? 60) * SECOND,
  multiplier: spec.backoff_multiplier ?? 2,
  jitter: spec.jitter ?? 0.1,
  maxElapsed: spec.max_elapsed === undefined ? undefined : spec.max_elapsed * SECOND,
  retryOn: new Set(spec.retry_on ?? []),
  nonRetryable: new Set(spec.non_retryable ?? []),
});

/** The delay before retry number `retry` (from 1), before jitter. */
const backoff = (policy: RetryPolicy, retry: number): Millis => {
  const grown = {
    fixed: policy.initialDelay,
    linear: policy.initialDelay * retry,
    exponential: policy.initialDelay * policy.multiplier ** (retry - 1),
  }[policy.strategy];
  return Math.min(grown, policy.maxDelay);
};

/** A number in [0, 1) from a seed (FNV-1a, 32 bit): the same seed gives the same jitter on every replay. */
const chance = (seed: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  // Seeds of successive attempts differ in their last character only: it must reach every bit.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
};

const retryable = (policy: RetryPolicy, attempt: FailedAttempt): boolean => {
  if (attempt.kind === 'fatal' || attempt.kind === 'canceled' || policy.nonRetryable.has(attempt.code)) return false;
  return policy.retryOn.size === 0 || policy.retryOn.has(attempt.code) || policy.retryOn.has(attempt.kind);
};

/**
 * Whether and when a failed attempt is followed by another. Total: cannot throw. `seed` decides the jitter.
 * What the failing side asks for by `retryAfter` is kept even beyond `maxDelay`: it knows best when to come back.
 */
export const nextAttempt = (policy: RetryPolicy, attempt: FailedAttempt, seed: string): NextAttempt => {
  if (!retryable(policy, attempt)) return { is: 'give-up', because: 'not-retryable' };
  if (attempt.retries >= policy.maxRetries) return { is: 'give-up', because: 'retries-used-up' };
  const spread = 1 + policy.jitter * (2 * chance(seed) - 1);
  const spreadDelay = backoff(policy, attempt.retries + 1) * spread;
  // What chance would add beyond the longest delay it takes away instead.
  const bounded = Math.min(spreadDelay, Math.max(0, 2 * policy.maxDelay - spreadDelay));
  const delay = Math.max(Math.round(bounded), attempt.retryAfter ?? 0);
  if (policy.maxElapsed !== undefined && attempt.elapsed + delay >= policy.maxElapsed) {
    return { is: 'give-up', because: 'time-used-up' };
  }
  return { is: 'retry', delay };
};
