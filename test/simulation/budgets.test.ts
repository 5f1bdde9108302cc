import { expect, test } from '@jest/globals';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import { simulate } from '../../src/simulation/index.js';
import type { Json } from '../../src/kernel/index.js';

const model = definePlugin({ id: 'model', tasks: [defineTask({ id: 'ask', description: '', run: () => null })] });
const ask = (more: Record<string, Json> = {}): Json => ({ type: 'model/ask', ...more });
const tasks = { a: ask(), b: ask({ depends_on: ['a'] }), c: ask({ depends_on: ['b'] }) };
const results = { types: { 'model/ask': { usage: { tokens: { input: 6, output: 4 }, calls: 1 } } } };
const simulated = (budget: Json, more: object = {}) =>
  simulate({ name: 'w', budget, tasks }, { plugins: [model], results, schedules: 30, ...more });

test('a simulated execution pauses where its budget ends', async () => {
  expect(await simulated({ tokens: 20 })).toMatchObject({ ends: { paused: 30 }, violations: {} });
  expect(await simulated({ tokens: 31 })).toMatchObject({ ends: { completed: 30 }, violations: {} });
  // With the last that there was to do.
  expect(await simulated({ calls: 3 })).toMatchObject({ ends: { completed: 30 }, violations: {} });
});

test('whatever else goes wrong: no invariant is hurt', async () => {
  for (const budget of [{ tokens: 20 }, { calls: 2, seconds: 2 }] as Json[]) {
    const { violations } = await simulated(budget, { faults: 'random', schedules: 150 });
    expect(violations).toEqual({});
  }
});

test('sub-workflows use what is left, and count', async () => {
  const child = { name: 'child', tasks };
  const document = { name: 'w', budget: { tokens: 45 }, tasks: { one: { workflow: { name: 'child' } }, b: ask() } };
  const more = { plugins: [model], results, schedules: 60, workflows: [child] };
  const { ends, violations } = await simulate(document, { ...more, faults: 'random' });
  expect(violations).toEqual({});
  expect(ends.completed).toBeGreaterThan(0);
});
