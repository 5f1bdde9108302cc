import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { Chance } from '../../src/simulation/index.js';
import { mustCompile } from '../world/core-world.js';
import { mustEqual } from '../world/plain/fates.js';
import { PlainRun, type Stop } from '../world/plain/plain-run.js';
import { documentOf } from '../world/plain/plain-workflow.js';
import { FLAT, NESTED, workflows } from '../world/plain/random-workflows.js';
import { carryOut, runOn, type Asked, type Execution } from '../world/plain/replanning.js';
import { randomLimits, readSpending } from '../world/plain/spending.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = LONG ? 10_000 : 200;
/** The slice of `npm test` is the same every time; the long form is another one each time, and fast-check prints its seed. */
const SLICE = 20_261_130;

const stops = fc.option(fc.record({ after: fc.nat(40), how: fc.constantFrom<Stop>('cancel', 'undo', 'expire') }), {
  freq: 2,
  nil: undefined,
});
const operations = fc.array(
  fc.record({
    is: fc.constantFrom<Asked['is']>('resume', 'retry_failed', 'rerun_from', 'skip', 'fork', 'restore'),
    where: fc.nat(10_000),
    otherInput: fc.constant(false),
    otherVersion: fc.constant(false),
    stop: stops,
  }),
  { maxLength: 3 },
);
const chances = fc.record({ results: fc.nat(1_000_000), order: fc.nat(1_000_000), stop: stops });

/** The sum in the state is that over the journal, which is what was reported; and the journal keeps to the limits. */
const mustAddUp = ({ run }: Execution): void => {
  const { budget = {} } = run.options;
  const read = readSpending(run.events, budget);
  mustEqual('what the journal says was used', read, run.spent);
  const { input, output, calls, billionths } = run.state.account.used;
  const named = Object.entries(billionths).map(([currency, sum]) => [`cost.${currency}`, sum] as const);
  const summed = { tokens: input + output, calls, ...Object.fromEntries(named) };
  mustEqual('the sum in the state', summed, { tokens: 0, calls: 0, ...read });
};

describe('whatever the workflow, what is used, how things fail, and what is asked', () => {
  test.each([
    ['one scope', FLAT],
    ['all constructs', NESTED],
  ])('sums are right, nothing begins beyond a limit, and it ends as it would without one: %s', (_, shape) => {
    fc.assert(
      fc.property(workflows(shape), chances, operations, (workflow, { results, order, stop }, all) => {
        const compiled = mustCompile(documentOf(workflow));
        const budget = randomLimits(new Chance(order, 'budget'));
        const run = new PlainRun({ compiled, yes: results % 2 === 0, results, order, budget });
        let execution: Execution = { run, workflow };
        runOn(execution, stop);
        mustAddUp(execution);
        for (const one of all) {
          execution = carryOut(execution, one);
          mustAddUp(execution);
        }
      }),
      { numRuns: RUNS, ...(LONG ? {} : { seed: SLICE }) },
    );
  });
});
