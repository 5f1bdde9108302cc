import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { request } from '../../../plugins/http/src/request.js';
import type { Json } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../../src/plugin/testing/index.js';

type Answer = (response: ServerResponse, headers: IncomingHttpHeaders) => void;
const routes = new Map<string, Answer>();
const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
const servers: Server[] = [];
let port: string;
let otherPort: string;

const serve = async (): Promise<string> => {
  const server = createServer((incoming, response) => {
    seen.push({ path: incoming.url ?? '', headers: incoming.headers });
    const answer = routes.get(incoming.url ?? '');
    incoming.resume().on('end', () => (answer ? answer(response, incoming.headers) : response.end('ok')));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
};
beforeAll(async () => {
  port = await serve();
  otherPort = await serve();
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const at = (path: string, to = port): string => `http://127.0.0.1:${to}${path}`;
const send = async (input: Record<string, Json>): Promise<TaskRun['outcome']> =>
  (await runTask(request, input)).outcome;

describe('compressed bodies', () => {
  const json = Buffer.from('{"n":1}');
  test.each<[string, Buffer]>([
    ['gzip', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['deflate', deflateSync(json)],
    ['gzip, br', brotliCompressSync(gzipSync(json))],
    ['identity', json],
  ])('%s is read', async (encoding, body) => {
    routes.set('/packed', (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body),
    );
    expect(await send({ url: at('/packed') })).toMatchObject({ is: 'completed', output: { body: { n: 1 } } });
    expect(seen.at(-1)?.headers['accept-encoding']).toBe('gzip, br');
  });

  test('that unpack to more than the limit are refused while they unpack', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    routes.set('/bomb', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await send({ url: at('/bomb'), max_bytes: 1_000_000 })).toMatchObject({
      failure: { kind: 'fatal', code: 'response_too_large' },
    });
  });

  test('that are broken are fatal, that end early are transient', async () => {
    routes.set('/broken', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'));
    expect(await send({ url: at('/broken') })).toMatchObject({ failure: { kind: 'fatal', code: 'http_error' } });
    const half = gzipSync(Buffer.from('x'.repeat(1000)));
    routes.set('/half', (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(half.subarray(0, half.length - 12)),
    );
    expect(await send({ url: at('/half') })).toMatchObject({
      failure: { kind: 'transient', code: 'http_unreachable' },
    });
  });

  test('that are not there are empty', async () => {
    routes.set('/none', (response) => response.writeHead(204, { 'content-encoding': 'gzip' }).end());
    expect(await send({ url: at('/none') })).toMatchObject({ output: { status: 204, body: '' } });
    routes.set('/head', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end());
    expect(await send({ url: at('/head'), method: 'HEAD' })).toMatchObject({ output: { status: 200, body: '' } });
  });
});

describe('redirects', () => {
  const redirect = (from: string, to: string, status = 302): void => {
    routes.set(from, (response) => response.writeHead(status, { location: to }).end());
  };

  test('to another origin lose credentials, within it keep them', async () => {
    const headers = { Authorization: 'Bearer x', Cookie: 'a=1', 'X-Mine': 'y' };
    redirect('/far', at('/end', otherPort));
    await send({ url: at('/far'), headers });
    expect(seen.at(-1)).toMatchObject({ path: '/end', headers: { 'x-mine': 'y' } });
    expect(seen.at(-1)?.headers).not.toHaveProperty('authorization');
    expect(seen.at(-1)?.headers).not.toHaveProperty('cookie');
    redirect('/near', '/end');
    await send({ url: at('/near'), headers });
    expect(seen.at(-1)?.headers).toMatchObject({ authorization: 'Bearer x', cookie: 'a=1' });
  });

  test('are answers when none may be followed', async () => {
    redirect('/moved', '/end', 301);
    expect(await send({ url: at('/moved'), max_redirects: 0, expect: [301] })).toMatchObject({
      output: { status: 301, headers: { location: '/end' } },
    });
  });

  test('to nonsense are fatal', async () => {
    redirect('/nonsense', 'http://[');
    expect(await send({ url: at('/nonsense') })).toMatchObject({ failure: { kind: 'fatal', code: 'http_error' } });
  });
});

describe('requests', () => {
  test('name and password of the URL travel as a header and are not shown', async () => {
    const outcome = await send({ url: `http://user:p%40ss@127.0.0.1:${port}/login` });
    expect(seen.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(JSON.stringify(outcome)).not.toContain('p%40ss');
  });

  test('that no server could understand are fatal', async () => {
    const failure = { kind: 'fatal', code: 'schema_mismatch' };
    expect(await send({ url: at('/'), headers: { 'x-a': 'a\r\nx-b: c' } })).toMatchObject({ failure });
    expect(await send({ url: at('/'), headers: { 'content-length': 'many' } })).toMatchObject({ failure });
  });

  test('wait as long as the server says: seconds, a date, but not for ever', async () => {
    const retryAfter = async (header: string): Promise<unknown> => {
      routes.set('/busy', (response) => response.writeHead(429, { 'retry-after': header }).end());
      const outcome = await send({ url: at('/busy') });
      return outcome.is === 'failed' ? outcome.failure.retry_after : outcome;
    };
    expect(await retryAfter('2')).toBe(2000);
    expect(await retryAfter('9'.repeat(400))).toBeUndefined();
    expect(await retryAfter('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0);
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    expect(await retryAfter(inAnHour)).toBeGreaterThan(3_500_000);
    expect(await retryAfter('Fri, 01 Jan 2100 00:00:00 GMT')).toBeUndefined();
    expect(await retryAfter('soon')).toBeUndefined();
  });

  test('any timeout is possible', async () => {
    routes.set('/never', () => undefined);
    expect(await send({ url: at('/never'), timeout: 0.0505 })).toMatchObject({ failure: { code: 'timeout' } });
    expect(await send({ url: at('/never'), timeout: 1e12 })).toMatchObject({ failure: { code: 'schema_mismatch' } });
  });

  test('end when they are aborted', async () => {
    const controller = new AbortController();
    routes.set('/stuck', () => controller.abort());
    const run = runTask(request, { url: at('/stuck') }, { signal: controller.signal });
    expect((await run).outcome).toMatchObject({ is: 'failed' });
  });
});
