import { describe, expect, test } from '@jest/globals';
import { difference } from '../../src/llm/optimizer/simulate/judge/bootstrap.js';
import {
  compare,
  isBetter,
  medianGantt,
  predictionOf,
  scoreOf,
  simulateWorkflow,
  upwardRanks,
  type Comparison,
  type Difference,
  type WorkflowHistory,
} from '../../src/llm/optimizer/simulate/index.js';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { Chance, type JsonObject } from '../../src/kernel/index.js';
import { Benefit } from '../../src/llm/suggestion/impact.js';
import { task } from '../world/core-world.js';
import { alwaysTook, execution, failedRun, graph, historyOf, ran, workflow } from './histories.js';

/** Every task took between half and twice as long, by chance. */
const varied = (compiled: CompiledWorkflow, millis: Readonly<Record<string, number>>): WorkflowHistory => {
  const chance = new Chance('varied');
  const once = () =>
    execution(
      Object.entries(millis).map(([step, length]) => ran(step, Math.round(length * 2 ** (2 * chance.next() - 1)))),
    );
  return historyOf(compiled, Array.from({ length: 60 }, once));
};

const chain = graph({ a: [], b: ['a'], c: ['b'] });
const fan = graph({ a: [], b: ['a'], c: ['a'] });
const millis = { '/a': 1000, '/b': 2000, '/c': 2000 };

describe('two versions', () => {
  test('one without a needless edge is better at latency, at nothing else, and the other way round worse', () => {
    const history = varied(chain, millis);
    const [base, candidate] = [simulateWorkflow(chain, history), simulateWorkflow(fan, history)];
    const comparison = compare(base, candidate);
    expect(comparison.p50?.change).toBeLessThan(-1000);
    expect(comparison.p50?.ci95[1]).toBeLessThan(0);
    expect(comparison.busy).toMatchObject({ change: 0, ci95: [0, 0] });
    expect(
      ['latency', 'cost', 'reliability', 'balanced'].map((goal) => isBetter(comparison, goal as 'latency')),
    ).toEqual([true, false, false, true]);
    expect(isBetter(compare(candidate, base), 'balanced')).toBe(false);
  });

  test('common draws make the interval far narrower than draws of their own', () => {
    const history = varied(chain, { ...millis, '/a': 20_000 });
    const base = simulateWorkflow(chain, history);
    const paired = compare(base, simulateWorkflow(fan, history)).p50 as Difference;
    const other = simulateWorkflow(fan, history, { seed: 2 });
    const unpaired = compare(base, { ...other, seed: 1 }).p50 as Difference;
    const width = ({ ci95: [low, high] }: Difference): number => high - low;
    expect(width(paired)).toBeLessThan(width(unpaired) / 2);
  });

  test('simulations of different seeds are not compared', () => {
    const history = varied(chain, millis);
    const [one, other] = [1, 2].map((seed) => simulateWorkflow(chain, history, { seed, resamples: 2 }));
    expect(() => compare(one as never, other as never)).toThrow('different seeds');
  });

  test('a task that moved keeps its history and its draws when it is said where it was', () => {
    const before = workflow({ g: { tasks: { a: task() } } });
    const after = workflow({ a: task() });
    const history = varied(before, { '/g/a': 1000 });
    const base = simulateWorkflow(before, history);
    const moved = simulateWorkflow(after, history, { mapping: new Map([['/a', '/g/a']]) });
    expect(compare(base, moved).p50).toMatchObject({ change: 0, ci95: [0, 0] });
  });

  test('a task that runs once for all items costs less, and as long as there are items at once takes as long', () => {
    const over = (list: string): JsonObject => ({ map: { over: list } });
    const before = workflow({ m: { ...over('${input.rows}'), tasks: { h: task(), w: task({ depends_on: ['h'] }) } } });
    const after = workflow({
      h: task({ when: '${size(input.rows) > 0}' }),
      m: { ...over('${input.rows}'), depends_on: ['h'], tasks: { w: task() } },
    });
    const items = [0, 1, 2].flatMap((n) => [[`/m[${n}]/h`, 1000] as const, [`/m[${n}]/w`, 500] as const]);
    const history = alwaysTook(before, { ...Object.fromEntries(items), '/m': 1500 });
    const benefit = new Benefit(before, history, {});
    const { comparison, isBetter: isCheaper } = benefit.judge(after, 'cost', { '/h': '/m/h' });
    expect(isCheaper).toBe(true);
    const { before: was = 0, after: is = 0 } = comparison.busy ?? {};
    expect(is).toBeLessThan(was);
    expect(comparison.p50?.change).toBe(0);
  });

  test('a retry makes it more reliable', () => {
    const without = workflow({ a: task() });
    const retried = workflow({ a: task({ retry_policy: { max_retries: 2, initial_delay: 1, jitter: 0 } }) });
    const runs = Array.from({ length: 60 }, (_, n) => execution([n % 3 === 0 ? failedRun('/a', 100) : ran('/a', 100)]));
    const history = historyOf(without, runs);
    const comparison = compare(simulateWorkflow(without, history), simulateWorkflow(retried, history));
    expect(comparison.failure?.before).toBeCloseTo(1 / 3, 1);
    expect(isBetter(comparison, 'reliability')).toBe(true);
    expect(isBetter(comparison, 'cost')).toBe(false);
  });
});

