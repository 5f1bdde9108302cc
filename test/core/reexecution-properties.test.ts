import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { mustCompile } from '../world/core-world.js';
import { PlainRun, type Stop } from '../world/plain/plain-run.js';
import { documentOf } from '../world/plain/plain-workflow.js';
import { FLAT, NESTED, SMALL, workflows } from '../world/plain/random-workflows.js';
import { carryOut, runOn, type Asked, type Execution } from '../world/plain/replanning.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = LONG ? 10_000 : 150;

/** The slice of `npm test` is the same every time; the long form is another one each time, and fast-check prints its seed. */
const SLICE = 20_261_125;

const stops = fc.option(fc.record({ after: fc.nat(40), how: fc.constantFrom<Stop>('cancel', 'undo', 'expire') }), {
  freq: 2,
  nil: undefined,
});

const asked = (...operations: readonly Asked['is'][]): fc.Arbitrary<Asked> =>
  fc.record({
    is: fc.constantFrom(...operations),
    where: fc.nat(10_000),
    otherInput: fc.boolean(),
    otherVersion: fc.boolean(),
    stop: stops,
  });

const chances = fc.record({ results: fc.nat(1_000_000), order: fc.nat(1_000_000), stop: stops });

describe('whatever the workflow, what had happened, and what is asked', () => {
  test.each([
    ['in the same journal, one scope', FLAT, asked('resume', 'retry_failed', 'rerun_from', 'skip')],
    ['in the same journal, few tasks', SMALL, asked('resume', 'retry_failed', 'rerun_from', 'skip')],
    ['in the same journal, all constructs', NESTED, asked('resume', 'retry_failed', 'rerun_from', 'skip')],
    ['into a new execution, one scope', FLAT, asked('fork', 'restore')],
    ['into a new execution, few tasks', SMALL, asked('fork', 'restore')],
    ['into a new execution, all constructs', NESTED, asked('fork', 'restore')],
    ['one after another', NESTED, asked('resume', 'retry_failed', 'rerun_from', 'skip', 'fork', 'restore')],
  ])('what was planned is done, and it ends as if it had never been stopped: %s', (_, shape, operations) => {
    fc.assert(
      fc.property(
        workflows(shape),
        chances,
        fc.array(operations, { minLength: 1, maxLength: 3 }),
        (workflow, { results, order, stop }, all) => {
          const compiled = mustCompile(documentOf(workflow));
          const run = new PlainRun({ compiled, yes: results % 2 === 0, results, order });
          let execution: Execution = { run, workflow };
          runOn(execution, stop);
          for (const one of all) execution = carryOut(execution, one);
        },
      ),
      { numRuns: RUNS, ...(LONG ? {} : { seed: SLICE }) },
    );
  });
});
