import { test } from '@jest/globals';
import { campaign } from './campaign.js';
import { naiveChecker, type Flaw } from './naive/naive-checker.js';
import { FLAT, FULL } from './random/random-document.js';
const flaws: [Flaw, unknown, number][] = [['none', FLAT, 4000], ['none', FULL, 4000], ['order by resource', FLAT, 6000], ['order by term', FLAT, 20000], ['implied is identical', FLAT, 6000], ['success is identity', FLAT, 6000], ['says nothing of failure', FLAT, 6000], ['same input is same task', {...FULL, constructs: 0}, 6000], ['unread is dead', {...FULL, constructs: 0}, 6000]];
test.each(flaws)('%s', (flaw, shape, cases) => {
  const t = process.cpuUsage();
  const r = campaign({ checker: naiveChecker(flaw), seed: 1, cases, findings: 1, shape: shape as never });
  const f = r.findings[0]; const u = process.cpuUsage(t);
  console.log(flaw, 'cases/cpu s', r.cases / (u.user + u.system) * 1e6, r.cases, r.accepted, r.worlds, r.undecided, r.findings.length, f && `${f.mutation}\n${JSON.stringify(f.base.document)}\n${JSON.stringify(f.candidate.document)}\n${JSON.stringify(f.certificate.level)} ${JSON.stringify(f.certificate.gone)} ${JSON.stringify(f.certificate.changesOnFailure)} ${JSON.stringify(f.counterexample.why)} ${f.counterexample.world?.name} ${f.counterexample.observation?.endings}`);
}, 300000);
