// node bench/crowd.mjs: how long others wait while a hundred clients ask far more than they may. Needs a build.
//
// Turns about: one modest client alone, and the same while a hundred others ask without a pause, each from an address of its
// own, and are answered 429. Both sides share the processors, so the crowd costs a request more here than in a network.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const GREEDY = 100;
/** Requests a minute of one client. */
const LIMIT = 100;
const ROUNDS = 4;
const ASKED = 100;
const PATH = '/api/v1/workflows';

const ask = async (port, options) => {
  const sent = request({ port, path: PATH, ...options });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  return response.statusCode;
};

/** Asks without a pause from a hundred addresses; `over`: all are beyond their limit. `end` answers what they were told since. */
const crowd = (port) => {
  let isOver = false;
  const statuses = {};
  let refused = 0;
  const greedy = async (n) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let wasRefused = false; !isOver;) {
      const status = await ask(port, { agent, localAddress: `127.0.1.${n + 1}` });
      if (allAreOver()) statuses[status] = (statuses[status] ?? 0) + 1;
      if (status !== 429 || wasRefused) continue;
      wasRefused = true;
      refused += 1;
      if (allAreOver()) begun();
    }
    agent.destroy();
  };
  const allAreOver = () => refused === GREEDY;
  let begun;
  const over = new Promise((resolve) => (begun = resolve));
  const all = Promise.all(Array.from({ length: GREEDY }, (_, n) => greedy(n)));
  const end = async () => {
    isOver = true;
    await all;
    return statuses;
  };
  return { over, end };
};

const at = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

const main = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-bench-crowd-'));
  const service = spawn(process.execPath, [new URL('../bin/harmonia.js', import.meta.url).pathname, 'serve'], {
    env: {
      ...process.env,
      ...{ HARMONIA_DATA_DIR: directory, HARMONIA_PORT: '0', HARMONIA_RATE_LIMITS: `reads=${LIMIT}` },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  while (!/listens on http:\S+?:(\d+)/.test(said)) said += String((await once(service.stdout, 'data'))[0]);
  service.stdout.resume();
  const port = Number(/listens on http:\S+?:(\d+)/.exec(said)[1]);
  let turn = 0;
  /** Each turn is another client, so that it is never beyond its own limit. */
  const modest = async () => {
    turn += 1;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const times = [];
    for (let n = 0; n < ASKED; n++) {
      const begun = performance.now();
      const status = await ask(port, { agent, localAddress: `127.0.2.${turn}` });
      if (status !== 200) throw new Error(`the modest client is answered ${status}`);
      times.push(performance.now() - begun);
    }
    agent.destroy();
    return times;
  };
  await modest();
  const worker = new Worker(new URL(import.meta.url));
  const tell = async (word) => {
    worker.postMessage({ word, port });
    return (await once(worker, 'message'))[0];
  };
  const alone = [];
  const beside = [];
  const statuses = {};
  const begun = performance.now();
  let crowded = 0;
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(...(await modest()));
    await tell('begin');
    const from = performance.now();
    beside.push(...(await modest()));
    const found = await tell('end');
    crowded += performance.now() - from;
    for (const [status, count] of Object.entries(found)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const refused = statuses[429] ?? 0;
  console.log(
    `${seconds} s; of ${GREEDY} greedy clients: ${JSON.stringify(statuses)}, ${Math.round(refused / (crowded / 1000))} refusals/s`,
  );
  for (const [name, share] of [
    ['median', 0.5],
    ['95 %', 0.95],
  ]) {
    const [a, b] = [at(alone, share), at(beside, share)];
    console.log(
      `another client, ${name}: ${a.toFixed(2)} ms alone, ${b.toFixed(2)} ms beside them: ratio ${(b / a).toFixed(2)}`,
    );
  }
  await worker.terminate();
  service.kill('SIGKILL');
  await once(service, 'close');
  await rm(directory, { recursive: true, force: true });
};

if (isMainThread) await main();
else {
  let greedy;
  parentPort.on('message', async ({ word, port }) => {
    if (word === 'begin') await (greedy = crowd(port)).over;
    parentPort.postMessage(word === 'begin' ? 'begun' : await greedy.end());
  });
}
