// node test/optimizer/soundness.mjs [--cases 1000000] [--seed N] [--jobs 2] [--findings 20] [--strict]
// Holds the checker of the optimiser to what it accepts, in random cases: see `campaign.ts`. Each job has a seed of its own,
// SEED:0, SEED:1, …; another seed is another million. Says how it goes every ten seconds. Exit 1: it accepted what it should not.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const HOOKS = new URL('../../scripts/typescript-hooks.mjs', import.meta.url).href;
const EVERY = 10_000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    findings: { type: 'string', default: '20' },
    strict: { type: 'boolean', default: false },
  },
});

const work = async () => {
  const { campaign } = await import('./campaign.ts');
  const { tell } = await import('./finding.ts');
  const { check } = await import('../../src/llm/optimizer/verify/index.ts');
  const isStrict = values.strict;
  let told = 0;
  let said = performance.now();
  const say = ({ findings, ...report }, isOver) => {
    const fresh = findings.slice(told).map((finding) => tell(finding, check, { isStrict }));
    told = findings.length;
    process.send({ report, fresh, cpu: process.cpuUsage().user / 1e6, isOver });
  };
  const report = campaign({
    ...{ checker: check, isStrict, seed: Number(values.seed), cases: Number(values.cases) },
    findings: Number(values.findings),
    onProgress: (progress) => {
      if (performance.now() - said < EVERY) return;
      said = performance.now();
      say(progress, false);
    },
  });
  say(report, true);
  process.disconnect();
};

const sum = (reports, field) => reports.reduce((total, report) => total + report[field], 0);

const table = (reports) => {
  const counts = new Map();
  for (const { mutations } of reports) {
    for (const [name, { cases, accepted }] of Object.entries(mutations)) {
      const [all, some] = counts.get(name) ?? [0, 0];
      counts.set(name, [all + cases, some + accepted]);
    }
  }
  const rows = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return rows.map(([name, [all, some]]) => `  ${name.padEnd(24)}${String(some).padStart(8)} of ${all}`).join('\n');
};

const lead = async () => {
  const jobs = Number(values.jobs);
  const begun = performance.now();
  const reports = new Map();
  const cpu = new Map();
  let found = 0;
  console.log(`seed ${values.seed}, ${values.cases} cases, ${jobs} jobs`);
  const say = () => {
    const all = [...reports.values()];
    const cases = sum(all, 'cases');
    const perSecond = (cases / (performance.now() - begun)) * 1000;
    const perCpu = cases / [...cpu.values()].reduce((total, one) => total + one, 0);
    console.log(
      `${cases} cases, ${sum(all, 'accepted')} accepted, ${sum(all, 'worlds')} worlds, ${sum(all, 'undecided')} undecided, ` +
        `${found} found; ${perSecond.toFixed(0)} cases/s, ${perCpu.toFixed(0)} per second of CPU`,
    );
  };
  const run = (job) =>
    new Promise((resolve, reject) => {
      const cases = String(Math.ceil(Number(values.cases) / jobs));
      // Seeds of jobs are far apart: families of one are never those of another.
      const seed = String(Number(values.seed) * 1000 + job);
      const { findings, strict } = values;
      const options = ['--cases', cases, '--seed', seed, '--findings', findings, ...(strict ? ['--strict'] : [])];
      const child = fork(process.argv[1], options, {
        execArgv: ['--import', HOOKS],
        env: { ...process.env, SOUNDNESS_JOB: '1' },
      });
      child.on('message', ({ report, fresh, cpu: used, isOver }) => {
        reports.set(job, report);
        cpu.set(job, used);
        found += fresh.length;
        for (const text of fresh) console.log(`\n${text}\n`);
        if (job === 0 || isOver) say();
      });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`job ${job} ended with ${code}`))));
    });
  await Promise.all(Array.from({ length: jobs }, (_, job) => run(job)));
  console.log(table([...reports.values()]));
  process.exitCode = found > 0 ? 1 : 0;
};

await (process.env.SOUNDNESS_JOB === '1' ? work() : lead());
