// node bench/audit.mjs: what it costs that a change is on record before it is acknowledged. Needs a build.
//
// The same service, once as it is, once with records that nobody waits for; turns about, medians of the ratios. A lone
// client waits for one commit more where nothing else commits; many share it.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const ROUNDS = 7;
const SECONDS = 1.5;
const CLIENTS = [1, 16, 64];
/** Only where callers say who they are is a record waited for. */
const KEY = 'admin-key-of-the-bench-01';

/** Requests a second of so many clients, each with one after the other. */
const load = async ({ port, path, body, clients }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-api-key': KEY,
  };
  const ask = async () => {
    const sent = request({ port, path, method: 'POST', headers, agent });
    sent.end(text);
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    if (response.statusCode >= 300) throw new Error(`${path} answered ${response.statusCode}`);
  };
  await ask();
  const begun = performance.now();
  let count = 0;
  const client = async () => {
    for (; performance.now() < begun + SECONDS * 1000; count++) await ask();
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return count / ((performance.now() - begun) / 1000);
};

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const main = async () => {
  const { readConfig } = await import('../dist/config/index.js');
  const { createService } = await import('../dist/main.js');
  const { Recorder } = await import('../dist/api/access/recorder.js');
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-bench-audit-'));
  const config = readConfig({
    HARMONIA_API_KEYS: `admin:${KEY}`,
    HARMONIA_PORT: '0',
    HARMONIA_LOG_LEVEL: 'error',
    HARMONIA_RATE_LIMITS: 'off',
  });
  const app = await createService({ ...config, dataDirectory: directory });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  const { audit } = app.get(Recorder, { strict: false }).access;
  const { keep } = audit;
  const nobodyWaits = (entry) => Promise.resolve(audit.append(entry));
  const post = async (path, body) =>
    (
      await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': KEY },
        body: JSON.stringify(body),
      })
    ).json();
  const { workflow_id: workflow } = await post('/workflows', { name: 'w', tasks: { a: { type: 'core/noop' } } });
  const kinds = {
    'start of an execution': { path: '/api/v1/executions', body: { workflow_id: workflow } },
    'draft of a workflow': { path: `/api/v1/workflows/${workflow}/draft`, body: { some: 'work' } },
  };
  const worker = new Worker(new URL(import.meta.url));
  const measured = async (asked, waits) => {
    audit.keep = waits ? keep : nobodyWaits;
    worker.postMessage({ port, ...asked });
    const [rate] = await once(worker, 'message');
    return rate;
  };
  for (const [kind, asked] of Object.entries(kinds)) {
    for (const clients of CLIENTS) {
      const pairs = [];
      for (let round = 0; round < ROUNDS; round++) {
        const order = round % 2 === 0 ? [true, false] : [false, true];
        const rates = {};
        for (const waits of order) rates[waits] = await measured({ ...asked, clients }, waits);
        pairs.push([rates.true, rates.false]);
      }
      const [waiting, not] = [0, 1].map((at) => median(pairs.map((pair) => pair[at])).toFixed(0));
      const ratio = median(pairs.map(([a, b]) => a / b)).toFixed(2);
      console.log(`${kind}, ${clients} client(s): ${waiting}/s on record first, ${not}/s not: ratio ${ratio}`);
    }
  }
  await worker.terminate();
  await app.close();
  await rm(directory, { recursive: true, force: true });
};

if (isMainThread) await main();
else parentPort.on('message', async (asked) => parentPort.postMessage(await load(asked)));
