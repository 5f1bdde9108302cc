import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { RawServer } from '../../world/raw-server.js';
import { TestService } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

const TOKEN = 'a-token-of-some-length';
const UI = 'https://ui.example';
const CAPABILITIES = ['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'];

/** They take every connection and never answer. */
let hermes: RawServer;
let rhetor: RawServer;
let service: TestService;
beforeAll(async () => {
  hermes = await RawServer.start(() => undefined);
  rhetor = await RawServer.start(() => undefined);
  service = await TestService.start({
    ...{ HERMES_HOST: '127.0.0.1', HERMES_PORT: String(hermes.port), TEKTON_HERMES_DISCOVERY: 'false' },
    ...{ RHETOR_HOST: '127.0.0.1', RHETOR_PORT: String(rhetor.port), ERGON_PORT: '8002' },
    ...{ HARMONIA_CORS_ORIGINS: UI, HARMONIA_SHUTDOWN_TOKEN: TOKEN, HARMONIA_PUBLIC_URL: 'https://harmonia.example' },
  });
});
afterAll(async () => {
  await service.stop();
  hermes.stop();
  rhetor.stop();
});

const json = async (path: string): Promise<JsonObject> => {
  const { status, body, headers } = await service.get(path);
  expect([path, status, headers.get('content-type')]).toEqual([path, 200, expect.stringMatching(/^application\/json/)]);
  return body;
};

describe('how the service is', () => {
  test.each(['/health', '/api/health'])('%s has every field that a reader of the platform looks for', async (path) => {
    const instant = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    const whole = expect.any(Number) as unknown;
    expect(await json(path)).toEqual({
      ...{ status: 'healthy', component: 'harmonia', version: '0.1.0', port: 0, message: 'Harmonia is running' },
      ...{ registered: false, registeredWithHermes: false, registered_with_hermes: false },
      ...{ timestamp: instant, uptime: whole },
      dependencies: [
        { name: 'storage', status: 'healthy', message: null, endpoint: null, last_check: instant },
        expect.objectContaining({ name: 'hermes', status: 'unknown', last_check: null }),
        expect.objectContaining({ name: 'llm', status: 'unknown', endpoint: `http://127.0.0.1:${rhetor.port}` }),
      ],
      metrics: { open_executions: 0, running_tasks: 0, stream_clients: 0 },
      details: { state: 'running', uptime: whole, initialization_time: whole, pid: process.pid },
    });
  });

  test('nobody is asked for it, whatever is asked here', async () => {
    for (const path of [
      '/health',
      '/ready',
      '/status',
      '/api/v1/status',
      '/discovery',
      '/',
      '/api',
      '/shutdown/status',
    ])
      await json(path);
    expect([hermes.sockets.length, rhetor.sockets.length]).toEqual([0, 0]);
  });

  test('/ready', async () => {
    const { initializationTime, ...rest } = await json('/ready');
    expect(rest).toMatchObject({ ready: true, component: 'harmonia', checks: { engine: true, storage: true } });
    expect(rest.initialization_time).toBe(initializationTime);
    expect(typeof rest.uptime).toBe('number');
  });

  test('/status as other components say it, and as the rest of this API', async () => {
    const said = {
      ...{ component: 'harmonia', status: 'running', port: 0, registered: false, capabilities: CAPABILITIES },
      health: { api: 'healthy', dependencies: { storage: 'healthy', hermes: 'unknown', llm: 'unknown' } },
      active_executions: 0,
    };
    expect(await json('/status')).toMatchObject({ ...said, data: said });
    for (const path of ['/api/v1/status', '/api/status'])
      expect(await json(path)).toMatchObject({ status: 'success', success: true, data: said });
  });

  test.each(['/discovery', '/api/v1/discovery', '/api/discovery'])('%s tells where everything is', async (path) => {
    const { endpoints, ...rest } = await json(path);
    expect(rest).toMatchObject({
      ...{ component: 'harmonia', capabilities: CAPABILITIES },
      dependencies: {
        hermes: `http://127.0.0.1:${hermes.port}`,
        rhetor: `http://127.0.0.1:${rhetor.port}`,
        ergon: 'http://localhost:8002',
      },
      metadata: {
        category: 'workflow',
        documentation: 'https://harmonia.example/api/v1/docs',
        websocket: 'wss://harmonia.example/ws',
      },
    });
    expect(endpoints).toEqual(expect.arrayContaining([expect.objectContaining({ method: 'POST', path: '/shutdown' })]));
  });

  test('/ is JSON for programs and the documentation for browsers', async () => {
    const get = (accept?: string) =>
      fetch(`${service.url}/`, { redirect: 'manual', headers: accept === undefined ? {} : { accept } });
    const browser = await get('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/api/v1/docs']);
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5']) {
      const program = await get(accept);
      expect([program.status, program.headers.get('vary')]).toEqual([200, expect.stringContaining('Accept')]);
      expect(await program.json()).toMatchObject({ name: 'Harmonia Workflow System', status: 'running' });
    }
    const { endpoints } = await json('/');
    for (const path of (endpoints as string[]).filter((one) => !/^\/(ws|events|hooks|shutdown)|[{]/.test(one)))
      expect([path, (await service.get(path)).status]).toEqual([path, 200]);
  });
});

