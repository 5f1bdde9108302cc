import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compare,
  ganttOf,
  isBetter,
  predictionOf,
  simulateWorkflow,
  type SimulationOptions,
  type WorkflowHistory,
} from '../../src/llm/optimizer/simulate/index.js';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { seedOf } from '../world/random.js';
import { alwaysTook, graph } from './histories.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 2000 : 60;
const seed = seedOf('laws of the simulator');

const makespan = (compiled: CompiledWorkflow, history: WorkflowHistory, options: SimulationOptions = {}): number =>
  predictionOf(simulateWorkflow(compiled, history, { resamples: 1, ...options })).makespan?.p50 ?? NaN;

/** A graph of tasks t0, t1, …, each after some of those before it, and how long each takes. */
const graphs = fc
  .array(fc.record({ millis: fc.integer({ min: 0, max: 5000 }), needs: fc.array(fc.nat(30), { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((tasks) => ({
    needs: tasks.map(({ needs }, index) => [...new Set(needs.filter((other) => other < index))]),
    millis: tasks.map(({ millis }) => millis),
  }));

type Graph = { readonly needs: readonly (readonly number[])[]; readonly millis: readonly number[] };

const compiledOf = ({ needs }: Graph): CompiledWorkflow =>
  graph(Object.fromEntries(needs.map((before, index) => [`t${index}`, before.map((other) => `t${other}`)])));

const historyOf = (compiled: CompiledWorkflow, { millis }: Graph): WorkflowHistory =>
  alwaysTook(compiled, Object.fromEntries(millis.map((length, index) => [`/t${index}`, length])));

/** The longest way through it. */
const criticalPath = ({ needs, millis }: Graph): number => {
  const ends: number[] = [];
  needs.forEach((before, index) => {
    ends.push(Math.max(0, ...before.map((other) => ends[other] as number)) + (millis[index] as number));
  });
  return Math.max(...ends);
};

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('what a simulated makespan must be', () => {
  test('of a chain, the sum', () => {
    const chain = graph({ a: [], b: ['a'], c: ['b'] });
    expect(makespan(chain, alwaysTook(chain, { '/a': 100, '/b': 20, '/c': 3000 }))).toBe(3120);
  });

  test('of a fan, the longest', () => {
    const fan = graph({ a: [], b: [], c: [], join: ['a', 'b', 'c'] });
    expect(makespan(fan, alwaysTook(fan, { '/a': 100, '/b': 20, '/c': 3000, '/join': 5 }))).toBe(3005);
  });

  test('with slots without number, the longest way; with some, within the bounds of Graham', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), (drawn, slots) => {
        const compiled = compiledOf(drawn);
        const history = historyOf(compiled, drawn);
        const longest = criticalPath(drawn);
        expect(makespan(compiled, history)).toBe(longest);
        const limited = makespan(compiled, history, { limits: { maxRunningTasks: slots } });
        const work = sum(drawn.millis);
        expect(limited).toBeGreaterThanOrEqual(Math.max(longest, work / slots));
        // List scheduling never takes longer than work/P + (1 − 1/P) × the longest way (Graham, 1966).
        expect(limited).toBeLessThanOrEqual(work / slots + (1 - 1 / slots) * longest + 1e-6);
      }),
      { numRuns: RUNS, seed },
    );
  });

  test('never less for an edge more', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), fc.nat(), (drawn, from, to) => {
        const [one, other] = [from % drawn.needs.length, to % drawn.needs.length];
        fc.pre(one < other);
        const more = drawn.needs.map((before, index) => (index === other ? [...new Set([...before, one])] : before));
        const [base, candidate] = [compiledOf(drawn), compiledOf({ ...drawn, needs: more })];
        const history = historyOf(base, drawn);
        expect(makespan(candidate, history)).toBeGreaterThanOrEqual(makespan(base, history));
      }),
      { numRuns: RUNS, seed },
    );
  });

  test('the bars of a run never overlap their needs, and reach from its begin to its end', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), (drawn, slots) => {
        const compiled = compiledOf(drawn);
        const limits = { maxRunningTasks: slots };
        const simulation = simulateWorkflow(compiled, historyOf(compiled, drawn), { resamples: 1, limits });
        const bars = new Map(ganttOf(simulation, 0).map((row) => [row.step, row]));
        expect(bars.size).toBe(drawn.needs.length);
        expect(Math.max(...[...bars.values()].map(({ end }) => end))).toBe(simulation.outcomes[0]?.makespan);
        drawn.needs.forEach((before, index) => {
          for (const other of before)
            expect(bars.get(`/t${index}`)?.start).toBeGreaterThanOrEqual(bars.get(`/t${other}`)?.end ?? NaN);
        });
        for (const { start } of bars.values()) {
          const running = [...bars.values()].filter((bar) => bar.start <= start && start < bar.end);
          expect(running.length).toBeLessThanOrEqual(slots);
        }
      }),
      { numRuns: RUNS, seed },
    );
  });
});

describe('common random numbers', () => {
  test('a workflow differs from itself by exactly nothing', () => {
    const compiled = graph({ a: [], b: ['a'], c: ['a'] });
    const history = alwaysTook(compiled, { '/a': 100, '/b': 20, '/c': 3000 });
    const comparison = compare(simulateWorkflow(compiled, history), simulateWorkflow(compiled, history));
    const nothing = { change: 0, ci95: [0, 0] };
    expect(comparison).toMatchObject({ p50: nothing, p95: nothing, busy: nothing, failure: nothing });
    expect(isBetter(comparison, 'latency')).toBe(false);
  });

  test('of one seed everything is the same, of another it is not', () => {
    const compiled = graph({ a: [] });
    const history = alwaysTook(compiled, { '/a': 100 });
    history.tasks.get('/a')?.durations.add(5000, 10);
    const of = (seed: number) => simulateWorkflow(compiled, history, { seed, resamples: 50 }).outcomes;
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });
});
