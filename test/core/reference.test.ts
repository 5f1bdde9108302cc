import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile, mustCompile } from '../world/core-world.js';
import { expectFates } from '../world/fates.js';
import { checkJournal } from '../world/journal-rules.js';
import { documentOf } from '../world/plain-workflow.js';
import { PlainRun } from '../world/plain-run.js';
import { FLAT, NESTED, workflows } from '../world/random-workflows.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = Number(process.env.RUNS ?? (LONG ? 10_000 : 300));
const chances = fc.record({ results: fc.nat(1_000_000), order: fc.nat(1_000_000) });

describe('whatever the workflow, the outcomes and the order', () => {
  test.each([
    ['in one scope', FLAT],
    ['of all constructs', NESTED],
  ])('the core gives the statuses, causes, inputs and outputs of the reference: %s', (_, shape) => {
    fc.assert(
      fc.property(workflows(shape), chances, (workflow, { results, order }) => {
        const run = new PlainRun({
          compiled: mustCompile(documentOf(workflow)),
          yes: results % 2 === 0,
          results,
          order,
        });
        run.run();
        checkJournal(workflow, run.events, expectFates(run, workflow));
      }),
      { numRuns: RUNS },
    );
  });

  test('random workflows are valid', () => {
    fc.assert(
      fc.property(workflows(NESTED), (workflow) => {
        const result = compile(documentOf(workflow));
        expect(result.ok ? [] : result.error).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
