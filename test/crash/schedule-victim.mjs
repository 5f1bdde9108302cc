// A Harmonia with schedules of every second that dies at the nth thing it does about a tick.
// node schedule-victim.mjs DIRECTORY '{"create":bool,"ahead":ms,"killAt":N,"when":"before"|"after"}'
// `ahead`: its clock is so much ahead of the machine's, so there are ticks to be caught up at once.
// Without killAt it settles all ticks, says what there is as one line of JSON, and closes.
const [directory, json] = process.argv.slice(2);
const { create = false, ahead = 0, killAt = 0, when = 'before' } = JSON.parse(json);

const wall = Date.now;
Date.now = () => wall() + ahead;
const { readConfig } = await import('../../dist/config/index.js');
const { createHarmonia } = await import('../../dist/harmonia.js');

const trouble = [];
const harmonia = await createHarmonia({
  config: readConfig({ HARMONIA_DATA_DIR: directory, HARMONIA_SHUTDOWN_SECONDS: '1' }),
  notifier: { publish: () => undefined, progress: () => undefined },
  onTrouble: (what, error) => trouble.push(`${what}: ${String(error)}`),
});
const { storage, requests, schedules, catalog } = harmonia;

let done = 0;
const die = () => process.kill(process.pid, 'SIGKILL');
const watch = (target, name) => {
  const work = target[name].bind(target);
  target[name] = async (...args) => {
    done += 1;
    const doomed = done === killAt;
    if (doomed && when === 'before') die();
    const result = await work(...args);
    if (doomed && when === 'after') die();
    return result;
  };
};
for (const name of ['advance', 'settle', 'close', 'prune', 'addTicks']) watch(storage.schedules, name);
watch(requests, 'start');

await harmonia.open();
if (create) {
  const document = { name: 'tick', tasks: { a: { type: 'core/value', input: { at: '${input.at}' } } } };
  await catalog.create({ source: document, options: {} });
  const about = { workflow: 'tick', interval: 1, grace: 1, input: { at: '${tick.scheduled_at}' } };
  for (const overlap of ['allow', 'queue', 'cancel_other', 'skip'])
    await schedules.create({ name: overlap, overlap, catch_up: { all: 1000 }, ...about });
}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
if (killAt > 0) {
  await pause(20_000);
  // Nobody has killed it: the test has asked for more than there was to do.
  process.exit(3);
}
const all = { offset: 0, limit: 100_000 };
const { items } = await schedules.list(all);
for (const { id } of items) await schedules.pause(id);
const told = [];
for (const { id, spec } of items) {
  const read = async () => (await schedules.ticks(id, { ...all, descending: false })).items;
  let ticks = await read();
  const isOpen = ({ status, ended }) =>
    status === 'pending' || status === 'queued' || (status === 'started' && ended === undefined);
  while (ticks.some(isOpen)) {
    await pause(20);
    ticks = await read();
  }
  const filter = { metadata: { schedule_id: id }, sortBy: 'created_at', descending: false, ...all };
  const executions = (await storage.reader.list(filter)).items.map(({ id: execution, status, metadata }) => ({
    ...{ execution, status, tick: metadata.tick },
  }));
  told.push({ overlap: spec.overlap, ticks, executions });
}
await harmonia.close();
process.stdout.write(JSON.stringify({ told, trouble }));
