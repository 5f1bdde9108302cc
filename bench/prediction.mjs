// node bench/prediction.mjs [--json]
// What it costs to predict: simulated runs of workflows of 20, 100 and 1,000 tasks, as a ratio to what the engine's core
// alone takes to decide the same workflow once; and the whole of a comparison of two versions.
import { parseArgs } from 'node:util';
import { compileWorkflow, decide, plan, startRun } from '../dist/engine/core/index.js';
import { createSchemaChecker } from '../dist/json-schema/index.js';
import { buildHistory, compare, simulateWorkflow } from '../dist/llm/optimizer/simulate/index.js';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const NOOP = { type: 'core/noop', description: '', effects: 'pure' };
const catalogue = { revision: 0, find: (type) => (type === NOOP.type ? NOOP : undefined), types: () => [NOOP] };

const compiledOf = (size) => {
  const before = (n) => [...new Set([n - 3, n - 1 - (n % 2)])].filter((m) => m >= 0 && m < n).map((m) => `t${m}`);
  const tasks = Array.from({ length: size }, (_, n) => [`t${n}`, { type: NOOP.type, depends_on: before(n) }]);
  const document = { name: `graph-${size}`, tasks: Object.fromEntries(tasks) };
  return compileWorkflow(document, { catalogue, schemas: createSchemaChecker() }).value.compiled;
};

const COMPLETED = { status: 'completed', attempt: 1, retries: 0, failures: [], isSuperseded: false };

const historyOf = (compiled) => {
  const ran = (step, endedAt) => ({ ...COMPLETED, step, firstStartedAt: 0, startedAt: 0, endedAt });
  const once = (n) => ({
    ...{ definition: 'd', status: 'completed', startedAt: 0, endedAt: 1000, isStraight: true, isWhole: true },
    steps: compiled.scope.tasks.map(({ path, index }) => ran(path, 50 + ((index * 7 + n * 13) % 400))),
  });
  const own = Array.from({ length: 50 }, (_, n) => once(n));
  const documents = new Map([['d', compiled.document]]);
  return buildHistory(compiled, { until: 1000, windowDays: 30, own, others: [], documents });
};

/** The core alone: starts, begins and ends every task, one after another. */
const coreAlone = (compiled) => {
  const workflow = { id: 'w', name: 'w', version: '1.0.0', definition: 'd' };
  const { state } = startRun({ at: 0, execution: 'e', compiled, workflow, input: {}, metadata: {}, options: {} });
  const orders = plan(state);
  for (let next = 0; next < orders.length; next++) {
    const { is, step, generation, attempt } = orders[next];
    if (is === 'ready') decide(state, { is: 'begin', at: 0, step, generation });
    else decide(state, { is: 'succeed', at: 0, step, generation, attempt, output: null });
    orders.push(...plan(state));
  }
  if (state.status.is !== 'completed') throw new Error(state.status.is);
};

const millis = (work, times) => {
  for (let n = 0; n < Math.ceil(times / 2); n++) work();
  const begin = performance.now();
  for (let n = 0; n < times; n++) work();
  return (performance.now() - begin) / times;
};

const rows = [20, 100, 1000].map((tasks) => {
  const compiled = compiledOf(tasks);
  const history = historyOf(compiled);
  const core = millis(() => coreAlone(compiled), 20_000 / tasks);
  const base = simulateWorkflow(compiled, history);
  const other = simulateWorkflow(compiled, history, { limits: { maxRunningTasks: 2 } });
  const whole = millis(() => simulateWorkflow(compiled, history), 4);
  const comparing = millis(() => compare(base, other), 4);
  const run = whole / base.outcomes.length;
  return { tasks, runs: base.outcomes.length, run_ms: run, ratio: run / core, whole_ms: whole, compare_ms: comparing };
});

if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else
  for (const { tasks, runs, run_ms, ratio, whole_ms, compare_ms } of rows) {
    const one = `${tasks} tasks: ${run_ms.toFixed(3)} ms a run (goal at 100: ≤ 1), ${ratio.toFixed(2)} × the core alone`;
    const all = `${runs} runs in ${whole_ms.toFixed(0)} ms, two versions compared in ${compare_ms.toFixed(0)} ms`;
    process.stdout.write(`${one}; ${all}\n`);
  }
