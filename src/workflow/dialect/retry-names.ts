import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

type Convert = (value: number) => number;

const same: Convert = (value) => value;

/** Upstream's names for the parts of a retry policy, and what they are here. */
const NAMES: Readonly<Record<string, readonly [string, Convert]>> = {
  max_retries: ['max_retries', same],
  maxRetries: ['max_retries', same],
  retries: ['max_retries', same],
  max_attempts: ['max_retries', (value) => Math.max(0, value - 1)],
  retry_interval: ['initial_delay', same],
  delay_seconds: ['initial_delay', same],
  initial_delay: ['initial_delay', same],
  initial_delay_ms: ['initial_delay', (value) => value / 1000],
  max_delay: ['max_delay', same],
  backoff_multiplier: ['backoff_multiplier', same],
  backoff_factor: ['backoff_multiplier', same],
  jitter: ['jitter', same],
  max_elapsed: ['max_elapsed', same],
};

/** Upstream's failure classes for `retry_on`. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['TIMEOUT', 'timeout'],
  ['CONNECTION_ERROR', 'transient'],
  ['SERVER_ERROR', 'transient'],
]);

/** A failure class of upstream as a failure kind or code of ours. */
export const failureClass = (name: string): string => CLASSES.get(name) ?? name;

const OTHER_NAMES = [
  ...['backoff_strategy', 'backoff', 'strategy', 'retry_on', 'retriable_errors', 'non_retryable'],
  ...['type', 'action'],
];

/** Whether a retry policy says something that has no place in ours. */
export const saysMore = (policy: Json): boolean =>
  isJsonObject(policy) &&
  Object.keys(policy).some((name) => !Object.hasOwn(NAMES, name) && !OTHER_NAMES.includes(name));

const strategyOf = (policy: JsonObject): JsonObject => {
  const named = policy.type === 'retry_with_backoff' ? 'exponential' : undefined;
  const said = policy.backoff_strategy ?? policy.backoff ?? policy.strategy ?? named;
  return ['fixed', 'linear', 'exponential'].includes(said as string) ? { backoff_strategy: said as string } : {};
};

const codes = (value: Json | undefined): readonly string[] =>
  Array.isArray(value)
    ? (value as Json[]).flatMap((entry) => (typeof entry === 'string' ? [failureClass(entry)] : []))
    : [];

/** A retry policy under any of upstream's names. */
export const canonicalRetry = (policy: Json | undefined): JsonObject | undefined => {
  if (typeof policy === 'number') return { max_retries: policy };
  if (!isJsonObject(policy)) return undefined;
  const numbers = Object.entries(policy).flatMap(([name, value]) => {
    const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (!known || value === null) return [];
    // What is no number is handed on: the validator says what is wrong with it.
    return [[known[0], typeof value === 'number' ? known[1](value) : value] as const];
  });
  const retryOn = codes(policy.retry_on ?? policy.retriable_errors);
  const never = codes(policy.non_retryable);
  return {
    ...Object.fromEntries(numbers),
    ...strategyOf(policy),
    ...(retryOn.length > 0 && { retry_on: retryOn }),
    ...(never.length > 0 && { non_retryable: never }),
  };
};
