import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Admission } from '../../src/api/limits/admission.js';
import { Exchanges } from '../../src/api/limits/exchanges.js';
import { Peers } from '../../src/api/limits/peers.js';
import { RateLimits, RATE_WINDOW } from '../../src/api/limits/rate-limits.js';
import { HOOK_ROUTES, MODEL_ROUTES, requestClass, START_ROUTES } from '../../src/api/limits/request-class.js';
import { hasMoreValues } from '../../src/api/limits/value-count.js';
import { FrameRate } from '../../src/tekton/utilities/websocket/frame-rate.js';
import type { ApiSettings } from '../../src/api/tokens.js';
import { readConfig } from '../../src/config/index.js';
import type { Instant } from '../../src/kernel/index.js';
import { RawClient } from '../world/raw-client.js';

const NONE = { reads: 0, writes: 0, starts: 0, models: 0, hooks: 0 };

describe('counts of requests', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_900_000_000_000 }));
  afterEach(() => void jest.useRealTimers());

  test('are those of each client and each kind, and begin anew after their window', async () => {
    const limits = new RateLimits({ ...NONE, reads: 2, writes: 1 });
    expect(await limits.count('reads', 'a')).toEqual({
      kind: 'reads',
      limit: 2,
      remaining: 1,
      reset: 60,
      isOver: false,
    });
    jest.advanceTimersByTime(20_500);
    expect(await limits.count('reads', 'a')).toMatchObject({ remaining: 0, reset: 40, isOver: false });
    expect(await limits.count('reads', 'a')).toMatchObject({ remaining: 0, reset: 40, isOver: true });
    expect(await limits.count('reads', 'b')).toMatchObject({ remaining: 1, isOver: false });
    expect(await limits.count('writes', 'a')).toMatchObject({ remaining: 0, isOver: false });
    expect(await limits.count('models', 'a')).toBeUndefined();
    jest.advanceTimersByTime(39_499);
    expect(await limits.count('reads', 'a')).toMatchObject({ reset: 1, isOver: true });
    jest.advanceTimersByTime(1);
    expect(await limits.count('reads', 'a')).toMatchObject({ remaining: 1, reset: 60, isOver: false });
  });

  test('have a bound, however many clients come; those who are here are remembered', async () => {
    const limits = new RateLimits({ ...NONE, reads: 3, writes: 3 }, 100);
    for (let n = 0; n < 2000; n++) {
      await limits.count(n % 2 === 0 ? 'reads' : 'writes', `client ${n}`);
      await limits.count('reads', 'busy');
    }
    expect(limits.size).toBe(100);
    expect(await limits.count('reads', 'busy')).toMatchObject({ isOver: true });
    jest.advanceTimersByTime(RATE_WINDOW * 1000);
    expect(limits.size).toBe(0);
  });
});

const request = (remoteAddress: string, forwarded?: string | string[], more: object = {}): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }), ...more },
  }) as unknown as IncomingMessage;

