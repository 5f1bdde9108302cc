import { describe, expect, test } from '@jest/globals';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { campaign } from './campaign.js';
import { objectionTo, tell } from './finding.js';
import { KEPT } from './kept-findings.js';
import { HOLDING } from './random/random-document.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** The short form is the same each time; the long one is another. `test/optimizer/soundness.mjs` is it on all cores. */
const SEED = LONG ? Number(process.env.HARMONIA_TEST_SEED ?? Date.now() % 1_000_000) : 20_261_128;
const CASES = LONG ? 1_000_000 : 2400;
const HOURS = 3_600_000 * 4;

/** Of what is made by these, so much is accepted at least: a checker that refuses everything is of no use. */
const FLOORS: Readonly<Record<string, number>> = {
  dropEdge: 0.2,
  dropImpliedEdge: 0.4,
  removeDeadTask: 0.05,
  mergeDuplicates: 0.04,
  reorderDefinition: 0.3,
  changePriority: 0.5,
};

describe('nothing that the checker accepts does what it promised not to do', () => {
  test(
    `of ${CASES} random cases, HARMONIA_TEST_SEED=${SEED}`,
    () => {
      const report = campaign({ checker: check, seed: SEED, cases: CASES, findings: 5 });
      const { findings, mutations, undecided, worlds, cases, accepted } = report;
      const shares = Object.entries(mutations).map(([name, count]) => `${name} ${count.accepted}/${count.cases}`);
      console.log(
        `${cases} cases, ${accepted} accepted, ${worlds} worlds, ${undecided} undecided\n${shares.sort().join(', ')}`,
      );
      expect(findings.map((finding) => tell(finding, check))).toEqual([]);
      expect(undecided).toBeLessThan(worlds * 0.02);
      for (const [name, floor] of Object.entries(FLOORS)) {
        const { accepted: some = 0, cases: all = 0 } = mutations[name] ?? {};
        expect({ name, isOften: all > 0 && some / all >= floor }).toEqual({ name, isOften: true });
      }
    },
    LONG ? HOURS : undefined,
  );

  /** Few random workflows have anything that could run once for all items. */
  const MOVES = LONG ? 20_000 : 300;

  test(
    `of ${MOVES} tasks that are moved out of bodies, HARMONIA_TEST_SEED=${SEED}`,
    () => {
      const mutations = ['hoist', 'hoistTwo'];
      const options = { checker: check, seed: SEED, cases: MOVES, shape: HOLDING, mutations, candidates: 4 };
      const { findings, accepted, cases } = campaign({ ...options, findings: 5 });
      expect(findings.map((finding) => tell(finding, check))).toEqual([]);
      expect(accepted).toBeGreaterThan(cases / 50);
    },
    LONG ? HOURS : undefined,
  );

  test.each(Object.entries(KEPT))('%s', (_, question) => {
    expect(objectionTo(question, check)).toBeUndefined();
  });
});
