import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ComponentServer } from '../../world/components.js';
import { TestService, type Answer } from '../../world/service.js';

const V = '/api/v1/components';
const CANARY = 'canary-of-components-41c7';

let server: ComponentServer;
let service: TestService;
beforeAll(async () => {
  server = await ComponentServer.start();
  service = await TestService.start({
    HARMONIA_HTTP_ALLOW: new URL(server.url).host,
    HARMONIA_SECRET_SHOP: `${CANARY}-constant`,
    NUMA_PORT: '1',
    TEKTON_HOST: '127.0.0.1',
  });
  const of = (name: string, body: object) => service.send('PUT', `/api/v1/credentials/${name}`, body);
  await of('a_basic', { type: 'basic', username: 'ada', password: `${CANARY}-basic` });
  await of('a_bearer', { type: 'bearer', token: `${CANARY}-bearer` });
  await of('a_key', { type: 'api_key', key: `${CANARY}-key`, query: 'k' });
  await of('a_secret', { type: 'secret', value: `${CANARY}-secret` });
}, 60_000);
afterAll(async () => {
  await service.stop();
  server.stop();
});
beforeEach(async () => {
  await service.send('DELETE', `${V}/shop`);
  server.heard.length = 0;
});

const shop = (more: JsonObject = {}): JsonObject => ({
  name: 'shop',
  base_url: `${server.url}/v2/`,
  actions: [{ name: 'echo', path: '/echo', parameters: [{ name: 'text', type: 'string' }], result_path: '$.result' }],
  ...more,
});
const call = (action: string, params: object = {}): Promise<Answer> =>
  service.post(`${V}/shop/actions/${action}`, params);
/** A component whose one action asks for a path of the server. */
const at = async (path: string, more: JsonObject = {}): Promise<Answer> => {
  const actions = [{ name: 'go', path, method: 'GET', ...more }];
  expect((await service.post(V, shop({ base_url: server.url, actions }))).status).toBe(201);
  return call('go');
};
const faultsOf = ({ body }: Answer): readonly (readonly [string, string])[] => {
  const { error } = body as unknown as { error: { details: { faults?: { code: string; pointer: string }[] } } };
  return (error.details.faults ?? []).map(({ code, pointer }) => [code, pointer]);
};
const codeOf = ({ body }: Answer): string => (body.error as unknown as { code: string }).code;

describe('a registration', () => {
  test('is answered as it was sent, listed, changed in part, and deleted', async () => {
    const made = await service.post(V, shop({ description: 'A shop.' }));
    expect([made.status, made.body.component]).toEqual([201, 'shop']);
    expect(made.body.data).toMatchObject({
      ...{ ...shop(), description: 'A shop.', source: 'registered', authentication: { type: 'none' } },
      circuit: { destination: 'component:shop', state: 'closed' },
    });
    const { body: names } = await service.get(`${V}?limit=1000`);
    expect(names.data).toEqual(expect.arrayContaining(['numa', 'rhetor', 'shop', 'prometheus']));
    const { body: all } = await service.get(`${V}?details=true`);
    const sources = new Map((all.data as unknown as JsonObject[]).map(({ name, source }) => [name, source]));
    expect(['shop', 'numa', 'rhetor'].map((name) => sources.get(name))).toEqual(['registered', 'configured', 'table']);
    const changed = await service.send('PUT', `${V}/SHOP`, { description: 'Another.' });
    expect(changed.body.data).toMatchObject({ ...shop(), description: 'Another.' });
    expect((await service.post(V, shop({ name: 'Shop' }))).status).toBe(409);
    expect((await service.send('DELETE', `${V}/shop`)).status).toBe(200);
    for (const gone of [await service.get(`${V}/shop`), await service.send('DELETE', `${V}/shop`), await call('echo')])
      expect([gone.status, codeOf(gone)]).toEqual([404, 'component_not_found']);
  });

  test('takes the place of a component that Harmonia knows on purpose only, and wins over it', async () => {
    const numa = shop({ name: 'numa' });
    expect(faultsOf(await service.post(V, numa))).toEqual([['component_name_taken', '/name']]);
    expect(codeOf(await service.send('PUT', `${V}/numa`, {}))).toBe('component_not_registered');
    expect(codeOf(await service.send('DELETE', `${V}/rhetor`))).toBe('component_not_registered');
    expect((await service.post(V, { ...numa, replace: true })).status).toBe(201);
    expect((await service.post(`${V}/numa/actions/echo`, { text: 'hi' })).status).toBe(200);
    expect(codeOf(await service.post(`${V}/numa/actions/companion_chat`))).toBe('action_not_found');
    await service.send('DELETE', `${V}/numa`);
    expect((await service.get(`${V}/numa`)).body.data).toMatchObject({ source: 'configured' });
  });

  test('survives the process, its secret with it', async () => {
    const first = await TestService.start({ HARMONIA_HTTP_ALLOW: new URL(server.url).host });
    await first.post(V, shop({ authentication: { type: 'bearer', token: `${CANARY}-kept` } }));
    await first.stop(true);
    const second = await TestService.start(
      { HARMONIA_HTTP_ALLOW: new URL(server.url).host },
      { directory: first.directory },
    );
    expect((await second.post(`${V}/shop/actions/echo`, {})).status).toBe(200);
    expect(server.last.headers.authorization).toBe(`Bearer ${CANARY}-kept`);
    await second.stop();
  });
});

