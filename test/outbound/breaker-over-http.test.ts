import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createComponentService, type Destinations } from '../../src/integration/index.js';
import { SECONDS, testDestinations } from '../world/breakers.js';
import { outboundClient, type OutboundUnderTest } from '../world/outbound.js';
import { RawServer } from '../world/raw-server.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const serve = async (answer: (response: ServerResponse, url: string) => void): Promise<string> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response, request.url ?? ''));
  });
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const raw = async (...words: Parameters<typeof RawServer.start>): Promise<RawServer> => {
  const server = await RawServer.start(...words);
  closing.push(() => server.stop());
  return server;
};
const client = (gate: Destinations, words: Parameters<typeof outboundClient>[0] = {}): OutboundUnderTest => {
  const made = outboundClient({ gate, ...words });
  closing.push(() => made.outbound.close());
  return made;
};
const outcome = (asked: Promise<{ status: number; bytes: () => Promise<unknown> }>): Promise<number | string> =>
  asked.then(
    async ({ status, bytes }) => {
      await bytes();
      return status;
    },
    ({ code }: { code: string }) => code,
  );
const failuresOf = (destinations: Destinations, destination: string): number | undefined =>
  destinations.list().find((one) => one.destination === destination)?.failures;

describe('what counts as a failure of the destination', () => {
  test.each([
    [200, 0],
    [304, 0],
    [404, 0],
    [429, 0],
    [500, 1],
    [503, 1],
  ])('status %i: %i', async (status, failures) => {
    const { destinations } = await testDestinations();
    const url = await serve((response) => response.writeHead(status).end());
    expect(await outcome(client(destinations).request({ url }))).toBe(status);
    expect(failuresOf(destinations, url)).toBe(failures);
  });

  test('nobody there, a connection that breaks, a timeout, a time that is up; not a request that is called off', async () => {
    const { destinations } = await testDestinations({ failures: 100 });
    const { request } = client(destinations);
    const dead = 'http://127.0.0.1:9';
    expect(await outcome(request({ url: dead }))).toBe('http_unreachable');
    expect(failuresOf(destinations, dead)).toBe(1);
    const breaking = await raw((socket) => socket.destroy());
    expect(await outcome(request({ url: breaking.url }))).toBe('http_unreachable');
    const silent = await raw(() => undefined);
    const at = new URL(silent.url).origin;
    expect(await outcome(request({ url: silent.url, timeout: 20 }))).toBe('timeout');
    expect(failuresOf(destinations, at)).toBe(1);
    await outcome(request({ url: silent.url, signal: AbortSignal.timeout(20) }));
    expect(failuresOf(destinations, at)).toBe(2);
    const attempt = new AbortController();
    const asked = outcome(client(destinations, { signal: attempt.signal }).request({ url: silent.url }));
    attempt.abort('timeout');
    await asked;
    expect(failuresOf(destinations, at)).toBe(3);
    const canceled = new AbortController();
    const called = outcome(request({ url: silent.url, signal: canceled.signal }));
    canceled.abort();
    await called;
    expect(failuresOf(destinations, at)).toBe(3);
  });

  test('not what the guard refuses, nor a request that cannot be sent, nor a body of ours that breaks', async () => {
    const { destinations } = await testDestinations();
    const lookup = (
      _host: string,
      _options: unknown,
      done: (error: null, found: { address: string; family: number }[]) => void,
    ) => done(null, [{ address: '10.0.0.1', family: 4 }]);
    const { request } = client(destinations, { lookup });
    expect(await outcome(request({ url: 'http://inside.example/' }))).toBe('address_blocked');
    expect(failuresOf(destinations, 'http://inside.example')).toBe(0);
    expect(await outcome(request({ url: 'http://127.0.0.1:9/', headers: { 'x-a': 'a\nb' } }))).toBe('schema_mismatch');
    const url = await serve((response) => response.end());
    async function* broken(): AsyncGenerator<Uint8Array, void, void> {
      yield await Promise.resolve(Buffer.from('x'));
      throw Object.assign(new Error('no more'), { code: 'mine' });
    }
    expect(await outcome(request({ url, method: 'POST', body: broken() }))).toBe('mine');
    expect(failuresOf(destinations, url)).toBe(0);
  });
});

