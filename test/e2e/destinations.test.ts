import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';

let server: Server;
let url: string;
let port: number;
let status = 503;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => {
      if (request.url !== '/silent') response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let directory: string;
let service: TestService;
const start = async (more: Record<string, string> = {}): Promise<void> => {
  const settings = {
    ...{ HARMONIA_HTTP_ALLOW: `127.0.0.1:${port}`, HARMONIA_BREAKER_FAILURES: '2', HARMONIA_BREAKER_SECONDS: '3600' },
    ...{ NUMA_HOST: '127.0.0.1', NUMA_PORT: String(port), ...more },
  };
  service = await TestService.start(settings, { directory });
};
beforeEach(async () => {
  [status, asked] = [503, 0];
  directory = await mkdtemp(join(tmpdir(), 'harmonia-destinations-'));
  await start();
});
afterEach(() => service.stop());

const run = async (task: object): Promise<{ status: string; code: string | undefined }> => {
  const workflow = await service.workflow({ name: `w${Math.random()}`, tasks: { a: task } });
  const execution = await service.complete(workflow);
  const { body } = await service.get(`/api/v1/executions/${execution.id as string}/tasks`);
  const [step] = body.items as unknown as [{ error: { code: string } | null }];
  return { status: execution.status as string, code: step.error?.code };
};
const request = (): ReturnType<typeof run> => run({ type: 'http/request', input: { url } });
const destinations = async (): Promise<readonly JsonObject[]> =>
  (await service.get('/api/v1/destinations')).body.items as unknown as readonly JsonObject[];

test('a circuit opens, is seen, survives a restart, and is closed by a reset', async () => {
  expect(await destinations()).toEqual([]);
  for (let count = 0; count < 2; count++) expect(await request()).toMatchObject({ code: 'http_error' });
  expect(await request()).toEqual({ status: 'failed', code: 'circuit_open' });
  const before = await destinations();
  expect(before).toEqual([
    {
      ...{ destination: url, state: 'open', failures: 2, in_flight: 0, queued: 0, limit: 256 },
      ...{ since: expect.any(String), until: expect.any(String) },
    },
  ]);
  await service.stop(true);
  await start();
  expect(await destinations()).toEqual(before);
  expect(await request()).toMatchObject({ code: 'circuit_open' });
  expect(asked).toBe(2);
  status = 200;
  const answer = await service.post(`/api/v1/destinations/${encodeURIComponent(url)}/reset`);
  expect([answer.status, answer.body.data]).toMatchObject([200, { destination: url, state: 'closed', failures: 0 }]);
  expect(await request()).toMatchObject({ status: 'completed' });
  await service.stop(true);
  await start();
  expect(await destinations()).toEqual([]);
});

test('a component has a circuit of its own', async () => {
  const call = (): ReturnType<typeof run> => run({ component: 'numa', action: 'fix' });
  for (let count = 0; count < 2; count++) expect(await call()).toMatchObject({ code: 'component_error' });
  expect(await call()).toMatchObject({ code: 'circuit_open' });
  expect(await destinations()).toMatchObject([{ destination: 'component:numa', state: 'open' }]);
});

test('steps whose time is up count, those that are canceled do not', async () => {
  const silent = { type: 'http/request', input: { url: `${url}/silent` } };
  const workflow = await service.workflow({ name: 'silent', tasks: { a: silent } });
  const { body } = await service.post('/api/v1/executions', { workflow_id: workflow });
  while ((await destinations())[0]?.in_flight !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await service.post(`/api/v1/executions/${body.execution_id as string}/cancel`);
  while ((await destinations())[0]?.in_flight !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await destinations()).toMatchObject([{ failures: 0 }]);
  expect(await run({ ...silent, timeout: 0.1 })).toMatchObject({ code: 'timeout' });
  expect(await run({ ...silent, input: { ...silent.input, timeout: 0.1 } })).toMatchObject({ code: 'timeout' });
  expect(await destinations()).toMatchObject([{ state: 'open', failures: 2, in_flight: 0 }]);
  expect(await run(silent)).toMatchObject({ code: 'circuit_open' });
});

describe('harmonia destination', () => {
  test('list and reset', async () => {
    for (let count = 0; count < 2; count++) await request();
    const at = ['--url', service.url];
    const { code, out } = await harmoniaHere(['destination', 'list', ...at]);
    expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`${url} +open +2 +0 +0 +256 +\\d{4}-`))]);
    const reset = await harmoniaHere(['destination', 'reset', url, ...at]);
    expect(reset).toMatchObject({ code: 0, out: `${url} is asked again\n` });
    const json = await harmoniaHere(['destination', 'list', '--json', ...at]);
    expect(JSON.parse(json.out)).toMatchObject([{ destination: url, state: 'closed' }]);
    const unknown = await harmoniaHere(['destination', 'reset', 'http://never.example', ...at]);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('[destination_not_found]')]);
  });
});

test.each(['..%2F..', '%00', 'http%3A%2F%2Fa%2F%3Fx', '%E2%82', 'a'.repeat(150)])(
  'a reset of %s finds nothing',
  async (name) => {
    const { status: answered } = await service.post(`/api/v1/destinations/${name}/reset`);
    expect([400, 404]).toContain(answered);
  },
);

test('limits are settings', async () => {
  await service.stop(true);
  await start({ HARMONIA_DESTINATION_LIMITS: `${url}=3`, HARMONIA_DESTINATION_REQUESTS: '9' });
  status = 200;
  await request();
  await run({ component: 'numa', action: 'fix' });
  expect((await destinations()).map(({ destination, limit }) => [destination, limit])).toEqual([
    ['component:numa', 9],
    [url, 3],
  ]);
});
