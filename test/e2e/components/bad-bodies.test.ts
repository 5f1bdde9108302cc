import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../../src/kernel/index.js';
import { TestService, type Answer } from '../../world/service.js';

const V = '/api/v1/components';
const SECRET = 'a-secret-that-nobody-says';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
  await service.send('PUT', '/api/v1/credentials/a_bearer', { type: 'bearer', token: SECRET });
}, 30_000);
afterAll(() => service.stop());
afterEach(() => service.send('DELETE', `${V}/shop`));

const body = (more: JsonObject): JsonObject => ({
  ...{ name: 'shop', base_url: 'https://api.example/v2' },
  actions: [{ name: 'go', path: '/go' }],
  ...more,
});
const action = (more: JsonObject): JsonObject => body({ actions: [{ name: 'go', path: '/go', ...more }] });
const parameter = (more: JsonObject, of: JsonObject = {}): JsonObject =>
  action({ ...of, parameters: [{ name: 'p', ...more }] });
const auth = (more: JsonObject): JsonObject => body({ authentication: more });

const faultsOf = ({ body: answer }: Answer): readonly string[] => {
  const { error } = answer as unknown as { error: { details: { faults?: { code: string; pointer: string }[] } } };
  return (error.details.faults ?? []).map(({ code, pointer }) => `${code} ${pointer}`);
};

