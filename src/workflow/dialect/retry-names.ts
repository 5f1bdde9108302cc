import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

type Convert = (value: number) => number;

const same: Convert = (value) => value;

/** Upstream's names for the parts of a retry policy, and what they are here. */
const NAMES: Readonly<Record<string, readonly [string, Convert]>> = {
  max_retries: ['max_retries', same],
  maxRetries: ['max_retries', same],
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
const CLASSES: Readonly<Record<string, string>> = {
  TIMEOUT: 'timeout',
  CONNECTION_ERROR: 'transient',
  SERVER_ERROR: 'transient',
};

const strategyOf = (policy: JsonObject): JsonObject => {
  const said = policy.backoff_strategy ?? policy.backoff ?? policy.strategy;
  return ['fixed', 'linear', 'exponential'].includes(said as string) ? { backoff_strategy: said as string } : {};
};

const codes = (value: Json | undefined): readonly string[] =>
  Array.isArray(value)
    ? (value as Json[]).flatMap((entry) => (typeof entry === 'string' ? [CLASSES[entry] ?? entry] : []))
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
