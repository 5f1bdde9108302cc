import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { request } from '../../../plugins/http/src/request.js';
import { GuardedHttp } from '../../../src/integration/index.js';
import type { Json } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { RawServer } from '../../world/raw-server.js';

const servers: RawServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});
const raw = async (answer: (socket: Socket, server: RawServer) => void): Promise<RawServer> => {
  const server = await RawServer.start(answer);
  servers.push(server);
  return server;
};
const saying = (text: string | Buffer): Promise<RawServer> => raw((socket) => socket.end(text));
const send = async (input: Record<string, Json>, more: TaskSurroundings = {}): Promise<TaskRun['outcome']> =>
  (await runTask(request, input, more)).outcome;

/** Sees what a request looks like when it arrives. */
let mirror: Server;
let mirrorUrl: string;
let last: { method: string; url: string; headers: IncomingHttpHeaders; body: string };
beforeAll(async () => {
  mirror = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      last = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      const [, status, location] = /^\/(\d{3})\?to=(.*)$/.exec(url) ?? [];
      if (status && location) response.writeHead(Number(status), { location: decodeURIComponent(location) }).end();
      else response.end('ok');
    });
  });
  mirror.listen(0, '127.0.0.1');
  await once(mirror, 'listening');
  mirrorUrl = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
});
afterAll(() => {
  mirror.closeAllConnections();
  mirror.close();
});
const redirecting = (status: number, to: string): string => `${mirrorUrl}/${status}?to=${encodeURIComponent(to)}`;

describe('what is sent', () => {
  test.each(['http://[fe80::1%25lo]/', 'http://127.0.0.1:99999/', 'http://a b/', '//127.0.0.1/', 'http://'])(
    '%s is no URL',
    async (url) => {
      expect(await send({ url })).toMatchObject({ failure: { code: 'schema_mismatch' } });
    },
  );

  test('proxies of the environment are ignored', async () => {
    const proxy = await saying('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproxy');
    const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = proxy.url;
    try {
      expect(await send({ url: `${mirrorUrl}/` })).toMatchObject({ output: { body: 'ok' } });
      expect(proxy.heard).toBe('');
    } finally {
      names.forEach((name, index) => {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      });
    }
  });

  test.each(['Host', 'content-length', 'Transfer-Encoding', 'connection', 'upgrade', 'expect', 'TE'])(
    'the header %s is refused before anything leaves',
    async (name) => {
      const server = await saying('HTTP/1.1 200 OK\r\n\r\n');
      expect(await send({ url: server.url, method: 'POST', body: 'x', headers: { [name]: '1' } })).toMatchObject({
        failure: { kind: 'fatal', code: 'schema_mismatch' },
      });
      expect(server.heard).toBe('');
    },
  );

  test.each<[string, Record<string, string>]>([
    ['a line break in a value', { 'x-a': 'a\r\nx-injected: 1' }],
    ['a line break in a name', { 'x-a\r\nx-injected': '1' }],
    ['a zero byte', { 'x-a': 'a\u0000b' }],
    ['a character that no header has', { 'x-a': '日本' }],
    ['an empty name', { '': 'x' }],
  ])('%s never leaves', async (_name, headers) => {
    const server = await saying('HTTP/1.1 200 OK\r\n\r\n');
    expect(await send({ url: server.url, headers })).toMatchObject({
      failure: { kind: 'fatal', code: 'schema_mismatch' },
    });
    expect(server.heard).not.toContain('injected');
  });

  test('line breaks in the URL and in the query are encoded', async () => {
    await send({ url: `${mirrorUrl}/a\r\nb`, query: { 'k\r\nx': 'v\r\n w&=' } });
    expect(last.url).toBe('/ab?k%0D%0Ax=v%0D%0A+w%26%3D');
  });

  test('GET and DELETE may have a body', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect(await send({ url: `${mirrorUrl}/`, method, body: { q: 1 } })).toMatchObject({ is: 'completed' });
      expect(last).toMatchObject({ method, body: '{"q":1}' });
    }
  });

  test.each([
    ['GET', false],
    ['HEAD', false],
    ['OPTIONS', false],
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['DELETE', true],
  ])('%s: an idempotency key is sent: %s', async (method, sent) => {
    await send({ url: `${mirrorUrl}/`, method });
    expect(last.headers['idempotency-key']).toBe(sent ? 'execution:/task:1' : undefined);
  });
});

