import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blend, Histogram, samplerOf } from '../../src/llm/optimizer/simulate/history/histogram.js';
import { modelOf } from '../../src/llm/optimizer/simulate/run/task-model.js';
import { typeKeyOf, typeKeyOfWork } from '../../src/llm/optimizer/simulate/index.js';
import { placesOf } from '../../src/llm/optimizer/simulate/places.js';
import { tasksByPattern } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { seedOf } from '../world/random.js';
import { ENOUGH, execution, failedRun, historyOf, ran, skipped, UNTIL, workflow } from './histories.js';

const seed = seedOf('history');
const DAY = 86_400_000;
const t = task();
const assumed = 1000;
const source = { pattern: '/a', type: 'test/task', assumed };

describe('a histogram', () => {
  const values = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 });
  const of = (list: readonly number[]): Histogram => {
    const histogram = new Histogram();
    for (const value of list) histogram.add(value);
    return histogram;
  };

  test('keeps the mean, and quantiles to the width of a bin', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 99 }), (list, percent) => {
        const histogram = of(list);
        const sorted = [...list].sort((a, b) => a - b);
        expect(histogram.mean).toBeCloseTo(list.reduce((sum, value) => sum + value, 0) / list.length, 3);
        const exact = sorted[Math.floor((percent / 100) * list.length)] as number;
        expect(Math.abs(histogram.quantile(percent / 100) - exact)).toBeLessThanOrEqual(0.045 * exact + 1e-9);
      }),
      { seed },
    );
  });

  test('is the same in whatever order its values come, and its sampler goes up', () => {
    fc.assert(
      fc.property(values, (list) => {
        const [one, other] = [samplerOf(of(list)), samplerOf(of([...list].reverse()))];
        let before = 0;
        for (let share = 0; share < 1; share += 0.05) {
          expect(one.at(share)).toBeCloseTo(other.at(share), 6);
          expect(one.at(share)).toBeGreaterThanOrEqual(before);
          before = one.at(share);
        }
      }),
      { seed },
    );
  });

  test('of weights, as many equal ones as say as much', () => {
    const histogram = new Histogram();
    for (let n = 0; n < 10; n++) histogram.add(5, 0.5);
    expect(histogram).toMatchObject({ count: 10, weight: 5, effective: 10 });
    histogram.add(5, 100);
    expect(histogram.effective).toBeLessThan(1.2);
    expect(blend(new Histogram(), histogram, 0.3).quantile(0.5)).toBe(5);
  });
});

