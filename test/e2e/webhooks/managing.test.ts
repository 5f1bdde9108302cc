import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { Caller, refusal, refused } from '../../world/caller.js';
import { TestService, type Answer } from '../../world/service.js';

const V = '/api/v1';

let service: TestService;
let workflow: string;
beforeAll(async () => {
  service = await TestService.start();
  workflow = await new Caller(() => service).keep({ name: 'orders', tasks: { a: { type: 'core/noop' } } });
});
afterAll(() => service.stop());

const create = (fields: object): Promise<Answer> =>
  service.post(`${V}/webhooks`, { name: 'w', workflow_id: workflow, ...fields });
const change = (id: unknown, fields: object): Promise<Answer> =>
  service.send('PUT', `${V}/webhooks/${id as string}`, fields);
const dataOf = ({ status, body }: Answer): JsonObject => {
  if (status >= 400) throw new Error(JSON.stringify(body));
  return body.data as unknown as JsonObject;
};
const pointersOf = ({ status, body }: Answer): string[] => {
  expect(status).toBe(422);
  const { details } = body.error as unknown as { details: { faults: { pointer: string; code: string }[] } };
  return details.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe('a definition', () => {
  test('has defaults, and an endpoint that nobody guesses', async () => {
    const [one, two] = [dataOf(await create({})), dataOf(await create({}))];
    expect(one).toMatchObject({
      ...{ direction: 'inbound', enabled: true, methods: ['POST'], action: 'start', workflow_id: workflow },
      ...{ auth: { type: 'none' }, auth_type: 'none', max_bytes: 2 ** 20, deduplicate: false, metadata: {} },
    });
    expect(one.endpoint).toMatch(/^[\w-]{24}$/);
    expect(one.endpoint).not.toBe(two.endpoint);
    expect(one.url).toMatch(new RegExp(`^http://.*/hooks/${one.endpoint as string}$`));
  });

  test('in the words of upstream, in either case', async () => {
    const made = await service.post(`${V}/webhooks`, {
      ...{ name: 'u', endpoint: '/upstream', workflowId: workflow, triggerType: 'http_get', authType: 'api_key' },
      ...{ authConfig: { apiKey: 'topsecret', header: 'X-Key' }, inputMapping: { a: 'query.a' }, payload_template: {} },
      ...{ headers: {}, metadata: { team: 'x' }, description: null },
    });
    expect(dataOf(made)).toMatchObject({
      ...{ endpoint: 'upstream', methods: ['GET'], trigger_type: 'http_get', auth_type: 'api_key' },
      auth: { type: 'api_key', key: '********', header: 'X-Key' },
      ...{ input_mapping: { a: 'query.a' }, metadata: { team: 'x' } },
    });
    expect(JSON.stringify(made.body)).not.toContain('topsecret');
    const called = await service.send('GET', '/hooks/upstream?a=1', undefined, { 'x-key': 'topsecret' });
    expect(called.status).toBe(202);
  });

  test('may name its workflow instead, and a range of versions', async () => {
    const made = dataOf(await create({ workflow_id: null, workflow: 'orders', version: '^1' }));
    expect(made).toMatchObject({ workflow: 'orders', workflow_id: null, version: '^1' });
    expect((await service.post(`/hooks/${made.endpoint as string}`)).status).toBe(202);
    expect(dataOf(await change(made.id, { workflow_id: workflow }))).toMatchObject({ workflow, version: '^1' });
  });

  const wrong: readonly (readonly [string, object, readonly string[]])[] = [
    ['nothing', { name: null, workflow_id: null }, [' required_field', ' required_field']],
    ['unknown fields', { colour: 1, auth: { type: 'none', x: 1 } }, ['/auth/x unknown_field', '/colour unknown_field']],
    ['an endpoint that is no segment', { endpoint: 'a/b' }, ['/endpoint wrong_type']],
    ['an endpoint that climbs', { endpoint: '..' }, ['/endpoint wrong_type']],
    ['a workflow that is not there', { workflow_id: 'nobody' }, ['/workflow_id workflow_not_found']],
    ['a schedule without its pattern', { trigger_type: 'scheduled' }, ['/metadata required_field']],
    ['a workflow twice', { workflow: 'orders' }, ['/workflow_id wrong_type']],
    ['methods', { methods: ['POST', 'BREW'] }, ['/methods wrong_type']],
    ['sizes', { max_bytes: 2 ** 40 }, ['/max_bytes wrong_type']],
    ['an event without a name', { action: 'event' }, [' required_field']],
    ['an event with a version', { action: 'event', event: 'x', version: '1' }, ['/version unknown_field']],
    ['an expression', { input_mapping: { a: '${payload.' } }, ['/input_mapping/a expression_syntax']],
    ['a name it cannot know', { delivery_id: '${input.a}' }, ['/delivery_id expression_unknown_name']],
    ['a secret in an expression', { input_mapping: { a: '${secrets.x}' } }, ['/input_mapping/a secret_not_allowed']],
    ['a template of the other direction', { payload_template: { a: 1 } }, ['/payload_template unknown_field']],
    ['an unknown kind of authentication', { auth: { type: 'custom' } }, ['/auth/type wrong_type']],
    ['no secret', { auth: { type: 'hmac' } }, ['/auth required_field']],
    ['an unknown credential', { auth: { type: 'bearer', credential: 'x' } }, ['/auth credential_unknown']],
    [
      'the credential of another',
      { auth: { type: 'bearer', credential: 'webhook:1:auth-1' } },
      ['/auth credential_unknown'],
    ],
    ['half of one', { auth: { type: 'basic', username: 'x' } }, ['/auth required_field']],
    ['a masked secret from nowhere', { auth: { type: 'bearer', token: '********' } }, ['/auth wrong_type']],
    ['a secret that is none', { auth: { type: 'standard_webhooks', secret: 'whsec_!' } }, ['/auth/secret wrong_type']],
    ['a config without a type', { auth_config: { secret: 'xxxx' } }, [' required_field']],
    [
      'a time that is not signed',
      { auth: { type: 'hmac', secret: 'xxxx', timestamp_header: 'x-time', signed: '{body}' } },
      ['/auth/signed wrong_type'],
    ],
    ['a signature of nothing', { auth: { type: 'hmac', secret: 'xxxx', signed: 'x' } }, ['/auth/signed wrong_type']],
    ['no window', { auth: { type: 'hmac', secret: 'xxxx', tolerance: 1e9 } }, ['/auth/tolerance wrong_type']],
  ];
  test.each(wrong)('that is wrong changes nothing: %s', async (_, fields, expected) => {
    const before = (await service.get(`${V}/webhooks`)).body.total;
    expect(pointersOf(await create(fields))).toEqual(expected);
    expect((await service.get(`${V}/webhooks`)).body.total).toBe(before);
  });

  test('no object at all', async () => {
    expect(pointersOf(await service.post(`${V}/webhooks`, [1]))).toEqual([' wrong_type']);
  });

  test('an endpoint is taken once', async () => {
    const { id } = dataOf(await create({ endpoint: 'taken' }));
    expect(refusal(await create({ endpoint: 'taken' }))).toEqual(refused(409, 'conflict'));
    const other = dataOf(await create({}));
    expect(refusal(await change(other.id, { endpoint: 'taken' }))).toEqual(refused(409, 'conflict'));
    expect(dataOf(await change(id, { endpoint: 'moved' }))).toMatchObject({ endpoint: 'moved' });
    expect(refusal(await service.post('/hooks/taken'))).toEqual(refused(404, 'hook_not_found'));
    expect((await service.post('/hooks/moved')).status).toBe(202);
  });
});

describe('secrets', () => {
  test('may be credentials that have a name, several while they change', async () => {
    const put = async (name: string, credential: object): Promise<void> =>
      void dataOf(await service.send('PUT', `${V}/credentials/${name}`, credential));
    await put('old', { type: 'bearer', token: 'token-one' });
    await put('new', { type: 'secret', value: 'token-two' });
    await put('login', { type: 'basic', username: 'anna', password: 'pass' });
    const wrong = await create({ auth: { type: 'bearer', credentials: ['old', 'login', 'none'] } });
    expect(pointersOf(wrong)).toEqual(['/auth credential_type', '/auth credential_unknown']);
    const made = dataOf(await create({ auth: { type: 'bearer', credentials: ['old', 'new'] } }));
    expect(made.auth).toEqual({ type: 'bearer', credentials: ['old', 'new'] });
    const call = (token: string): Promise<Answer> =>
      service.post(`/hooks/${made.endpoint as string}`, {}, bearer(token));
    expect([
      (await call('token-one')).status,
      (await call('token-two')).status,
      (await call('token-three')).status,
    ]).toEqual([202, 202, 401]);
    await service.send('DELETE', `${V}/credentials/old?force=true`);
    expect([(await call('token-one')).status, (await call('token-two')).status]).toEqual([401, 202]);
    await service.send('DELETE', `${V}/credentials/new?force=true`);
    expect(refusal(await call('token-two'))).toEqual(refused(503, 'hook_unready'));
  });

  test('sent along belong to the webhook, and go with it', async () => {
    const owned = async (id: unknown): Promise<string[]> => {
      const { body } = await service.get(`${V}/credentials?managed=true&limit=1000`);
      const names = (body.items as unknown as JsonObject[]).map(({ name }) => name as string);
      return names.filter((name) => name.startsWith(`webhook:${id as string}:`));
    };
    const { id } = dataOf(await create({ auth: { type: 'bearer', token: 'first' } }));
    expect(await owned(id)).toHaveLength(1);
    await change(id, { auth: { type: 'hmac', secret: 'second' } });
    expect(await owned(id)).toHaveLength(1);
    await change(id, { auth: { type: 'bearer' } });
    expect(await owned(id)).toHaveLength(1);
    await service.send('DELETE', `${V}/webhooks/${id as string}`);
    expect(await owned(id)).toEqual([]);
    const total = async (): Promise<unknown> => (await service.get(`${V}/credentials?managed=true`)).body.total;
    await create({ endpoint: 'held', auth: { type: 'bearer', token: 'first' } });
    const before = await total();
    expect((await create({ endpoint: 'held', auth: { type: 'bearer', token: 'second' } })).status).toBe(409);
    expect(await total()).toBe(before);
  });

  test('that change at the same time stay with their documents', async () => {
    const { id, endpoint } = dataOf(await create({}));
    const tokens = Array.from({ length: 8 }, (_, n) => `token-${n}`);
    await Promise.all(tokens.map((token) => change(id, { description: token, auth: { type: 'bearer', token } })));
    const { description } = dataOf(await service.get(`${V}/webhooks/${id as string}`));
    const statuses = await Promise.all(
      tokens.map(async (token) => (await service.post(`/hooks/${endpoint as string}`, {}, bearer(token))).status),
    );
    expect(tokens.filter((_, n) => statuses[n] === 202)).toEqual([description]);
    expect(dataOf(await change(id, { auth: { type: 'none' } })).auth).toEqual({ type: 'none' });
  });

  test('stay when they come back masked, or do not come back', async () => {
    const { id, endpoint } = dataOf(await create({ auth: { type: 'bearer', token: 'first' } }));
    const call = async (token: string): Promise<number> =>
      (await service.post(`/hooks/${endpoint as string}`, {}, bearer(token))).status;
    expect([await call('first'), await call('second')]).toEqual([202, 401]);
    const shown = dataOf(await change(id, { description: 'x' }));
    expect(shown.auth).toEqual({ type: 'bearer', token: '********' });
    expect(dataOf(await change(id, { auth: shown.auth })).auth).toEqual(shown.auth);
    expect([await call('first'), await call('********')]).toEqual([202, 401]);
    expect(dataOf(await change(id, { auth: { type: 'bearer', token: 'second' } })).auth).toEqual(shown.auth);
    expect([await call('first'), await call('second')]).toEqual([401, 202]);
    expect(pointersOf(await change(id, { auth: { type: 'hmac', secret: '********' } }))).toEqual(['/auth wrong_type']);
    expect([await call('first'), await call('second')]).toEqual([401, 202]);
    const half = async (auth: object): Promise<string[]> => pointersOf(await change(id, { auth }));
    expect(await half({ type: 'hmac', secrets: ['********', 'another'] })).toContain('/auth/secrets wrong_type');
    expect(await half({ type: 'basic', username: 'ada', password: '********' })).toContain('/auth/username wrong_type');
    expect(await half({ type: 'basic', username: '********', password: 'another' })).toEqual(['/auth/username wrong_type']);
    dataOf(await change(id, { auth: { type: 'none' } }));
    expect(await call('whoever')).toBe(202);
  });
});

describe('lists', () => {
  test('both directions, or one: those that come in first', async () => {
    const { body } = await service.get(`${V}/webhooks?limit=1&page=2`);
    expect(body).toMatchObject({ page: 2, limit: 1 });
    expect((body.items as unknown[]).length).toBe(1);
    const inbound = await service.get(`${V}/webhooks?direction=inbound&limit=1`);
    expect(inbound.body.total).toBe(body.total);
    expect((await service.get(`${V}/webhooks?direction=outbound`)).body).toMatchObject({ items: [], total: 0 });
    expect((await service.get(`${V}/webhooks?direction=up`)).status).toBe(422);
    const sent = await service.post(`${V}/webhooks`, { name: 'sent', url: 'https://example.com' });
    expect([sent.status, sent.body.data]).toMatchObject([201, { direction: 'outbound' }]);
    expect((await service.get(`${V}/webhooks?direction=outbound`)).body).toMatchObject({ total: 1 });
    const all = (await service.get(`${V}/webhooks?limit=1000`)).body;
    expect(all.total).toBe((inbound.body.total as unknown as number) + 1);
    expect((all.items as unknown as JsonObject[]).at(-1)).toMatchObject({ name: 'sent' });
    await service.send('DELETE', `${V}/webhooks/${sent.body.webhook_id as string}`);
  });

  test('deliveries, page by page', async () => {
    const { id, endpoint } = dataOf(await create({}));
    for (let n = 0; n < 3; n++) await service.post(`/hooks/${endpoint as string}`, { n });
    const page = await service.get(`${V}/webhooks/${id as string}/deliveries?limit=2&page=2`);
    expect(page.body).toMatchObject({
      total: 3,
      page: 2,
      items: [{ status: 'delivered', success: true, retry_count: 0 }],
    });
    expect(JSON.stringify(page.body)).not.toContain('payload');
  });

  test('what is not there', async () => {
    const nobody = '0191f7c2-0000-7000-8000-000000000000';
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/events'],
      ['GET', '/deliveries'],
      ['POST', '/deliver'],
    ] as const) {
      const answer = await service.send(method, `${V}/webhooks/${nobody}${path}`, method === 'GET' ? undefined : {});
      expect(refusal(answer)).toEqual(refused(404, 'webhook_not_found'));
    }
    expect((await service.get(`${V}/webhooks/nobody`)).status).toBe(422);
  });
});