describe('redirects', () => {
  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'HEAD', 'HEAD'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('%i after %s becomes %s', async (status, method, becomes) => {
    const given: Record<string, Json> = method === 'HEAD' ? {} : { body: { n: 1 } };
    const outcome = await send({ url: redirecting(status, '/end'), method, ...given });
    expect(outcome).toMatchObject({ output: { status: 200 } });
    expect(last).toMatchObject({ method: becomes, url: '/end' });
    expect(last.body).toBe(becomes === method && method !== 'HEAD' ? '{"n":1}' : '');
    expect(last.headers['content-type']).toBe(last.body === '' ? undefined : 'application/json');
  });

  test('may be relative, and lose a name and password that the server gives', async () => {
    expect(await send({ url: redirecting(302, '../up?x=1') })).toMatchObject({
      output: { url: `${mirrorUrl}/up?x=1` },
    });
    await send({ url: redirecting(302, mirrorUrl.replace('//', '//user:pass@') + '/in') });
    expect(last.url).toBe('/in');
    expect(last.headers).not.toHaveProperty('authorization');
  });

  test('to another origin lose every header that smells of a credential', async () => {
    const server = await saying('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    const headers = {
      ...{ 'X-Api-Key': 'a', 'X-Auth-Token': 'b', 'X-CSRF-Token': 'c', 'X-Amz-Signature': 'd' },
      ...{ 'x-session-id': 'e', 'X-Client-Secret': 'f', Accept: 'text/plain' },
    };
    await send({ url: redirecting(307, server.url), method: 'POST', headers, body: 'hello' });
    const sent = server.heard.toLowerCase();
    expect(sent).toMatch(/accept: text\/plain/);
    expect(sent).toMatch(/hello$/);
    expect(sent).not.toMatch(/x-|key|token|secret|session/);
  });

  test('are followed as often as allowed and no more', async () => {
    const url = redirecting(302, redirecting(302, redirecting(302, '/end')));
    expect(await send({ url, max_redirects: 3 })).toMatchObject({ output: { status: 200 } });
    expect(await send({ url, max_redirects: 2 })).toMatchObject({ failure: { kind: 'fatal', code: 'redirect_limit' } });
  });

  test('whose own body never ends do not hold the request', async () => {
    const server = await raw((socket) => {
      socket.write(`HTTP/1.1 302 Found\r\nlocation: ${mirrorUrl}/end\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n`);
    });
    expect(await send({ url: server.url, timeout: 0.2 })).toMatchObject({ failure: { code: 'timeout' } });
    await server.closed();
  });
});

