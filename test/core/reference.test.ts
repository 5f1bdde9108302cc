import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile, mustCompile } from '../world/core-world.js';
import { expectFates } from '../world/plain/fates.js';
import { documentOf } from '../world/plain/plain-workflow.js';
import { PlainRun, type Stop } from '../world/plain/plain-run.js';
import { FLAT, NESTED, workflows } from '../world/plain/random-workflows.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = LONG ? 10_000 : 300;
/** The slice of `npm test` is the same every time; the long form is another one each time, and fast-check prints its seed. */
const SLICE = { numRuns: RUNS, ...(LONG ? {} : { seed: 20_261_125 }) };
const chances = fc.record({
  results: fc.nat(1_000_000),
  order: fc.nat(1_000_000),
  stop: fc.option(fc.record({ after: fc.nat(40), how: fc.constantFrom<Stop>('cancel', 'undo', 'expire') }), {
    freq: 2,
    nil: undefined,
  }),
});

describe('whatever the workflow, the outcomes and the order', () => {
  test.each([
    ['in one scope', FLAT],
    ['of all constructs', NESTED],
  ])('the core gives the statuses, causes, inputs and outputs of the reference: %s', (_, shape) => {
    fc.assert(
      fc.property(workflows(shape), chances, (workflow, { results, order, stop }) => {
        const run = new PlainRun({
          compiled: mustCompile(documentOf(workflow)),
          yes: results % 2 === 0,
          results,
          order,
        });
        if (stop) run.run(stop.after).stop(stop.how);
        run.run();
        expectFates(run, workflow);
      }),
      SLICE,
    );
  });

  test('random workflows are valid', () => {
    fc.assert(
      fc.property(workflows(NESTED), (workflow) => {
        const result = compile(documentOf(workflow));
        expect(result.ok ? [] : result.error).toEqual([]);
      }),
      SLICE,
    );
  });
});