describe('params', () => {
  const parameters: JsonObject[] = [
    { name: 'id', type: 'string', required: true },
    { name: 'deep', type: 'boolean', in: 'query' },
    { name: 'tags', type: 'array', in: 'query' },
    { name: 'X-Trace', in: 'header' },
    { name: 'count', type: 'integer', required: true },
    { name: 'note', description: 'Anything.' },
  ];
  const actions = [{ name: 'put', method: 'put', path: '/items/{id}/x', parameters, result_path: '/result' }];

  test('go to their places, encoded', async () => {
    await service.post(V, shop({ actions }));
    const params = { id: 'a/../b ?#é', deep: true, tags: ['x', 1], 'X-Trace': 't-1', count: 2, note: null };
    expect((await call('put', params)).status).toBe(200);
    const { method, url, headers, body } = server.last;
    expect([method, url]).toEqual([
      'PUT',
      `/v2/items/${encodeURIComponent('a/../b ?#é')}/x?deep=true&tags=${encodeURIComponent('["x",1]').replace(/%22/g, '%22')}`,
    ]);
    expect([headers['x-trace'], JSON.parse(body)]).toEqual(['t-1', { count: 2 }]);
  });

  test('are described as a schema', async () => {
    await service.post(V, shop({ actions }));
    expect((await service.get(`${V}/shop/actions`)).body.data).toEqual(['put']);
    expect((await service.get(`${V}/shop/actions/put`)).body.data).toMatchObject({
      ...{ name: 'put', component: 'shop', method: 'PUT', path: '/items/{id}/x', result_path: '/result' },
      parameters: {
        required: ['id', 'count'],
        additionalProperties: false,
        properties: { note: { description: 'Anything.' } },
      },
    });
    expect(codeOf(await service.get(`${V}/shop/actions/get`))).toBe('action_not_found');
  });

  test.each<[object, [string, string][]]>([
    [
      {},
      [
        ['required_field', ''],
        ['required_field', ''],
      ],
    ],
    [
      { id: 5, count: 1.5, deep: 'yes', tags: {}, 'X-Trace': 'a\nb', more: 1 },
      [
        ['wrong_type', '/id'],
        ['wrong_type', '/deep'],
        ['wrong_type', '/tags'],
        ['wrong_type', '/X-Trace'],
        ['wrong_type', '/count'],
        ['unknown_field', '/more'],
      ],
    ],
    [{ id: '..', count: 1 }, [['wrong_type', '/id']]],
    [{ id: '', count: 1 }, [['wrong_type', '/id']]],
    [{ id: '\ud800', count: 1 }, [['wrong_type', '/id']]],
    [{ id: null, count: 1, __proto__: null }, [['wrong_type', '/id']]],
    [[], [['wrong_type', '']]],
  ])('that do not fit are all named, and nothing is sent: %j', async (params, faults) => {
    await service.post(V, shop({ actions }));
    const answer = await call('put', params);
    expect([answer.status, faultsOf(answer)]).toEqual([422, faults]);
    expect(server.heard).toEqual([]);
  });

  test('side by side make no way up', async () => {
    const two = ['a', 'b'].map((name) => ({ name, type: 'string', in: 'path' }));
    await service.post(V, shop({ actions: [{ name: 'up', path: '/x/{a}{b}/y', parameters: two }] }));
    expect((await call('up', { a: '.', b: '.' })).status).toBe(422);
    expect(server.heard).toEqual([]);
    expect((await call('up', { a: '%2e', b: '%2e' })).status).toBe(200);
    expect(server.last.url).toBe('/v2/x/%252e%252e/y');
  });
});

