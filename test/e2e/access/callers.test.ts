import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { SOCKET_ROUTES } from '../../../src/api/access/routes/index.js';
import * as gateways from '../../../src/api/ws/gateways.js';
import { addresses, ask, codeOf, TOKEN_SECRET, tokenOf, type Asked } from '../../world/callers.js';
import { random, seedOf } from '../../world/random.js';
import { TestService } from '../../world/service.js';
import { EventClient, SocketClient } from '../../world/stream-clients.js';

const ADMIN = 'admin-key-of-the-test-001';
const READER = 'reader-key-of-the-test-01';
const WORKFLOWS = '/api/v1/workflows';
const EVENTS = '/events';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({
    HARMONIA_API_KEYS: `admin:${ADMIN},reader:${READER}:read`,
    TEKTON_AUTH_SECRET: TOKEN_SECRET,
  });
});
afterAll(() => service.stop());

const opened: { leave: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.leave();
});

const from = addresses();
const statusOf = async (path: string, asked: Asked = {}): Promise<number> =>
  (await ask(service.url + path, { from: from(), ...asked })).status;

const socket = (path: string, headers: Record<string, string> = {}): SocketClient => {
  const client = new SocketClient(service.url + path, { headers, localAddress: from() });
  opened.push(client);
  return client;
};