describe('what is answered', () => {
  const answering = (headers: string, body: string | Buffer = ''): Promise<RawServer> =>
    saying(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), Buffer.from(body)]));

  test.each<[string, string | Buffer, Json]>([
    ['text/plain; charset=ISO-8859-1', Buffer.from('gr\xfc\xdfe', 'latin1'), 'grüße'],
    ['text/plain; charset="utf-16le"', Buffer.from('hé', 'utf16le'), 'hé'],
    ['text/plain; charset=klingon', 'hé', 'hé'],
    ['application/json', '\ufeff{"a":1}', { a: 1 }],
    ['application/problem+json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['application/json', '', null],
    ['application/json', 'no json', 'no json'],
    ['application/atom+xml', '<a/>', '<a/>'],
    ['application/x-ndjson', '1\n2', '1\n2'],
    ['image/png', Buffer.from([0x89, 0xff]), 'if8='],
  ])('%s', async (type, body, read) => {
    const server = await answering(`content-type: ${type}`, body);
    expect(await send({ url: server.url })).toMatchObject({ output: { body: read } });
  });

  test('without a type: text when it is UTF-8, else base64', async () => {
    expect(await send({ url: (await answering('x: y', 'hé')).url })).toMatchObject({ output: { body: 'hé' } });
    const binary = Buffer.from([0xff, 0x00, 0xfe]);
    expect(await send({ url: (await answering('x: y', binary)).url })).toMatchObject({ output: { body: '/wD+' } });
  });

  test('JSON that is asked for and not there is fatal; too deep JSON is output_invalid', async () => {
    const text = await answering('content-type: text/html', '<html>');
    expect(await send({ url: text.url, response: 'json' })).toMatchObject({ failure: { code: 'http_error' } });
    const deep = await answering('content-type: application/json', '['.repeat(100_000) + ']'.repeat(100_000));
    expect(await send({ url: deep.url })).toMatchObject({ failure: { kind: 'fatal', code: 'output_invalid' } });
  });

  test.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip, gzip, gzip, gzip, gzip'])(
    'garbage in %s ends, whatever it is',
    async (encoding) => {
      const server = await answering(`content-encoding: ${encoding}`, 'garbage');
      expect((await send({ url: server.url })).is).toBe(encoding === 'zstd' ? 'completed' : 'failed');
    },
  );

  test('a bomb inside a bomb is refused, and the connection closed', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(100_000_000)));
    const server = await raw((socket) =>
      socket.write(
        Buffer.concat([
          Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: 9999999\r\n\r\n`),
          bomb,
        ]),
      ),
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(await send({ url: server.url, max_bytes: 1_000_000 })).toMatchObject({
      failure: { kind: 'fatal', code: 'response_too_large' },
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
    await server.closed();
  });

  test('a body without end is cut off at the limit, and the connection closed', async () => {
    const server = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await send({ url: server.url, max_bytes: 100_000 })).toMatchObject({
      failure: { kind: 'fatal', code: 'response_too_large' },
    });
    await server.closed();
  });

  test('headers without end are fatal', async () => {
    const server = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`x: ${'y'.repeat(1000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await send({ url: server.url })).toMatchObject({ failure: { kind: 'fatal', code: 'http_error' } });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('%s is transient', async (_name, text) => {
    expect(await send({ url: (await saying(text)).url })).toMatchObject({
      failure: { kind: 'transient', code: 'http_unreachable' },
    });
  });

  test('a header __proto__ is a header', async () => {
    const server = await answering('__proto__: x\r\nconstructor: y');
    const outcome = await send({ url: server.url });
    expect(JSON.stringify(outcome)).toContain('"__proto__":"x"');
    expect({}).not.toHaveProperty('x');
  });
});

describe('an abort is heard in every phase', () => {
  const phases: [string, string][] = [
    ['before the head', ''],
    ['within the head', 'HTTP/1.1 200 OK\r\nx: '],
    ['after the head', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'],
    ['within the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['within a compressed body', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f'],
    ['after 100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ];
  test.each(phases)('%s', async (_name, text) => {
    const controller = new AbortController();
    const server = await raw((socket) => socket.write(text || ' ', () => setImmediate(() => controller.abort())));
    expect(await send({ url: server.url }, { signal: controller.signal })).toMatchObject({ is: 'failed' });
    await server.closed();
  });

  test('before it began, and while a name is looked up', async () => {
    const aborted = AbortSignal.abort();
    expect(await send({ url: `${mirrorUrl}/never-seen` }, { signal: aborted })).toMatchObject({ is: 'failed' });
    expect(last.url).not.toBe('/never-seen');
    const controller = new AbortController();
    const outbound = new GuardedHttp({ allow: [], lookup: () => controller.abort() });
    const http = outbound.client({ hosts: ['*'], signal: controller.signal });
    expect(await send({ url: 'http://slow.example/' }, { http })).toMatchObject({ is: 'failed' });
    await outbound.close();
  });
});

describe('failures', () => {
  const failing = async (head: string): Promise<unknown> => {
    const outcome = await send({ url: (await saying(`HTTP/1.1 ${head}\r\ncontent-length: 0\r\n\r\n`)).url });
    return outcome.is === 'failed' ? [outcome.failure.kind, outcome.failure.retry_after] : outcome.output;
  };

  test.each<[string, unknown]>([
    ['400 Bad Request', ['fatal', undefined]],
    ['401 Unauthorized', ['fatal', undefined]],
    ['404 Not Found', ['fatal', undefined]],
    ['408 Request Timeout', ['transient', undefined]],
    ['425 Too Early', ['transient', undefined]],
    ['429 Too Many\r\nretry-after: 7', ['transient', 7000]],
    ['429 Too Many\r\nretry-after: -7', ['transient', undefined]],
    ['429 Too Many\r\nretry-after: 1.5', ['transient', undefined]],
    ['429 Too Many\r\nretry-after: Fri, 31 Dec 9999 23:59:59 GMT', ['transient', undefined]],
    ['500 Oops', ['transient', undefined]],
    ['503 Busy\r\nretry-after: Thu, 01 Jan 1970 00:00:00 GMT', ['transient', 0]],
    ['304 Not Modified', ['fatal', undefined]],
  ])('%s', async (head, kind) => expect(await failing(head)).toEqual(kind));

  test('show neither the password nor the query of a URL', async () => {
    const server = await saying('HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n');
    const url = server.url.replace('//', '//me:hunter2@');
    const outcomes = [
      await send({ url: `${url}path?token=hunter2#hunter2` }),
      await send({ url: 'http://me:hunter2@127.0.0.1:99999/?token=hunter2' }),
      await send({ url: 'ftp://me:hunter2@example.org/?token=hunter2' }),
      await send({ url: 'http://me:hunter2@10.0.0.1/?token=hunter2' }),
      await send({ url: redirecting(302, 'http://x:hunter2@[') }),
    ];
    for (const outcome of outcomes) {
      expect(outcome.is).toBe('failed');
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
    }
  });
});