describe('what is known of a task', () => {
  const compiled = workflow({ a: t, b: t });

  test('older runs weigh less', () => {
    const long = execution([ran('/a', 1000)], { endedAt: UNTIL - 28 * DAY });
    const history = historyOf(compiled, [...Array.from({ length: 3 }, () => long), execution([ran('/a', 10)])]);
    expect(history.tasks.get('/a')?.durations.weight).toBeCloseTo(1.75, 6);
    expect(history.tasks.get('/a')?.durations.quantile(0.5)).toBe(10);
  });

  test('failures are counted by attempt and by class', () => {
    const failures = [{ kind: 'transient', code: 'busy', after: 20 }] as const;
    const history = historyOf(compiled, [
      execution([ran('/a', 10)]),
      execution([ran('/a', 10, { attempt: 2, retries: 1, failures })]),
      execution([
        failedRun('/a', 30, { attempt: 3, retries: 2, failures: [{ kind: undefined, code: 'odd', after: 30 }] }),
      ]),
      execution([ran('/a', 5, { status: 'canceled' })]),
    ]);
    const known = history.tasks.get('/a');
    expect(known).toMatchObject({ runs: 3, firstFails: { yes: 2, of: 3 }, laterFails: { yes: 2, of: 3 } });
    expect([...(known?.classes.values() ?? [])].map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      'transient busy',
      'transient odd',
    ]);
    expect(known?.failedDurations.mean).toBe(25);
  });

  test('attempts are told apart by their number', () => {
    const failures = [{ kind: 'transient', code: 'busy', after: 1 }] as const;
    const after = (retries: number) => execution([ran('/a', 1, { attempt: retries + 1, retries, failures })]);
    const history = historyOf(
      compiled,
      Array.from({ length: 60 }, (_, n) => after(n % 3)),
    );
    const { fails } = modelOf(history, source);
    expect(fails(1)).toBeCloseTo(2 / 3, 2);
    expect(fails(2)).toBeCloseTo(1 / 2, 1);
    expect(fails(3)).toBeLessThan(0.03);
  });

  test('runs of another version count as far as the task is the same, decisions as far as the words are', () => {
    const today = workflow({ a: task({ when: '${input.x}' }), b: t });
    const before = workflow({ a: task({ when: '${input.y}' }), b: { type: 'core/noop' } }).document;
    const old = execution([ran('/a', 10), ran('/b', 7)], { definition: 'before' });
    const history = historyOf(today, [old, execution([skipped('/a', 'condition'), ran('/b', 9)])], {
      executions: [],
      documents: { before },
    });
    expect(history.tasks.get('/a')?.durations.count).toBe(1);
    expect(history.tasks.get('/b')?.durations.mean).toBe(9);
    expect(history.types.get('core/noop')?.all.durations.mean).toBe(7);
    expect(history.decisions.conditions.get('/a')).toMatchObject({ yes: 0, of: 1 });
  });

  test('what a re-execution has reset counts as a run and not as a decision', () => {
    const today = workflow({ a: task({ when: '${input.x}' }) });
    const history = historyOf(today, [execution([ran('/a', 10, { isSuperseded: true }), skipped('/a', 'condition')])]);
    expect(history.tasks.get('/a')?.durations.count).toBe(1);
    expect(history.decisions.conditions.get('/a')?.share).toBe(0);
  });

  test('of an execution that is not whole nothing is taken for decided', () => {
    const map = workflow({ each: { map: { over: '${input.rows}' }, tasks: { one: t } } });
    const steps = [ran('/each', 10, { attempt: 0 }), ran('/each[0]/one', 10)];
    expect(historyOf(map, [execution(steps)]).decisions.sizes.get('/each')?.mean).toBe(1);
    expect(historyOf(map, [execution(steps, { isWhole: false })]).decisions.sizes.size).toBe(0);
  });

  test('items are counted by the keys of their addresses, nested ones by their own construct', () => {
    const map = workflow({
      each: { map: { over: '${input.rows}' }, tasks: { inner: { map: { over: '${item}' }, tasks: { one: t } } } },
    });
    const inner = (key: string): ReturnType<typeof ran>[] => [
      ran(`/each[${key}]/inner`, 0, { attempt: 0 }),
      ...[0, 1, 2].map((n) => ran(`/each[${key}]/inner[${n}]/one`, 5)),
    ];
    const { sizes } = historyOf(map, [
      execution([ran('/each', 0, { attempt: 0 }), ...inner('"a]/b[0"'), ...inner('"c"')]),
    ]).decisions;
    expect([sizes.get('/each')?.mean, sizes.get('/each[*]/inner')?.mean]).toEqual([2, 3]);
    expect(sizes.get('/each[*]/inner')?.count).toBe(2);
  });

  test('a switch whose branch another has chosen too says nothing', () => {
    const branches: Json = [{ when: '${input.x}', goto: 'a' }, { goto: 'b' }];
    const two = workflow({ p: { switch: branches }, q: { switch: branches }, a: t, b: t });
    const pick = ['/p', '/q'].map((step) => ran(step, 0, { attempt: 0 }));
    const both = historyOf(two, [execution([...pick, ran('/a', 1), ran('/b', 1)])]);
    expect(both.decisions.branches.size).toBe(0);
    const one = historyOf(two, [execution([...pick, ran('/a', 1), skipped('/b', 'branch')])]);
    expect([...(one.decisions.branches.get('/p') ?? [])]).toEqual([['a', expect.any(Number)]]);
  });

  test('the time in the queue is what passed since its last predecessor ended', () => {
    const chain = workflow({ a: t, b: task({ depends_on: ['a'] }) });
    const start = UNTIL - 60_000;
    const b = ran('/b', 10, { firstStartedAt: start + 150, startedAt: start + 150, endedAt: start + 160 });
    const history = historyOf(chain, [execution([ran('/a', 100), b])]);
    expect([history.tasks.get('/a')?.queue.mean, history.tasks.get('/b')?.queue.mean]).toEqual([0, 50]);
    const limited = workflow({ a: t, b: task({ depends_on: ['a'] }) }, { concurrency: 1 });
    expect(historyOf(limited, [execution([ran('/a', 100), b])]).tasks.get('/b')?.queue.count).toBe(0);
  });
});

