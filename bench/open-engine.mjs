import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readConfig } from '../dist/config/index.js';
import { createHarmonia } from '../dist/harmonia.js';

/** The whole engine over a data directory: journal, projections, FULL; everything but HTTP. */
export const openEngine = async (directory, notifier = { publish() {}, progress() {} }) => {
  const config = { ...readConfig({ HARMONIA_HTTP_ALLOW: '127.0.0.1' }), dataDirectory: directory };
  const onTrouble = (what, error) => console.error(what, error);
  const harmonia = await createHarmonia({ config, notifier, onTrouble });
  await harmonia.open();
  await subscribe(harmonia, Number(process.env.HARMONIA_BENCH_SUBSCRIPTIONS ?? 0));
  return harmonia;
};

/** So many webhooks that are told of every end of an execution: HARMONIA_BENCH_SUBSCRIPTIONS=1 npm run bench -- --only W4 */
const subscribe = async ({ subscriptions }, count) => {
  if (count === 0) return;
  const program = new URL('receiver.mjs', import.meta.url).pathname;
  const receiver = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => receiver.kill());
  receiver.unref();
  const [line] = await once(receiver.stdout, 'data');
  receiver.stdout.unref();
  for (let n = 1; n <= count; n++) await subscriptions.create({ name: `told ${n}`, url: String(line).trim() });
};

const noop = (depends_on) => (depends_on ? { type: 'core/noop', depends_on } : { type: 'core/noop' });

export const chainOf = (length) => ({
  name: `chain-${length}`,
  tasks: Object.fromEntries(Array.from({ length }, (_, i) => [`t${i}`, noop(i > 0 ? [`t${i - 1}`] : undefined)])),
});

export const fanOf = (width) => {
  const leaves = Array.from({ length: width }, (_, i) => `t${i}`);
  return {
    name: `fan-${width}`,
    tasks: { ...Object.fromEntries(leaves.map((id) => [id, noop()])), join: noop(leaves) },
  };
};

/** A map over so many items, 100 of them at a time. */
export const mapOver = (items) => ({
  name: `map-${items}`,
  tasks: {
    each: {
      map: { over: Array.from({ length: items }, (_, i) => i), as: 'n', concurrency: 100 },
      tasks: { one: noop() },
    },
  },
});

export const save = async ({ catalog }, document) => {
  const { workflow } = await catalog.create({ source: document });
  return catalog.runnable(workflow.id);
};

/** Starts an execution and waits for its end. */
export const complete = async ({ engine }, workflow) => {
  const { execution } = await engine.start({ workflow, input: {} });
  const ended = await engine.ended(execution);
  if (ended?.is !== 'completed') throw new Error(`execution ${execution}: ${JSON.stringify(ended)}`);
};