describe('who asks', () => {
  const proxies = new Peers(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']);

  test.each<[string, string, string | undefined, string]>([
    ['directly', '192.0.2.7', undefined, '192.0.2.7'],
    ['with a header that anybody may write', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['through a proxy', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['through a proxy in IPv4 that is written as IPv6', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['through two', '127.0.0.1', '198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['with a forged beginning', '127.0.0.1', '203.0.113.9, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['from inside', '127.0.0.1', '10.9.9.9', '10.9.9.9'],
    ['through a proxy that says nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['through a proxy that says nonsense', '127.0.0.1', '198.51.100.1, unknown', '127.0.0.1'],
    ['with a port', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['by IPv6 with a port', '::1', '[2001:db8:1:2:3:4:5:6]:80', '2001:db8:1:2::/64'],
    ['by IPv6', '2001:db8:1:2:ffff:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['by a number that is an address to some', '127.0.0.1', '3221225985', '127.0.0.1'],
    ['by no address at all', '', undefined, 'unknown'],
  ])('%s', (_, remote, forwarded, expected) => {
    expect(proxies.addressOf(request(remote, forwarded))).toBe(expected);
    if (forwarded !== undefined) expect(proxies.addressOf(request(remote, forwarded.split(', ')))).toBe(expected);
  });

  test('uses TLS only when a trusted proxy says so', () => {
    const tls = { 'x-forwarded-proto': 'https' };
    expect(proxies.isSecure(request('10.0.0.1', undefined, tls))).toBe(true);
    expect(proxies.isSecure(request('192.0.2.7', undefined, tls))).toBe(false);
    expect(proxies.isSecure(request('10.0.0.1'))).toBe(false);
    expect(new Peers([]).isSecure(request('10.0.0.1', undefined, tls))).toBe(false);
  });

  test('whatever stands in the header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.array(fc.ipV4()).map(String)), (text) => {
        expect(proxies.addressOf(request('127.0.0.1', text))).toMatch(/^[\d.]+$|^[\da-f:]+\/64$/);
      }),
    );
  });
});

test('requests are counted by caller, wherever he asks from; those of nobody in particular by address', async () => {
  const admission = new Admission({ limits: { rates: { ...NONE, reads: 1 } } } as ApiSettings, new Peers([]));
  const ask = async (address: string, actor?: string): Promise<boolean | undefined> => {
    const caller = actor === undefined ? undefined : { actor };
    return (await admission.count(request(address), { kind: 'reads', caller }))?.isOver;
  };
  expect(await ask('192.0.2.1', 'key:ada')).toBe(false);
  expect(await ask('192.0.2.2', 'key:ada')).toBe(true);
  expect(await ask('192.0.2.2', 'key:grace')).toBe(false);
  expect(await ask('192.0.2.2', 'anonymous')).toBe(false);
  expect(await ask('192.0.2.2')).toBe(true);
  // Whoever is called like an address is not counted with it.
  expect(await ask('192.0.2.3', '192.0.2.2')).toBe(false);
});

test('kinds of requests', () => {
  const kinds: [string, string | undefined, string | undefined][] = [
    ['GET', '/health', undefined],
    ['POST', '/api/shutdown', undefined],
    ['GET', '/api/v1', undefined],
    ['GET', '/', undefined],
    ['GET', '/api/v1/workflows', 'reads'],
    ['GET', undefined, 'reads'],
    ['PUT', undefined, 'writes'],
    ['GET', '/healthy', 'reads'],
    ['POST', '/api/workflows', 'writes'],
    ['POST', '/api/v1/workflows/:id/execute', 'starts'],
    ['GET', '/api/v1/executions', 'reads'],
    ['POST', '/api/workflows/generate', 'models'],
    ['POST', '/hooks/:endpoint', 'hooks'],
    ['GET', '/api/callbacks/:token', 'hooks'],
    ['POST', '/apiworkflows/generate', 'writes'],
  ];
  for (const [method, route, kind] of kinds)
    expect([method, route, requestClass(method, route)]).toEqual([method, route, kind]);
  expect(new Set([...MODEL_ROUTES, ...START_ROUTES, ...HOOK_ROUTES]).size).toBe(
    MODEL_ROUTES.size + START_ROUTES.size + HOOK_ROUTES.size,
  );
});

test('frames: as many at once as in a second, then one after the other', () => {
  const at = (ms: number): Instant => 1_000_000 + ms;
  const rate = new FrameRate(10, at(0));
  for (let n = 0; n < 10; n++) {
    rate.count(at(0));
    expect(rate.wait(at(0))).toBe(0);
  }
  rate.count(at(0));
  expect(rate.wait(at(0))).toBe(100);
  expect(rate.wait(at(99))).toBeCloseTo(1);
  expect(rate.wait(at(100))).toBe(0);
  rate.count(at(-5000));
  expect(rate.wait(at(-5000))).toBe(100);
  rate.count(at(60_000));
  expect(rate.wait(at(60_000))).toBe(0);
});

test('a reader that takes a little at a time is cut as well, one that takes its time with little is not', async () => {
  const server = createServer((asked, response) => void response.end('x'.repeat(asked.url === '/big' ? 2 ** 25 : 100)));
  new Exchanges(300, 2 ** 40).watch(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = await RawClient.open(port);
  client.socket.write('GET /small HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  await client.until((text) => text.endsWith('x'.repeat(100)));
  client.socket.write('GET /big HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  const slow = setInterval(() => client.socket.resume().once('data', () => client.socket.pause()), 10);
  await client.closed;
  clearInterval(slow);
  expect(client.text.length).toBeLessThan(2 ** 25);
  server.close();
});

test('values of a JSON text are counted as the parser would meet them', () => {
  const count = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    const inner = Object.values(value).reduce((sum: number, entry) => sum + count(entry), 0);
    return 1 + inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
  };
  fc.assert(
    fc.property(fc.json(), (text) => {
      const size = count(JSON.parse(text));
      expect(hasMoreValues(text, size)).toBe(false);
      if (size > 0) expect(hasMoreValues(text, size - 1)).toBe(true);
    }),
  );
});

describe('settings', () => {
  const limits = (environment: Record<string, string>): object => readConfig(environment).http.limits;

  test('change what they name', () => {
    expect(limits({ HARMONIA_RATE_LIMITS: 'reads=5, hooks=0' })).toMatchObject({
      rates: { reads: 5, hooks: 0, models: 300 },
    });
    expect(limits({ HARMONIA_RATE_LIMITS: 'off' })).toMatchObject({ rates: NONE });
    expect(limits({ HARMONIA_HEADERS_SECONDS: '0.5' })).toMatchObject({ headersDeadline: 500 });
    expect(limits({ HEPHAESTUS_PORT: '9090', TEKTON_HOST: 'tekton.local' })).toMatchObject({
      frameAncestors: ["'self'", ...['localhost', '127.0.0.1', 'tekton.local'].map((host) => `http://${host}:9090`)],
    });
  });

  test.each([
    ['HARMONIA_RATE_LIMITS', 'reads'],
    ['HARMONIA_RATE_LIMITS', 'toString=3'],
    ['HARMONIA_RATE_LIMITS', 'reads=-1'],
    ['HARMONIA_RATE_LIMITS', 'reads=5,off'],
    ['HARMONIA_TRUSTED_PROXIES', 'proxy.example'],
    ['HARMONIA_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['HARMONIA_FRAME_ANCESTORS', "https://a.example; script-src 'unsafe-inline'"],
    ['HARMONIA_FRAME_ANCESTORS', 'tekton.example\nx: y'],
    ['HARMONIA_MAX_CONNECTIONS', '0'],
    ['HARMONIA_HEADERS_SECONDS', 'soon'],
  ])('%s=%s stops the start', (name, value) => {
    expect(() => limits({ [name]: value })).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });
});
