// Opens an engine over a directory, starts executions, and dies where it is told to.
// node victim.mjs DIRECTORY '{"start":N,"killAt":K,"when":"before"|"after","effects":URL,"told":FILE,"pragmas":[...]}'
// `oneByOne`: each execution begins when the one before it has ended, so that they share no commits.
// `workflow`: `victim` (default) or `constructs`, whose waits are answered by this process.
// `told`: a file that gets a line `execution seq` for every event once it was published, which is after its commit.
import { openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import { v7 as newId } from 'uuid';
import { EmbeddedEngine, systemTimers } from '../../dist/engine/embedded/index.js';
import { createSchemaChecker } from '../../dist/json-schema/index.js';
import { openStorage } from '../../dist/persistence/index.js';
import { definePlugin, defineTask, fatal } from '../../dist/plugin/contract/index.js';
import { createInProcessRunner, PluginRegistry, secretsFrom } from '../../dist/plugin/host/index.js';
import { WorkflowCatalog } from '../../dist/workflow/index.js';

const [directory, json] = process.argv.slice(2);
const options = JSON.parse(json);
const { start = 0, killAt = 0, when = 'before', effects, told, pragmas = [], oneByOne = false } = options;
const { workflow: chosen = 'victim' } = options;

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

const refuse = defineTask({
  id: 'refuse',
  description: 'Fails.',
  run: () => {
    throw fatal('refused', 'no');
  },
});

const registry = new PluginRegistry();
registry.add(definePlugin({ id: 'test', tasks: [effect, refuse] }));
const schemas = createSchemaChecker();
const storage = await openStorage(directory);
for (const pragma of pragmas) storage.database.pragma(pragma);
const book = told && openSync(told, 'a');
const publish = (publications) => {
  for (const { execution, events } of publications) {
    if (events.some(({ recorded: { event } }) => event.awaits?.is === 'approval'))
      setImmediate(() => answer(execution));
  }
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
  workflow: (name, range, execution) => catalog.runnableByName(name, range, execution),
  newId: () => newId(),
  newSeed: () => newId(),
  onTrouble: (what, error) => tell({ trouble: what, error: String(error) }),
});

const task = (depends_on, more = {}) => ({ type: 'test/effect', ...(depends_on && { depends_on }), ...more });
const n = '${input.n}';
const victim = {
  name: 'victim',
  tasks: {
    a: task(),
    b: task(['a']),
    c: task(['a'], { input: { n } }),
    d: task(['b', 'c']),
    e: task(['d'], { when: '${input.n >= 0}' }),
  },
  output: { n: '${tasks.c.output.n}' },
};
const constructs = {
  name: 'constructs',
  tasks: {
    each: {
      map: { over: '${[1, 2, 3]}', as: 'row', concurrency: 2 },
      tasks: {
        one: task(undefined, { input: { n: '${row}' } }),
        two: task(['one'], { input: { n: '${row * 10.0}' } }),
      },
      output: '${tasks.two.output.n}',
    },
    again: {
      loop: { while: '${index < 3}', max_iterations: 5 },
      tasks: { turn: task(undefined, { input: { n: '${index}' } }) },
      output: '${tasks.turn.output.n}',
    },
    guard: {
      try: { bad: { type: 'test/refuse' } },
      catch: { mend: task(undefined, { input: { n } }) },
      finally: { tidy: task() },
    },
    saga: {
      try: {
        book: task(undefined, { compensate: task() }),
        reserve: task(['book'], { compensate: task() }),
        pay: { type: 'test/refuse', depends_on: ['reserve'] },
      },
      catch: { sorry: task() },
    },
    first: { race: { quick: task(), slow: { wait: { seconds: 600 } } } },
    child: { workflow: { name: 'victim', input: { n }, wait: true }, depends_on: ['each'] },
    nap: { wait: { seconds: 0.05 } },
    paid: { event: { name: 'paid', match: '${event.n == input.n}' }, depends_on: ['nap'] },
    ok: { approval: { by: ['ops'] }, depends_on: ['again'] },
    after: task(['paid', 'ok', 'child'], { input: { n: '${tasks.paid.output.n}' } }),
  },
  output: {
    each: '${tasks.each.output}',
    again: '${tasks.again.output}',
    mend: '${tasks.guard.output.mend.n}',
    winner: '${tasks.first.output.winner}',
    child: '${tasks.child.output.n}',
    approved: '${tasks.ok.output.approved}',
    after: '${tasks.after.output.n}',
  },
};

/** What may be too early, or too late after a crash: it is said again when the step waits, and counts once. */
const unlessConflict = (error) => {
  if (error.code !== 'conflict') tell({ trouble: 'an answer', error: String(error) });
};
const answer = (execution) =>
  engine.approve(execution, '/ok', { approved: true, by: 'ops', comment: null }).catch(unlessConflict);
const pay = async (execution) => {
  const { events } = await engine.journal(execution);
  const { input, workflow } = events[0].event;
  if (workflow.name !== 'constructs') return;
  const payload = { n: input.n };
  await engine.deliver(execution, { id: 'paid', name: 'paid', payload }).catch(unlessConflict);
  await answer(execution);
};

await engine.open();
await Promise.all((await storage.journal.open()).map(pay));
if (start > 0) {
  const documents = chosen === 'victim' ? [victim] : [victim, constructs];
  for (const source of documents) {
    if (!(await catalog.findByName(source.name))) await catalog.create({ source });
  }
  const workflow = await catalog.runnable((await catalog.findByName(chosen)).id);
  const startOne = async (n) => {
    const { execution } = await engine.start({ workflow, input: { n } });
    tell({ acknowledged: execution });
    await pay(execution);
    if (oneByOne) await engine.ended(execution);
  };
  if (oneByOne) for (let n = 0; n < start; n++) await startOne(n);
  else await Promise.all(Array.from({ length: start }, (_, n) => startOne(n)));
}
for (const execution of await storage.journal.open()) await engine.ended(execution);
tell({ done: true, commits });
await engine.close(1000);
await storage.close();
