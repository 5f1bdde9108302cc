// node bench/soak.mjs [--minutes N] [--directory PATH]
// Work comes twice as fast as it can be done, for N minutes (30): every construct, waits that are answered, undoing. What
// must stay bounded: heap, handles, the write-ahead log, the lag of the event loop; then all that was taken must end, and
// the heap come back. Prints a table; exits 1 when something went beyond its bound.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readConfig } from '../dist/config/index.js';
import { createHarmonia } from '../dist/harmonia.js';
import { CONSTRUCTS } from './soak-workflow.mjs';

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, directory: { type: 'string' } },
});
const DURATION = Number(options.minutes) * 60_000;
if (!(DURATION > 0)) throw new Error('--minutes must be a number above 0');
const SAMPLES = 20;
const MAX_OPEN = 2000;
const MB = 2 ** 20;
/** Measured over the second half of the time against the quarter before it, but for the last two. */
const BOUNDS = { heapGrowth: 1.25, handleGrowth: 10, walMegabytes: 64, lagMilliseconds: 250, leftMegabytes: 40 };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const scratch = options.directory ?? new URL('../.harmonia/', import.meta.url).pathname;
mkdirSync(scratch, { recursive: true });
const directory = mkdtempSync(join(scratch, 'soak-'));

const harmonia = await createHarmonia({
  config: { ...readConfig({ HARMONIA_MAX_OPEN_EXECUTIONS: String(MAX_OPEN) }), dataDirectory: directory },
  notifier: { publish: (publications) => publications.forEach(answerWaits), progress: () => undefined },
  onTrouble: (what, error) => counts.trouble.push(`${what}: ${error}`),
});
const { engine, catalog } = harmonia;
const counts = { taken: 0, refused: 0, ended: 0, odd: 0, trouble: [] };

/** Somebody answers at once; what does not wait any more answers with a conflict. */
function answerWaits({ execution, events }) {
  for (const { recorded } of events) {
    const { event } = recorded;
    if (event.type !== 'step_armed') continue;
    const asked =
      event.awaits.is === 'approval'
        ? () => engine.approve(execution, event.step, { approved: true, by: null, comment: null })
        : event.awaits.is === 'event' && event.awaits.name === 'soak'
          ? () => engine.deliver(execution, { name: 'soak', payload: { n: 1 } })
          : undefined;
    if (asked) setImmediate(() => asked().catch(noteUnlessConflict));
  }
}

function noteUnlessConflict(error) {
  if (error.code !== 'conflict') counts.trouble.push(String(error));
}

await harmonia.open();
for (const source of CONSTRUCTS.children) await catalog.create({ source });
const { workflow: saved } = await catalog.create({ source: CONSTRUCTS.whole });
const workflow = await catalog.runnable(saved.id);

/** Answers whether it was taken. */
const startOne = async (isOver) => {
  try {
    const { execution } = await engine.start({ workflow, input: { n: 1 } });
    counts.taken += 1;
    void engine.ended(execution).then((ended) => {
      counts.ended += 1;
      if (ended?.is !== 'completed') counts.odd += 1;
      isOver?.();
    });
    return true;
  } catch (error) {
    if (error.code !== 'backlog_full') throw error;
    counts.refused += 1;
    return false;
  }
};

/** Executions a second when always so many are open. */
const sustainable = async (seconds, inFlight) => {
  const until = Date.now() + seconds * 1000;
  let done = 0;
  const worker = async () => {
    while (Date.now() < until) {
      await new Promise((resolve) => void startOne(resolve));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return done / seconds;
};

const delay = monitorEventLoopDelay({ resolution: 10 });
const sample = () => {
  collectGarbage();
  const walFile = readdirSync(directory).find((name) => name.endsWith('-wal'));
  const taken = {
    heap: process.memoryUsage().heapUsed / MB,
    rss: process.memoryUsage().rss / MB,
    handles: process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate').length,
    wal: walFile ? statSync(join(directory, walFile)).size / MB : 0,
    database: statSync(join(directory, 'harmonia.db')).size / MB,
    lag: delay.percentile(99) / 1e6,
    open: engine.status().open,
    ...counts,
  };
  delay.reset();
  return taken;
};
const row = (cells) => console.log(cells.map((cell) => String(cell).padStart(9)).join(''));
const show = (minute, { heap, rss, handles, wal, database, lag, open, taken, refused, ended }) =>
  row([
    minute.toFixed(1),
    ...[heap, rss, wal, database, lag].map((value) => value.toFixed(1)),
    handles,
    open,
    taken,
    refused,
    ended,
  ]);

await sustainable(2, 64); // warm
const atRest = sample();
const rate = await sustainable(8, 64);
console.log(`sustainable: ${rate.toFixed(0)} executions/s; offered: twice that, at most ${MAX_OPEN} open\n`);
row(['minute', 'heap MB', 'rss MB', 'wal MB', 'db MB', 'lag99 ms', 'handles', 'open', 'taken', 'refused', 'ended']);
delay.enable();
const began = Date.now();
const samples = [];
for (let due = 0; Date.now() - began < DURATION;) {
  const passed = Date.now() - began;
  for (const wanted = (passed / 1000) * rate * 2; due < wanted; due++) void startOne();
  if (passed >= ((samples.length + 1) * DURATION) / (SAMPLES + 1)) {
    samples.push(sample());
    show(passed / 60_000, samples.at(-1));
  }
  await sleep(20);
}
const drainFrom = Date.now();
while (engine.status().open > 0 && Date.now() - drainFrom < 120_000) await sleep(50);
await sleep(100);
const drained = sample();
show((Date.now() - began) / 60_000, drained);
await harmonia.close();

const most = (list, name) => Math.max(...list.map((each) => each[name]));
const [early, late] = [samples.slice(SAMPLES / 4, SAMPLES / 2), samples.slice(SAMPLES / 2)];
const CHECKS = [
  ['heap, second half ÷ quarter before', most(late, 'heap') / most(early, 'heap'), BOUNDS.heapGrowth],
  ['handles, second half − quarter before', most(late, 'handles') - most(early, 'handles'), BOUNDS.handleGrowth],
  ['write-ahead log, MB', most(samples, 'wal'), BOUNDS.walMegabytes],
  ['lag of the event loop, 99 %, worst sample, ms', most(samples, 'lag'), BOUNDS.lagMilliseconds],
  ['heap left after all has ended, MB', drained.heap - atRest.heap, BOUNDS.leftMegabytes],
  ['executions that were taken and did not end', counts.taken - counts.ended, 0],
  ['executions that ended otherwise than they must', counts.odd, 0],
  ['trouble', counts.trouble.length, 0],
];
console.log();
for (const [what, value, bound] of CHECKS)
  console.log(`${value <= bound ? 'ok    ' : 'BEYOND'} ${what}: ${value.toFixed(2)} (at most ${bound})`);
for (const said of new Set(counts.trouble)) console.log(said);
rmSync(directory, { recursive: true, force: true });
process.exit(CHECKS.every(([, value, bound]) => value <= bound) ? 0 : 1);
