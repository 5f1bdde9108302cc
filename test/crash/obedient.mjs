// Opens Harmonia over a directory when it is told to, and does what it is told, a line of JSON each, until it is killed.
// node obedient.mjs DIRECTORY EFFECTS_URL; lines in: {"id":1,"do":"start",...}; lines out: {"id":1,"ok":...} or {"id":1,"refused":CODE}.
// A line that came out is what a caller over HTTP has been told: nothing of it may be lost.
import { createInterface } from 'node:readline';
import { readConfig } from '../../dist/config/index.js';
import { createHarmonia } from '../../dist/harmonia.js';
import { HarmoniaError } from '../../dist/kernel/index.js';
import { definePlugin, defineTask, fatal, transient } from '../../dist/plugin/contract/index.js';

const [directory, effects] = process.argv.slice(2);
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Says to the outside that the step's effect happened, then ends. */
const effect = defineTask({
  id: 'effect',
  description: 'Reports its key, and the URL it was given, to the ledger.',
  run: async ({ n = null, url = '' }, { idempotencyKey: key }) => {
    await fetch(effects, { method: 'POST', body: key, headers: { 'x-callback': url } });
    return { key, n };
  },
});
/** Its effect happens, and its first attempt fails all the same. */
const flaky = defineTask({
  id: 'flaky',
  description: 'Reports its key; succeeds from the second attempt on.',
  run: async (_, { idempotencyKey: key, attempt }) => {
    await fetch(effects, { method: 'POST', body: key });
    if (attempt < 2) throw transient('busy', 'busy');
    return { key };
  },
});
const refuse = defineTask({
  id: 'refuse',
  description: 'Fails.',
  run: () => {
    throw fatal('refused', 'no');
  },
});

let harmonia;
const engine = () => harmonia.engine;
const idOf = async (name) => (await harmonia.catalog.findByName(name)).id;
const runnable = async (name, version) => harmonia.catalog.runnable(await idOf(name), version);
const keyOf = (key) => ({ scope: 'executions', key, request: key });

const ORDERS = {
  open: async () => {
    const config = { ...readConfig({ HARMONIA_SHUTDOWN_SECONDS: '1' }), dataDirectory: directory };
    harmonia = await createHarmonia({
      config,
      notifier: { publish: () => undefined, progress: () => undefined },
      onTrouble: (what, error) => tell({ trouble: `${what}: ${String(error?.stack ?? error)}` }),
      plugins: [definePlugin({ id: 'test', tasks: [effect, flaky, refuse] })],
    });
    await harmonia.open();
    return null;
  },
  keep: async ({ documents }) => {
    for (const source of documents) {
      const known = await harmonia.catalog.findByName(source.name);
      if (!known) await harmonia.catalog.create({ source });
      else if (known.version !== source.version) await harmonia.catalog.update(known.id, { source });
    }
    return null;
  },
  start: async ({ workflow, version, input, key }) => {
    const known = await harmonia.catalog.recall('executions', key);
    if (known) return { execution: known.resource };
    return engine().start({ workflow: await runnable(workflow, version), input, key: keyOf(key) });
  },
  deliver: ({ execution, event }) => engine().deliver(execution, event),
  approve: ({ execution, step }) => engine().approve(execution, step, { approved: true, by: 'ops', comment: null }),
  callBack: ({ token, payload }) => engine().callBack(token, payload),
  pause: ({ execution }) => engine().pause(execution),
  resume: ({ execution }) => engine().resume(execution),
  cancel: ({ execution, compensate }) => engine().cancel(execution, { compensate }),
  checkpoint: ({ execution }) => engine().checkpoint(execution, { name: 'mark' }),
  setVariables: ({ execution, values }) => engine().setVariables(execution, values),
  reexecute: ({ execution, operation, key }) => engine().reexecute(execution, operation, key && keyOf(key)),
  migrate: async ({ workflow, version, executions }) =>
    engine().migrate({ workflow: await runnable(workflow, version), executions }),
  /** Those that have not ended. */
  listOpen: () => harmonia.storage.journal.open(),
  close: () => harmonia.close(),
};

const obey = async ({ id, do: what, ...order }) => {
  try {
    tell({ id, ok: (await ORDERS[what](order)) ?? null });
  } catch (error) {
    if (!(error instanceof HarmoniaError)) tell({ trouble: `${what}: ${String(error?.stack ?? error)}` });
    tell({ id, refused: error.code ?? String(error) });
  }
};
createInterface({ input: process.stdin }).on('line', (line) => void obey(JSON.parse(line)));
tell({ loaded: true });