test.each<[Json, string[]]>([
  [[], ['wrong_type ']],
  [5, ['wrong_type ']],
  [{}, ['required_field ', 'required_field ', 'required_field ']],
  [body({ name: '' }), ['wrong_type /name']],
  [body({ name: 'a/b' }), ['wrong_type /name']],
  [body({ name: '__proto__:x' }), ['wrong_type /name']],
  [body({ name: 'a'.repeat(65) }), ['wrong_type /name']],
  [body({ name: 'rhetor' }), ['component_name_taken /name']],
  [body({ name: 'RHETOR' }), ['component_name_taken /name']],
  [
    body({ name: 5, description: 5, replace: 'yes', more: 1 }),
    [...['wrong_type /name', 'wrong_type /description', 'wrong_type /replace', 'unknown_field /more']],
  ],
  ...[
    'ftp://x',
    'x',
    'https://me:pass@x',
    'https://x/?q',
    'https://x/#',
    'https://x/{id}',
    'https://x\\y',
    'javascript:1',
    5,
  ].map((base): [Json, string[]] => [body({ base_url: base }), ['wrong_type /base_url']]),
  [body({ base_url: 'http://192.168.0.1' }), ['address_blocked /base_url']],
  [body({ actions: [] }), ['wrong_type /actions']],
  [body({ actions: {} }), ['wrong_type /actions']],
  [body({ actions: [5, {}] }), ['wrong_type /actions/0', 'required_field /actions/1', 'required_field /actions/1']],
  [
    body({
      actions: [
        { name: 'a', path: '/' },
        { name: 'a', path: '/' },
      ],
    }),
    ['component_duplicate /actions/1/name'],
  ],
  [action({ name: 'a b' }), ['wrong_type /actions/0/name']],
  [action({ method: 'TRACE' }), ['wrong_type /actions/0/method']],
  ...[
    'go',
    '//evil.example',
    '/../x',
    '/a/./b',
    '/%2e%2e/x',
    '/a?b=1',
    '/a#b',
    '/a b',
    '/a\\b',
    '/é',
    '/%zz',
    '/{',
    '/{}',
  ].map((path): [Json, string[]] => [action({ path }), ['wrong_type /actions/0/path']]),
  [action({ path: '/{id}' }), ['component_place /actions/0/path']],
  [action({ path: '/{id}/{id}', parameters: [{ name: 'id' }] }), ['component_place /actions/0/path']],
  [action({ timeout: 0 }), ['wrong_type /actions/0/timeout']],
  [action({ timeout: 1e9 }), ['wrong_type /actions/0/timeout']],
  [action({ timeout: '5' }), ['wrong_type /actions/0/timeout']],
  [action({ retries: 5 }), ['unknown_field /actions/0/retries']],
  ...[
    'result',
    '$..a',
    '$.*',
    '$[?(@.a)]',
    '$[0:2]',
    '$[-1]',
    '$.a[',
    '$.a-',
    '/a~2',
    '$.',
    '@.a',
    '$[*]',
    `$${'.a'.repeat(40)}`,
  ]
    .filter((path) => path !== '$.a-')
    .map((path): [Json, string[]] => [
      action({ result_path: path }),
      ['result_path_unsupported /actions/0/result_path'],
    ]),
  [action({ result_path: 5 }), ['wrong_type /actions/0/result_path']],
  [action({ parameters: 'x' }), ['wrong_type /actions/0/parameters']],
  [action({ parameters: [{ name: 'a' }, { name: 'a' }] }), ['component_duplicate /actions/0/parameters/1/name']],
  [parameter({ name: '' }), ['wrong_type /actions/0/parameters/0/name']],
  [parameter({ type: 'date' }), ['wrong_type /actions/0/parameters/0/type']],
  [parameter({ in: 'cookie' }), ['wrong_type /actions/0/parameters/0/in']],
  [parameter({ in: 'path' }), ['component_place /actions/0/parameters/0/in']],
  [parameter({ in: 'query' }, { path: '/{p}' }), ['component_place /actions/0/parameters/0/in']],
  [parameter({ in: 'body' }, { method: 'GET' }), ['wrong_type /actions/0/parameters/0/in']],
  [parameter({ required: false }, { path: '/{p}' }), ['wrong_type /actions/0/parameters/0/required']],
  [parameter({ type: 'object' }, { path: '/{p}' }), ['wrong_type /actions/0/parameters/0/type']],
  [parameter({ default: 5 }), ['unknown_field /actions/0/parameters/0/default']],
  ...['Authorization', 'Host', 'content-length', 'Transfer-Encoding', 'Cookie', 'a b'].map((name): [Json, string[]] => [
    parameter({ name, in: 'header' }),
    ['wrong_type /actions/0/parameters/0/name'],
  ]),
  [body({ authentication: 'bearer' }), ['wrong_type /authentication']],
  [auth({}), ['required_field /authentication']],
  [auth({ type: 'oauth2' }), ['wrong_type /authentication/type']],
  [auth({ type: 'none', token: SECRET }), ['unknown_field /authentication/token']],
  [auth({ type: 'bearer' }), ['required_field /authentication']],
  [auth({ type: 'bearer', token: '${env.TOKEN}' }), ['component_environment /authentication/token']],
  [auth({ type: 'basic', username: 'x', password: '${env.P}' }), ['component_environment /authentication/password']],
  [auth({ type: 'bearer', token: 'abc' }), ['wrong_type /authentication/token']],
  [auth({ type: 'bearer', token: `${SECRET} two` }), ['wrong_type /authentication/token']],
  [auth({ type: 'bearer', token: SECRET, credential: 'a_bearer' }), ['wrong_type /authentication/credential']],
  [auth({ type: 'bearer', credential: 'nobody' }), ['credential_unknown /authentication/credential']],
  [auth({ type: 'bearer', token: '${secrets.nobody}' }), ['credential_unknown /authentication/credential']],
  [auth({ type: 'basic', credential: 'a_bearer' }), ['credential_type /authentication/credential']],
  [auth({ type: 'api_key', credential: 'webhook:x:auth-1' }), ['credential_unknown /authentication/credential']],
  [auth({ type: 'bearer', token: '********' }), ['wrong_type /authentication']],
  [auth({ type: 'basic', password: SECRET }), ['required_field /authentication']],
  [auth({ type: 'basic', username: 'a:b', password: SECRET }), ['wrong_type /authentication/username']],
  [auth({ type: 'api_key', key: SECRET, header: 'a b' }), ['wrong_type /authentication/header']],
  [auth({ type: 'api_key', key: SECRET, header: 'a', query: 'b' }), ['wrong_type /authentication/query']],
  [auth({ type: 'hmac' }), ['required_field /authentication']],
  [auth({ type: 'hmac', secret: SECRET, scheme: 'gitlab' }), ['wrong_type /authentication/scheme']],
  [auth({ type: 'hmac', secret: SECRET, signed: 'x' }), ['wrong_type /authentication/signed']],
  [auth({ type: 'hmac', credential: 'a_bearer' }), ['credential_type /authentication/credential']],
  [auth({ type: 'api_key', key: SECRET, token: SECRET }), ['unknown_field /authentication/token']],
])('%j is refused, each fault with its pointer, and nothing is kept', async (given, faults) => {
  const answer = await service.post(V, given);
  expect([answer.status, faultsOf(answer)]).toEqual([422, faults]);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  const { body: all } = await service.get(`${V}?details=true&limit=1000`);
  expect((all.data as unknown as JsonObject[]).filter(({ source }) => source === 'registered')).toEqual([]);
  const { body: kept } = await service.get('/api/v1/credentials?managed=true');
  expect(kept.total).toBe(1);
});

