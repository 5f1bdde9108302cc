import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compileRetryPolicy,
  nextAttempt,
  retryPolicyFaults,
  type FailedAttempt,
  type RetryPolicySpec,
} from '../../src/retry-policy/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const failed = (fields: Partial<FailedAttempt> = {}): FailedAttempt => ({
  retries: 0,
  elapsed: 0,
  kind: 'transient',
  code: 'broken',
  retryAfter: undefined,
  ...fields,
});

const after = (spec: RetryPolicySpec, fields: Partial<FailedAttempt> = {}): number | string => {
  const next = nextAttempt(compileRetryPolicy({ jitter: 0, ...spec }), failed(fields), 'seed');
  return next.is === 'retry' ? next.delay : next.because;
};

describe('which failures are retried', () => {
  test.each<[RetryPolicySpec, Partial<FailedAttempt>, number | string]>([
    [{}, {}, 1000],
    [{}, { kind: 'timeout' }, 1000],
    [{}, { kind: 'fatal' }, 'not-retryable'],
    [{}, { kind: 'canceled' }, 'not-retryable'],
    [{ retry_on: ['other'] }, {}, 'not-retryable'],
    [{ retry_on: ['broken'] }, {}, 1000],
    [{ retry_on: ['transient'] }, {}, 1000],
    [{ retry_on: ['timeout'] }, { kind: 'timeout', code: 'timeout' }, 1000],
    [{ retry_on: ['timeout'] }, {}, 'not-retryable'],
    [{ retry_on: ['broken'] }, { kind: 'fatal' }, 'not-retryable'],
    [{ non_retryable: ['broken'] }, {}, 'not-retryable'],
    [{ retry_on: ['broken'], non_retryable: ['broken'] }, {}, 'not-retryable'],
    [{ max_retries: 0 }, {}, 'retries-used-up'],
    [{}, { retries: 3 }, 'retries-used-up'],
    [{ max_elapsed: 10 }, { elapsed: 8_999 }, 1000],
    [{ max_elapsed: 10 }, { elapsed: 9_000 }, 'time-used-up'],
    [{ max_elapsed: 0 }, {}, 'time-used-up'],
  ])('%j, %j: %s', (spec, fields, expected) => {
    expect(after(spec, fields)).toBe(expected);
  });
});

describe('when', () => {
  test.each<[RetryPolicySpec, number[]]>([
    [{ max_retries: 9 }, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]],
    [{ backoff_strategy: 'fixed', initial_delay: 3 }, [3000, 3000, 3000]],
    [{ backoff_strategy: 'linear', max_delay: 2.5 }, [1000, 2000, 2500]],
    [{ backoff_multiplier: 1 }, [1000, 1000, 1000]],
    [{ initial_delay: 90 }, [60_000, 60_000, 60_000]],
    [{ initial_delay: 0 }, [0, 0, 0]],
    [{ max_retries: 1000, backoff_multiplier: 100 }, [1000, 60_000, 60_000]],
  ])('%j: %j', (spec, expected) => {
    expect(expected.map((_, retries) => after(spec, { retries }))).toEqual(expected);
  });

  test('what the failing side asks for is kept, beyond max_delay too, but not beyond max_elapsed', () => {
    expect(after({}, { retryAfter: 500 })).toBe(1000);
    expect(after({}, { retryAfter: 3_600_000 })).toBe(3_600_000);
    expect(after({ max_elapsed: 60 }, { retryAfter: 60_000 })).toBe('time-used-up');
  });

  test('chance stays within its share and the longest delay, and the same seed gives the same', () => {
    const specs = fc.record({
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      initial_delay: fc.double({ min: 0, max: 100, noNaN: true }),
      max_delay: fc.double({ min: 0, max: 100, noNaN: true }),
      backoff_strategy: fc.constantFrom('fixed' as const, 'linear' as const, 'exponential' as const),
      max_retries: fc.constant(1000),
    });
    fc.assert(
      fc.property(specs, fc.nat(999), fc.string(), (spec, retries, seed) => {
        const policy = compileRetryPolicy(spec);
        const next = nextAttempt(policy, failed({ retries }), seed);
        const plain = after({ ...spec, jitter: 0 }, { retries }) as number;
        expect(nextAttempt(policy, failed({ retries }), seed)).toEqual(next);
        const { delay } = next as { delay: number };
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(plain * (1 - spec.jitter)) - 1);
        expect(delay).toBeLessThanOrEqual(Math.min(plain * (1 + spec.jitter), spec.max_delay * 1000) + 1);
      }),
    );
  });

  test('chance is spread over attempts and steps', () => {
    const policy = compileRetryPolicy({ jitter: 1, backoff_strategy: 'fixed', max_delay: 100, max_retries: 1000 });
    const delays = Array.from({ length: 1000 }, (_, index) => {
      const next = nextAttempt(policy, failed(), `e/t${index % 100}@1#${Math.floor(index / 100)}`);
      return next.is === 'retry' ? next.delay : 0;
    });
    const inFifth = (fifth: number): number =>
      delays.filter((delay) => delay >= fifth * 400 && delay < (fifth + 1) * 400).length;
    for (let fifth = 0; fifth < 5; fifth++) expect(inFifth(fifth)).toBeGreaterThan(140);
  });
});

