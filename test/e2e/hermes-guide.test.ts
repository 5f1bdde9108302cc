import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../../src/config/index.js';
import { FakeHermes } from '../world/fake-hermes/fake-hermes.js';
import { ServiceProcess } from '../world/service-process.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let hermes: FakeHermes;
let service: ServiceProcess;
let directory: string;
let guide: string;

beforeAll(async () => {
  guide = await readFile(join(ROOT, 'docs/guides/hermes.md'), 'utf8');
  hermes = await FakeHermes.start();
  directory = await mkdtemp(join(tmpdir(), 'harmonia-hermes-'));
  service = await ServiceProcess.start(directory, { HERMES_PORT: String(hermes.port), TEKTON_HOST: '127.0.0.1' });
  await hermes.received('POST /api/heartbeat');
}, 60_000);
afterAll(async () => {
  await service.kill();
  await hermes.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What the commands of docs/guides/hermes.md say, typed as they stand there. The service itself runs already. */
test('its commands do what it says', async () => {
  const [serve, ...commands] = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text.trim());
  expect(serve).toBe('HERMES_PORT=8001 harmonia serve');
  expect(commands).toEqual(['harmonia tekton status', 'harmonia tekton register']);
  for (const command of commands) {
    const [, ...args] = command.split(' ');
    const { stdout } = await run(process.execPath, [join(ROOT, 'bin/harmonia.js'), ...args], {
      env: { ...process.env, HARMONIA_PORT: new URL(service.url).port },
    });
    expect(stdout).toContain(`registered with Hermes at ${hermes.url} as harmonia\n`);
  }
  expect(hermes.calls('POST /api/register')).toHaveLength(2);
});

test('its settings are settings, with the defaults that it says', () => {
  const { hermes: found } = readConfig({ HERMES_PORT: '8001' });
  const defaults = new Map(
    [...guide.matchAll(/^\| `(\w+)` +\| ([^|]*?) +\|/gm)].map(([, name, value]) => [name, value]),
  );
  expect([found?.componentId, String((found?.heartbeat ?? 0) / 1000)]).toEqual([
    defaults.get('HARMONIA_COMPONENT_ID'),
    defaults.get('HERMES_HEARTBEAT_INTERVAL'),
  ]);
});

test('SIGTERM unregisters, and the process ends as if nothing were the matter; the token was never written', async () => {
  const token = hermes.calls('POST /api/heartbeat')[0]?.headers['x-authentication-token'] ?? '';
  service.signal('SIGTERM');
  expect(await service.ended()).toEqual({ code: 0, signal: null });
  expect([hermes.registry.size, hermes.tools.size, hermes.calls('POST /api/unregister').length]).toEqual([0, 0, 1]);
  expect(service.said).toMatch(/Registered with Hermes at .* as harmonia\./);
  expect(token).toMatch(/"signature": "[0-9a-f]{64}"/);
  for (const [secret = ''] of token.matchAll(/[0-9a-f]{32,}/g)) expect(service.said).not.toContain(secret);
});