describe('pages of other origins', () => {
  const allowed = async (path: string, origin: string, init: RequestInit = {}): Promise<string | null> => {
    const answer = await fetch(service.url + path, { ...init, headers: { ...init.headers, origin } });
    return answer.headers.get('access-control-allow-origin');
  };

  test('those of the list may call; /health anybody may read', async () => {
    expect(await allowed('/api/v1/workflows', UI)).toBe(UI);
    expect(await allowed('/api/v1/workflows', 'https://evil.example')).toBeNull();
    for (const origin of [UI, 'http://localhost:8080']) expect(await allowed('/health', origin)).toBe('*');
  });

  test('may use every method, and read the headers of answers', async () => {
    const headers = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };
    const { headers: given } = await fetch(`${service.url}/api/v1/workflows/x`, {
      ...{ method: 'OPTIONS', headers: { ...headers, origin: UI } },
    });
    expect(given.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
    expect(given.get('access-control-allow-headers')).toBe('content-type');
    expect(given.get('access-control-allow-credentials')).toBeNull();
    const answer = await fetch(`${service.url}/api/v1/workflows`, { headers: { origin: UI } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-ID');
  });
});

// The last: afterwards the service takes no work any more.
describe('stopping', () => {
  const WAYS = ['/shutdown', '/api/shutdown', '/admin/shutdown'];
  const requested = async (): Promise<unknown> => (await json('/shutdown/status')).requested;

  test('is refused to pages of other origins and behind a proxy, on every way', async () => {
    for (const way of WAYS)
      for (const headers of [
        { origin: UI } as Record<string, string>,
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'x-forwarded-for': '127.0.0.1' },
        { 'x-forwarded-for': '10.0.0.7', authorization: 'Bearer of nothing' },
      ])
        expect(await service.send('POST', way, undefined, headers)).toMatchObject({
          ...{ status: 403, body: { error: { code: 'shutdown_refused' } } },
        });
    // A form of a page can send no JSON, and gets no further.
    const form = { 'content-type': 'text/plain', origin: UI };
    expect((await service.send('POST', '/shutdown', 'x', form)).status).toBe(400);
    expect((await service.get('/shutdown')).status).toBe(404);
    expect(await requested()).toBe(false);
  });

  test('is refused on a WebSocket of a page, and on the sockets that are for something else', async () => {
    const page = new SocketClient(`${service.url}/ws`, { origin: UI });
    await page.type('connected');
    page.say({ type: 'shutdown', reason: 'evil', requestId: 'r' });
    expect(await page.type('error')).toMatchObject({ code: 'shutdown_refused', requestId: 'r' });
    page.say({ type: 'ping' });
    await page.type('pong');
    const other = new SocketClient(`${service.url}/ws/events`);
    await other.type('connected');
    other.say({ type: 'shutdown' });
    expect(await other.type('error')).toMatchObject({ code: 'invalid_request' });
    await Promise.all([page.leave(), other.leave()]);
    expect(await requested()).toBe(false);
  });

  test('is accepted from a program, and with the token from anywhere; /ready says so, /health answers', async () => {
    const far = { 'x-forwarded-for': '10.0.0.7', authorization: `Bearer ${TOKEN}` };
    expect(await service.send('POST', '/admin/shutdown', undefined, far)).toMatchObject({
      ...{ status: 202, body: { status: 'accepted', message: 'Harmonia stops' } },
    });
    for (const way of WAYS) expect((await service.send('POST', way, {})).status).toBe(202);
    expect(await requested()).toBe(true);
    expect((await service.get('/ready')).status).toBe(503);
    expect(await json('/health')).toMatchObject({ status: 'degraded', message: 'it is stopping' });
    expect(await json('/status')).toMatchObject({ status: 'stopping' });
  });
});
