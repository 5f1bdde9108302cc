import { describe, expect, test } from '@jest/globals';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { campaign, judgeFamily, emptyReport } from './campaign.js';
import { tell } from './finding.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** The short form is the same each time; the long one is another, and `test/optimizer/soundness.mjs` runs more of it. */
const SEED = LONG ? Number(process.env.HARMONIA_TEST_SEED ?? Date.now() % 1_000_000) : 20_261_128;
const CASES = LONG ? 1_000_000 : 2400;
const TOLD = 5;

/** Families that have once shown something, as far as they still come to the same. */
const KEPT = ['1:2', '1:49', '1:107', '11:649', '11:804', '11:1118', '11:1144'];

/** Of what is made by these, so much is accepted at least: a checker that refuses everything is of no use. */
const FLOORS: Readonly<Record<string, number>> = {
  dropEdge: 0.2,
  dropImpliedEdge: 0.4,
  removeDeadTask: 0.05,
  mergeDuplicates: 0.04,
  reorderDefinition: 0.7,
  reorderInput: 0.7,
  changePriority: 0.5,
};

describe(`of random cases, seed ${SEED}`, () => {
  test('nothing that the checker accepts does what it promised not to do', () => {
    const report = campaign({ checker: check, seed: SEED, cases: CASES, findings: 20 });
    const { findings, mutations, undecided, worlds, cases, accepted } = report;
    const shares = Object.entries(mutations).map(([name, count]) => `${name} ${count.accepted}/${count.cases}`);
    console.log(`${cases} cases, ${accepted} accepted, ${worlds} worlds, ${undecided} undecided\n${shares.sort().join(', ')}`);
    expect(findings.slice(0, TOLD).map((finding) => tell(finding, check))).toEqual([]);
    expect(undecided).toBeLessThan(worlds * 0.02);
    for (const [name, floor] of Object.entries(FLOORS)) {
      const { accepted: some = 0, cases: all = 0 } = mutations[name] ?? {};
      expect([name, some / all]).toEqual([name, expect.any(Number)]);
      expect(some).toBeGreaterThanOrEqual(Math.floor(all * floor));
    }
  });

  test.each(KEPT)('the family %s', (seed) => {
    const report = emptyReport();
    judgeFamily(seed, report, { checker: check, seed: 0, cases: 1 });
    expect(report.findings.map((finding) => tell(finding, check))).toEqual([]);
  });
});
