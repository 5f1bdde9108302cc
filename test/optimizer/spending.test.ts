import { expect, test } from '@jest/globals';
import { predictionOf, simulateWorkflow, type ObservedUsage } from '../../src/llm/optimizer/simulate/index.js';
import { execution, failedRun, historyOf, ran, workflow } from './histories.js';
import { task } from '../world/core-world.js';

/* What runs are foreseen to use, from what attempts were seen to use. */

const used = (attempt: number, tokens: number, more: Partial<ObservedUsage> = {}): ObservedUsage => ({
  ...{ attempt, tokens, cost: { EUR: tokens / 1e6 }, unpriced: 0 },
  ...more,
});
const again = { max_retries: 1, initial_delay: 0.001, jitter: 0 };

const outcomes = (runs: Parameters<typeof historyOf>[1], tasks = { a: task({ retry_policy: again }) }) => {
  const compiled = workflow(tasks);
  const history = historyOf(compiled, runs);
  return { history, simulation: simulateWorkflow(compiled, history) };
};

test('an attempt that fails uses what failed ones used; nothing is spread over all of them', () => {
  const runs = Array.from({ length: 40 }, (_, n) =>
    execution([
      n % 2 === 0
        ? ran('/a', 100, { usage: [used(1, 1000)] })
        : ran('/a', 100, { attempt: 2, retries: 1, usage: [used(1, 7), used(2, 1000)] }),
    ]),
  );
  const { simulation } = outcomes(runs);
  for (const { tokens, cost, failedAttempts, attempts } of simulation.outcomes) {
    const expected = (attempts - failedAttempts) * 1000 + failedAttempts * 7;
    expect([tokens, Math.round(cost * 1e9)]).toEqual([expected, expected * 1000]);
  }
  expect(new Set(simulation.outcomes.map(({ tokens }) => tokens))).toEqual(new Set([1000, 1007]));
});

test('a run without a report has used nothing; a run of which nothing is known is not counted', () => {
  const asked = Array.from({ length: 40 }, (_, n) =>
    execution([ran('/a', 100, { usage: n % 4 === 0 ? [used(1, 800)] : [] })]),
  );
  const unknown = Array.from({ length: 40 }, () => execution([ran('/a', 100)]));
  const { tokens } = predictionOf(outcomes([...asked, ...unknown]).simulation);
  expect(tokens).toBeGreaterThan(150);
  expect(tokens).toBeLessThan(250);
  expect(predictionOf(outcomes(unknown).simulation)).toMatchObject({ tokens: 0, cost: undefined });
});

test('a cost that is not known whole is not a smaller one, and currencies are not added up', () => {
  const priced = Array.from({ length: 30 }, () => execution([ran('/a', 100, { usage: [used(1, 500)] })]));
  const others = [
    execution([ran('/a', 100, { usage: [used(1, 500, { unpriced: 1, cost: { EUR: 0.1 } })] })]),
    execution([ran('/a', 100, { usage: [used(1, 500, { cost: { USD: 9 } })] })]),
    execution([ran('/a', 100, { usage: [used(1, 500, { cost: {} })] })]),
  ];
  const { history, simulation } = outcomes([...priced, ...others]);
  expect(history.currency).toBe('EUR');
  expect(predictionOf(simulation).cost).toBeCloseTo(0.0005, 12);
  expect(predictionOf(outcomes(others.slice(2)).simulation)).toMatchObject({ tokens: 500, cost: undefined });
});

test('a sub-workflow counts with what its execution has used', () => {
  const child = { workflow: { name: 'audit', input: {}, wait: true } };
  const runs = Array.from({ length: 30 }, () =>
    execution([ran('/a', 100, { attempt: 0, usage: [used(0, 300)] }), failedRun('/b', 10, { usage: [] })]),
  );
  const { simulation } = outcomes(runs, { a: child });
  expect(predictionOf(simulation).tokens).toBe(300);
});
