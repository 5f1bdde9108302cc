// node bench/calibration.mjs [--rounds 3] [--runs 60] [--json]
// How well the simulator of suggestions predicts. Workflows of delays whose lengths, items and branches vary from run to
// run are really run by the engine; what it recorded of some runs predicts the median makespan of others with the same
// inputs (`same`), and of another version that was never run before (`changed`: an edge more or less, another limit). The
// six traces of ../shared/data/wfinstances are added when they are there.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildHistory, predictionOf, simulateWorkflow } from '../dist/llm/optimizer/simulate/index.js';
import { Chance } from '../dist/kernel/index.js';
import { importDocument } from '../dist/workflow/index.js';
import { fanOf, openEngine, save } from './open-engine.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const RUNS = Number(options.runs);
const AT_A_TIME = 15;

/** About 0.1 s, lognormal as service times often are. Wider ones would measure how few the runs are, not the simulator. */
const seconds = (chance, middle = 0.1) => Math.round(middle * Math.exp(0.3 * chance.normal()) * 1000) / 1000;
const delay = (id, depends_on = []) => ({ type: 'core/delay', input: { seconds: `\${input.d.${id}}` }, depends_on });
const drawn = (tasks, chance, middles) =>
  Object.fromEntries(Object.keys(tasks).map((id) => [id, seconds(chance, middles?.[id])]));

const graph = (chance) => {
  const ids = Array.from({ length: 8 + chance.below(12) }, (_, n) => `t${n}`);
  const middles = Object.fromEntries(ids.map((id) => [id, 0.05 + 0.2 * chance.next()]));
  const needs = ids.map((_, n) => [...new Set(Array.from({ length: chance.below(3) }, () => chance.below(n + 1)))]);
  const of = (edges) =>
    Object.fromEntries(
      ids.map((id, n) => [
        id,
        delay(
          id,
          edges[n].filter((m) => m < n).map((m) => ids[m]),
        ),
      ]),
    );
  const more = needs.map((before, n) => (n > 2 && n % 3 === 0 ? [...before, n - 1] : before));
  return { tasks: of(needs), changed: { tasks: of(more) }, input: (draw) => ({ d: drawn(of(needs), draw, middles) }) };
};

const SHAPES = {
  graph,
  chain: () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const tasks = Object.fromEntries(ids.map((id, n) => [id, delay(id, ids.slice(Math.max(0, n - 1), n))]));
    const free = Object.fromEntries(
      ids.map((id, n) => [id, delay(id, n < 3 ? ids.slice(Math.max(0, n - 1), n) : ['a'])]),
    );
    return { tasks, changed: { tasks: free }, input: (draw) => ({ d: drawn(tasks, draw) }) };
  },
  limited: () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [
        `t${n}`,
        { ...delay(`t${n}`), concurrency_key: '${execution.id}', concurrency: 3 },
      ]),
    );
    const wider = Object.fromEntries(Object.entries(tasks).map(([id, task]) => [id, { ...task, concurrency: 6 }]));
    return { tasks, changed: { tasks: wider }, input: (draw) => ({ d: drawn(tasks, draw) }) };
  },
  map: () => {
    const of = (concurrency) => ({
      each: {
        map: { over: '${input.rows}', as: 'row', concurrency },
        tasks: { one: { type: 'core/delay', input: { seconds: '${row}' } } },
      },
    });
    const input = (draw) => ({ rows: Array.from({ length: 6 + draw.below(7) }, () => seconds(draw)) });
    return { tasks: of(3), changed: { tasks: of(2) }, input };
  },
  branches: () => {
    const of = (needs) => ({
      first: delay('first'),
      pick: { switch: [{ when: '${input.x < 0.3}', goto: 'slow' }, { goto: 'fast' }], depends_on: ['first'] },
      slow: delay('slow'),
      fast: delay('fast'),
      maybe: { ...delay('maybe', needs), when: '${input.y < 0.5}' },
      last: delay('last', ['slow', 'fast', 'maybe']),
    });
    const middles = { slow: 0.4, fast: 0.05 };
    const input = (draw) => ({ d: drawn(of([]), draw, middles), x: draw.next(), y: draw.next() });
    return { tasks: of(['first']), changed: { tasks: of([]) }, input };
  },
  retries: () => {
    const of = (pause) => ({
      shaky: {
        type: 'core/fail',
        input: { kind: 'transient', times: '${input.times}' },
        retry_policy: { max_retries: 3, backoff_strategy: 'fixed', initial_delay: pause, jitter: 0.1 },
      },
      after: delay('after', ['shaky']),
    });
    const input = (draw) => ({ times: draw.below(3), d: { after: seconds(draw) } });
    return { tasks: of(0.2), changed: { tasks: of(0.1) }, input };
  },
};

const WFINSTANCES = new URL('../../shared/data/wfinstances/', import.meta.url).pathname;
const traces = existsSync(WFINSTANCES) ? readdirSync(WFINSTANCES) : [];

