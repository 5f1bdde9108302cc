import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusal, refused } from '../../world/caller.js';
import { RawClient, type RawAnswer } from '../../world/raw-client.js';
import { TestService } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

const MAX_BODY = 4 * 2 ** 20;
const EMBEDDER = 'https://tekton.example';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({
    HARMONIA_MAX_BODY_BYTES: String(MAX_BODY),
    HARMONIA_TRUSTED_PROXIES: '127.0.0.1',
    HARMONIA_FRAME_ANCESTORS: `'self',${EMBEDDER}`,
  });
});
afterAll(() => service.stop());

const head = (first: string, ...lines: string[]): string =>
  [`${first} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close', ...lines, '', ''].join('\r\n');
const ask = (bytes: string): Promise<RawAnswer | undefined> => RawClient.ask(service.port, bytes);
const codeOf = (answer: RawAnswer | undefined): [number | undefined, string] => {
  const { error, detail } = JSON.parse(answer?.body ?? '{}') as { error?: { code: string }; detail?: string };
  expect(detail).toEqual(expect.any(String));
  return [answer?.status, error?.code ?? ''];
};

describe('what is too large is refused in the one shape', () => {
  test.each<[string, string, number, string]>([
    ['a head', head('GET /health', `x-a: ${'a'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['a head of many lines', head('GET /health', ...Array<string>(200).fill('x-a: b')), 431, 'headers_too_large'],
    ['a cookie', head('GET /health', `cookie: ${'a=b; '.repeat(5000)}`), 431, 'headers_too_large'],
    ['an address', head(`GET /health?${'a'.repeat(9000)}`), 414, 'uri_too_long'],
    ['an address beyond the head', head(`GET /health?${'a'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['a parameter', head(`GET /api/v1/callbacks/${'a'.repeat(8190)}`), 414, 'uri_too_long'],
    [
      'a handshake',
      head(`GET /ws/events?${'a'.repeat(9000)}`, 'upgrade: websocket', 'connection: upgrade'),
      414,
      'uri_too_long',
    ],
    [
      'a body that says so',
      head('POST /api/v1/workflows', 'content-type: application/json', `content-length: ${MAX_BODY + 1}`),
      413,
      'payload_too_large',
    ],
    [
      'a body that does not',
      `${head('POST /api/v1/workflows', 'content-type: application/json', 'transfer-encoding: chunked')}500000\r\n${'x'.repeat(0x500000)}\r\n`,
      413,
      'payload_too_large',
    ],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await ask(bytes);
    expect(codeOf(answer)).toEqual([status, code]);
    expect(answer?.head).toContain('connection: close');
  });

  test('what is just as large as allowed is not', async () => {
    const padding = 8192 - '/health?'.length;
    expect((await service.get(`/health?${'a'.repeat(padding)}`)).status).toBe(200);
    expect((await service.get(`/health?${'a'.repeat(padding + 1)}`)).status).toBe(414);
    expect((await service.get(`/api/v1/callbacks/${'a'.repeat(8000)}`)).status).toBe(410);
  });

  test.each<[string, string, string, number, string]>([
    ['YAML', 'application/yaml', `a: ${'x'.repeat(2 ** 20)}`, 413, 'yaml_too_large'],
    ['lists', 'application/json', `[${'[],'.repeat(1_000_001)}0]`, 422, 'too_many_values'],
    ['keys', 'application/json', `{${'"a":[],'.repeat(500_000)}"a":1}`, 422, 'too_many_values'],
    ['one key over and over', 'application/json', `{${'"a":1,'.repeat(500_000)}"a":1}`, 422, 'duplicate_key'],
    ['nesting', 'application/json', '['.repeat(1_000_001), 422, 'too_many_values'],
    ['nesting that ends', 'application/json', '['.repeat(200_000) + ']'.repeat(200_000), 422, 'nesting_too_deep'],
  ])('%s in a body', async (_, type, text, status, code) => {
    const answer = await service.send('POST', '/api/v1/workflows', text, { 'content-type': type });
    const { error } = answer.body as unknown as { error: { code: string; details: { faults?: { code: string }[] } } };
    expect([answer.status, error.details.faults?.[0]?.code ?? error.code]).toEqual([status, code]);
  });

  test('frames and pieces of frames close their socket', async () => {
    const client = new SocketClient(`${service.url}/ws/workflows`);
    await client.type('connected');
    client.say('x'.repeat(2 ** 17 + 1));
    expect(await client.gone()).toMatchObject({ code: 1009 });
    const pieces = new SocketClient(`${service.url}/ws/workflows`);
    await pieces.type('connected');
    for (let n = 0; n < 1100; n++) pieces.socket.send('', { fin: false });
    expect(await pieces.gone()).toMatchObject({ code: 1008 });
  });
});

test('a request without a host is refused in the one shape, but for those of HTTP/1.0', async () => {
  expect(codeOf(await ask('GET /health HTTP/1.1\r\nconnection: close\r\n\r\n'))).toEqual([400, 'invalid_request']);
  expect(await ask('GET /health HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200 });
});

describe('handshakes', () => {
  test.each<[string, string, number, string]>([
    ['to nowhere', '/ws/nowhere', 404, 'route_not_found'],
    ['to what can not be read', '/ws/executions/%E0%A4%A', 400, 'invalid_request'],
  ])('%s are refused in the one shape', async (_, path, status, code) => {
    const bytes = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
    expect(codeOf(await ask(bytes))).toEqual([status, code]);
  });
});

test('frames beyond the rate are read later, and none is lost', async () => {
  const RATE = 40;
  const paced = await TestService.start({}, { streams: { maxFrameRate: RATE } });
  try {
    const client = new SocketClient(`${paced.url}/ws/workflows`);
    await client.type('connected');
    for (let n = 0; n < RATE + 20; n++) client.say({ type: 'ping', requestId: `${n}` });
    await client.count(RATE + 20, ({ type }) => type === 'pong');
    const pongs = client.frames.filter(({ type }) => type === 'pong');
    expect(pongs.map(({ requestId }) => Number(requestId))).toEqual(pongs.map((_, n) => n));
    await client.leave();
    // A chunk that has been read is answered at once; what comes after it waits for its time.
    const flood = new SocketClient(`${paced.url}/ws/workflows`);
    const { timestamp: begin } = await flood.type('connected');
    for (let n = 0; n < 2 * RATE; n++) {
      flood.say({ type: 'ping', requestId: `${n}` });
      await flood.seen(({ requestId }) => requestId === `${n}`);
    }
    const end = flood.frames.at(-1)?.timestamp;
    expect(Date.parse(end as string) - Date.parse(begin as string)).toBeGreaterThanOrEqual(900);
    for (let n = 0; n < 3 * RATE; n++) flood.socket.ping();
    flood.say({ type: 'ping', requestId: 'last' });
    const last = await flood.seen(({ requestId }) => requestId === 'last');
    expect(last.type).toBe('pong');
    await flood.leave();
  } finally {
    await paced.stop();
  }
});

describe('headers of answers', () => {
  const paths = [
    '/health',
    '/api/v1/workflows',
    '/api/v1/nowhere',
    '/api/v1/openapi.json',
    '/api/v1/docs/swagger-ui.css',
  ];
  test.each(paths)('%s: nothing in it runs, and those who may frame it are named', async (path) => {
    const { headers } = await service.get(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none';.*frame-ancestors 'self' https:\/\/tekton\.example$/,
      ) as unknown,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
    });
    for (const name of [
      'x-frame-options',
      'strict-transport-security',
      'cross-origin-embedder-policy',
      'x-powered-by',
      'server',
    ])
      expect([name, headers.get(name)]).toEqual([name, null]);
  });

  test('the page of the contract may load all that it needs, and nothing else', async () => {
    const { headers, body } = await service.get('/api/v1/docs');
    const rules = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
        const [name = '', ...sources] = rule.split(' ');
        return [name, sources] as const;
      }),
    );
    expect(Object.fromEntries(rules)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'frame-ancestors': ["'self'", EMBEDDER],
    });
    const mayLoad = (kind: string, address: string): boolean => {
      const { protocol, origin } = new URL(address, service.url);
      const source = protocol === 'data:' ? protocol : origin === service.url ? "'self'" : origin;
      return (rules.get(kind) ?? rules.get('default-src') ?? []).includes(source);
    };
    const { text: page } = body as unknown as { text: string };
    // Nothing in the page itself runs, so no script may stand in it.
    expect(page).not.toMatch(/<script>|\son\w+=|style=/);
    const load = async (kind: string, address: string, type: string): Promise<string> => {
      const answer = await fetch(new URL(address, service.url));
      // With nosniff a file of another type would not be taken.
      const found = [mayLoad(kind, address), answer.status, answer.headers.get('content-type')];
      expect([address, ...found]).toEqual([address, true, 200, expect.stringContaining(type)]);
      return answer.text();
    };
    const scripts = [...page.matchAll(/<script src="([^"]+)">/g)].map(([, address = '']) => address);
    const styles = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, address = '']) => address);
    expect([scripts.length, styles.length, page.match(/<(script|link|img|iframe)\b/g)?.length]).toEqual([2, 1, 3]);
    const [viewer = '', start = ''] = await Promise.all(scripts.map((one) => load('script-src', one, 'javascript')));
    const [style = ''] = await Promise.all(styles.map((one) => load('style-src', one, 'text/css')));
    expect(rules.get('style-src')).toContain("'unsafe-inline'");
    const images = [...style.matchAll(/url\(["']?([^"')]{0,200})/g)].map(([, address = '']) => address);
    expect(images.length).toBeGreaterThan(0);
    expect(images.filter((address) => !mayLoad('img-src', address))).toEqual([]);
    expect(style).not.toMatch(/@import|@font-face/);
    const [, contract = ''] = /url: '([^']+)'/.exec(start) ?? [];
    await load('connect-src', contract, 'application/json');
    // Its own default would show a badge of another host.
    expect(viewer).toContain('https://validator.swagger.io');
    expect(start).toContain('validatorUrl: null');
  });

  test('streams and refusals have them too', async () => {
    const stream = await fetch(`${service.url}/events`);
    expect(stream.headers.get('content-security-policy')).toContain("default-src 'none'");
    await stream.body?.cancel();
    const refusalHeaders = (await service.post('/api/v1/workflows', '{bad')).headers;
    expect(refusalHeaders.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('TLS is asked for only where there is TLS', async () => {
    const tls = await service.send('GET', '/health', undefined, { 'x-forwarded-proto': 'https' });
    expect(tls.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
  });

  test('a refusal says neither where nor how', async () => {
    const answer = await service.get('/api/v1/executions/x');
    expect(refusal(answer)).toEqual(refused(422, 'validation_error', '/id'));
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.[jt]s:\d|at \w+ \(/);
  });
});