test.each<[Json, string[]]>([
  [{}, []],
  [3, ['wrong_type /p']],
  [{ max_retries: 1.5 }, ['out_of_range /p/max_retries']],
  [{ max_retries: 1001, jitter: 2 }, ['out_of_range /p/max_retries', 'out_of_range /p/jitter']],
  [{ max_delay: Number.NaN, initial_delay: Infinity }, ['out_of_range /p/max_delay', 'out_of_range /p/initial_delay']],
  [{ backoff_strategy: 'constructor' }, ['out_of_range /p/backoff_strategy']],
  [{ constructor: 1, retry_on: 'x' }, ['unknown_field /p/constructor', 'wrong_type /p/retry_on']],
])('a policy %j has the faults %j', (spec, expected) => {
  expect(retryPolicyFaults(spec, '/p').map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(expected);
});

describe('max_elapsed bounds all attempts (semantics 17)', () => {
  const policy = { max_retries: 5, initial_delay: 1, jitter: 0, max_elapsed: 10 };
  const world = (fields: Record<string, Json> = {}): CoreWorld =>
    new CoreWorld({ name: 'w', tasks: { a: task({ retry_policy: policy, ...fields }) } });
  const deadlineOf = (of: CoreWorld): number =>
    ((of.events.at(-1) as { deadline?: number }).deadline ?? Number.NaN) - 1_000_000;

  test('an attempt has what is left of it, or its own timeout if that is less', () => {
    const long = world({ timeout: 4 });
    long.begin('/a');
    expect(deadlineOf(long)).toBe(4000);
    long.advance(7500);
    long.fail('/a', 'transient');
    long.advance(1000).begin('/a');
    expect(deadlineOf(long)).toBe(10_000);
  });

  test('an attempt that uses it up is stopped, and none follows', () => {
    const one = world();
    one.begin('/a').advance(10_000);
    one.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 });
    expect(one.status('/a')).toBe('failed');
    expect(one.orders).toContainEqual({ is: 'stop', step: '/a', generation: 1, attempt: 1 });
  });

  test('a lost attempt is not made again when nothing is left', () => {
    const lost = world();
    lost.begin('/a').advance(11_000);
    lost.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    lost.begin('/a');
    expect(lost.events.filter(({ type }) => type === 'step_started')).toHaveLength(1);
    expect(lost.state.status).toMatchObject({ is: 'failed', failure: { details: { cause: { code: 'timeout' } } } });
  });
});

describe('lost attempts and on_lost (semantics 18)', () => {
  test.each<[string, Json, string]>([
    ['retry', 'fail', 'ready'],
    ['fail', 'fail', 'failed'],
    ['fail', 'continue', 'failed handled'],
    ['fail', { goto: 'b' }, 'failed handled'],
  ])('on_lost %s with on_error %j: %s', (on_lost, on_error, expected) => {
    const lost = new CoreWorld({ name: 'w', tasks: { a: task({ on_lost, on_error }), b: task() } });
    lost.begin('/a');
    lost.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    expect(lost.status('/a')).toBe(expected);
  });

  test('a lost retry keeps the count of retries; a lost attempt of a paused execution waits for its end', () => {
    const lost = new CoreWorld({ name: 'w', tasks: { a: task({ retry_policy: { max_retries: 1, jitter: 0 } }) } });
    lost.begin('/a');
    lost.fail('/a', 'transient');
    lost.advance(1000).begin('/a');
    lost.send({ is: 'pause' });
    lost.send({ is: 'lose', step: '/a', generation: 1, attempt: 2 });
    lost.begin('/a');
    expect(lost.status('/a')).toBe('ready');
    lost.send({ is: 'resume' });
    lost.begin('/a');
    expect(lost.events.at(-1)).toMatchObject({ type: 'step_started', attempt: 3 });
    lost.fail('/a', 'transient');
    expect(lost.status('/a')).toBe('failed');
  });
});