describe('the interval of a difference', () => {
  test('holds the true change about as often as it says', () => {
    const chance = new Chance('coverage');
    let held = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const before = Array.from({ length: 60 }, () => 100 + 10 * chance.normal());
      const after = before.map((value) => value - 3 + 2 * chance.normal());
      const [low, high] = difference({ before, after }, 'mean', { seed: trial, rounds: 200 })?.ci95 ?? [0, 0];
      if (low <= -3 && -3 <= high) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.88);
    expect(held / trials).toBeLessThan(0.99);
  });

  test('is nothing without pairs', () => {
    expect(difference({ before: [], after: [] }, 'mean')).toBeUndefined();
  });
});

describe('the gate', () => {
  const about = (p50: Partial<Difference>, unit: Comparison['unit'] = 'ms'): Comparison => {
    const same: Difference = { before: 1, after: 1, change: 0, ci95: [0, 0] };
    const changed = { ...same, ...p50 };
    return {
      unit,
      pairs: 400,
      p50: changed,
      p95: same,
      busy: same,
      busyPerEnd: same,
      attempts: same,
      cost: undefined,
      costPerEnd: undefined,
      currency: undefined,
      failure: same,
      confidence: 1,
    };
  };

  test.each<[string, Partial<Difference>, boolean]>([
    ['2 % and sure', { before: 1000, change: -20, ci95: [-25, -15] }, true],
    ['less than 2 % and less than a second', { before: 1000, change: -19, ci95: [-25, -15] }, false],
    ['a second of a long run', { before: 1e6, change: -1000, ci95: [-1100, -900] }, true],
    ['2 % and not sure', { before: 1000, change: -20, ci95: [-45, 0] }, false],
    ['worse', { before: 1000, change: 200, ci95: [150, 250] }, false],
  ])('%s', (_, found, opens) => {
    expect(isBetter(about(found), 'latency')).toBe(opens);
  });

  test('a second is no measure of weights', () => {
    expect(isBetter(about({ before: 1e6, change: -1000, ci95: [-1100, -900] }, 'weights'), 'latency')).toBe(false);
  });
});

describe('scores', () => {
  const history = varied(chain, millis);
  const comparison = compare(simulateWorkflow(chain, history), simulateWorkflow(fan, history));
  const score = (more: object = {}): number =>
    scoreOf({ comparison, goal: 'latency', risk: 'low', operations: 1, ...more });

  test('fall with risk, with size and with doubt, and rise with what the goal asks for', () => {
    expect(score({ risk: 'medium' })).toBeLessThan(score());
    expect(score({ risk: 'high' })).toBeLessThan(score({ risk: 'medium' }));
    expect(score({ operations: 5 })).toBeLessThan(score());
    expect(score({ operations: 500 })).toBe(score({ operations: 20 }));
    expect(score({ comparison: { ...comparison, confidence: 0.3 } })).toBeLessThan(score());
    expect(score({ goal: 'cost' })).toBeLessThan(score({ goal: 'balanced' }));
    expect(score({ goal: 'balanced' })).toBeLessThan(score());
  });
});

describe('previews and ranks', () => {
  test('the bars are those of a run whose length is the median', () => {
    const simulation = simulateWorkflow(fan, varied(fan, millis));
    const rows = medianGantt(simulation);
    expect(rows.map(({ step }) => step).sort()).toEqual(['/a', '/b', '/c']);
    expect(Math.max(...rows.map(({ end }) => end))).toBe(predictionOf(simulation).makespan?.p50);
  });

  test('who has the longest way before it ranks first', () => {
    const ranks = upwardRanks(fan, alwaysTook(fan, { '/a': 100, '/b': 10, '/c': 500 }));
    expect([...ranks].map(([pattern, { weight, rank }]) => [pattern, weight, rank])).toEqual([
      ['/a', 100, 600],
      ['/b', 10, 10],
      ['/c', 500, 500],
    ]);
  });

  test('ranks go into constructs, and count retries and items', () => {
    const compiled = workflow({
      each: { map: { over: [1, 2, 3, 4], concurrency: 2 }, tasks: { one: task(), two: task({ depends_on: ['one'] }) } },
      last: task({ depends_on: ['each'], retry_policy: { max_retries: 1, initial_delay: 1, jitter: 0 } }),
    });
    const steps = [0, 1, 2, 3].flatMap((n) => [ran(`/each[${n}]/one`, 10), ran(`/each[${n}]/two`, 20)]);
    const failures = [{ kind: 'transient', code: 'busy', after: 100 }] as const;
    const last = ran('/last', 100, { attempt: 2, retries: 1, failures });
    const history = historyOf(
      compiled,
      Array.from({ length: 40 }, () => execution([ran('/each', 60, { attempt: 0 }), ...steps, last])),
    );
    const ranks = upwardRanks(compiled, history);
    expect(ranks.get('/last')).toEqual({ weight: 1200, rank: 1200 });
    expect(ranks.get('/each')).toEqual({ weight: 60, rank: 1260 });
    expect(ranks.get('/each[*]/one')?.rank).toBeCloseTo(1230, 6);
    expect(ranks.get('/each[*]/two')?.rank).toBeCloseTo(1220, 6);
  });

  test('a chain of 10,000 tasks is ranked', () => {
    const long = graph(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]])),
    );
    expect(upwardRanks(long, alwaysTook(long, {})).get('/t0')?.rank).toBe(10_000_000);
  });
});
