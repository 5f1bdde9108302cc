// node bench/suggestions.mjs [--json]
// How long suggestions take from rules alone, at 100 and 1,000 tasks: study, rules, proofs, patch and words, without and with
// the last two gates (runs side by side, simulation); until the first event of the stream that is a suggestion; and again,
// from what is kept. Times are wall and CPU; `ratio` is to what compiling the same document takes here, so that machines
// can be compared.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileWorkflow } from '../dist/engine/core/index.js';
import { createSchemaChecker } from '../dist/json-schema/index.js';
import { FactBook, KeptHistories, SuggestionDesk } from '../dist/llm/suggestion/index.js';
import { patchBetween } from '../dist/llm/suggestion/document-patch.js';
import { rationaleOf, titleOf } from '../dist/llm/suggestion/words.js';
import { improve } from '../dist/llm/optimizer/prove/index.js';
import { NO_FACTS } from '../dist/llm/optimizer/ir/index.js';
import { studyOf } from '../dist/llm/optimizer/rules/index.js';
import { openStorage } from '../dist/persistence/index.js';
import { WorkflowCatalog } from '../dist/workflow/index.js';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const TYPES = ['pure', 'read', 'write'].map((effects) => ({ type: `b/${effects}`, description: '', effects }));
const byType = new Map(TYPES.map((type) => [type.type, type]));
const surroundings = {
  catalogue: { revision: 1, find: (type) => byType.get(type), types: () => TYPES },
  schemas: createSchemaChecker(),
};

/** Chains of ten that read what is before them, joined by orders that nobody needs; some duplicates, some dead ends. */
const documentOf = (size, version = '1.0.0') => {
  const tasks = {};
  for (let n = 0; n < size; n++) {
    const isChain = n % 10 !== 0;
    tasks[`t${n}`] = {
      type: n % 10 === 9 ? 'b/write' : n % 3 === 0 ? 'b/read' : 'b/pure',
      input: isChain ? { of: `\${tasks.t${n - 1}.output}`, n: n % 7 } : { n: n % 50 },
      ...(n > 10 && n % 5 === 0 && { depends_on: [`t${n - 2}`, ...(n > 20 ? [`t${n - 11}`] : [])] }),
    };
  }
  return { name: `bench-${size}`, version, tasks, output: { last: `\${tasks.t${size - 1}.output}` } };
};

const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)];

/** `before` is not measured, and neither is what `work` gives back to be done after it. */
const measured = async (times, work, before) => {
  const [walls, cpus] = [[], []];
  for (let n = -2; n < times; n++) {
    await before?.();
    const [began, used] = [performance.now(), process.cpuUsage()];
    const rest = await work(n + 2);
    const { user, system } = process.cpuUsage(used);
    const wall = performance.now() - began;
    if (typeof rest === 'function') await rest();
    if (n < 0) continue;
    walls.push(wall);
    cpus.push((user + system) / 1000);
  }
  return { p50: quantile(walls, 0.5), p95: quantile(walls, 0.95), cpu: quantile(cpus, 0.5) };
};

const rulesAlone = (size) => (n) => {
  const { compiled } = compileWorkflow(documentOf(size, `1.0.${n}`), surroundings).value;
  const found = improve({ study: studyOf(compiled, NO_FACTS), surroundings });
  return found.map(({ kind, ops, candidate, certificate }) => [
    patchBetween(compiled.document, candidate.document),
    patchBetween(candidate.document, compiled.document),
    titleOf(kind, ops) + rationaleOf(certificate),
  ]);
};

const directory = await mkdtemp(join(tmpdir(), 'harmonia-bench-'));
const storage = await openStorage(directory);
const clock = { now: () => Date.now() };
const newId = () => randomUUID();
const catalog = new WorkflowCatalog({ store: storage.workflows, surroundings, clock, newId });
const desk = new SuggestionDesk({
  ...{ store: storage.suggestions, catalog, limits: {}, now: clock.now, proposer: undefined },
  ...{ trials: storage.trials, runs: storage.trialRuns, newId },
  ...{ facts: new FactBook(storage.suggestions), histories: new KeptHistories(storage.runHistory, clock) },
  ...{ trials: storage.trials, runs: storage.trialRuns, newId },
  onTrouble: (what, error) => console.error(what, error),
});

const rows = [];
for (const size of [100, 1000]) {
  const times = size === 100 ? 40 : 12;
  const compile = await measured(times, (n) => compileWorkflow(documentOf(size, `1.0.${n}`), surroundings));
  const rules = await measured(times, rulesAlone(size));
  const { workflow } = await catalog.create({ source: documentOf(size) });
  let versions = 0;
  const fresh = () => catalog.update(workflow.id, { source: documentOf(size, `2.0.${versions++}`) });
  const first = await measured(
    times,
    async () => {
      const events = (await desk.stream(workflow.id, {}))[Symbol.asyncIterator]();
      for (let next = await events.next(); next.value.event.event !== 'suggestion'; next = await events.next());
      return async () => {
        while (!(await events.next()).done);
      };
    },
    fresh,
  );
  const whole = await measured(times, () => desk.suggest(workflow.id, {}).then(() => undefined), fresh);
  const again = await measured(times, () => desk.suggest(workflow.id, {}));
  rows.push({ tasks: size, compile, rules, first, whole, again, ratio: rules.p50 / compile.p50 });
}
await storage.close();
await rm(directory, { recursive: true });

const GOALS = { 100: { rules: 50, first: 100, again: 10 }, 1000: { rules: 400, again: 10 } };
if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else
  for (const { tasks, ratio, ...stages } of rows) {
    process.stdout.write(`${tasks} tasks; rules alone take ${ratio.toFixed(1)} × what compiling takes\n`);
    for (const [stage, { p50, p95, cpu }] of Object.entries(stages)) {
      const goal = GOALS[tasks][stage];
      const wanted = goal === undefined ? '' : ` (goal: p95 ≤ ${goal} ms)`;
      process.stdout.write(
        `  ${stage.padEnd(8)} p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, CPU ${cpu.toFixed(1)} ms${wanted}\n`,
      );
    }
  }
