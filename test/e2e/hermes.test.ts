import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { ComponentServer } from '../world/components.js';
import { FakeHermes } from '../world/fake-hermes/fake-hermes.js';
import { eventually } from '../world/service-process.js';
import { TestService } from '../world/service.js';

const REGISTER = 'POST /api/register';

describe('a service with Hermes', () => {
  let hermes: FakeHermes;
  let service: TestService;
  let peer: ComponentServer;
  const health = async (): Promise<JsonObject> => (await service.get('/health')).body;
  const state = async (): Promise<JsonObject> => (await service.get('/api/v1/hermes')).body.data as never;

  beforeAll(async () => {
    hermes = await FakeHermes.start();
    peer = await ComponentServer.start();
    const about = { version: '1', type: 'athena', capabilities: [], metadata: {} };
    hermes.registry.register({ ...about, component_id: 'p', name: 'shelf', endpoint: peer.url });
    hermes.registry.register({ ...about, component_id: 'q', name: 'far', endpoint: 'http://10.9.8.7:1' });
    service = await TestService.start({ HERMES_URL: `${hermes.url}/api/` });
    await eventually(
      state,
      ({ next, tools, peers }) => next !== null && [tools, peers].every((list) => (list as unknown[]).length === 2),
    );
  });
  afterAll(async () => {
    await service.stop();
    await hermes.stop();
    peer.stop();
  });
  afterEach(() => hermes.heal());

  test('is registered under the address it listens at, with its tools, and says so', async () => {
    expect(hermes.calls(REGISTER).map(({ body }) => body)).toMatchObject([
      {
        ...{ component_id: 'harmonia', name: 'harmonia', type: 'harmonia', endpoint: service.url },
        capabilities: ['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'],
        metadata: {
          category: 'workflow',
          capabilities: expect.arrayContaining([expect.objectContaining({ id: 'workflow.execution' })]),
        },
      },
    ]);
    expect(await health()).toMatchObject({
      registered: true,
      registeredWithHermes: true,
      registered_with_hermes: true,
    });
    expect(await state()).toMatchObject({
      ...{ configured: true, state: 'registered', url: hermes.url, component_id: 'harmonia', endpoint: service.url },
      tools: ['harmonia.component_info', 'harmonia.health_check'],
      peers: [
        { name: 'shelf', endpoint: peer.url, use: 'used' },
        { name: 'far', endpoint: 'http://10.9.8.7:1', use: 'not_trusted' },
      ],
    });
    expect(JSON.stringify(await state())).not.toContain('signature');
  });

  test('calls a component that only Hermes knows, whatever Hermes does meanwhile', async () => {
    hermes.fail('*', 'hang');
    const { status, body } = await service.post('/api/v1/components/shelf/test', {});
    expect([status, body.data]).toEqual([200, expect.objectContaining({ component: 'shelf' })]);
    const far = await service.post('/api/v1/components/far/test', {});
    expect([far.status, (far.body.error as never as JsonObject).code]).toEqual([404, 'component_not_found']);
    const list = await service.get('/api/v1/components?details=true&limit=1000');
    expect(JSON.stringify(list.body)).toContain('shelf');
  });

  test('is told over the command line what to do, and tells how it stands', async () => {
    const seen = hermes.calls(REGISTER).length;
    const registered = await harmoniaHere(['tekton', 'register', '--url', service.url]);
    expect([registered.code, registered.err, hermes.calls(REGISTER).length]).toEqual([0, '', seen + 1]);
    expect(registered.out).toContain(`registered with Hermes at ${hermes.url} as harmonia\nendpoint: ${service.url}\n`);
    hermes.fail(REGISTER, { status: 500, body: 'Internal Server Error' });
    const failed = await harmoniaHere(['tekton', 'register', '--url', service.url, '--json']);
    expect([failed.code, JSON.parse(failed.out)]).toEqual([
      1,
      expect.objectContaining({ registered: true, trouble: 'it answered a registration with 500' }),
    ]);
    const status = await harmoniaHere(['tekton', 'status', '--url', service.url]);
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('tools: 2\npeers:\n  shelf  ')]);
  });

  test('leaves nothing behind when it stops', async () => {
    await service.stop();
    expect([hermes.registry.query({ isHealthy: false }), hermes.tools.size]).toEqual([
      [expect.objectContaining({ componentId: 'p' }), expect.objectContaining({ componentId: 'q' })],
      0,
    ]);
    const leave = hermes.heard.findIndex(({ call }) => call === 'POST /api/unregister');
    expect(hermes.heard.slice(leave + 1).every(({ method }) => method === 'DELETE')).toBe(true);
  });
});

