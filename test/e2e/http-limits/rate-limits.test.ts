import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { request } from 'node:http';
import { refusal, refused } from '../../world/caller.js';
import { RawClient } from '../../world/raw-client.js';
import { TestService, type Answer } from '../../world/service.js';
import { EventClient, SocketClient } from '../../world/stream-clients.js';
import { HOOK_ROUTES, MODEL_ROUTES, START_ROUTES } from '../../../src/api/limits/request-class.js';

const CLIENTS = 100;
const READS = 4;
const LIMITS = `reads=${READS},writes=3,starts=2,models=1,hooks=2`;

let service: TestService;

/** A request from an address of this machine. */
const from = (localAddress: string, path: string, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(service.url + path, { method, localAddress, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject).end();
  });

/** A request that a trusted proxy passes on. */
const as = (client: string, method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  service.send(method, path, method === 'POST' ? {} : undefined, { 'x-forwarded-for': client, ...headers });

const letAMinutePass = (): void => void jest.setSystemTime(Date.now() + 60_000);

beforeAll(async () => {
  // The clock stands still unless a test moves it; timers and sockets go on.
  const all = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const;
  jest.useFakeTimers({ now: Date.now(), doNotFake: [...all, 'nextTick', 'queueMicrotask', 'hrtime', 'performance'] });
  const settings = { HARMONIA_RATE_LIMITS: LIMITS, HARMONIA_TRUSTED_PROXIES: '127.0.0.1' };
  service = await TestService.start(settings, { withinSuite: true });
});
afterAll(async () => {
  await service.stop();
  jest.useRealTimers();
});
afterEach(letAMinutePass);

test('a hundred clients over the limit get 429, others are served', async () => {
  const greedy = async (n: number): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let asked = 0; asked < READS + 3; asked++) statuses.push(await from(`127.0.1.${n + 1}`, '/api/v1/workflows'));
    return statuses;
  };
  const modest = async (): Promise<number[]> => {
    const statuses: number[] = [];
    for (let asked = 0; asked < READS; asked++) statuses.push(await from('127.0.2.1', '/api/v1/workflows'));
    return statuses;
  };
  const all = await Promise.all([modest(), ...Array.from({ length: CLIENTS }, (_, n) => greedy(n))]);
  expect(all.shift()).toEqual(Array(READS).fill(200));
  for (const statuses of all) expect(statuses).toEqual([...Array<number>(READS).fill(200), 429, 429, 429]);
  expect(await from('127.0.1.1', '/health')).toBe(200);
  letAMinutePass();
  expect(await from('127.0.1.1', '/api/v1/workflows')).toBe(200);
});

test('every answer says how the client stands, and a refusal when to come back', async () => {
  const first = await as('198.51.100.1', 'GET', '/api/v1/executions');
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'ratelimit-limit': String(READS),
    'ratelimit-remaining': String(READS - 1),
    'ratelimit-reset': '60',
  });
  expect(first.headers.get('retry-after')).toBeNull();
  for (let asked = 1; asked < READS; asked++) await as('198.51.100.1', 'GET', '/api/v1/nowhere');
  jest.setSystemTime(Date.now() + 18_200);
  const last = await as('198.51.100.1', 'GET', '/api/v1/executions');
  expect(refusal(last)).toEqual(refused(429, 'rate_limit_exceeded'));
  expect(last.headers.get('retry-after')).toBe('42');
  expect(last.headers.get('ratelimit-remaining')).toBe('0');
  expect((await as('198.51.100.2', 'GET', '/api/v1/executions')).status).toBe(200);
});

test('kinds of requests are counted apart; infrastructure is not counted', async () => {
  const paths: [string, string, number][] = [
    ['POST', '/api/v1/workflows/validate', 3],
    ['POST', '/api/v1/executions', 2],
    ['POST', '/api/workflows/generate', 1],
    ['POST', '/hooks/nobody', 2],
    ['GET', '/api/v1/workflows', READS],
  ];
  for (const [method, path, limit] of paths) {
    for (let asked = 0; asked < limit; asked++) expect((await as('203.0.113.5', method, path)).status).not.toBe(429);
    expect((await as('203.0.113.5', method, path)).status).toBe(429);
  }
  for (const path of ['/', '/health', '/ready', '/discovery', '/api/v1/status', '/api']) {
    const answer = await as('203.0.113.5', 'GET', path);
    expect([path, answer.status, answer.headers.get('ratelimit-limit')]).toEqual([path, 200, null]);
  }
});

test('routes with a kind of their own are routes that there are', () => {
  const routes = new Set(service.routes().map((route) => route.replace(/^\w+ (\/api(\/v1)?)?/, '')));
  for (const route of [...HOOK_ROUTES, ...MODEL_ROUTES, ...START_ROUTES]) expect(routes).toContain(route);
});

test('a refused body is not read: the connection is closed', async () => {
  for (let asked = 0; asked < 3; asked++) await as('203.0.113.6', 'POST', '/api/v1/workflows/validate');
  const head = 'POST /api/v1/workflows/validate HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
  const answer = await RawClient.ask(
    service.port,
    `${head}x-forwarded-for: 203.0.113.6\r\ncontent-length: 1000000\r\n\r\n{`,
  );
  expect(answer).toMatchObject({ status: 429, head: expect.stringContaining('connection: close') as unknown });
});

