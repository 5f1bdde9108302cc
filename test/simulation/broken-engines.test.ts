import { describe, expect, test } from '@jest/globals';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import { exploreRandomWorkflow, replayRegression, type Counterexample } from '../../src/simulation/index.js';
import { BROKEN_ENGINES, type MakeEngine } from '../world/broken-engines.js';

const echo = defineTask({ id: 'task', description: '', run: (input) => input });
const plugins = [definePlugin({ id: 'test', tasks: [echo] })];

/** Random workflows, one after another, until the harness finds out. */
const findOut = async (engine: MakeEngine, from: number): Promise<Counterexample> => {
  for (let seed = from; seed < from + 60; seed++) {
    const { counterexample } = await exploreRandomWorkflow({ seed, schedules: 8, engine });
    if (counterexample) return counterexample;
  }
  throw new Error('not found out');
};

/** How each broken engine is found out, the most faults that this takes, and the workflow to begin with: most do not show in the first. */
const FOUND: Readonly<Record<keyof typeof BROKEN_ENGINES, readonly [string, number, number?]>> = {
  'acknowledges before the commit': ['I6', 0],
  'drops its third commit and says nothing': ['I6', 0],
  'says that a failed commit is written': ['I6', 2],
  'loses every second timer': ['I5', 1],
  'rings early': ['I5', 1],
  'gives the result of one attempt to the next one': ['I4', 0],
  'gives the result of one step to another': ['I4', 0],
  'runs every attempt twice': ['I3', 0],
  'forgets to run the second attempt': ['I5', 1],
  'forgets the last event when it takes up a journal': ['I8', 2],
  'forgets an open execution at a restart': ['I5', 1],
  'forgets the keys of requests': ['I8', 1],
  'forgets an event that comes before somebody waits for it': ['once', 1],
  'counts a callback twice': ['once', 1, 49],
  'grants an approval and does not keep it': ['once', 0],
  'keeps room under a limit that nothing holds': ['limits', 0],
  'keeps slots that nothing holds': ['limits', 1],
  'forgets the limits of what it takes up': ['limits', 1],
  'loses the end of a sub-workflow': ['family', 0],
  'lets a sub-workflow go on that nobody waits for': ['family', 1, 34],
  'publishes everything twice': ['I8', 0],
};

describe('a broken engine is found out, and the way to show it is small', () => {
  test.each(Object.keys(BROKEN_ENGINES))('%s', async (name) => {
    const engine = BROKEN_ENGINES[name] as MakeEngine;
    expect(FOUND).toHaveProperty(name);
    const [expected, most, from = 1] = FOUND[name] as readonly [string, number, number?];
    const { invariant, minimal, trace } = await findOut(engine, from);
    expect(invariant).toBe(expected);
    expect(minimal.plan.faults.length).toBeLessThanOrEqual(most);
    // The same again, from nothing but the file.
    const saved: unknown = JSON.parse(JSON.stringify(minimal));
    const again = await replayRegression(saved, { plugins, engine });
    expect(again.violations.map((violation) => violation.invariant)).toContain(invariant);
    expect(again.trace).toEqual(trace);
    // It is the engine: one that is not broken does not fail there.
    expect((await replayRegression(saved, { plugins })).violations).toEqual([]);
  });
});
