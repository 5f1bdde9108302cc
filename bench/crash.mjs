import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openEngine } from './open-engine.mjs';
import { reference } from './reference.mjs';

const IN_FLIGHT = 1000;

/** Starts the victim and kills it with -9 as soon as all executions are acknowledged. Answers their ids. */
const startAndKill = async (directory) => {
  const victim = spawn(
    process.execPath,
    [new URL('crash-victim.mjs', import.meta.url).pathname, directory, String(IN_FLIGHT)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(createInterface({ input: victim.stdout }), 'line');
  const exited = once(victim, 'exit');
  victim.kill('SIGKILL');
  await exited;
  return JSON.parse(line);
};

/** Attempts that began in a journal, by step, and the steps that completed. */
const countAttempts = (events) => {
  const started = new Map();
  const completed = [];
  let lost = 0;
  for (const { event } of events) {
    if (event.type === 'step_started') started.set(event.step, (started.get(event.step) ?? 0) + 1);
    if (event.type === 'step_completed') completed.push(event.step);
    if (event.type === 'attempt_lost') lost += 1;
  }
  const repeated = [...started.values()].reduce((sum, count) => sum + count - 1, 0);
  return { repeated, lost, twice: completed.length - new Set(completed).size };
};

/** kill -9 with 1,000 executions in flight. Value: seconds from the start of the next process's engine until all are done. */
export const crash = async (directory) => {
  const ref = reference(directory);
  const ids = await startAndKill(directory);
  const begin = performance.now();
  const harmonia = await openEngine(directory);
  const ends = await Promise.all(ids.map((id) => harmonia.engine.ended(id).catch(() => undefined)));
  const value = (performance.now() - begin) / 1000;
  const lost = ends.filter((end) => end?.is !== 'completed').length;
  let repeated = 0;
  let inFlight = 0;
  let finishedTwice = 0;
  for (const id of ids) {
    const journal = await harmonia.engine.journal(id);
    const counts = countAttempts(journal?.events ?? []);
    repeated += counts.repeated;
    inFlight += counts.lost;
    finishedTwice += counts.twice;
  }
  await harmonia.close();
  return {
    ref,
    value,
    ratio: (IN_FLIGHT * 3) / value / ref,
    makespan_s: value,
    lost,
    repeated,
    attempts_in_flight: inFlight,
    finished_twice: finishedTwice,
  };
};
