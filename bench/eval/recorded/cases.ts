import { Chance, type Json, type JsonObject } from '../../../src/kernel/index.js';
import type { FindingKind } from '../../../src/llm/optimizer/rules/index.js';
import { transient, type Course, type Courses } from '../../../test/world/recorded-runs.js';

/** A workflow, how its tasks go, and what is wrong with it: that is known, since it was put in. */
export interface Case {
  readonly tasks: JsonObject;
  readonly rest: JsonObject;
  readonly input: (run: number) => Json;
  readonly courses: Courses;
  readonly patience: number;
  /** What is to be found; absent: nothing. */
  readonly truth: { readonly kind: FindingKind; readonly task: string } | undefined;
}

/** What a task does, by its pattern of addresses. */
type Going = (chance: Chance, about: Parameters<Courses>) => Course;

interface Draft {
  tasks: Record<string, JsonObject>;
  rest: JsonObject;
  readonly going: Record<string, Going>;
  input: Record<string, (run: number) => Json>;
}

const lognormal = (middle: number, deviation: number): ((chance: Chance) => Course) => {
  return (chance) => ({ millis: middle * Math.exp(deviation * chance.normal()) });
};

const flaky = (share: number, otherwise: (chance: Chance) => Course): Going => {
  return (chance) => (chance.happens(share) ? { millis: 40, failure: transient('busy') } : otherwise(chance));
};

const RETRIES = { max_retries: 4, initial_delay: 0.2 } as const;

/**
 * Nothing is wrong: a chain of a read with retries that help, a pure task whose inputs seldom come again, a map of a size
 * that varies and a write that fails at times; durations between tight and wide, of tens of ms to some seconds.
 */
const healthy = (chance: Chance): Draft => {
  const width = (): number => 0.2 + 0.7 * chance.next();
  const middle = (): number => 50 * Math.exp(3 * chance.next());
  const read = lognormal(middle(), width());
  const item = lognormal(middle(), width());
  const pure = lognormal(middle(), width());
  const write = lognormal(middle(), width());
  const fails = 0.15 * chance.next();
  const most = 2 + chance.below(12);
  const again = chance.happens(0.5) ? 0.1 * chance.next() : 0;
  const draws = new Chance(chance.below(2 ** 31));
  return {
    tasks: {
      read: { type: 't/read', retry_policy: RETRIES, ...(chance.happens(0.5) && { timeout: 120 }) },
      pure: { type: 't/pure', input: { n: '${input.n}' }, depends_on: ['read'] },
      each: {
        map: { over: '${input.rows}', as: 'row', ...(chance.happens(0.5) && { concurrency: 4 }) },
        tasks: { one: { type: 'api/get', retry_policy: RETRIES } },
      },
      write: { type: 't/write', depends_on: ['pure', 'each'], on_error: 'continue' },
    },
    rest: {},
    going: {
      '/read': flaky(fails, read),
      '/each/one': flaky(fails / 2, item),
      '/pure': pure,
      '/write': flaky(fails / 2, write),
    },
    input: {
      n: (run) => (draws.happens(again) ? 0 : run),
      rows: (run) => Array.from({ length: 1 + ((run * 5) % most) }, (_, n) => n),
    },
  };
};

type Fault = (draft: Draft, chance: Chance) => NonNullable<Case['truth']>;

const hanging = (share: number, otherwise: Going): Going => {
  return (chance, about) => (chance.happens(share) ? { millis: Infinity } : otherwise(chance, about));
};