describe('authentication', () => {
  const B = (text: string): string => Buffer.from(text).toString('base64');
  test.each<[string, JsonObject, JsonObject, () => [string | undefined, string]]>([
    [
      'basic',
      { type: 'basic', username: 'bob', password: `${CANARY}-1` },
      { type: 'basic', username: 'bob', password: '********' },
      () => [server.last.headers.authorization, `Basic ${B(`bob:${CANARY}-1`)}`],
    ],
    [
      'bearer',
      { type: 'bearer', token: `${CANARY}-2` },
      { type: 'bearer', token: '********' },
      () => [server.last.headers.authorization, `Bearer ${CANARY}-2`],
    ],
    [
      'a key',
      { type: 'api_key', key: `${CANARY}-3` },
      { type: 'api_key', key: '********' },
      () => [server.last.headers['x-api-key'] as string, `${CANARY}-3`],
    ],
    [
      'a key in a header',
      { type: 'api_key', api_key: `${CANARY}-4`, header: 'X-Mine' },
      { type: 'api_key', key: '********', header: 'X-Mine' },
      () => [server.last.headers['x-mine'] as string, `${CANARY}-4`],
    ],
    [
      'a key in the query',
      { type: 'api_key', key: `${CANARY}-5`, query: 'token' },
      { type: 'api_key', key: '********', query: 'token' },
      () => [server.last.url, `/v2/echo?token=${CANARY}-5`],
    ],
    [
      'a credential, basic',
      { type: 'basic', credential: 'a_basic' },
      { type: 'basic', credential: 'a_basic' },
      () => [server.last.headers.authorization, `Basic ${B(`ada:${CANARY}-basic`)}`],
    ],
    [
      'a credential, bearer',
      { type: 'bearer', credential: 'a_bearer' },
      { type: 'bearer', credential: 'a_bearer' },
      () => [server.last.headers.authorization, `Bearer ${CANARY}-bearer`],
    ],
    [
      'a credential, a key with its own place',
      { type: 'api_key', credential: 'a_key' },
      { type: 'api_key', credential: 'a_key' },
      () => [server.last.url, `/v2/echo?k=${CANARY}-key`],
    ],
    [
      'a secret',
      { type: 'bearer', token: '${secrets.a_secret}' },
      { type: 'bearer', credential: 'a_secret' },
      () => [server.last.headers.authorization, `Bearer ${CANARY}-secret`],
    ],
    [
      'a secret of the configuration',
      { type: 'bearer', token: '${secrets.SHOP}' },
      { type: 'bearer', credential: 'SHOP' },
      () => [server.last.headers.authorization, `Bearer ${CANARY}-constant`],
    ],
    [
      'a signature',
      { type: 'hmac', secret: `${CANARY}-7`, scheme: 'github' },
      { type: 'hmac', secret: '********', scheme: 'github' },
      () => [
        server.last.headers['x-hub-signature-256'] as string,
        `sha256=${createHmac('sha256', `${CANARY}-7`).update(server.last.body).digest('hex')}`,
      ],
    ],
    [
      'a signature with a time, in words of its own',
      { type: 'hmac', credential: 'a_secret', header: 'X-Sign', timestamp_header: 'X-Time', encoding: 'base64' },
      {
        ...{ type: 'hmac', credential: 'a_secret', header: 'x-sign', timestamp_header: 'x-time', encoding: 'base64' },
        ...{ algorithm: 'sha256', prefix: '', signed: '{timestamp}.{body}' },
      },
      () => [
        server.last.headers['x-sign'] as string,
        createHmac('sha256', `${CANARY}-secret`)
          .update(`${server.last.headers['x-time'] as string}.${server.last.body}`)
          .digest('base64'),
      ],
    ],
  ])('%s', async (_name, authentication, shown, sent) => {
    const made = await service.post(V, shop({ authentication }));
    expect((made.body.data as unknown as JsonObject).authentication).toEqual(shown);
    const answer = await call('echo', { text: 'x' });
    expect(answer.status).toBe(200);
    const [found, expected] = sent();
    expect(found).toBe(expected);
    // The server sends back all that it got.
    const told = JSON.stringify([made.body, answer.body, (await service.get(`${V}/shop`)).body]);
    expect(told).not.toContain(CANARY);
    expect(told).not.toContain(B(`bob:${CANARY}-1`));
  });

  test('a masked secret stays, also under another name of the account; another one takes its place', async () => {
    await service.post(V, shop({ authentication: { type: 'basic', username: 'bob', password: `${CANARY}-6` } }));
    const { body } = await service.get(`${V}/shop`);
    const { authentication } = body.data as unknown as JsonObject;
    await service.send('PUT', `${V}/shop`, { authentication });
    await call('echo');
    expect(server.last.headers.authorization).toBe(`Basic ${B(`bob:${CANARY}-6`)}`);
    await service.send('PUT', `${V}/shop`, { authentication: { ...(authentication as JsonObject), username: 'eve' } });
    await call('echo');
    expect(server.last.headers.authorization).toBe(`Basic ${B(`eve:${CANARY}-6`)}`);
    await service.send('PUT', `${V}/shop`, { authentication: { type: 'bearer', token: `${CANARY}-7` } });
    await call('echo');
    expect(server.last.headers.authorization).toBe(`Bearer ${CANARY}-7`);
    const managed = async (): Promise<string[]> => {
      const { body: all } = await service.get('/api/v1/credentials?managed=true');
      return (all.data as unknown as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => name.startsWith('component:shop'));
    };
    expect(await managed()).toHaveLength(1);
    await service.send('DELETE', `${V}/shop`);
    expect(await managed()).toEqual([]);
  });

  test('a credential that is gone fails the call, and is not said', async () => {
    await service.send('PUT', '/api/v1/credentials/short_lived', { type: 'bearer', token: `${CANARY}-8` });
    await service.post(V, shop({ authentication: { type: 'bearer', credential: 'short_lived' } }));
    const kept = await service.send('DELETE', '/api/v1/credentials/short_lived');
    expect([kept.status, kept.body.detail]).toEqual([409, expect.stringContaining('component shop')]);
    await service.send('DELETE', '/api/v1/credentials/short_lived?force=true');
    const answer = await call('echo');
    expect([answer.status, codeOf(answer)]).toEqual([502, 'component_error']);
    expect(server.heard).toEqual([]);
  });
});

