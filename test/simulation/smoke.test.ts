import { expect, test } from '@jest/globals';
import { randomWorkflow, exploreRandomWorkflow } from '../../src/simulation/index.js';
test('smoke', async () => {
  const t = performance.now();
  let n = 0;
  const bad = [];
  for (let seed = 0; seed < Number(process.env.N ?? 300); seed++) {
    const found = await exploreRandomWorkflow({ seed, schedules: 10 }).catch((e) => {
      console.log(seed, JSON.stringify(e.faults), JSON.stringify(randomWorkflow(seed).document));
      throw e;
    });
    n += 10;
    if (found.counterexample) bad.push({ seed, ...found.counterexample });
  }
  console.log((n / (performance.now() - t)) * 60000, 'per minute', bad.length);
  console.log(
    bad
      .slice(0, 8)
      .map(({ seed, invariant, message, minimal, trace }) =>
        [seed, invariant, message, JSON.stringify(minimal), trace.join(' | ')].join('\n'),
      )
      .join('\n\n'),
  );
  expect(bad).toHaveLength(0);
}, 200000);