test('a body that is no JSON is refused without a word of it', async () => {
  const answer = await service.send('POST', V, `{"authentication":{"token":"${SECRET}"`);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET.slice(0, 8));
});

test('a refused change changes nothing', async () => {
  await service.post(V, auth({ type: 'bearer', token: SECRET }));
  const before = (await service.get(`${V}/shop`)).body.data;
  for (const [change, faults] of [
    [{ name: 'other' }, ['wrong_type /name']],
    [{ base_url: 'x', actions: [] }, ['wrong_type /base_url', 'wrong_type /actions']],
    [{ authentication: { type: 'api_key', key: '********' } }, ['wrong_type /authentication']],
  ] as const) {
    const answer = await service.send('PUT', `${V}/shop`, change);
    expect([answer.status, faultsOf(answer)]).toEqual([422, faults]);
  }
  expect((await service.get(`${V}/shop`)).body.data).toEqual(before);
  await service.send('DELETE', `${V}/shop`);
});

test.each<[string, string, Json, string[]]>([
  ['POST', '/components/rhetor/test', { path: 'x' }, ['wrong_type /path']],
  ['POST', '/components/rhetor/test', { path: '//evil' }, ['wrong_type /path']],
  ['POST', '/components/rhetor/test', { path: '/../x' }, ['wrong_type /path']],
  [
    'POST',
    '/components/rhetor/test',
    { path: '/a', action: 'chat', more: 1 },
    ['wrong_type /path', 'unknown_field /more'],
  ],
  ['POST', '/components/rhetor/test', { params: {} }, ['wrong_type /params']],
  ['POST', '/components/rhetor/actions/chat', [1], ['wrong_type ']],
  ['PUT', '/component-mappings', {}, ['required_field ', 'required_field ']],
  [
    'PUT',
    '/component-mappings',
    { task_type: 5, component: 'a b', x: 1 },
    [...['wrong_type /task_type', 'wrong_type /component', 'unknown_field /x']],
  ],
  ['POST', '/component-tasks/assign', { task_id: '', component: null }, ['wrong_type /task_id', 'required_field ']],
  [
    'POST',
    '/component-tasks/assign',
    { task_id: 'a', component: 'numa', assignment_time: 'now' },
    ['wrong_type /assignment_time'],
  ],
  [
    'POST',
    '/component-tasks/assign',
    { task_id: 'a', component: 'numa', assignment_time: 1e300 },
    ['wrong_type /assignment_time'],
  ],
  [`POST`, `/component-tasks/${'x'.repeat(300)}/unassign`, {}, ['wrong_type /task_id']],
  ['POST', '/component-actions', { component: 'numa' }, ['required_field ']],
  [
    'POST',
    '/component-actions',
    { component: 'numa', action: 'a/b', parameters: [], metadata: 1, description: 2 },
    [...['wrong_type /action', 'wrong_type /description', 'wrong_type /parameters', 'wrong_type /metadata']],
  ],
])('%s %s %j is refused', async (method, path, given, faults) => {
  const answer = await service.send(method, `/api/v1${path}`, given);
  expect([answer.status, faultsOf(answer)]).toEqual([422, faults]);
});
