import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { RawClient } from '../../world/raw-client.js';
import { TestService } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const runs = (few: number): { numRuns: number } => ({ numRuns: LONG ? few * 50 : few });
jest.setTimeout(LONG ? 1_800_000 : 60_000);

let service: TestService;
let bystander: SocketClient;
let routes: string[];
const logged: unknown[] = [];
beforeAll(async () => {
  const deadlines = { HARMONIA_HEADERS_SECONDS: '1', HARMONIA_REQUEST_SECONDS: '2' };
  service = await TestService.start({ ...deadlines, HARMONIA_MAX_BODY_BYTES: '65536', HARMONIA_RATE_LIMITS: 'off' });
  // An error that nobody expected is logged, whatever its client is told.
  const note = (message: unknown): void => void logged.push(message);
  const silent = (): void => undefined;
  Logger.overrideLogger({ log: silent, warn: silent, debug: silent, verbose: silent, error: note, fatal: note });
  const workflow = await service.workflow({ name: 'w', tasks: { a: { type: 'core/noop' } } });
  await service.post('/api/v1/webhooks', { name: 'open', endpoint: 'open', workflow_id: workflow });
  bystander = new SocketClient(`${service.url}/ws/workflows`);
  await bystander.type('connected');
  // What installs code from elsewhere, ends the service or never ends is left out.
  routes = service.routes().filter((route) => !/^POST \/api(\/v1)?\/plugins|shutdown| \/events/.test(route));
});
afterAll(async () => {
  await bystander.leave();
  await service.stop();
});

/** Whatever came before: the service answers, those who are connected are served, and nothing went wrong inside. */
afterEach(async () => {
  expect((await service.get('/health')).status).toBe(200);
  const requestId = randomBytes(4).toString('hex');
  bystander.say({ type: 'ping', requestId });
  await bystander.seen((frame) => frame.requestId === requestId);
  expect(logged.splice(0)).toEqual([]);
});

/** The statuses of all answers to some bytes, after which the client says no more. */
const statuses = async (bytes: Buffer | string): Promise<number[]> => {
  const client = await RawClient.open(service.port);
  client.socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  await client.closed;
  return [...client.text.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
};

const expectNoFault = (found: readonly number[], of: unknown): void => {
  expect({ of, found: found.filter((status) => status >= 500) }).toEqual({ of, found: [] });
};

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\t',
    ':',
    ',',
    ';',
    '"',
    '%',
    '%00',
    '%zz',
    '../..',
    '\u00ff',
    '*',
  ),
  fc.constantFrom('chunked', 'identity', 'gzip', '0', '5', '-1', '+5', '0x10', '5, 6', '1e3', '99999999999999999999'),
  fc.constantFrom('application/json', 'application/yaml', 'text/plain', 'multipart/form-data; boundary=x', 'a/b;=;='),
  fc.constantFrom('close', 'keep-alive', 'upgrade', '100-continue', 'websocket', 'h2c', 'bytes=0-1', 'null'),
);
const NAMES = [
  ...[
    'host',
    'content-length',
    'transfer-encoding',
    'content-type',
    'content-encoding',
    'connection',
    'expect',
    'upgrade',
  ],
  ...[
    'authorization',
    'x-api-key',
    'idempotency-key',
    'last-event-id',
    'origin',
    'accept',
    'accept-encoding',
    'cookie',
  ],
  ...['x-request-id', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'range', 'if-match'],
  ...['if-none-match', 'if-modified-since', 'te', 'trailer', 'x-http-method-override', 'access-control-request-method'],
  ...[
    'sec-websocket-key',
    'sec-websocket-version',
    'sec-websocket-protocol',
    'sec-websocket-extensions',
    'traceparent',
  ],
];
const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, text);
const header = fc.tuple(name, text, fc.constantFrom(': ', ':', ' : ', ':\t', '')).map((parts) => {
  const [key, value, colon] = parts;
  return `${key}${colon}${value}`;
});
const lines = fc.array(header, { maxLength: 8 });
const method = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH') },
  fc.constantFrom('CONNECT', 'TRACE', 'PROPFIND', 'get', 'X', '', 'QUERY', 'PRI'),
);
const plainPath = fc.constantFrom(
  '/health',
  '/api/v1/workflows',
  '/api/v1/executions?limit=1',
  '/hooks/open',
  '/ws/events',
  '/',
);

test('whatever stands in the head of a request', async () => {
  await fc.assert(
    fc.asyncProperty(method, plainPath, lines, async (verb, path, headers) => {
      const bytes = [`${verb} ${path} HTTP/1.1`, 'host: x', ...headers, '', '{}'].join('\r\n');
      expectNoFault(await statuses(bytes), bytes);
    }),
    runs(300),
  );
});