/** The status with which a WebSocket is refused. */
const refusalOf = async (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> => {
  const client = socket(path, headers);
  const [, response] = (await once(client.socket, 'unexpected-response')) as [unknown, IncomingMessage];
  response.resume();
  return response;
};

/** What events say needs the admin key here. */
const makeKey = async (body: object): Promise<{ id: string; key: string }> => {
  const answer = await ask(`${service.url}/api/v1/keys`, { method: 'POST', headers: { 'x-api-key': ADMIN }, body });
  expect(answer.status).toBe(201);
  return answer.body.data as unknown as { id: string; key: string };
};

describe('who asks is shown', () => {
  test('as X-API-Key, as Bearer, as ApiKey: keys of the configuration, keys that were made, tokens', async () => {
    const { key } = await makeKey({ name: 'made', permissions: ['read'] });
    for (const shown of [READER, key, tokenOf({ sub: 'ada', permissions: ['read'] })])
      for (const headers of [
        { 'x-api-key': shown },
        { authorization: `Bearer ${shown}` },
        { authorization: `bearer ${shown}` },
        { authorization: `ApiKey ${shown}` },
      ])
        expect([Object.keys(headers), await statusOf(WORKFLOWS, { headers })]).toEqual([Object.keys(headers), 200]);
  });

  test('in the address on streams only', async () => {
    expect(await statusOf(`${WORKFLOWS}?api_key=${READER}`)).toBe(401);
    expect(await statusOf(`${EVENTS}?api_key=${READER}&api_key=${READER}`)).toBe(401);
    const events = await EventClient.open(`${service.url}${EVENTS}?api_key=${READER}`);
    opened.push(events);
    await events.count(1, 'connected');
    const client = socket(`/ws/events?api_key=${READER}`);
    await client.type('connected');
  });

  test('and is never told again, not even where it does not count', async () => {
    const answer = await ask(`${service.url}/nowhere?x=1&api_key=${READER}&y=2`);
    expect([answer.status, answer.text.includes(READER)]).toEqual([404, false]);
    expect(answer.text).toContain('api_key=hidden');
  });

  test('where the first counts, also when it is wrong', async () => {
    const headers = { 'x-api-key': 'x'.repeat(40), authorization: `Bearer ${READER}` };
    expect(await statusOf(WORKFLOWS, { headers })).toBe(401);
  });

  test('with the permissions of tokens: words of ours count, words of others do not', async () => {
    const may = (claims: object): Promise<number> =>
      statusOf(WORKFLOWS, {
        method: 'POST',
        body: { name: 'x' },
        headers: { authorization: `Bearer ${tokenOf({ sub: 'ada', ...claims })}` },
      });
    for (const permissions of [['write'], ['harmonia:write'], ['workflows:*'], ['admin']])
      expect([permissions, await may({ permissions })]).toEqual([permissions, 422]);
    expect(await may({ scope: 'openid harmonia:write' })).toBe(422);
    for (const claims of [{ permissions: ['components:write', 'read'] }, { permissions: 'admin' }, { scope: 'admin' }])
      expect([claims, await may(claims)]).toEqual([claims, 403]);
  });
});

test('what is missing is said', async () => {
  const { status, body, headers } = await ask(`${service.url}/api/v1/keys`, {
    method: 'POST',
    body: {},
    headers: { 'x-api-key': READER },
  });
  expect(status).toBe(403);
  expect(body.error).toMatchObject({
    code: 'permission_denied',
    details: { missing: ['admin'], permissions: ['read'] },
  });
  expect(headers['www-authenticate']).toContain('insufficient_scope');
});

describe('a WebSocket', () => {
  test('is on no path that the table does not have', () => {
    const paths = Object.values(gateways).flatMap((gateway) => {
      const options = Reflect.getMetadata('websockets:gateway_options', gateway) as { path?: string } | undefined;
      return options?.path === undefined ? [] : [options.path];
    });
    expect(paths.sort()).toEqual(Object.keys(SOCKET_ROUTES).sort());
    expect(paths.length).toBeGreaterThan(2);
  });

  test.each(Object.keys(SOCKET_ROUTES))('on %s opens for those only who may read', async (route) => {
    const path = route.replace(':id', '00000000-0000-4000-8000-000000000000');
    for (const headers of [{}, { 'x-api-key': 'wrong-wrong-wrong-wrong' }] as Record<string, string>[]) {
      const response = await refusalOf(path, headers);
      expect([response.statusCode, response.headers['www-authenticate']]).toEqual([
        401,
        expect.stringMatching(/^Bearer/),
      ]);
    }
    const late = tokenOf({ sub: 'late', exp: Math.floor(Date.now() / 1000) - 600 });
    expect((await refusalOf(path, { authorization: `Bearer ${late}` })).statusCode).toBe(401);
    const powerless = tokenOf({ sub: 'nobody', permissions: [] });
    expect((await refusalOf(path, { authorization: `Bearer ${powerless}` })).statusCode).toBe(403);
    await socket(path, { authorization: `Bearer ${READER}` }).type('connected');
  });

  test('steers executions for those only who may run them', async () => {
    const workflow = await ask(service.url + WORKFLOWS, {
      method: 'POST',
      headers: { 'x-api-key': ADMIN },
      body: { name: 'steered', tasks: { ok: { approval: {} } } },
    });
    const started = await ask(`${service.url}/api/v1/executions`, {
      method: 'POST',
      headers: { 'x-api-key': ADMIN },
      body: { workflow_id: workflow.body.workflow_id },
    });
    const id = started.body.execution_id as string;
    const reader = socket(`/ws/executions/${id}`, { 'x-api-key': READER });
    await reader.type('state');
    reader.say({ type: 'pause', requestId: 'r' });
    expect(await reader.type('error')).toMatchObject({ code: 'permission_denied', requestId: 'r' });
    const admin = socket(`/ws/executions/${id}`, { 'x-api-key': ADMIN });
    await admin.type('state');
    admin.say({ type: 'cancel' });
    await admin.type('accepted');
    const { body } = await ask(`${service.url}/api/v1/audit`, { headers: { 'x-api-key': ADMIN } });
    expect(body.records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          method: 'WS',
          actor: 'configured:admin',
          target: `action=cancel execution_id=${id}`,
        }),
        expect.objectContaining({ method: 'WS', actor: 'configured:reader', code: 'permission_denied' }),
      ]),
    );
  });
});

