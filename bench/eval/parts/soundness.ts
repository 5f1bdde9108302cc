import { readFileSync } from 'node:fs';
import { check } from '../../../src/llm/optimizer/verify/index.js';
import { campaign } from '../../../test/optimizer/campaign.js';
import { atMost, type Part } from '../report.js';

export interface SoundnessOptions {
  readonly seed: number;
  readonly cases: number;
}

const PAGE = new URL('../../../docs/reliability-mutants.md', import.meta.url);

export const soundness = ({ seed, cases }: SoundnessOptions): Part => {
  const report = campaign({ checker: check, seed, cases, findings: 5 });
  const mutants = readFileSync(PAGE, 'utf8').match(/^\|[^|]*\| `llm\/optimizer\/.*$/gm) ?? [];
  return {
    id: 'soundness',
    title: 'What the checker accepts holds',
    about:
      'Random workflows with all constructs, and changes of them that may be wrong, against an oracle that knows nothing of the checker and goes through the schedules of both versions in worlds in which things fail, are late, or answer otherwise. `npm run soundness` is the long form: a million cases on all cores. The checker itself was broken in as many ways as are counted here, each found out by a test ([reliability-mutants.md](reliability-mutants.md)).',
    figures: [
      { name: 'cases', value: report.cases },
      { name: 'accepted', value: report.accepted },
      { name: 'worlds in which accepted ones were compared', value: report.worlds },
      { name: 'of them undecided', value: report.undecided },
      atMost('accepted although they do not hold', report.findings.length, 0),
      { name: 'mutants of the checker, all found out', value: mutants.length },
    ],
  };
};
