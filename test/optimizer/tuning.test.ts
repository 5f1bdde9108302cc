import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Chance, type JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS, placesOf, type Facts } from '../../src/llm/optimizer/ir/index.js';
import { improve, type Improvement } from '../../src/llm/optimizer/prove/index.js';
import { cacheablePatterns, studyOf } from '../../src/llm/optimizer/rules/index.js';
import {
  buildHistory,
  compare,
  isBetter,
  simulateWorkflow,
  type Comparison,
  type EngineLimits,
  type Goal,
} from '../../src/llm/optimizer/simulate/index.js';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import type { Observations } from '../../src/llm/ports/index.js';
import {
  fatal,
  RecordedRuns,
  transient,
  type Course,
  type Courses,
  type RecordedEnd,
  type RunOptions,
} from '../world/recorded-runs.js';
import { surroundings } from './versions.js';

/*
 * Histories are made by the real engine and its store in virtual time, from distributions that are known here. What is
 * predicted of a change is held against what the engine then does with it.
 */

let world: RecordedRuns;
beforeAll(async () => {
  world = await RecordedRuns.open(surroundings);
});
afterAll(() => world.close());

/** So many that chance does not blur what is predicted. */
const MANY = { resamples: 1000, maxDecisions: 300_000 };

let chance: Chance;
let names = 0;
const lognormal = (middle: number, deviation: number): number => middle * Math.exp(deviation * chance.normal());

interface Recording extends Omit<RunOptions, 'courses'> {
  readonly tasks: JsonObject;
  readonly rest?: JsonObject;
  readonly courses: Courses | Readonly<Record<string, () => Course>>;
  readonly facts?: Partial<Facts>;
  readonly limits?: EngineLimits;
}

interface Recorded {
  readonly compiled: CompiledWorkflow;
  readonly observed: Observations;
  readonly ends: readonly RecordedEnd[];
  /** Of a version: what rules that rest on history find. */
  readonly found: (compiled?: CompiledWorkflow) => readonly Improvement[];
  readonly compared: (candidate: CompiledWorkflow) => Comparison;
  /** The engine runs a version of it as often. */
  readonly again: (candidate: CompiledWorkflow) => Promise<readonly RecordedEnd[]>;
}

const record = async ({ tasks, rest = {}, courses, facts, limits = {}, ...options }: Recording): Promise<Recorded> => {
  chance = new Chance('tuning', ++names);
  const known = { ...NO_FACTS, ...facts };
  const going: Courses =
    typeof courses === 'function' ? courses : ({ address }) => courses[address]?.() ?? { millis: 100 };
  const id = await world.keep({ name: `tuned-${names}`, ...rest, tasks });
  const compiled = await world.compiled(id);
  const ends = await world.run(id, { ...options, courses: going });
  const observed = await world.observe(id, { inputsOf: cacheablePatterns(placesOf(compiled), known) });
  const historyOf = (version: CompiledWorkflow) => buildHistory(version, observed);
  return {
    ...{ compiled, observed, ends },
    found: (version = compiled) => {
      const study = studyOf(version, known, surroundings.catalogue);
      return improve({ study, surroundings }, { history: historyOf(version), limits }).filter(
        ({ evidence }) => evidence !== undefined,
      );
    },
    compared: (candidate) =>
      compare(
        simulateWorkflow(compiled, historyOf(compiled), { limits, ...MANY }),
        simulateWorkflow(candidate, historyOf(compiled), { limits, ...MANY }),
      ),
    again: async ({ document }) => {
      const other = await world.keep({ ...document, name: `tuned-${++names}` });
      return world.run(other, { ...options, courses: going });
    },
  };
};

const kindsOf = (found: readonly Improvement[]): string[] =>
  found.map(({ kind, ops }) => `${kind} ${JSON.stringify(ops)}`);

