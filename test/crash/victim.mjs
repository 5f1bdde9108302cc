// Opens an engine over a directory, starts executions, and dies where it is told to.
// node victim.mjs DIRECTORY '{"start":N,"killAt":K,"when":"before"|"after","effects":URL,"told":FILE,"pragmas":[...]}'
// `oneByOne`: each execution begins when the one before it has ended, so that they share no commits.
// `told`: a file that gets a line `execution seq` for every event once it was published, which is after its commit.
import { openSync, writeSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import { EmbeddedEngine, systemTimers } from '../../dist/engine/embedded/index.js';
import { createSchemaChecker } from '../../dist/json-schema/index.js';
import { openStorage } from '../../dist/persistence/index.js';
import { definePlugin, defineTask } from '../../dist/plugin/contract/index.js';
import { createInProcessRunner, PluginRegistry, secretsFrom } from '../../dist/plugin/host/index.js';
import { WorkflowCatalog } from '../../dist/workflow/index.js';

const [directory, json] = process.argv.slice(2);
const { start = 0, killAt = 0, when = 'before', effects, told, pragmas = [], oneByOne = false } = JSON.parse(json);

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Says to the outside that the step's effect happened, then ends. */
const effect = defineTask({
  id: 'effect',
  description: 'Reports its key to the ledger.',
  run: async (input, context) => {
    if (effects) await fetch(effects, { method: 'POST', body: context.idempotencyKey });
    return { key: context.idempotencyKey, n: input.n ?? null };
  },
});

const registry = new PluginRegistry();
registry.add(definePlugin({ id: 'test', tasks: [effect] }));
const schemas = createSchemaChecker();
const storage = await openStorage(directory);
for (const pragma of pragmas) storage.database.pragma(pragma);
const book = told && openSync(told, 'a');
const publish = (publications) => {
  if (!book) return;
  const lines = publications.map(({ execution, events }) => `${execution} ${events.at(-1).recorded.seq}\n`);
  writeSync(book, lines.join(''));
};
let commits = 0;
const journal = new Proxy(storage.journal, {
  get: (target, name) => {
    if (name !== 'commit') return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
    return async (batch) => {
      commits += 1;
      if (commits === killAt && when === 'before') process.kill(process.pid, 'SIGKILL');
      const committed = await target.commit(batch);
      if (commits === killAt && when === 'after') process.kill(process.pid, 'SIGKILL');
      return committed;
    };
  },
});
const catalog = new WorkflowCatalog({
  store: storage.workflows,
  clock: systemTimers,
  newId: () => newId(),
  surroundings: { catalogue: registry, schemas },
});
const engine = new EmbeddedEngine({
  journal,
  timers: systemTimers,
  notifier: { publish, progress: () => undefined },
  runner: createInProcessRunner({
    registry,
    schemaChecker: schemas,
    secrets: secretsFrom({}),
    services: {},
    clock: systemTimers,
    limits: { maxOutputBytes: 1e6 },
  }),
  limits: { maxRunningTasks: 100, maxOpenExecutions: 10_000, maxOpenSteps: 100_000 },
  compiled: (definition) => catalog.compiled(definition),
  workflow: (name, range) => catalog.runnableByName(name, range),
  newId: () => newId(),
  newSeed: () => newId(),
  onTrouble: (what, error) => tell({ trouble: what, error: String(error) }),
});

const task = (depends_on, more = {}) => ({ type: 'test/effect', ...(depends_on && { depends_on }), ...more });
const document = {
  name: 'victim',
  tasks: {
    a: task(),
    b: task(['a']),
    c: task(['a'], { input: { n: '${input.n}' } }),
    d: task(['b', 'c']),
    e: task(['d'], { when: '${input.n >= 0}' }),
  },
  output: { n: '${tasks.c.output.n}' },
};

await engine.open();
if (start > 0) {
  const found = await catalog.findByName('victim');
  const id = found ? found.id : (await catalog.create({ source: document })).workflow.id;
  const workflow = await catalog.runnable(id);
  const startOne = async (n) => {
    const { execution } = await engine.start({ workflow, input: { n } });
    tell({ acknowledged: execution });
    if (oneByOne) await engine.ended(execution);
  };
  if (oneByOne) for (let n = 0; n < start; n++) await startOne(n);
  else await Promise.all(Array.from({ length: start }, (_, n) => startOne(n)));
}
for (const execution of await storage.journal.open()) await engine.ended(execution);
tell({ done: true, commits });
await engine.close(1000);
await storage.close();