describe('what comes back', () => {
  test.each<[string, JsonObject, unknown]>([
    ['/plain', {}, [1, 2]],
    ['/plain', { result_path: '$[1]' }, 2],
    ['/plain', { result_path: '/0' }, 1],
    ['/wrapped', {}, { a: 1 }],
    ['/wrapped', { result_path: '$' }, { status: 'success', data: { a: 1 } }],
    ['/nothing', {}, null],
    ['/echo', { result_path: '$.result.list[0]["name"]' }, 'first'],
    ['/echo', { result_path: "$['result'].method" }, 'GET'],
    ['/echo', { result_path: '/result/list/0/name' }, 'first'],
  ])('of %s by %j', async (path, more, result) => {
    const answer = await at(path, more);
    expect([answer.status, answer.body.data]).toEqual([200, result]);
  });

  test.each<[string, JsonObject, number, string, string]>([
    ['/no-json', {}, 502, 'component_error', 'no JSON'],
    ['/deep', {}, 502, 'component_error', 'levels'],
    ['/infinite', {}, 502, 'component_error', 'too large'],
    ['/huge', {}, 502, 'component_error', '16777216'],
    ['/reported', {}, 502, 'component_error', 'no stock'],
    ['/bad', {}, 502, 'component_error', 'HTTP 400: what is this'],
    ['/broken', {}, 502, 'component_error', 'HTTP 500: oops'],
    ['/limited', {}, 502, 'component_error', 'HTTP 429'],
    ['/away', {}, 502, 'component_error', 'HTTP 302'],
    ['/dead', {}, 502, 'component_error', 'cannot be reached'],
    ['/silent', { timeout: 0.05 }, 504, 'component_error', 'longer than 0.05 s'],
    ['/echo', { result_path: '$.result.nothing' }, 502, 'component_error', 'nothing at $.result.nothing'],
    ['/echo', { result_path: '$.result.constructor' }, 502, 'component_error', 'nothing at'],
    ['/echo', { result_path: '$.result.list.length' }, 502, 'component_error', 'nothing at'],
  ])(
    'of %s %j is a failure',
    async (path, more, status, code, said) => {
      const answer = await at(path, more);
      expect([answer.status, codeOf(answer), answer.body.detail]).toEqual([
        status,
        code,
        expect.stringContaining(said),
      ]);
      expect(server.heard).toHaveLength(1);
    },
    20_000,
  );

  test('pollutes nothing', async () => {
    const answer = await at('/polluting', { result_path: '$.result' });
    expect([answer.status, ({} as { polluted?: true }).polluted]).toEqual([200, undefined]);
  });
});