test('an open circuit spares the destination, and a redirect counts for where it leads', async () => {
  const { destinations, clock } = await testDestinations();
  let asked = 0;
  let status = 503;
  const url = await serve((response) => (asked++, response.writeHead(status).end()));
  const front = await serve((response) => response.writeHead(302, { location: url }).end());
  const { request } = client(destinations);
  for (let count = 0; count < 3; count++) expect(await outcome(request({ url: front }))).toBe(503);
  expect(await outcome(request({ url: front }))).toBe('circuit_open');
  expect(await outcome(request({ url }))).toBe('circuit_open');
  expect([asked, failuresOf(destinations, front)]).toEqual([3, 0]);
  clock.pass(10 * SECONDS);
  status = 200;
  expect(await outcome(request({ url: front }))).toBe(200);
  expect(failuresOf(destinations, url)).toBe(0);
});

test('a place is held until the body has been read or let go', async () => {
  const { destinations } = await testDestinations({ atOnce: 1, queue: 1 });
  const url = await serve((response, path) =>
    path === '/large' ? response.end(Buffer.alloc(5_000_000)) : response.end('small'),
  );
  const { request } = client(destinations);
  const large = await request({ url: `${url}/large` });
  const waiting = outcome(request({ url }));
  expect(destinations.list()).toEqual([expect.objectContaining({ inFlight: 1, queued: 1 })]);
  expect(await outcome(request({ url }))).toBe('destination_busy');
  expect((await large.bytes()).length).toBe(5_000_000);
  expect(await waiting).toBe(200);
  const left = await request({ url: `${url}/large` });
  for await (const piece of left.body) if (piece.length > 0) break;
  expect(await outcome(request({ url }))).toBe(200);
  // Of a small one, nobody need read it.
  for (let count = 0; count < 5; count++) expect((await request({ url })).status).toBe(200);
});

test('a hundred callers of one destination: never more at once than its limit, and all are served', async () => {
  const { destinations } = await testDestinations({ atOnce: 7, queue: 1000 });
  let [now, most] = [0, 0];
  const url = await serve((response) => {
    most = Math.max(most, ++now);
    setImmediate(() => (now--, response.end('x')));
  });
  const { request } = client(destinations);
  const all = await Promise.all(Array.from({ length: 100 }, () => outcome(request({ url }))));
  expect(new Set(all)).toEqual(new Set([200]));
  expect([most <= 7, most > 1]).toEqual([true, true]);
});

describe('components', () => {
  const call = (destinations: Destinations, base: string, signal = new AbortController().signal) =>
    createComponentService({ baseOf: () => base, gate: destinations })
      .call({ component: 'numa', action: 'fix', params: {}, context: {}, signal })
      .then(
        () => 'answered',
        ({ code }: { code: string }) => code,
      );

  test('have a circuit each, by their name', async () => {
    const { destinations, clock } = await testDestinations();
    let status = 500;
    const base = await serve((response) => response.writeHead(status).end('{}'));
    for (let count = 0; count < 3; count++) expect(await call(destinations, base)).toBe('component_error');
    expect(await call(destinations, base)).toBe('circuit_open');
    expect(destinations.list()).toEqual([
      expect.objectContaining({ destination: 'component:numa', state: 'open', inFlight: 0 }),
    ]);
    clock.pass(10 * SECONDS);
    status = 200;
    expect(await call(destinations, base)).toBe('answered');
  });

  test('an action that fails is an answer; nobody there, or no answer in time, is a failure', async () => {
    const { destinations } = await testDestinations({ failures: 100 });
    const failures = (): number | undefined => failuresOf(destinations, 'component:numa');
    const base = await serve((response) => response.end('{"status":"error","error":"no"}'));
    expect([await call(destinations, base), failures()]).toEqual(['component_error', 0]);
    expect([await call(destinations, 'http://127.0.0.1:9'), failures()]).toEqual(['component_unreachable', 1]);
    const silent = await raw(() => undefined);
    const late = new AbortController();
    const asked = call(destinations, silent.url.slice(0, -1), late.signal);
    late.abort('timeout');
    await asked;
    expect(failures()).toBe(2);
    const off = new AbortController();
    const called = call(destinations, silent.url.slice(0, -1), off.signal);
    off.abort('stopped');
    await called;
    expect(failures()).toBe(2);
  });
});
