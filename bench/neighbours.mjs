// node --import ./scripts/typescript-hooks.mjs bench/neighbours.mjs [rounds]   (after npm run build)
// What Hermes and Rhetor cost the requests to Harmonia when they are absent, hang or lie: how much longer each takes than
// at a service that knows of neither. The services stand side by side and are asked in turn, so that what else the machine
// does meets all alike. Requests that wait for a model stand apart: they may take as long as they are given.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../dist/config/index.js';
import { createService } from '../dist/main.js';
import { LlmDouble } from '../test/llm/double/llm-double.mjs';
import { hanging } from '../test/llm/double/scripted-models.mjs';
import { FakeHermes } from '../test/world/fake-hermes/fake-hermes.ts';

const ROUNDS = Number(process.argv[2] ?? 200);
/** Rounds of what waits for a model. */
const FEW = 3;
/** ms that a request may take longer. */
const MORE = 50;

const post = (body) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const REQUESTS = {
  health: () => ['/health'],
  ready: () => ['/ready'],
  status: () => ['/status'],
  metrics: () => ['/metrics'],
  'list workflows': () => ['/api/v1/workflows'],
  'list components': () => ['/api/v1/components'],
  'how Hermes is': () => ['/api/v1/hermes'],
  'how models are': () => ['/api/v1/llm/status'],
  'start an execution': ({ workflow }) => ['/api/v1/executions', post({ workflow_id: workflow, input: {} })],
  'a message': () => ['/api/message', post({ message: 'list workflows' })],
  'suggestions, llm: never': ({ workflow }) => [`/api/v1/workflows/${workflow}/suggestions`, post({ llm: 'never' })],
  'explain, llm: never': ({ workflow }) => [`/api/v1/workflows/${workflow}/explain`, post({ llm: 'never' })],
};
const WAITING = {
  'suggestions, llm: auto': ({ workflow }) => [`/api/v1/workflows/${workflow}/suggestions`, post({ llm: 'auto' })],
  'explain, llm: auto': ({ workflow }) => [`/api/v1/workflows/${workflow}/explain`, post({ llm: 'auto' })],
};

const lyingHermes = await FakeHermes.start();
lyingHermes.fail('*', { status: 200, body: { components: [], junk: 'j'.repeat(900_000) } });
const hungHermes = await FakeHermes.start();
hungHermes.fail('*', 'hang');
const deafRhetor = await LlmDouble.start({ isDeaf: true });
const lyingRhetor = await LlmDouble.start({});
lyingRhetor.model = () => ({ is: 'garbage' });
const hungRhetor = await LlmDouble.start({});
hungRhetor.model = hanging();
const closed = createServer().listen(0, '127.0.0.1');
await once(closed, 'listening');
const nobody = `http://127.0.0.1:${closed.address().port}`;
closed.close();
const CASES = {
  none: {},
  absent: { HERMES_URL: nobody, RHETOR_URL: nobody },
  hung: { HERMES_URL: hungHermes.url, RHETOR_URL: deafRhetor.url },
  'hung when asked': { HERMES_URL: hungHermes.url, RHETOR_URL: hungRhetor.url },
  lying: { HERMES_URL: lyingHermes.url, RHETOR_URL: lyingRhetor.url },
};

const started = async ([name, settings]) => {
  const directory = mkdtempSync(join(tmpdir(), 'harmonia-bench-'));
  const mode = settings.RHETOR_URL ? { TEKTON_LLM_MODE: 'rhetor' } : {};
  const quiet = { HARMONIA_PORT: '0', HARMONIA_LOG_LEVEL: 'fatal', HARMONIA_RATE_LIMITS: 'off' };
  const config = readConfig({ ...quiet, ...mode, ...settings });
  const app = await createService({ ...config, dataDirectory: directory });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${app.getHttpServer().address().port}`;
  const tasks = { a: { type: 'core/noop' }, b: { type: 'core/noop', depends_on: ['a'] } };
  const kept = await (await fetch(`${url}/api/v1/workflows`, post({ name: 'w', tasks }))).json();
  return { name, app, directory, url, workflow: kept.workflow_id, times: new Map() };
};
const services = [];
for (const one of Object.entries(CASES)) services.push(await started(one));

const ask = async (service, name, request) => {
  const [path, init] = request(service);
  const from = performance.now();
  const response = await fetch(service.url + path, init);
  await response.arrayBuffer();
  const times = service.times.get(name) ?? [];
  service.times.set(name, [...times, performance.now() - from]);
  if (response.status >= 400 && path !== '/ready') throw new Error(`${name}, ${service.name}: ${response.status}`);
};
for (let round = 0; round < ROUNDS; round++)
  for (const [name, request] of Object.entries(REQUESTS))
    for (const service of services) await ask(service, name, request);
for (const service of services)
  for (const [name, request] of Object.entries(WAITING))
    for (let round = 0; round < FEW; round++) await ask(service, name, request);

const at = (times, share) => times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)];
const [base, ...others] = services;
let worst = 0;
for (const name of [...Object.keys(REQUESTS), ...Object.keys(WAITING)]) {
  const alone = base.times.get(name);
  const told = others.map((service) => {
    const times = service.times.get(name);
    const more = at(times, 0.5) - at(alone, 0.5);
    if (name in REQUESTS) worst = Math.max(worst, more);
    return `${service.name} ${more >= 0 ? '+' : ''}${more.toFixed(1)} (p99 ${at(times, 0.99).toFixed(1)})`;
  });
  console.log(`${name}: ${at(alone, 0.5).toFixed(1)} ms (p99 ${at(alone, 0.99).toFixed(1)}); ${told.join('; ')}`);
}
console.log(`median at worst ${worst.toFixed(1)} ms longer (goal ${MORE}), but where a model is waited for`);

for (const { app, directory } of services) {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
}
await Promise.all([hungHermes, lyingHermes, deafRhetor, lyingRhetor, hungRhetor].map((double) => double.stop()));