describe('addresses', () => {
  test.each([
    'http://127.0.0.1:1',
    'http://169.254.169.254/latest',
    'http://[::1]:80',
    'http://0x7f.1',
    'http://10.0.0.1',
  ])('%s is refused when it is registered', async (base) => {
    expect(faultsOf(await service.post(V, shop({ base_url: base })))).toEqual([['address_blocked', '/base_url']]);
  });

  test('a name that leads to a private address is refused when it is asked, with nothing sent', async () => {
    const { port } = new URL(server.url);
    expect((await service.post(V, shop({ base_url: `http://localhost:${port}` }))).status).toBe(201);
    const answer = await call('echo');
    expect([answer.status, codeOf(answer), server.heard]).toEqual([403, 'address_blocked', []]);
    const { body } = await service.post(`${V}/shop/test`);
    expect(body.data).toMatchObject({ ok: false, status: null, error: { code: 'address_blocked' } });
  });

  test('an open circuit is under the name of the component', async () => {
    await at('/broken');
    for (let n = 0; n < 6; n++) await call('go');
    const answer = await call('go');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'component_error']);
    expect((await service.get(`${V}/shop`)).body.data).toMatchObject({ circuit: { state: 'open' } });
    // Whoever changes a registration wants it to be tried.
    await service.send('PUT', `${V}/shop`, { actions: shop().actions });
    expect((await call('echo')).status).toBe(200);
  });
});
