// node --import ./scripts/typescript-hooks.mjs bench/hermes.mjs [rounds]   (after npm run build)
// What a Hermes that is absent, hangs or lies costs the requests to Harmonia: medians beside those of a service that knows
// of no Hermes. The services stand side by side and are asked in turn, so that what else the machine does meets all alike.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../dist/config/index.js';
import { createService } from '../dist/main.js';
import { FakeHermes } from '../test/world/fake-hermes/fake-hermes.ts';

const ROUNDS = Number(process.argv[2] ?? 300);
const PATHS = ['/health', '/api/v1/workflows', '/api/v1/components', '/api/v1/hermes'];

const hanging = await FakeHermes.start();
hanging.fail('*', 'hang');
const lying = await FakeHermes.start();
lying.fail('*', { status: 200, body: { components: [], junk: 'j'.repeat(900_000) } });
const closed = createServer().listen(0, '127.0.0.1');
await once(closed, 'listening');
const { port: nobody } = closed.address();
closed.close();
const cases = {
  none: {},
  absent: { HERMES_PORT: String(nobody) },
  hung: { HERMES_URL: hanging.url },
  lying: { HERMES_URL: lying.url },
};

const services = await Promise.all(
  Object.entries(cases).map(async ([name, settings]) => {
    const directory = mkdtempSync(join(tmpdir(), 'harmonia-bench-'));
    const config = {
      ...readConfig({ HARMONIA_PORT: '0', HARMONIA_LOG_LEVEL: 'error', ...settings }),
      dataDirectory: directory,
    };
    const app = await createService(config);
    await app.listen(0, '127.0.0.1');
    return { name, app, directory, url: `http://127.0.0.1:${app.getHttpServer().address().port}`, times: [] };
  }),
);

for (let round = 0; round < ROUNDS; round++)
  for (const path of PATHS)
    for (const { url, times } of services) {
      const from = performance.now();
      await (await fetch(url + path)).arrayBuffer();
      times.push(performance.now() - from);
    }

const at = (times, share) => times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)];
const [base] = services;
for (const { name, times } of services) {
  const [p50, p99] = [at(times, 0.5), at(times, 0.99)];
  const ratio = (p50 / at(base.times, 0.5)).toFixed(2);
  console.log(`${name.padEnd(7)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  ratio of p50 ${ratio}`);
}
for (const { app, directory } of services) {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
}
await Promise.all([hanging.stop(), lying.stop()]);