/** What can be wrong, one at a time. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a timeout far too long': (draft, chance) => {
    draft.tasks.read = { ...draft.tasks.read, timeout: 900 };
    draft.going['/read'] = hanging(0.06, lognormal(100 + chance.below(900), 0.4));
    return { kind: 'set_timeout', task: '/read' };
  },
  'no timeout, and attempts that hang': (draft, chance) => {
    draft.tasks.read = { type: 't/read', retry_policy: RETRIES };
    draft.going['/read'] = hanging(0.08, lognormal(100 + chance.below(900), 0.4));
    return { kind: 'set_timeout', task: '/read' };
  },
  'a timeout amid the durations': (draft, chance) => {
    const middle = 1000 + chance.below(2000);
    draft.tasks.read = { type: 't/read', timeout: (middle * Math.exp(0.5)) / 1000 };
    draft.going['/read'] = lognormal(middle, 0.5);
    return { kind: 'set_timeout', task: '/read' };
  },
  'no retries of what passes': (draft, chance) => {
    const share = 0.2 + 0.2 * chance.next();
    draft.tasks.first = { type: 't/read' };
    draft.tasks.read = { ...draft.tasks.read, depends_on: ['first'] };
    draft.going['/first'] = flaky(share, lognormal(200, 0.4));
    draft.going['/read'] = flaky(share, lognormal(200, 0.4));
    return { kind: 'tune_retry', task: '/first' };
  },
  'retries that never help': (draft) => {
    draft.tasks.read = { type: 't/read', retry_policy: { max_retries: 8, initial_delay: 0.1 }, on_error: 'continue' };
    draft.going['/read'] = (_, [{ attempt }, { run }]) =>
      run % 5 === 0 || (run % 3 === 0 && attempt === 1)
        ? { millis: 700, failure: transient('busy') }
        : { millis: 150 + (run % 50) };
    return { kind: 'tune_retry', task: '/read' };
  },
  'retries of a failure that never passes': (draft) => {
    draft.tasks.read = { type: 't/read', retry_policy: { max_retries: 3, initial_delay: 0.1 }, on_error: 'continue' };
    draft.going['/read'] = (_, [{ attempt }, { run }]) => {
      if (run % 6 === 0) return { millis: 900, failure: transient('no_such_host') };
      const passes = run % 5 === 0 ? 4 : run % 4 === 0 ? 3 : 1;
      return attempt < passes ? { millis: 30, failure: transient('busy') } : { millis: 150 + (run % 50) };
    };
    return { kind: 'tune_retry', task: '/read' };
  },
  'a map in which many do less than few': (draft, chance) => {
    const from = 4 + chance.below(6);
    draft.tasks.each = { map: { over: '${input.rows}', as: 'row' }, tasks: { one: { type: 'api/get' } } };
    draft.going['/each/one'] = (draws, [, { beside }]) => ({
      millis: 200 * Math.exp(0.2 * draws.normal()) * Math.max(1, beside / from) ** 1.8,
    });
    draft.input.rows = (run) => Array.from({ length: 1 + ((run * 7) % 36) }, (_, n) => n);
    return { kind: 'limit_concurrency', task: '/each' };
  },
  'a map of which many are turned away': (draft, chance) => {
    const from = 6 + chance.below(6);
    draft.tasks.each = {
      map: { over: '${input.rows}', as: 'row' },
      tasks: { one: { type: 'api/get', retry_policy: { max_retries: 2, initial_delay: 0.3, jitter: 0.5 } } },
    };
    draft.going['/each/one'] = (draws, [, { beside }]) =>
      draws.happens(beside > from ? 0.5 : 0.01)
        ? { millis: 30, failure: transient('rate_limited') }
        : { millis: 300 * Math.exp(0.2 * draws.normal()) };
    draft.input.rows = (run) => Array.from({ length: 1 + ((run * 7) % 36) }, (_, n) => n);
    return { kind: 'limit_concurrency', task: '/each' };
  },
  'a result that is worked out again and again': (draft, chance) => {
    const many = 2 + chance.below(12);
    draft.tasks.pure = { type: 't/pure', input: { n: '${input.n}' }, depends_on: ['read'] };
    draft.going['/pure'] = lognormal(2000, 0.3);
    draft.input.n = (run) => run % many;
    return { kind: 'cache', task: '/pure' };
  },
  'the head of the longest way begins last': (draft) => {
    const short = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`s${n}`, { type: 't/read' }]));
    draft.tasks = {
      ...short,
      head: { type: 't/read' },
      middle: { type: 't/read', depends_on: ['head'] },
      tail: { type: 't/read', depends_on: ['middle'] },
    };
    draft.rest = { concurrency: 2 };
    for (const id of Object.keys(short)) draft.going[`/${id}`] = lognormal(1000, 0.1);
    for (const id of ['head', 'middle', 'tail']) draft.going[`/${id}`] = lognormal(1500, 0.1);
    return { kind: 'prioritise', task: '/head' };
  },
};

const ITEM = /\[[^\]]*\]/g;

/** A workflow with one thing wrong, or, without a fault, with nothing. */
export const caseOf = (chance: Chance, fault?: Fault): Case => {
  const draft = healthy(chance);
  const truth = fault?.(draft, chance);
  const draws = new Chance(chance.below(2 ** 31));
  const { tasks, rest, going, input } = draft;
  return {
    ...{ tasks, rest, truth, patience: 600_000 },
    input: (run) => Object.fromEntries(Object.entries(input).map(([name, of]) => [name, of(run)])),
    courses: (attempt, around) =>
      going[attempt.address.replace(ITEM, '')]?.(draws, [attempt, around]) ?? { millis: 100 },
  };
};