test('whatever the address of a request is', async () => {
  const part = fc.oneof(
    text,
    fc.constantFrom('api', 'v1', 'workflows', 'executions', 'ws', 'hooks', 'docs', '..', '%2e%2e'),
  );
  const address = fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
    fc.tuple(plainPath, fc.array(fc.tuple(part, part), { maxLength: 6 })).map(([path, query]) => {
      return `${path}?${query.map(([key, value]) => `${key}=${value}`).join('&')}`;
    }),
    fc.constantFrom(
      'http://x/health',
      'http://[::1',
      '//evil.example/health',
      '*',
      'http://',
      '/\\..\\..',
      '/%',
      `/${'a/'.repeat(4000)}`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(method, address, async (verb, path) => {
      expectNoFault(await statuses(`${verb} ${path} HTTP/1.1\r\nhost: x\r\n\r\n`), path);
    }),
    runs(300),
  );
});

test('whatever bytes a body has, whatever it is called', async () => {
  const type = fc.constantFrom(
    'application/json',
    'application/yaml',
    'application/x-yaml; charset=latin1',
    'text/plain',
    'x',
  );
  const paths = fc.constantFrom('/api/v1/workflows', '/api/v1/workflows/import', '/api/v1/executions', '/hooks/open');
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((value) => Buffer.from(value)),
    fc
      .constantFrom('\ufeff{}', '{"a":1}\0', '[', '{"a":', '"\ud800"', '1e999', '{"__proto__":{}}')
      .map((value) => Buffer.from(value)),
    fc.constant(Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22])),
    fc.constant(Buffer.alloc(70_000, 'x')),
  );
  const off = fc.constantFrom(0, 0, 0, -1, 1, 100_000);
  await fc.assert(
    fc.asyncProperty(paths, type, body, off, async (path, called, bytes, lie) => {
      const length = Math.max(0, bytes.length + lie);
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${called}\r\ncontent-length: ${length}\r\n\r\n`;
      expectNoFault(await statuses(Buffer.concat([Buffer.from(head), bytes])), [head, bytes.toString('hex')]);
    }),
    runs(200),
  );
});

test('whatever is sent to whatever route', async () => {
  const value = fc.oneof(text, fc.constantFrom('00000000-0000-4000-8000-000000000000', 'w', 'open', '1'));
  const body = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.dictionary(fc.constantFrom('name', 'workflow_id', 'input', 'type'), fc.jsonValue()),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(), value, body, async (at, parameter, json) => {
      const [verb = '', pattern = ''] = (routes[at % routes.length] ?? '').split(' ');
      const encoded = encodeURIComponent(Buffer.from(parameter, 'utf8').toString('utf8'));
      const path = pattern.replace(/:\w+|\*/g, encoded);
      const sent = Buffer.from(JSON.stringify(json) ?? 'null');
      const head = `${verb} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${sent.length}\r\n\r\n`;
      const found = await statuses(Buffer.concat([Buffer.from(head), sent]));
      // There is no language model here, and credentials may be called for that have none of what they need.
      expectNoFault(
        found.filter((status) => status !== 503),
        [verb, path, json],
      );
    }),
    runs(400),
  );
});

const post = (...head: string[]): string =>
  `POST /api/v1/workflows/validate HTTP/1.1\r\nhost: x\r\n${head.join('\r\n')}`;
const SMUGGLED = 'GET /health HTTP/1.1\r\nhost: smuggled\r\n\r\n';
const CHUNK = `0\r\n\r\n${SMUGGLED}`;

test.each<[string, string]>([
  ['two lengths', post('content-length: 4', 'content-length: 0', '', SMUGGLED)],
  ['two lengths in one line', post('content-length: 4, 0', '', SMUGGLED)],
  ['a length with a sign', post('content-length: +0', '', SMUGGLED)],
  ['a length in hexadecimal', post('content-length: 0x0', '', SMUGGLED)],
  ['no number', post('content-length: zero', '', SMUGGLED)],
  ['a length beyond all numbers', post('content-length: 99999999999999999999999', '', SMUGGLED)],
  ['a length and chunks', post('content-length: 4', 'transfer-encoding: chunked', '', CHUNK)],
  ['chunks and a length', post('transfer-encoding: chunked', 'content-length: 4', '', CHUNK)],
  ['chunks that are not the last coding', post('transfer-encoding: chunked, identity', '', CHUNK)],
  ['a coding that sounds like chunks', post('transfer-encoding: xchunked', '', CHUNK)],
  ['chunks in a folded line', post('transfer-encoding:', ' chunked', '', CHUNK)],
  ['chunks with a space before the colon', post('transfer-encoding : chunked', 'content-length: 4', '', CHUNK)],
  ['a chunk of a length that is none', post('transfer-encoding: chunked', '', `xyz\r\n${SMUGGLED}`)],
  ['a chunk of a negative length', post('transfer-encoding: chunked', '', `-1\r\n${SMUGGLED}`)],
  [
    'a chunk of a length beyond all numbers',
    post('transfer-encoding: chunked', '', `fffffffffffffffff\r\n${SMUGGLED}`),
  ],
  ['a chunk that is longer than it says', post('transfer-encoding: chunked', '', `1\r\nxx\r\n${CHUNK}`)],
  ['a zero byte in a header', post('x-a: a\0b', 'content-length: 0', '', SMUGGLED)],
  ['a header without a name', post(': x', 'content-length: 0', '', SMUGGLED)],
  ['a line that is no header', post('nothing', 'content-length: 0', '', SMUGGLED)],
  ['a carriage return of its own', post('x-a: a\rcontent-length: 0', '', SMUGGLED)],
  ['an old version', `GET /health\r\n\r\n${SMUGGLED}`],
  ['a version of the future', `GET /health HTTP/9.9\r\nhost: x\r\n\r\n${SMUGGLED}`],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('a message that two readers could read differently ends its connection: %s', async (_, bytes) => {
  const found = await statuses(bytes);
  // The answer to what came before the doubtful part may be a refusal as well.
  expect([found.length > 0, found.filter((status) => status !== 400)]).toEqual([true, []]);
});

test('requests one after the other are answered one after the other, each once', async () => {
  const body = '{"name":"x","tasks":{}}';
  const bytes = `${post('content-type: application/json', `content-length: ${body.length}`, '', body)}${SMUGGLED}${SMUGGLED}`;
  expect(await statuses(bytes)).toEqual([200, 200, 200]);
});

/** A frame as it goes over the wire; `length`: what it says of itself. */
const frameOf = (first: number, payload: Buffer, { masked = true, length = payload.length } = {}): Buffer => {
  const mask = masked ? 0x80 : 0;
  const size =
    length < 126
      ? Buffer.from([mask | length])
      : length < 65_536
        ? Buffer.from([mask | 126, length >> 8, length & 255])
        : Buffer.from([
            mask | 127,
            0xff & (length / 2 ** 56),
            0,
            0,
            0,
            ...[24, 16, 8, 0].map((shift) => (length >>> shift) & 255),
          ]);
  const key = Buffer.from([1, 2, 3, 4]);
  const data = masked ? payload.map((byte, at) => byte ^ (key[at % 4] as number)) : payload;
  return Buffer.concat([Buffer.from([first]), size, masked ? key : Buffer.alloc(0), data]);
};

const HANDSHAKE = [
  ...['GET /ws/events HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket'],
  ...['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
].join('\r\n');

test('whatever frames are', async () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 130 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('{"type":"ping"}', '{"type":"subscribe"}', '[]', '{', '\0').map((value) => Buffer.from(value)),
    fc
      .constantFrom([0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [3, 231], [3, 237], [0], [19, 136, 0xff])
      .map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.alloc(140_000, 'x')),
  );
  const frame = fc
    .record({
      first: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0x81, 0x82, 0x80, 0x01, 0x00, 0x88, 0x89, 0x8a, 0x09) },
        fc.nat(255),
      ),
      payload,
      masked: fc.constantFrom(true, true, true, true, false),
      length: fc.constantFrom(undefined, undefined, undefined, 0, 125, 126, 65_536, 2 ** 31, 2 ** 62),
    })
    .map(({ first, payload: bytes, masked, length }) =>
      frameOf(first, bytes, { masked, length: length ?? bytes.length }),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
      const client = await RawClient.open(service.port);
      client.socket.write(HANDSHAKE);
      expect(await client.until((received) => received.includes('\r\n\r\n'))).toContain('HTTP/1.1 101 ');
      client.socket.end(Buffer.concat(frames));
      await client.closed;
    }),
    runs(200),
  );
  while (service.streamClients() > 1) await new Promise((resolve) => setImmediate(resolve));
});

test('pings by the thousand whose answers nobody reads cost no memory', async () => {
  const client = await RawClient.open(service.port);
  client.socket.write(HANDSHAKE);
  await client.until((received) => received.includes('\r\n\r\n'));
  client.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 2000 }, () => frameOf(0x89, Buffer.alloc(125, 'x'))));
  let most = 0;
  for (let round = 0; round < 40; round++) {
    client.socket.write(pings);
    await service.get('/health');
    most = Math.max(most, service.pendingBytes());
  }
  expect(most).toBeLessThan(64 * 1024);
  client.socket.destroy();
});
