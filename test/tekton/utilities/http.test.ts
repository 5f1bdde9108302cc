import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inContext } from '../../../src/tekton/utilities/context/index.js';
import { componentAddress, findComponent } from '../../../src/tekton/utilities/environment/index.js';
import type * as errors from '../../../src/tekton/utilities/errors/index.js';
import {
  componentClient,
  HttpClient,
  retryAfter,
  waitBefore,
  DEFAULT_RETRY,
  type HttpClientOptions,
  type HttpMethod,
} from '../../../src/tekton/utilities/http/index.js';

type Step = RequestListener;

let server: Server;
let base: string;
let steps: Step[] = [];
const asked: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      (steps.length > 1 ? steps.shift() : steps[0])?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  waits.length = 0;
});

const answer =
  (status: number, body = '', headers: Record<string, string> = {}): Step =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
const hangUp: Step = (request) => request.socket.destroy();
const never: Step = () => undefined;

const waits: number[] = [];
const world = {
  chance: () => 0.5,
  wait: (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  },
};

const using = async <T>(
  script: readonly Step[],
  options: Partial<HttpClientOptions>,
  work: (client: HttpClient) => Promise<T>,
): Promise<T> => {
  steps = [...script];
  const client = new HttpClient({ base, world, ...options });
  return work(client).finally(() => client.close());
};

const failing = (work: Promise<unknown>): Promise<errors.HttpError> =>
  work.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as errors.HttpError,
  );

describe('what may be sent twice', () => {
  test.each<[HttpMethod, number]>([
    ...(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'] as const).map((method): [HttpMethod, number] => [method, 4]),
    ...(['POST', 'PATCH'] as const).map((method): [HttpMethod, number] => [method, 1]),
  ])('%s is sent %i times to a service that fails', async (method, times) => {
    const error = await using([answer(503)], {}, (client) => failing(client.request(method, '/x')));
    expect([error.name, error.statusCode, asked.length]).toEqual(['HttpServerError', 503, times]);
    expect(waits).toEqual([1000, 2000, 4000].slice(0, times - 1));
  });

  test('a POST with an idempotency key is, and says so', async () => {
    const call = { body: { a: 1 }, idempotencyKey: 'k1' };
    const { status } = await using([hangUp, answer(201)], {}, (client) => client.post('/x', call));
    expect(status).toBe(201);
    expect(asked.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      ['k1', '{"a":1}'],
      ['k1', '{"a":1}'],
    ]);
  });

  test('it ends with the first answer that is one', async () => {
    const json = await using([answer(500), hangUp, answer(200, '{"n":1}')], {}, async (client) =>
      (await client.get('/x')).json(),
    );
    expect([json, asked.length]).toEqual([{ n: 1 }, 3]);
  });

  test('a service is left alone for as long as it asks, within bounds', async () => {
    const script = [answer(503, '', { 'retry-after': '7' }), answer(503, '', { 'retry-after': '9999' }), answer(200)];
    await using(script, {}, (client) => client.get('/x'));
    expect(waits).toEqual([7000, 30_000]);
  });

  test('the end of the component ends the waiting, too', async () => {
    const stop = new AbortController();
    const wait = (ms: number, signal: AbortSignal): Promise<void> => {
      waits.push(ms);
      stop.abort();
      expect(signal.aborted).toBe(true);
      return Promise.reject(signal.reason as Error);
    };
    const options = { signal: stop.signal, world: { ...world, wait } };
    await using([answer(500)], options, (client) => failing(client.get('/x')));
    expect([asked.length, waits.length]).toEqual([1, 1]);
  });
});