test('after a restart everything is as it was', async () => {
  const { id, endpoint } = dataOf(await create({ endpoint: 'stays' }));
  const first = await service.post(`/hooks/${endpoint as string}`, {}, { 'webhook-id': 'm' });
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start({ HARMONIA_MAX_BODY_BYTES: '2048' }, { directory });
  expect(dataOf(await service.get(`${V}/webhooks/${id as string}`))).toMatchObject({
    endpoint: 'stays',
    max_bytes: 2048,
  });
  const again = await service.post('/hooks/stays', {}, { 'webhook-id': 'm' });
  expect([again.status, again.body.execution_id]).toEqual([200, first.body.execution_id]);
});

test('when too much waits, senders are asked to come again', async () => {
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start(
    { HARMONIA_MAX_OPEN_EXECUTIONS: '1', HARMONIA_MAX_UNDELIVERED: '1' },
    { directory },
  );
  const slow = await service.workflow({ name: 'slow', tasks: { a: { event: { name: 'go' } } } });
  const { endpoint } = dataOf(await create({ workflow_id: slow }));
  const call = (): Promise<Answer> => service.post(`/hooks/${endpoint as string}`, {});
  expect((await call()).body.data).toMatchObject({ status: 'delivered' });
  expect((await call()).body.data).toMatchObject({ status: 'pending', execution_id: null });
  const full = await call();
  expect(refusal(full)).toEqual(refused(503, 'backlog_full'));
  expect(full.headers.get('retry-after')).toBe('1');
});
