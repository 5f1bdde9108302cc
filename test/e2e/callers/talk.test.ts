import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestService, type Answer } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

const PERMISSIONS = ['read', 'run', 'write'] as const;
type Permission = (typeof PERMISSIONS)[number];
/** Keys are of 16 characters at least. */
const keyOf = (permission: string): string => `key-of-${permission}`.padEnd(20, '-');
interface Candidate {
  readonly definition: { readonly input_schema: { readonly required?: readonly string[] } };
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';

let service: TestService;
beforeAll(async () => {
  const keys = [...PERMISSIONS.map((one) => [one, one]), ['all', 'run+write'], ['other', 'run+write']];
  service = await TestService.start({
    HARMONIA_API_KEYS: keys.map(([name, may]) => `${name}:${keyOf(name as string)}:${may}`).join(','),
  });
  const document = { name: 'greet', tasks: { a: { type: 'core/noop' } } };
  await service.post('/api/v1/workflows', document, { 'x-api-key': keyOf('all') });
});
afterAll(() => service.stop());

const say = (message: string, who = 'all', headers: Record<string, string> = {}): Promise<Answer> =>
  service.post('/api/message', { message }, { 'x-api-key': keyOf(who), ...headers });

describe('a message needs the permission that what it asks for needs', () => {
  const NEEDED: readonly (readonly [string, Permission])[] = [
    ['help', 'read'],
    ['start', 'read'],
    ['list', 'read'],
    ['status', 'read'],
    ['status greet', 'read'],
    ['explain greet', 'read'],
    [`diagnose ${NOWHERE}`, 'read'],
    ['what does greet do?', 'read'],
    ['run greet', 'run'],
    [`pause ${NOWHERE}`, 'run'],
    [`resume ${NOWHERE}`, 'run'],
    [`cancel ${NOWHERE}`, 'run'],
    ['create a workflow that implements a feature with design and review', 'write'],
    ['implement a feature with design and review', 'write'],
  ];

  test.each(NEEDED)('%s: %s', async (message, needed) => {
    for (const who of PERMISSIONS) {
      const { status, body } = await say(message, who);
      const may = needed === 'read' || needed === who;
      expect([who, status === 403]).toEqual([who, !may]);
      if (!may) expect(body.error).toMatchObject({ code: 'permission_denied', details: { missing: [needed] } });
    }
  });

  test('over /ws, too', async () => {
    const client = new SocketClient(`${service.url}/ws?api_key=${keyOf('run')}`);
    await client.type('connected');
    client.say({ type: 'chat', message: 'create a workflow with design and review', requestId: 'r1' });
    client.say({ type: 'chat', message: 'run greet', requestId: 'r2' });
    expect(await client.seen(({ requestId }) => requestId === 'r1')).toMatchObject({ code: 'permission_denied' });
    expect(await client.seen(({ requestId }) => requestId === 'r2')).toMatchObject({ message: expect.any(String) });
    await client.leave();
    const reader = new SocketClient(`${service.url}/ws?api_key=${keyOf('read')}`);
    await reader.type('connected');
    reader.say({ type: 'chat', message: 'list', requestId: 'r1' });
    reader.say({ type: 'chat', message: 'run greet', requestId: 'r2' });
    expect(await reader.seen(({ requestId }) => requestId === 'r1')).not.toHaveProperty('error');
    expect(await reader.seen(({ requestId }) => requestId === 'r2')).toMatchObject({ code: 'permission_denied' });
    await reader.leave();
  });
});

describe('a talk', () => {
  const create = 'create a workflow that implements a new feature with design, tests and review';

  test('knows what it is about: what was proposed, what runs', async () => {
    const talk = { 'x-context-id': 'talk-1' };
    const created = await say(create, 'all', talk);
    expect([created.status, created.headers.get('x-context-id')]).toEqual([200, 'talk-1']);
    const { candidates } = (created.body.data as unknown as { details: { candidates: Candidate[] } }).details;
    const { definition } = candidates[0] as Candidate;
    const kept = async (): Promise<number> =>
      (await service.send('GET', '/api/v1/workflows', undefined, { 'x-api-key': keyOf('all') })).body.total as never;
    const before = await kept();
    const lacking = await say('run it', 'all', talk);
    expect([lacking.status, lacking.body.error]).toMatchObject([422, { code: 'validation_error' }]);
    expect(await kept()).toBe(before);
    const given = Object.fromEntries((definition.input_schema.required ?? []).map((name) => [name, 'something']));
    const started = await say(`run it with ${JSON.stringify(given)}`, 'all', talk);
    expect([started.status, started.body.response]).toEqual([200, expect.stringContaining('was started')]);
    expect(await kept()).toBe(before + 1);
    expect((await say('explain it', 'all', talk)).body.response).toContain('feature');
  });

  test('the last execution is what is asked about and steered', async () => {
    const talk = { 'x-context-id': 'talk-2' };
    const started = await say('run greet', 'all', talk);
    const execution = (started.body.data as unknown as { details: { execution_id: string } }).details.execution_id;
    expect((await say('status it', 'all', talk)).body.response).toContain(execution);
    const again = await say('run it', 'all', talk);
    expect(again.body).toMatchObject({ response: expect.stringContaining('was started') });
    expect((await say('diagnose it', 'all', talk)).body.response).not.toContain(execution);
  });

  test('is its beginner’s, and nobody’s without a name or with one that is none', async () => {
    const talk = { 'x-context-id': 'talk-3' };
    await say('explain greet', 'all', talk);
    const foreign = await say('run it', 'other', talk);
    expect([foreign.status, foreign.body.error]).toMatchObject([404, { code: 'workflow_not_found' }]);
    expect((await say('run it')).status).toBe(404);
    const odd = await say('explain greet', 'all', { 'x-context-id': 'a b' });
    expect([odd.status, odd.headers.get('x-context-id')]).toEqual([200, null]);
  });

  test('a socket is one', async () => {
    const client = new SocketClient(`${service.url}/ws?api_key=${keyOf('all')}`);
    await client.type('connected');
    for (const [requestId, message] of [
      ['r1', 'explain greet'],
      ['r2', 'run it'],
    ] as const) {
      client.say({ type: 'chat', message, requestId });
      const answer = await client.seen((frame) => frame.requestId === requestId);
      expect(answer).toMatchObject({ message: expect.stringContaining(requestId === 'r2' ? 'was started' : 'greet') });
    }
    await client.leave();
  });
});
