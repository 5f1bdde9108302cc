// What a call of a plugin costs: in this process through the runner, in a worker through the same runner, and, as the
// reference beside them, a bare message to a thread and back.
//
//   node bench/plugin-calls.mjs [calls]
//
// Medians of calls that follow one another; the target is 20 µs in this process and 300 µs on top of that in a worker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemTimers } from '../dist/engine/embedded/index.js';
import { createSchemaChecker } from '../dist/json-schema/index.js';
import { loadPlugin } from '../dist/plugin/host/load-plugin.js';
import { createInProcessRunner, PluginRegistry, readPluginPackage, secretsFrom } from '../dist/plugin/host/index.js';
import { isolate } from '../dist/plugin/isolation/index.js';

const calls = Number(process.argv[2] ?? 5000);

const directory = mkdtempSync(join(tmpdir(), 'harmonia-bench-'));
const harmonia = { apiVersion: '^1.0', id: 'bench', tasks: ['echo'] };
writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js', harmonia }));
writeFileSync(
  join(directory, 'index.js'),
  `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
   const input = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
   export default definePlugin({ id: 'bench', tasks: [defineTask({ id: 'echo', description: 'echo', input, run: ({ n }) => ({ n }) })] });`,
);

const runnerOf = (plugin) => {
  const registry = new PluginRegistry();
  registry.add(plugin);
  return createInProcessRunner({
    registry,
    schemaChecker: createSchemaChecker(),
    secrets: secretsFrom({ token: 'a secret that is masked' }),
    services: {},
    http: { client: () => undefined },
    clock: systemTimers,
    limits: { maxOutputBytes: 2 ** 24 },
  });
};

const { signal } = new globalThis.AbortController();
const nothing = () => undefined;
const control = { signal, log: nothing, progress: nothing, heartbeat: nothing, record: () => Promise.resolve() };
const call = (runner) => async (n) => {
  const place = { executionId: 'e', address: '/a', generation: 1, attempt: 1, type: 'bench/echo' };
  const facts = { secrets: [], firstStartedAt: 0, deadline: undefined, results: [] };
  const outcome = await runner.run({ ...place, ...facts, input: { n } }, control);
  if (outcome.output?.n !== n) throw new Error(`call ${n}: ${JSON.stringify(outcome)}`);
};

/** Median and 99th percentile, in µs. */
const measure = async (once) => {
  for (let n = 0; n < 500; n++) await once(n);
  const times = [];
  for (let n = 0; n < calls; n++) {
    const start = performance.now();
    await once(n);
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(calls / 2)], p99: times[Math.floor(calls * 0.99)] };
};

const found = await readPluginPackage(directory);
const thread = new Worker(
  `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));`,
  { eval: true },
);
const bare = (n) =>
  new Promise((resolve) => {
    thread.once('message', resolve);
    thread.postMessage({ n });
  });

const reference = await measure(bare);
const inProcess = await measure(call(runnerOf(await loadPlugin(found))));
const isolated = await isolate(found);
const inWorker = await measure(call(runnerOf(isolated.plugin)));
await isolated.close();
await thread.terminate();
rmSync(directory, { recursive: true });

const shown = ({ median, p99 }) => `median ${median.toFixed(1)} µs, 99 % within ${p99.toFixed(0)} µs`;
console.log(`a message to a thread and back   ${shown(reference)}`);
console.log(`a call in this process           ${shown(inProcess)}`);
console.log(`a call in a worker               ${shown(inWorker)}`);
console.log(`overhead of the worker           median ${(inWorker.median - inProcess.median).toFixed(1)} µs`);
