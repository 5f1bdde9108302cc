// node bench/plan.mjs [--json]
// What it costs to plan a run of 20, 100 and 1,000 tasks, one in ten behind an open condition and one in ten asking a host,
// with 50 recorded runs: as a ratio to what the simulation in it takes, and in all.
import { parseArgs } from 'node:util';
import { compileWorkflow } from '../dist/engine/core/index.js';
import { createSchemaChecker } from '../dist/json-schema/index.js';
import { planFamily } from '../dist/llm/assistants/plan/plan-workflow.js';
import { NO_FACTS } from '../dist/llm/optimizer/ir/index.js';
import { buildHistory, simulateWorkflow } from '../dist/llm/optimizer/simulate/index.js';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const types = ['core/noop', 'http/request'].map((type) => ({ type, description: '', effects: 'read' }));
const catalogue = { revision: 0, find: (type) => types.find((one) => one.type === type), types: () => types };

const compiledOf = (size) => {
  const before = (n) => [...new Set([n - 3, n - 1 - (n % 2)])].filter((m) => m >= 0 && m < n).map((m) => `t${m}`);
  const task = (n) => ({
    ...(n % 10 === 7
      ? { type: 'http/request', input: { url: `https://h${n}.example/\${input.path}` } }
      : { type: 'core/noop' }),
    ...(n % 10 === 9 && { when: `\${tasks.t${n - 1}.status == 'completed' && input.wide}` }),
    depends_on: [...new Set([...before(n), ...(n % 10 === 9 ? [`t${n - 1}`] : [])])],
  });
  const tasks = Object.fromEntries(Array.from({ length: size }, (_, n) => [`t${n}`, task(n)]));
  const accepted = compileWorkflow({ name: `graph-${size}`, tasks }, { catalogue, schemas: createSchemaChecker() });
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};

const historyOf = (compiled) => {
  const ran = (step, endedAt) => ({
    ...{ status: 'completed', attempt: 1, retries: 0, failures: [], isSuperseded: false },
    ...{ step, firstStartedAt: 0, startedAt: 0, endedAt, usage: [] },
  });
  const once = (n) => ({
    ...{ definition: 'd', status: 'completed', startedAt: 0, endedAt: 1000, isStraight: true, isWhole: true },
    steps: compiled.scope.tasks.map(({ path, index }) => ran(path, 50 + ((index * 7 + n * 13) % 400))),
  });
  const own = Array.from({ length: 50 }, (_, n) => once(n));
  return buildHistory(compiled, {
    until: 1000,
    windowDays: 30,
    own,
    others: [],
    documents: new Map([['d', compiled.document]]),
  });
};

/** Of this process, so that what else the machine does does not count. */
const millis = async (work, times) => {
  await work();
  const begin = process.cpuUsage();
  for (let n = 0; n < times; n++) await work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / times;
};

const rows = [];
for (const tasks of [20, 100, 1000]) {
  const compiled = compiledOf(tasks);
  const history = historyOf(compiled);
  const definitions = { runnableByName: () => Promise.reject(new Error('none')) };
  const whereabouts = { hostsOf: (type) => (type === 'http/request' ? ['*'] : []), baseOf: () => undefined };
  const about = { compiled, history, whereabouts, limits: {}, facts: NO_FACTS };
  const plan = async (input) => {
    const planned = await planFamily({ ...about, input, assume: undefined, now: 0 }, { definition: 'd', definitions });
    if (!planned.ok) throw new Error(JSON.stringify(planned.error));
    return planned.value;
  };
  const simulation = await millis(() => simulateWorkflow(compiled, history), 4);
  const known = await millis(() => plan({ path: 'x', wide: true }), 4);
  const blind = await millis(() => plan(undefined), 4);
  rows.push({ tasks, simulation, known, blind, ratio: known / simulation });
}

if (options.json) console.log(JSON.stringify(rows));
else
  console.table(
    rows.map(({ tasks, simulation, known, blind, ratio }) => ({
      tasks,
      'simulation ms': Math.round(simulation),
      'plan ms': Math.round(known),
      'without input ms': Math.round(blind),
      ratio: Math.round(ratio * 100) / 100,
    })),
  );