describe('what a task owes to its type', () => {
  const compiled = workflow({ a: t, b: t, c: t });
  const runs = (step: string, times: readonly number[]) => times.map((millis) => execution([ran(step, millis)]));

  test('nothing, when tasks of the type differ and its own runs do not', () => {
    const history = historyOf(compiled, [
      ...runs('/a', [100, 101]),
      ...runs('/b', [5000, 5001, 5002]),
      ...runs('/c', [1, 1, 1]),
    ]);
    const { durations, basis } = modelOf(history, source);
    expect(basis).toBe('own');
    for (const share of [0.01, 0.3, 0.7, 0.98]) expect(durations.at(share)).toBeCloseTo(100, -1);
  });

  test('much, when its runs differ as much as those of others', () => {
    const noisy = [10, 100, 1000, 30, 300, 3000];
    const history = historyOf(compiled, [...runs('/a', [10, 12]), ...runs('/b', noisy), ...runs('/c', noisy)]);
    expect(modelOf(history, source).durations.at(0.9)).toBeGreaterThan(300);
  });

  test('nothing any more once it has run 30 times', () => {
    const noisy = [10, 100, 1000, 30, 300, 3000];
    const own = Array.from({ length: ENOUGH }, () => 10);
    const history = historyOf(compiled, [...runs('/a', own), ...runs('/b', noisy), ...runs('/c', noisy)]);
    expect(modelOf(history, source)).toMatchObject({ meanDuration: 10 });
    expect(modelOf(history, source).fails(1)).toBe(0);
    expect(modelOf(history, source).trust).toBeCloseTo(0.8, 6);
  });

  test('all, when it never ran; and without any of its type it is assumed', () => {
    const history = historyOf(compiled, runs('/b', [50, 50]));
    expect(modelOf(history, source)).toMatchObject({ basis: 'type', meanDuration: 50 });
    expect(modelOf(history, { ...source, type: 'other/task' })).toMatchObject({
      basis: 'assumed',
      trust: 0,
      meanDuration: 1000,
    });
  });

  /** Of `/a` after so many runs without a failure, when all other tasks of the type fail that often. */
  const rate = (own: number, shares: readonly number[]): number => {
    const others = shares.flatMap((share, which) =>
      Array.from({ length: 20 }, (_, n) => {
        const step = ['/b', '/c'][which] ?? '/d';
        return execution([n < share * 20 ? failedRun(step, 5) : ran(step, 5)]);
      }),
    );
    return modelOf(
      historyOf(workflow({ a: t, b: t, c: t, d: t }), [
        ...others,
        ...runs(
          '/a',
          Array.from({ length: own }, () => 5),
        ),
      ]),
      source,
    ).fails(1);
  };

  test('a failure rate of its type, less the more it has run', () => {
    expect(rate(0, [0.3, 0.4, 0.35])).toBeCloseTo(0.35, 6);
    expect(rate(1, [0.3, 0.4, 0.35])).toBeGreaterThan(rate(20, [0.3, 0.4, 0.35]));
    expect(rate(20, [0.3, 0.4, 0.35])).toBeGreaterThan(0);
    expect(rate(30, [0.3, 0.4, 0.35])).toBe(0);
  });

  test('no failure of another task, where one always fails and others never do', () => {
    expect(rate(3, [1, 0, 0])).toBeLessThan(0.02);
  });
});

test('a task has one type, in its document and compiled', () => {
  const compiled = workflow({
    a: t,
    b: { component: 'athena', action: 'query', input: { q: '${input.q}' } },
    c: { component: 'athena', action: 'query', input: { q: 1 } },
    d: { type: 'tekton/action', input: { component: 'athena', action: 'query', params: {} } },
    e: { type: 'tekton/action', input: { component: '${input.c}', action: 'query', params: {} } },
    f: { workflow: { name: 'audit' } },
    g: { approval: {} },
    h: { tasks: { i: { event: { name: 'x' } } } },
    j: { switch: [{ goto: 'a' }] },
  });
  const places = placesOf(compiled);
  const written = [...tasksByPattern(compiled.document)].map(([pattern, one]) => [pattern, typeKeyOf(one)]);
  expect(written).toEqual([...places].map(([pattern, place]) => [pattern, typeKeyOfWork(place.task.work)]));
  expect(Object.fromEntries(written)).toMatchObject({
    '/b': 'tekton/action:athena/query',
    '/d': 'tekton/action:athena/query',
    '/e': 'tekton/action',
    '/f': 'workflow:audit',
    '/h/i': 'event',
  });
});
