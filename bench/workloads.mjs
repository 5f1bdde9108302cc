import { chainOf, complete, fanOf, mapOver, openEngine, save } from './open-engine.mjs';
import { reference } from './reference.mjs';

/** Steps that are run before the clock: a service that has just started is measured by `start`, not here. */
const WARM = 6400;

const timed = async (work) => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

const peakRss = () => process.resourceUsage().maxRSS / 1024;

/** Executions of one task each, `inFlight` at a time. Value: executions per second. */
const oneTask = (inFlight, count) => async (directory) => {
  const harmonia = await openEngine(directory);
  const workflow = await save(harmonia, chainOf(1));
  const latencies = [];
  const worker = async (rounds) => {
    for (let i = 0; i < rounds; i++) latencies.push(await timed(() => complete(harmonia, workflow)));
  };
  await Promise.all(Array.from({ length: inFlight }, () => worker(WARM / inFlight)));
  latencies.length = 0;
  const ref = reference(directory);
  const ms = await timed(() => Promise.all(Array.from({ length: inFlight }, () => worker(count / inFlight))));
  await harmonia.close();
  const value = (count / ms) * 1000;
  return { ref, value, ratio: value / ref, p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99) };
};

/** A chain of 100, one after another. Value: steps per second; p50 and p99 per step. */
const chain = async (directory) => {
  const stamps = [];
  const publish = (publications) => {
    for (const { events } of publications)
      for (const { recorded } of events) if (recorded.event.type === 'step_completed') stamps.push(performance.now());
  };
  const harmonia = await openEngine(directory, { publish, progress() {} });
  const workflow = await save(harmonia, chainOf(100));
  for (let i = 0; i < WARM / 100; i++) await complete(harmonia, workflow);
  stamps.length = 0;
  const ref = reference(directory);
  const rounds = 20;
  const ms = await timed(async () => {
    for (let i = 0; i < rounds; i++) await complete(harmonia, workflow);
  });
  await harmonia.close();
  const gaps = stamps.slice(1).map((stamp, index) => stamp - stamps[index]);
  const value = (rounds * 100 * 1000) / ms;
  return { ref, value, ratio: value / ref, p50_ms: quantile(gaps, 0.5), p99_ms: quantile(gaps, 0.99) };
};

/** 1,000 tasks at once, then their join. Value: ms from the request to the end. */
const fanOut = async (directory) => {
  const harmonia = await openEngine(directory);
  const workflow = await save(harmonia, fanOf(1000));
  for (let i = 0; i < 3; i++) await complete(harmonia, workflow);
  const ref = reference(directory);
  const runs = [];
  for (let i = 0; i < 9; i++) runs.push(await timed(() => complete(harmonia, workflow)));
  await harmonia.close();
  const value = quantile(runs, 0.5);
  return { ref, value, ratio: (1001 / value) * (1000 / ref), p99_ms: Math.max(...runs), makespan_s: value / 1000 };
};

/** 1,000 executions at once, each a chain of 10; the median of five times. Value: steps per second. The memory is that of the first time. */
const concurrentChains = async (directory) => {
  const harmonia = await openEngine(directory);
  const workflow = await save(harmonia, chainOf(10));
  await Promise.all(Array.from({ length: WARM / 10 }, () => complete(harmonia, workflow)));
  const ref = reference(directory);
  const batch = () => Promise.all(Array.from({ length: 1000 }, () => complete(harmonia, workflow)));
  const runs = [await timed(batch)];
  const rss = peakRss();
  while (runs.length < 5) runs.push(await timed(batch));
  await harmonia.close();
  const ms = quantile(runs, 0.5);
  const value = 10_000_000 / ms;
  return { ref, value, ratio: value / ref, makespan_s: ms / 1000, rss_mb: rss };
};

/** Cost per task of one execution of 100, 1,000 and 10,000 tasks. Value: cost at 10,000 over cost at 100. */
const growth = (shape) => async (directory) => {
  const harmonia = await openEngine(directory);
  const ref = reference(directory);
  const perTask = {};
  for (const size of [100, 1000, 10_000]) {
    const workflow = await save(harmonia, shape(size));
    await complete(harmonia, workflow);
    const runs = [];
    for (let i = 0; i < (size > 1000 ? 3 : 9); i++) runs.push(await timed(() => complete(harmonia, workflow)));
    perTask[size] = (quantile(runs, 0.5) * 1000) / size;
  }
  await harmonia.close();
  const value = perTask[10_000] / perTask[100];
  return { ref, value, ratio: 1_000_000 / perTask[10_000] / ref, per_task_us: perTask, rss_mb: peakRss() };
};

export const WORKLOADS = {
  W1c1: oneTask(1, 1000),
  W1c64: oneTask(64, 6400),
  W2: chain,
  W3: fanOut,
  W4: concurrentChains,
  W5chain: growth(chainOf),
  W5fan: growth((size) => fanOf(size - 1)),
  W7map: growth(mapOver),
};