test('streams end when their key is revoked, or what was shown has expired', async () => {
  const { id, key } = await makeKey({ name: 'revoked', permissions: ['read'] });
  const client = socket('/ws/events', { 'x-api-key': key });
  await client.type('connected');
  const events = await EventClient.open(`${service.url}${EVENTS}`, { 'x-api-key': key });
  await events.count(1, 'connected');
  const token = tokenOf({ sub: 'ada', permissions: ['read'], exp: Math.floor(Date.now() / 1000) + 2 });
  const late = socket('/ws/events', { authorization: `Bearer ${token}` });
  const lateEvents = await EventClient.open(`${service.url}${EVENTS}`, { authorization: `Bearer ${token}` });
  await late.type('connected');
  const short = await makeKey({ name: 'short', permissions: ['read'], expires_in: 1 });
  const brief = socket('/ws/workflows', { 'x-api-key': short.key });
  await brief.type('connected');

  await ask(`${service.url}/api/v1/keys/${id}`, { method: 'DELETE', headers: { 'x-api-key': ADMIN } });
  expect(await client.gone()).toEqual({ code: 1008, reason: 'authentication_failed' });
  await events.ended();
  expect(events.all.at(-1)).toMatchObject({ event: 'error', data: { code: 'authentication_failed' } });
  for (const client of [brief, late])
    expect(await client.gone()).toEqual({ code: 1008, reason: 'authentication_failed' });
  await lateEvents.ended();
  expect(lateEvents.all.at(-1)).toMatchObject({ event: 'error', data: { code: 'authentication_failed' } });
  for (const shown of [key, short.key])
    expect(codeOf(await ask(service.url + WORKFLOWS, { headers: { 'x-api-key': shown }, from: from() }))).toBe(
      'authentication_failed',
    );
});

test('whatever Authorization holds, nothing breaks', async () => {
  const next = random(seedOf('fuzzed credentials'));
  const below = (most: number): number => Math.floor(next() * most);
  const words = [
    'Bearer',
    'ApiKey',
    'Basic',
    'Digest',
    'null',
    ',',
    ';',
    '=',
    '"',
    "'",
    '\t',
    '%00',
    '..',
    'eyJhbGciOiJub25lIn0',
  ];
  const pieces = [
    ...words,
    READER,
    tokenOf({ sub: 'x' }).slice(0, 40),
    'hmk_',
    '\u00e9\u00ff',
    ' '.repeat(3),
    'A'.repeat(3000),
  ];
  const statuses = new Set<number>();
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: below(6) }, () => pieces[below(pieces.length)]).join(below(2) ? ' ' : '');
    const name = below(2) ? 'authorization' : 'x-api-key';
    statuses.add(await statusOf(WORKFLOWS, { headers: { [name]: below(5) ? text : [text, text] } }));
  }
  for (const headers of [{ alg: 'none' }, { alg: 'HS256', crit: ['x'] }, { alg: 7 }, { alg: '__proto__' }, {}]) {
    const authorization = `Bearer ${tokenOf({ sub: 'ada', permissions: ['admin'] }, { header: headers })}`;
    expect([headers, await statusOf(WORKFLOWS, { headers: { authorization } })]).toEqual([headers, 401]);
  }
  expect([...statuses].filter((status) => ![200, 400, 401, 429, 431].includes(status))).toEqual([]);
  expect(statuses.has(401)).toBe(true);
});

test('who guesses is not listened to, and others from there who were let in before go on', async () => {
  const here = from();
  const show = (key: string): ReturnType<typeof ask> =>
    ask(service.url + WORKFLOWS, { headers: { 'x-api-key': key }, from: here });
  const { key } = await makeKey({ name: 'neighbour', permissions: ['read'] });
  const { key: other } = await makeKey({ name: 'late neighbour', permissions: ['read'] });
  expect((await show(key)).status).toBe(200);
  for (let tries = 0; tries < 20; tries++) expect((await show(`guess-${tries}-of-many-guesses`)).status).toBe(401);
  const refused = await show('guess-of-many-guesses-21');
  expect([refused.status, codeOf(refused)]).toEqual([429, 'too_many_failures']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect([(await show(key)).status, (await show(other)).status]).toEqual([200, 429]);
  expect(await statusOf(WORKFLOWS, { headers: { 'x-api-key': other } })).toBe(200);
});