describe('errors', () => {
  test.each([
    [301, 'HttpError', 500],
    [400, 'HttpClientError', 400],
    [401, 'HttpAuthenticationError', 401],
    [403, 'HttpAuthorizationError', 403],
    [404, 'HttpNotFoundError', 404],
    [429, 'HttpClientError', 400],
    [502, 'HttpServerError', 500],
  ])('a status of %i is an %s', async (code, name, status) => {
    const options = { component: 'sophia', retry: { retries: 0 } };
    const error = await using([answer(code, 'secret words')], options, (client) =>
      failing(client.get('/x?key=hidden')),
    );
    expect([error.name, error.status]).toEqual([name, status]);
    expect(error.toJSON()).toEqual({
      ...{ error: name, type: 'tekton.error', message: `sophia answers ${code}.`, component_id: 'sophia' },
      details: { method: 'GET', url: `${base}/x`, status_code: code },
    });
  });

  test('any status is an answer for who wants it so', async () => {
    const { status } = await using([answer(500)], {}, (client) => client.get('/x', { anyStatus: true }));
    expect([status, asked.length]).toEqual([500, 1]);
  });

  test('nobody there, nobody answering, no JSON, too much', async () => {
    const once = { retry: { retries: 0 }, token: 'tok-canary-1' };
    const gone = await using([], { ...once, base: 'http://127.0.0.1:1' }, (client) => failing(client.get('/x')));
    const slow = await using([never], { ...once, timeout: 20 }, (client) => failing(client.get('/x')));
    const stuck: Step = (_request, response) => response.writeHead(200).write('{');
    const halfway = await using([stuck], { ...once, timeout: 50 }, async (client) =>
      failing((await client.get('/x')).json()),
    );
    const broken = await using([answer(200, `<p>tok-canary-1${'x'.repeat(900)}`)], once, async (client) =>
      failing((await client.get('/x')).json()),
    );
    const large = await using([answer(200, 'x'.repeat(101))], { ...once, maxBytes: 100 }, async (client) =>
      failing((await client.get('/x')).text()),
    );
    expect([gone, slow, halfway, broken, large].map(({ name, status }) => [name, status])).toEqual([
      ['HttpConnectionError', 503],
      ['HttpTimeoutError', 408],
      ['HttpTimeoutError', 408],
      ['HttpRequestError', 400],
      ['HttpRequestError', 400],
    ]);
    expect(broken.message).toMatch(/^The answer is no JSON: <p>\*\*\*x{400,500}$/);
  });

  test('a call that was called off is not made again', async () => {
    const stop = new AbortController();
    const hung: Step = () => stop.abort();
    const error = await using([hung], {}, (client) => failing(client.get('/x', { signal: stop.signal })));
    expect([error.name, error.message, asked.length]).toEqual(['HttpRequestError', 'The call was aborted.', 1]);
    const before = await using([answer(200)], {}, (client) => failing(client.get('/y', { signal: stop.signal })));
    expect([before.message, asked.length]).toEqual(['The call was aborted.', 1]);
  });

  test('closing the client ends what is under way', async () => {
    steps = [never];
    const client = new HttpClient({ base, world });
    const call = failing(client.get('/x'));
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    expect((await call).message).toBe('The call was aborted.');
  });
});

describe('what is sent', () => {
  test('token, headers, ids of the context', async () => {
    await using([answer(204)], { token: 't1', headers: { 'x-a': '1' } }, (client) =>
      inContext({ requestId: 'req-1', userId: 'ada' }, () =>
        client.put('/x?y=1', { body: [1], headers: { 'x-b': '2' } }),
      ),
    );
    expect(asked[0]).toMatchObject({
      ...{ method: 'PUT', url: '/x?y=1', body: '[1]' },
      headers: {
        ...{ authorization: 'Bearer t1', 'x-a': '1', 'x-b': '2', 'content-type': 'application/json' },
        ...{ 'x-request-id': 'req-1', 'x-user-id': 'ada' },
      },
    });
  });

  test('a path is joined as a URL is', async () => {
    await using([answer(200)], { base: `${base}/api/v1/` }, async (client) => {
      await client.get('items');
      await client.get('/items');
    });
    expect(asked.map(({ url }) => url)).toEqual(['/api/v1/items', '/items']);
  });

  test.each(['//elsewhere.example/x', 'http://elsewhere.example/', 'file:///etc/passwd', 'http://['])(
    'nothing is sent to %s: the token would go along',
    async (path) => {
      const error = await using([answer(200)], { token: 't1' }, (client) => failing(client.get(path)));
      expect([error.name, asked.length]).toEqual(['HttpRequestError', 0]);
    },
  );
});

describe('components', () => {
  const environment = {
    TEKTON_CORE_PORT: '8010',
    SOPHIA_HOST: '::1',
    SOPHIA_PORT: '8014',
    ODD_PORT: '0',
    TEKTON_HOST: 'box',
  };

  test('are where the platform says', () => {
    expect(componentAddress('tekton-core', environment)).toBe('http://box:8010');
    expect(componentAddress('sophia', environment)).toBe('http://[::1]:8014');
    expect(['apollo', 'odd'].map((name) => findComponent(name, environment))).toEqual([undefined, undefined]);
  });

  test('that nobody has named are an error that says which setting is missing', () => {
    expect(() => componentClient('apollo', environment)).toThrow('APOLLO_PORT is not set');
    expect(() => componentAddress('odd', environment)).toThrow('ODD_PORT is "0"');
    expect(() => componentAddress('x', { X_PORT: '1', X_HOST: 'a/b' })).toThrow('X_HOST');
  });

  test('get their token', async () => {
    steps = [answer(200)];
    const [, host = '', port = ''] = /\/\/([^:]+):(\d+)/.exec(base) ?? [];
    const client = componentClient('sophia', { SOPHIA_HOST: host, SOPHIA_PORT: port, SOPHIA_AUTH_TOKEN: 't2' });
    await client.get('/x');
    await client.close();
    expect(asked[0]?.headers.authorization).toBe('Bearer t2');
  });
});

test('waits double, vary by a tenth and have an end', () => {
  const waitsWith = (chance: number): number[] =>
    [1, 2, 3, 10].map((retry) => Math.round(waitBefore(DEFAULT_RETRY, { retry, chance })));
  expect([waitsWith(0), waitsWith(1)]).toEqual([
    [900, 1800, 3600, 27_000],
    [1100, 2200, 4400, 30_000],
  ]);
  expect(['3', 'Thu, 01 Jan 1970 00:00:05 GMT', 'soon', undefined].map((text) => retryAfter(text, 1000))).toEqual([
    ...[3000, 4000, 0, 0],
  ]);
});