/** Sends some of everything, one after the other, and answers the statuses. */
const tour = async (service: TestService): Promise<number[]> => {
  const workflow = await service.workflow({ name: 'short', tasks: { one: { type: 'core/value', input: { x: 1 } } } });
  const paths = [
    '/health',
    '/ready',
    '/status',
    '/discovery',
    '/api/v1/hermes',
    '/api/v1/workflows',
    '/api/v1/components',
  ];
  const answers = [
    ...(await Promise.all(paths.map((path) => service.get(path)))),
    await service.post('/api/v1/executions', { workflow_id: workflow, input: {}, execution_options: { async: false } }),
    await service.post('/api/v1/hermes/register'),
    await service.post('/api/v1/components/nobody/actions/x', {}),
    await service.post('/api/v1/components/stranger/actions/unheard_of', { a: 1 }),
  ];
  return answers.map(({ status }) => status);
};
const GOOD = [...Array.from({ length: 7 }, () => 200), 201, 202, 404, 404];

// No test measures time: a request that waited for this Hermes would wait for ever, or as long as it is silent.
describe('no request waits for Hermes', () => {
  /** Knows no action, so a tool of Hermes is looked for. */
  const stranger = createHttpServer((_request, response) => response.writeHead(404).end('{"detail":"Not Found"}'));
  let service: TestService | undefined;
  beforeAll(async () => {
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });
  afterAll(() => void stranger.close());

  const start = (hermesPort: number): Promise<TestService> =>
    TestService.start({
      ...{ HERMES_HOST: '127.0.0.1', HERMES_PORT: String(hermesPort) },
      ...{ STRANGER_HOST: '127.0.0.1', STRANGER_PORT: String((stranger.address() as AddressInfo).port) },
    });

  test('that hangs: all are answered while its first request is open, and so is the stop', async () => {
    const hermes = await FakeHermes.start();
    hermes.fail('*', 'hang');
    service = await start(hermes.port);
    await hermes.received(REGISTER);
    expect(await tour(service)).toEqual(GOOD);
    // Not one of the requests was the reason for one of these: each is the first of its kind and is still open.
    expect(hermes.heard.map(({ call }) => call).sort()).toEqual([
      'GET /api/components',
      'GET /api/mcp/v2/tools',
      REGISTER,
    ]);
    expect((await service.get('/health')).body).toMatchObject({ registered: false, status: 'healthy' });
    const stopped = service.stop();
    service = undefined;
    await stopped;
    await hermes.stop();
  });

  test('that lies: nonsense for every call', async () => {
    const hermes = await FakeHermes.start();
    hermes.fail('*', {
      status: 200,
      body: { components: [{ name: 5 }, null, 'x'], token: 7, success: 'maybe', junk: 'j'.repeat(900_000) },
    });
    service = await start(hermes.port);
    await hermes.received(REGISTER);
    expect(await tour(service)).toEqual(GOOD);
    await hermes.stop();
  });

  test('that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    service = await start(port);
    expect(await tour(service)).toEqual(GOOD);
    expect((await service.get('/health')).body).toMatchObject({ registered: false, status: 'healthy' });
  });
});

test('without a Hermes nothing runs, and whoever asks to register is told what to set', async () => {
  const hermes = await FakeHermes.start();
  const service = await TestService.start({ HERMES_URL: hermes.url, TEKTON_HERMES_DISCOVERY: 'false' });
  expect((await service.get('/api/v1/hermes')).body.data).toMatchObject({ configured: false, state: 'off', peers: [] });
  const { status, body } = await service.post('/api/hermes/register');
  expect([status, body.error]).toEqual([409, expect.objectContaining({ code: 'hermes_not_configured' })]);
  const shown = await harmoniaHere(['tekton', 'status', '--url', service.url]);
  expect([shown.code, shown.out]).toEqual([1, 'no Hermes: set HERMES_URL or HERMES_PORT for the service\n']);
  expect((await harmoniaHere(['tekton', 'register', '--url', service.url])).code).toBe(2);
  await service.stop();
  expect(hermes.heard).toEqual([]);
  await hermes.stop();
});
