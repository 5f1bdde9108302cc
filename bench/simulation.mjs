// node bench/simulation.mjs [--seconds 10] [--seed 1]
// How many schedules of random workflows the simulator runs in a minute, on one core. Prints what it finds on the way.
import { parseArgs } from 'node:util';
import { exploreRandomWorkflow } from '../dist/simulation/index.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});

const SCHEDULES = 20;
const WARM_UP = 20;

const explore = async (from, isOver) => {
  const found = [];
  let workflows = 0;
  for (; !isOver(workflows); workflows++) {
    const seed = from + workflows;
    const { counterexample } = await exploreRandomWorkflow({ seed, schedules: SCHEDULES });
    if (counterexample) found.push({ workflow: seed, ...counterexample });
  }
  return { workflows, found };
};

const first = Number(values.seed);
await explore(first, (done) => done >= WARM_UP);
const [begun, used] = [performance.now(), process.cpuUsage()];
const until = begun + Number(values.seconds) * 1000;
const { workflows, found } = await explore(first + WARM_UP, () => performance.now() >= until);
const minutes = (performance.now() - begun) / 60_000;
const { user, system } = process.cpuUsage(used);
const schedules = workflows * SCHEDULES;
const perMinute = Math.round(schedules / minutes);
const perCpuMinute = Math.round(schedules / ((user + system) / 60e6));
process.stdout.write(
  `${schedules} schedules of ${workflows} workflows: ${perMinute} a minute, ${perCpuMinute} a minute of processor time\n`,
);
for (const one of found) process.stdout.write(`${JSON.stringify(one, null, 1)}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
