import { test } from '@jest/globals';
import { campaign } from './campaign.js';
import { naiveChecker, type Flaw } from './naive/naive-checker.js';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { FLAT, FULL } from './random/random-document.js';
const say = (r: ReturnType<typeof campaign>, u: NodeJS.CpuUsage) => {
  const by = new Map<string, number>();
  for (const f of r.findings) { const k = `${f.mutation} ${f.claim.level} ${f.counterexample.why}`; by.set(k, (by.get(k) ?? 0) + 1); }
  console.log('cases/cpu s', r.cases / (u.user + u.system) * 1e6, r.cases, r.accepted, r.worlds, r.undecided, r.findings.length, JSON.stringify([...by], null, 1), JSON.stringify(Object.entries(r.mutations).map(([k, c]) => `${k} ${c.accepted}/${c.cases}`)));
  for (const f of r.findings.filter((f, i) => r.findings.findIndex((g) => g.mutation === f.mutation && g.counterexample.why.slice(0,15) === f.counterexample.why.slice(0,15)) === i).slice(0, 10)) console.log(`${f.seed} ${f.mutation}\n${JSON.stringify(f.base.document)}\n${JSON.stringify(f.candidate.document)}\n${JSON.stringify(f.facts)}\n${JSON.stringify(f.claim.level)} ${JSON.stringify(f.claim.gone)} ${JSON.stringify(f.certificate?.changesOnFailure)} ${JSON.stringify(f.counterexample.why)} ${f.counterexample.world?.name} ${f.counterexample.observation?.end} ${f.counterexample.observation?.endings}`);
};
test('founder', () => {
  const t = process.cpuUsage();
  const r = campaign({ checker: check, seed: 1, cases: Number(process.env.N ?? 6000), findings: 500 });
  say(r, process.cpuUsage(t));
}, 300000);
