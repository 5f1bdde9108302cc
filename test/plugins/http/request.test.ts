import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import http from '../../../plugins/http/src/index.js';
import type { AttemptOutcome } from '../../../src/engine/ports/index.js';
import { runAttempt } from '../../world/runner.js';

let server: Server;
let base: string;
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

const answer = (request: IncomingMessage, response: ServerResponse): void => {
  const { pathname } = new URL(request.url ?? '/', 'http://x');
  if (pathname === '/json') response.setHeader('content-type', 'application/json').end('{"n":1}');
  else if (pathname === '/text') response.setHeader('content-type', 'text/plain').end('hello');
  else if (pathname === '/busy') response.writeHead(503, { 'retry-after': '7' }).end('later');
  else if (pathname === '/gone') response.writeHead(410).end('gone');
  else if (pathname === '/large') response.end('x'.repeat(100_000));
  else if (pathname === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (pathname === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
  else if (pathname === '/see-other') response.writeHead(303, { location: '/json' }).end();
  else if (pathname === '/never') return;
  else response.end();
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const request = (input: Record<string, unknown>): Promise<AttemptOutcome> =>
  runAttempt({ plugin: http, type: 'http/request', input: input as never });

describe('http/request', () => {
  test('reads JSON and text by their type', async () => {
    expect(await request({ url: `${base}/json` })).toMatchObject({
      is: 'completed',
      output: { status: 200, body: { n: 1 } },
    });
    expect(await request({ url: `${base}/text` })).toMatchObject({ output: { body: 'hello' } });
  });

  test('sends JSON, the query, and an idempotency key with what changes something', async () => {
    await request({ url: `${base}/post?a=1`, method: 'POST', query: { b: [2, 'x'] }, body: { x: 1 } });
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/post?a=1&b=2&b=x',
      body: '{"x":1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'e:/a:1' },
    });
  });

  test('5xx is transient and keeps Retry-After, other statuses are fatal, `expect` says what is fine', async () => {
    expect(await request({ url: `${base}/busy` })).toMatchObject({
      is: 'failed',
      failure: { kind: 'transient', code: 'http_error', retry_after: 7000 },
    });
    expect(await request({ url: `${base}/gone` })).toMatchObject({
      is: 'failed',
      failure: { kind: 'fatal', code: 'http_error' },
    });
    expect(await request({ url: `${base}/gone`, expect: [410, '2xx'] })).toMatchObject({
      is: 'completed',
      output: { status: 410 },
    });
  });

  test('is bounded in bytes, redirects and time', async () => {
    expect(await request({ url: `${base}/large`, max_bytes: 1000 })).toMatchObject({
      failure: { code: 'response_too_large' },
    });
    expect(await request({ url: `${base}/loop` })).toMatchObject({ failure: { code: 'redirect_limit' } });
    expect(await request({ url: `${base}/never`, timeout: 0.05 })).toMatchObject({
      failure: { code: 'timeout', kind: 'transient' },
    });
  });

  test('a redirect after POST becomes GET', async () => {
    expect(await request({ url: `${base}/see-other`, method: 'POST', body: 'x' })).toMatchObject({
      output: { body: { n: 1 }, url: `${base}/json` },
    });
    expect(seen.at(-1)).toMatchObject({ method: 'GET', body: '' });
  });

  test('nobody there is transient', async () => {
    expect(await request({ url: 'http://127.0.0.1:9/' })).toMatchObject({
      failure: { kind: 'transient', code: 'http_unreachable' },
    });
  });

  test('an address that is not public is refused, also behind a redirect', async () => {
    const failure = { kind: 'fatal', code: 'address_blocked' };
    expect(await request({ url: 'http://10.0.0.1/' })).toMatchObject({ failure });
    expect(await request({ url: `${base}/away` })).toMatchObject({ failure });
  });

  test('a wrong input never leaves', async () => {
    expect(await request({ url: 3 })).toMatchObject({ failure: { code: 'schema_mismatch' } });
    expect(await request({ url: 'nonsense' })).toMatchObject({ failure: { code: 'schema_mismatch' } });
  });
});