/** A trace whose longest way takes about a second and a half, its tasks up to a tenth longer or shorter each time. */
const traced = (file) => {
  const source = JSON.parse(readFileSync(join(WFINSTANCES, file), 'utf8'));
  const { document } = importDocument(source, { timeScale: 1 }).value;
  const lengths = {};
  const ends = new Map();
  const endOf = (id) => {
    if (!ends.has(id)) {
      const { depends_on = [], input } = document.tasks[id];
      lengths[id] = input?.seconds ?? 0;
      ends.set(id, lengths[id] + Math.max(0, ...depends_on.map(endOf)));
    }
    return ends.get(id);
  };
  const longest = Math.max(...Object.keys(document.tasks).map(endOf));
  const tasks = Object.fromEntries(
    Object.entries(document.tasks).map(([id, { depends_on }]) => [id, delay(id, depends_on)]),
  );
  const length = (id, draw) => Math.round((lengths[id] / longest) * 1500 * (0.9 + 0.2 * draw.next())) / 1000;
  const input = (draw) => ({ d: Object.fromEntries(Object.keys(tasks).map((id) => [id, length(id, draw)])) });
  const mapping = new Map(Object.keys(tasks).map((id) => [`/all/${id}`, `/${id}`]));
  return { tasks, changed: { tasks: { all: { tasks, concurrency: 5 } } }, input, mapping };
};

const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
};

/** Runs workflows with inputs, some at a time, and answers how long those of each took. */
const measure = async (harmonia, jobs) => {
  const lengths = new Map(jobs.map(({ workflow }) => [workflow, []]));
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { execution, at } = await harmonia.engine.start(job);
      const ended = await harmonia.engine.ended(execution);
      if (ended?.is !== 'completed') throw new Error(JSON.stringify(ended));
      lengths.get(job.workflow).push(ended.at - at);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return lengths;
};

const judge = (simulation, measured) => {
  const { makespan, confidence } = predictionOf(simulation);
  const lengths = simulation.outcomes.map((run) => run.makespan);
  const [low, high] = [quantile(lengths, 0.025), quantile(lengths, 0.975)];
  const p50 = quantile(measured, 0.5);
  const held = measured.filter((length) => low <= length && length <= high).length / measured.length;
  return { measured: p50, predicted: makespan.p50, error: Math.abs(makespan.p50 - p50) / p50, held, confidence };
};

/** What teaches, what is predicted and what is changed run by turns: whatever else the machine does slows all alike. */
const calibrate = async (harmonia, name, { tasks, changed, input, mapping }, seed) => {
  const chance = new Chance('inputs', name, seed);
  const keep = (suffix, document) => save(harmonia, { name: `${name}-${seed}-${suffix}`, ...document });
  const [taught, same, other] = [await keep('a', { tasks }), await keep('b', { tasks }), await keep('c', changed)];
  const inputs = Array.from({ length: RUNS }, () => input(chance));
  const lengths = await measure(
    harmonia,
    inputs.flatMap((each) => [taught, same, other].map((workflow) => ({ workflow, input: each }))),
  );
  const observed = await harmonia.storage.runHistory.observe({ workflow: taught.pinned.id, until: Date.now() });
  const history = buildHistory(taught.compiled, observed);
  const predict = ({ compiled }, of) => simulateWorkflow(compiled, history, of && { mapping: of });
  return [
    { name, seed, which: 'same', ...judge(predict(same), lengths.get(same)) },
    { name, seed, which: 'changed', ...judge(predict(other, mapping), lengths.get(other)) },
  ];
};

const scratch = new URL('../.harmonia/', import.meta.url).pathname; // on the disk of the project: /tmp may be memory
mkdirSync(scratch, { recursive: true });
const directory = mkdtempSync(join(scratch, 'calibration-'));
const harmonia = await openEngine(directory);
const rows = [];
try {
  // A process that has just started takes longer for everything.
  const warming = await save(harmonia, fanOf(50));
  await measure(
    harmonia,
    Array.from({ length: 300 }, () => ({ workflow: warming, input: {} })),
  );
  for (let seed = 1; seed <= Number(options.rounds); seed++)
    for (const [name, shape] of Object.entries(SHAPES))
      rows.push(...(await calibrate(harmonia, name, shape(new Chance(name, seed)), seed)));
  for (const file of traces) rows.push(...(await calibrate(harmonia, file.slice(0, 24), traced(file), 1)));
} finally {
  await harmonia.close();
  rmSync(directory, { recursive: true, force: true });
}

const summary = (which) => {
  const some = rows.filter((row) => row.which === which);
  const errors = some.map(({ error }) => error);
  const held = some.reduce((sum, row) => sum + row.held, 0) / some.length;
  return { workflows: some.length, medianError: quantile(errors, 0.5), p95Error: quantile(errors, 0.95), held };
};
const result = { same: summary('same'), changed: summary('changed'), rows };
const percent = (value) => `${(100 * value).toFixed(1)} %`;
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  for (const { name, seed, which, measured, predicted, error, held } of rows)
    process.stdout.write(
      `${name.padEnd(25)} ${seed} ${which.padEnd(8)} measured ${measured} ms, predicted ${Math.round(predicted)} ms: ${percent(error)}, ${percent(held)} of runs within the interval\n`,
    );
  for (const which of ['same', 'changed']) {
    const { workflows, medianError, p95Error, held } = result[which];
    process.stdout.write(
      `${which}: ${workflows} workflows, error of the median makespan: median ${percent(medianError)} (goal ≤ 5 %), 95th percentile ${percent(p95Error)} (goal ≤ 15 %); ${percent(held)} of runs within the predicted 95 % interval\n`,
    );
  }
}