test('handshakes of WebSockets and streams count as reads', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const sockets = Array.from({ length: READS - 1 }, () => new SocketClient(`${service.url}/ws/events`, { headers }));
  await Promise.all(sockets.map((client) => client.type('connected')));
  const stream = await EventClient.open(`${service.url}/events`, headers);
  expect(stream.response.statusCode).toBe(200);
  stream.leave();
  const handshake = ['GET /ws/events HTTP/1.1', 'host: 127.0.0.1', 'connection: upgrade', 'upgrade: websocket'];
  const more = [
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'x-forwarded-for: 203.0.113.7',
  ];
  const answer = await RawClient.ask(service.port, `${[...handshake, ...more].join('\r\n')}\r\n\r\n`);
  expect(answer).toMatchObject({ status: 429, head: expect.stringContaining('retry-after: 60') as unknown });
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  await Promise.all(sockets.map((client) => client.leave()));
});

describe('streams and connections of one address', () => {
  let small: TestService;
  beforeAll(async () => {
    const settings = { HARMONIA_TRUSTED_PROXIES: '127.0.0.1', HARMONIA_MAX_STREAMS_PER_PEER: '2' };
    small = await TestService.start({
      ...settings,
      HARMONIA_MAX_CONNECTIONS_PER_PEER: '3',
      HARMONIA_MAX_CONNECTIONS: '8',
    });
  });
  afterAll(() => small.stop());

  test('have a limit; others and later ones are let in', async () => {
    const open = (client: string): SocketClient =>
      new SocketClient(`${small.url}/ws/events`, { headers: { 'x-forwarded-for': client } });
    const first = [open('203.0.113.1'), open('203.0.113.1')];
    await Promise.all(first.map((client) => client.type('connected')));
    expect(await open('203.0.113.1').gone()).toEqual({ code: 1013, reason: 'limit_reached' });
    const stream = await small.send('GET', '/events', undefined, { 'x-forwarded-for': '203.0.113.1' });
    expect(refusal(stream)).toEqual(refused(429, 'limit_reached'));
    const other = open('203.0.113.2');
    await other.type('connected');
    await Promise.all([...first, other].map((client) => client.leave()));
    while (small.streamClients() > 0) await new Promise((resolve) => setImmediate(resolve));
    const again = open('203.0.113.1');
    await again.type('connected');
    again.say({ type: 'ping' });
    await again.type('pong');
    await again.leave();
  });

  test('connections beyond theirs are closed, those of others are not, until there are too many in all', async () => {
    const ask = 'GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';
    const open = async (address: string): Promise<RawClient> => {
      const client = await RawClient.open(small.port, address);
      client.socket.write(ask);
      return client;
    };
    const isServed = async (client: RawClient): Promise<boolean> =>
      (await client.until((text) => text.includes('"healthy"'))) !== undefined;
    const mine: RawClient[] = [];
    for (let n = 0; n < 3; n++) mine.push(await open('127.0.3.1'));
    expect(await Promise.all(mine.map(isServed))).toEqual([true, true, true]);
    expect(await isServed(await open('127.0.3.1'))).toBe(false);
    const others = await Promise.all(['127.0.3.2', '127.0.3.3', '127.0.3.4'].map(open));
    expect(await Promise.all(others.map(isServed))).toEqual([true, true, true]);
    mine[0]?.socket.destroy();
    await mine[0]?.closed;
    for (let served = false; !served;) {
      const next = await open('127.0.3.1');
      served = await isServed(next);
      if (served) mine.push(next);
    }
    const crowd = await Promise.all(Array.from({ length: 8 }, (_, n) => open(`127.0.4.${n + 1}`)));
    const served = await Promise.all(crowd.map(isServed));
    expect(served.filter((one) => one).length).toBeLessThanOrEqual(2);
    for (const client of [...mine, ...others, ...crowd]) client.socket.destroy();
  });
});

describe('callers who are known', () => {
  const [ADA, BOB] = ['key-of-ada-for-the-test-1', 'key-of-bob-for-the-test-1'];
  let known: TestService;
  beforeAll(async () => {
    known = await TestService.start({
      HARMONIA_RATE_LIMITS: 'reads=3,models=1',
      HARMONIA_TRUSTED_PROXIES: '127.0.0.1',
      HARMONIA_API_KEYS: `ada:${ADA}:read,bob:${BOB}:read`,
    });
  });
  afterAll(() => known.stop());

  test('have a limit each: wherever they call from, and whoever calls from there, too', async () => {
    const ask = async (key: string, client: string, path = '/api/v1/workflows', method = 'GET'): Promise<number> => {
      const headers = { 'x-api-key': key, 'x-forwarded-for': client };
      return (await known.send(method, path, method === 'GET' ? undefined : {}, headers)).status;
    };
    for (const client of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) expect(await ask(ADA, client)).toBe(200);
    expect([await ask(ADA, '203.0.113.4'), await ask(BOB, '203.0.113.1')]).toEqual([429, 200]);
    expect(await ask(ADA, '203.0.113.1', '/api/v1/expressions/help', 'POST')).toBe(422);
    expect(await ask(ADA, '203.0.113.1', '/api/v1/expressions/help', 'POST')).toBe(429);
    // Who is sent away for what he shows uses up nothing of anybody.
    for (let n = 0; n < 5; n++) expect(await ask('not-a-key-of-anybody-here', '203.0.113.9')).toBe(401);
    expect(await ask(BOB, '203.0.113.9')).toBe(200);
  });
});
