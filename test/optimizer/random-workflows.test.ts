import { expect, test } from '@jest/globals';
import { compileWorkflow, type CompiledWorkflow, type TaskCatalogue } from '../../src/engine/core/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { ganttOf, noHistory, simulateWorkflow, upwardRanks } from '../../src/llm/optimizer/simulate/index.js';
import { placesOf } from '../../src/llm/optimizer/simulate/places.js';
import { randomWorkflow } from '../../src/simulation/index.js';
import { seedOf } from '../world/random.js';
import { execution, failedRun, historyOf, ran } from './histories.js';

const COUNT = process.env.HARMONIA_TEST_LONG === '1' ? 3000 : 150;
const seed = seedOf('random workflows in the simulator');

const catalogue: TaskCatalogue = {
  revision: 0,
  find: (type) => ({ type, description: '', effects: 'write' }),
  types: () => [],
};
const schemas = createSchemaChecker();

const compile = (document: unknown): CompiledWorkflow => {
  const result = compileWorkflow(document, { catalogue, schemas });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.compiled;
};

/** Every task took a while, most often; sometimes it failed. */
const someHistory = (compiled: CompiledWorkflow, from: number) =>
  historyOf(
    compiled,
    Array.from({ length: 12 }, (_, n) =>
      execution(
        [...placesOf(compiled).keys()].map((pattern, index) => {
          const step = pattern.replaceAll('[*]', '[0]');
          const length = 10 + ((from + 7 * n + 13 * index) % 90);
          return (n + index) % 5 === 0 ? failedRun(step, length) : ran(step, length);
        }),
      ),
    ),
  );

test('any workflow can be simulated, with and without history; each run ends, and again in the same way', () => {
  const ends = new Set<string>();
  for (let n = 0; n < COUNT; n++) {
    const compiled = compile(randomWorkflow(seed + n).document);
    for (const history of [noHistory(), someHistory(compiled, n)]) {
      const once = simulateWorkflow(compiled, history, { resamples: 4, seed: n });
      for (const { end, makespan, busy, attempts } of once.outcomes) {
        ends.add(end);
        expect(Number.isFinite(makespan + busy)).toBe(true);
        if (attempts === 0) expect(busy).toBe(0);
      }
      expect(simulateWorkflow(compiled, history, { resamples: 4, seed: n }).outcomes).toEqual(once.outcomes);
      const rows = ganttOf(once, 0);
      expect(rows.filter(({ attempt }) => attempt > 0)).toHaveLength(once.outcomes[0]?.attempts ?? NaN);
      for (const { rank, weight } of upwardRanks(compiled, history).values()) {
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(rank).toBeGreaterThanOrEqual(weight);
      }
    }
  }
  expect([...ends].sort()).toEqual(expect.arrayContaining(['completed', 'failed']));
});