const only = (found: readonly Improvement[]): Improvement => {
  expect(kindsOf(found)).toHaveLength(1);
  return found[0] as Improvement;
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shareFailed = (ends: readonly RecordedEnd[]): number =>
  meanOf(ends.map(({ status }) => +(status !== 'completed')));
const busyOf = (ends: readonly RecordedEnd[]): number => meanOf(ends.map(({ busy }) => busy));

const median = (ends: readonly RecordedEnd[]): number =>
  ends.map(({ millis }) => millis).sort((a, b) => a - b)[ends.length >> 1] as number;

const goalsOf = (comparison: Comparison): Goal[] =>
  (['latency', 'cost', 'reliability', 'balanced'] as const).filter((goal) => isBetter(comparison, goal));

/** Within so many parts of what was measured. */
const closeTo = (predicted: number | undefined, measured: number, part: number): void => {
  expect(predicted).toBeGreaterThan(measured * (1 - part));
  expect(predicted).toBeLessThan(measured * (1 + part));
};

const ok = (middle: number, deviation = 0.4): Course => ({ millis: lognormal(middle, deviation) });

describe('timeouts', () => {
  test('one that is far too long gives way to one from the durations; what that spares is what the engine spares', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', timeout: 600, retry_policy: { max_retries: 2 } } },
      courses: () => (chance.happens(0.05) ? { millis: Infinity } : ok(400)),
      runs: 200,
    });
    const found = only(recorded.found());
    const [op] = found.ops;
    const { evidence, level } = found;
    expect({ level, op, evidence }).toMatchObject({
      ...{ level: 'policy-change', op: { op: 'set_timeout', task: '/a' } },
      evidence: { is: 'timeout', because: 'hung', before: 600_000 },
    });
    if (op?.op !== 'set_timeout' || evidence?.is !== 'timeout') throw new Error('not a timeout');
    expect(op.seconds * 1000).toBeGreaterThanOrEqual(evidence.longest);
    expect(op.seconds).toBeLessThan(4);
    const comparison = recorded.compared(found.candidate);
    expect(goalsOf(comparison)).toContain('cost');
    closeTo(comparison.busy?.before, busyOf(recorded.ends), 0.2);
    closeTo(comparison.busy?.after, busyOf(await recorded.again(found.candidate)), 0.2);
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('where there is none, executions that somebody had to cancel tell of attempts that hang', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', retry_policy: { max_retries: 3, initial_delay: 0.1 } } },
      courses: () => (chance.happens(0.08) ? { millis: Infinity } : ok(300)),
      ...{ runs: 150, patience: 120_000 },
    });
    expect(shareFailed(recorded.ends)).toBeGreaterThan(0.03);
    const found = only(recorded.found());
    expect(found.evidence).toMatchObject({ is: 'timeout', because: 'hung', before: undefined });
    const comparison = recorded.compared(found.candidate);
    expect(goalsOf(comparison)).toEqual(expect.arrayContaining(['reliability', 'balanced', 'cost']));
    closeTo(comparison.failure?.before, shareFailed(recorded.ends), 0.4);
    expect(comparison.failure?.after).toBeLessThan(0.01);
    expect(shareFailed(await recorded.again(found.candidate))).toBeLessThan(0.01);
  });

  test('one that cuts what is only slow is raised beyond what was seen', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', timeout: 1 } },
      courses: () => ok(700, 0.5),
      runs: 200,
    });
    expect(shareFailed(recorded.ends)).toBeGreaterThan(0.15);
    const found = only(recorded.found());
    expect(found.evidence).toMatchObject({ is: 'timeout', because: 'slow', before: 1000 });
    const comparison = recorded.compared(found.candidate);
    closeTo(comparison.failure?.before, shareFailed(recorded.ends), 0.25);
    expect(comparison.failure?.after).toBeLessThan(0.01);
    expect(shareFailed(await recorded.again(found.candidate))).toBeLessThan(0.01);
    expect(goalsOf(comparison)).toContain('reliability');
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('one that stops what hangs, and a task that never does, stay as they are', async () => {
    const hanging = await record({
      tasks: { a: { type: 'x/read', timeout: 2, retry_policy: { max_retries: 2 } }, b: { type: 'x/read' } },
      courses: { '/a': () => (chance.happens(0.1) ? { millis: Infinity } : ok(200)), '/b': () => ok(5000, 1) },
      runs: 100,
    });
    expect(kindsOf(hanging.found())).toEqual([]);
  });

  test('fewer than 30 successes are no ground', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', timeout: 600, retry_policy: { max_retries: 2 } } },
      courses: () => (chance.happens(0.2) ? { millis: Infinity } : ok(400)),
      runs: 29,
    });
    expect(kindsOf(recorded.found())).toEqual([]);
  });
});

describe('retries', () => {
  const flaky = (share: number) => (): Course =>
    chance.happens(share) ? { millis: 50, failure: transient('busy') } : ok(100);

  test('are added where others of the type show that failures pass; the failures that are left are those that the engine sees', async () => {
    const recorded = await record({
      tasks: {
        a: { type: 'x/read' },
        b: { type: 'x/read', retry_policy: { max_retries: 4, initial_delay: 0.1 }, depends_on: ['a'] },
      },
      courses: { '/a': flaky(0.3), '/b': flaky(0.3) },
      runs: 200,
    });
    const found = only(recorded.found());
    expect(found).toMatchObject({
      ops: [{ op: 'set_retry', task: '/a' }],
      evidence: { is: 'retries', of: 'type', before: 0 },
    });
    const comparison = recorded.compared(found.candidate);
    closeTo(comparison.failure?.before, shareFailed(recorded.ends), 0.25);
    const after = shareFailed(await recorded.again(found.candidate));
    expect(Math.abs((comparison.failure?.after ?? 1) - after)).toBeLessThan(0.02);
    expect(goalsOf(comparison)).toEqual(expect.arrayContaining(['reliability', 'balanced']));
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('are never added to what writes, nor where nobody has seen a later attempt, nor to failures that do not pass', async () => {
    const seen = { b: { type: 'y/write', retry_policy: { max_retries: 4, initial_delay: 0.1 } } };
    const recorded = await record({
      tasks: { a: { type: 'y/write' }, ...seen, c: { type: 'y/write', effects: 'write' }, d: { type: 'y/idempotent' } },
      courses: {
        ...{ '/a': flaky(0.3), '/b': flaky(0.3), '/c': flaky(0.2) },
        '/d': () => (chance.happens(0.3) ? { millis: 50, failure: fatal('wrong') } : ok(100)),
      },
      rest: { on_error: 'continue' },
      runs: 100,
    });
    expect(kindsOf(recorded.found())).toEqual([]);
  });

  test('that never helped are fewer', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', retry_policy: { max_retries: 6, backoff_strategy: 'fixed', jitter: 0 } } },
      // What fails thrice goes on to.
      courses: ({ attempt }, { run }) => {
        const own = new Chance('broken', run);
        const isBroken = own.happens(0.2);
        return isBroken || (attempt === 1 && own.happens(0.3)) ? { millis: 900, failure: transient('busy') } : ok(100);
      },
      runs: 150,
    });
    const found = only(recorded.found());
    const retry_policy = { max_retries: 1, backoff_strategy: 'fixed', jitter: 0 };
    expect(found.ops).toEqual([{ op: 'set_retry', task: '/a', retry_policy }]);
    const comparison = recorded.compared(found.candidate);
    const after = await recorded.again(found.candidate);
    closeTo(comparison.busy?.before, busyOf(recorded.ends), 0.2);
    closeTo(comparison.busy?.after, busyOf(after), 0.2);
    closeTo(comparison.failure?.after, shareFailed(after), 0.35);
    expect(goalsOf(comparison)).toEqual(expect.arrayContaining(['cost', 'balanced']));
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('after a failure that never passes are given up, those after others stay', async () => {
    const recorded = await record({
      tasks: { a: { type: 'x/read', retry_policy: { max_retries: 3, initial_delay: 0.2 } } },
      courses: ({ attempt }, { run }) => {
        const own = new Chance('kinds', run).next();
        if (own < 0.15) return { millis: 800, failure: transient('bad_address') };
        const fails = own < 0.45 && (attempt === 1 || (attempt === 2 && own < 0.2) || (attempt === 3 && own < 0.17));
        return fails ? { millis: 50, failure: transient('busy') } : ok(100);
      },
      runs: 200,
    });
    const found = only(recorded.found());
    expect(found).toMatchObject({
      ops: [{ op: 'set_retry', retry_policy: { max_retries: 3, initial_delay: 0.2, non_retryable: ['bad_address'] } }],
      evidence: { is: 'hopeless', codes: 1 },
    });
    const comparison = recorded.compared(found.candidate);
    const after = await recorded.again(found.candidate);
    closeTo(comparison.busy?.after, busyOf(after), 0.2);
    closeTo(comparison.failure?.after, shareFailed(after), 0.3);
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });
});

describe('limits', () => {
  const many = (most: number) => ({
    tasks: {
      each: {
        map: { over: '${input.rows}', as: 'row' },
        tasks: { one: { type: 'x/read', retry_policy: { max_retries: 1, initial_delay: 0.2, jitter: 0.5 } } },
      },
    },
    input: (run: number) => ({ rows: Array.from({ length: 1 + ((run * 7) % most) }, (_, n) => n) }),
  });

  test('of a map whose items do less together the more they are; what that brings is what the engine sees', async () => {
    const recorded = await record({
      ...many(30),
      // From ten on, each takes away more than it adds.
      courses: (_, { beside }) => ({ millis: lognormal(200, 0.2) * (beside <= 8 ? 1 : (beside / 8) ** 1.8) }),
      runs: 60,
    });
    const found = only(recorded.found());
    const [op] = found.ops;
    expect([found.level, op]).toMatchObject(['policy-change', { op: 'set_concurrency', task: '/each' }]);
    if (op?.op !== 'set_concurrency') throw new Error('not a limit');
    expect(op.concurrency).toBeGreaterThanOrEqual(4);
    expect(op.concurrency).toBeLessThanOrEqual(12);
    const comparison = recorded.compared(found.candidate);
    const after = await recorded.again(found.candidate);
    closeTo(comparison.p50?.before, median(recorded.ends), 0.2);
    closeTo(comparison.p50?.after, median(after), 0.2);
    closeTo(comparison.busy?.after, busyOf(after), 0.2);
    expect(goalsOf(comparison)).toEqual(expect.arrayContaining(['latency', 'cost', 'balanced']));
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('of a map of which many at a time are turned away', async () => {
    const recorded = await record({
      ...many(40),
      courses: (_, { beside }) =>
        chance.happens(beside > 8 ? 0.5 : 0.01)
          ? { millis: 20, failure: transient('rate_limited', 300) }
          : ok(300, 0.2),
      runs: 60,
    });
    const found = only(recorded.found().filter(({ kind }) => kind === 'limit_concurrency'));
    expect(found.evidence).toMatchObject({ is: 'concurrency', task: '/each', before: undefined });
    const comparison = recorded.compared(found.candidate);
    closeTo(comparison.failure?.before, shareFailed(recorded.ends), 0.5);
    const after = shareFailed(await recorded.again(found.candidate));
    expect(Math.abs((comparison.failure?.after ?? 1) - after)).toBeLessThan(0.1);
    expect(after).toBeLessThan(0.3);
    expect(goalsOf(comparison)).toContain('reliability');
    expect(kindsOf(recorded.found(found.candidate))).not.toContain('limit_concurrency');
  });

  test('not where durations grow with the work to be done, but together the items do more', async () => {
    const recorded = await record({
      ...many(30),
      courses: (_, { beside }) => ({ millis: lognormal(200, 0.3) * beside ** 0.4 }),
      runs: 60,
    });
    expect(kindsOf(recorded.found())).toEqual([]);
  });
});

describe('caches', () => {
  const sized = { type: 'x/pure', input: { size: '${input.size}' } };

  test('of pure tasks that are asked the same again and again, for as long as that takes', async () => {
    const recorded = await record({
      tasks: { a: sized, b: { type: 'x/read', input: { size: '${input.size}' } } },
      input: (run) => ({ size: run % 5 === 0 ? run : run % 4 }),
      courses: { '/a': () => ok(2000, 0.1) },
      ...{ runs: 80, every: 5000 },
    });
    const found = only(recorded.found());
    expect(found).toMatchObject({
      ...{ kind: 'cache', level: 'success-equivalent' },
      ops: [{ op: 'set_cache', task: '/a', ttl: 300 }],
      evidence: { is: 'repeats', samples: 80 },
    });
    const comparison = recorded.compared(found.candidate);
    const after = await recorded.again(found.candidate);
    closeTo(comparison.busy?.after, busyOf(after), 0.25);
    expect(goalsOf(comparison)).toEqual(expect.arrayContaining(['latency', 'cost', 'balanced']));
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('not of those whose inputs seldom come again, nor of delays; of what reads, when an operator says that it is pure', async () => {
    const facts = { effects: { 'x/read': 'pure' } } as const;
    const tasks = {
      a: { type: 'x/read', input: { n: '${input.n % 3}' } },
      b: { type: 'x/pure', input: { n: '${input.n}' } },
      c: { type: 'core/delay', input: {} },
    };
    const recorded = await record({ tasks, input: (run) => ({ n: run }), courses: () => ok(500), runs: 40, facts });
    expect(kindsOf(recorded.found())).toEqual(['cache [{"op":"set_cache","task":"/a","ttl":60}]']);
  });
});

describe('priorities', () => {
  /** Short ones that lead nowhere, and the head of a long chain, written down last. */
  const tasks = {
    ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`s${n}`, { type: 'x/read' }])),
    head: { type: 'x/read' },
    middle: { type: 'x/read', depends_on: ['head'] },
    tail: { type: 'x/read', depends_on: ['middle'] },
  };
  const courses: Courses = ({ address }) => (address.startsWith('/s') ? ok(1000, 0.1) : ok(1500, 0.1));

  test('are given to the head of the longest way, and to nothing else, where slots are short', async () => {
    const recorded = await record({ tasks, rest: { concurrency: 2 }, courses, runs: 30 });
    const found = only(recorded.found());
    expect(found).toMatchObject({
      kind: 'prioritise',
      level: 'identical',
      evidence: { is: 'ranks', tasks: ['/head'] },
    });
    const comparison = recorded.compared(found.candidate);
    closeTo(comparison.p50?.after, median(await recorded.again(found.candidate)), 0.1);
    expect(goalsOf(comparison)).toContain('latency');
    expect(kindsOf(recorded.found(found.candidate))).toEqual([]);
  });

  test('are not, where there are slots enough, or where somebody has given some already', async () => {
    const free = await record({ tasks, courses, runs: 30 });
    expect(kindsOf(free.found())).toEqual([]);
    const given = { ...tasks, s0: { type: 'x/read', priority: 3 } };
    const set = await record({ tasks: given, rest: { concurrency: 2 }, courses, runs: 30 });
    expect(kindsOf(set.found())).toEqual([]);
  });
});
