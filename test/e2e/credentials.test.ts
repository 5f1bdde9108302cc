import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { KEYS, oneOfEach } from '../world/credentials.js';
import { TestService } from '../world/service.js';

const C = '/api/v1/credentials';
const CANARY = 'canary-77aa';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const put = (name: string, body: unknown) => service.send('PUT', `${C}/${encodeURIComponent(name)}`, body);
const faultsOf = (body: JsonObject): string[] => {
  const { error } = body as unknown as { error: { details: { faults: { code: string; pointer: string }[] } } };
  return error.details.faults.map(({ code, pointer }) => `${code} ${pointer}`);
};

describe('credentials over HTTP', () => {
  test('of every type are made, shown without what is secret, replaced and deleted', async () => {
    const seen: Record<string, unknown> = {};
    for (const [name, credential] of Object.entries(oneOfEach(CANARY))) {
      const made = await put(name, { ...credential, description: `about ${name}` });
      expect(made.status).toBe(201);
      const { body } = await service.get(`${C}/${name}`);
      expect(body.data).toEqual(made.body.data);
      expect(body.data).toMatchObject({ name, type: credential.type, managed: false, usable: true, problem: null });
      expect(body.data).toMatchObject({ description: `about ${name}` });
      expect(JSON.stringify([made.body, body])).not.toContain(CANARY);
      seen[credential.type] = (body.data as unknown as JsonObject).public_fields;
    }
    expect(seen).toEqual({
      secret: {},
      basic: { username: 'ada' },
      bearer: {},
      api_key: { header: 'X-Key' },
      hmac: {},
      custom: { fields: ['user', 'pass.word'] },
    });
    const { body: list } = await service.get(`${C}?limit=2&page=2`);
    expect([list.total, list.page, list.limit]).toEqual([6, 2, 2]);
    expect((list.items as unknown as JsonObject[]).map(({ name }) => name)).toEqual(['a_custom', 'a_secret']);
    const { body: back } = await service.get(`${C}?sort_order=desc`);
    expect((back.items as unknown as JsonObject[]).map(({ name }) => name).at(-1)).toBe('a_basic');

    const replaced = await put('a_basic', { type: 'bearer', token: `${CANARY}-2` });
    expect([replaced.status, replaced.body.data]).toEqual([
      200,
      expect.objectContaining({ type: 'bearer', description: null, public_fields: {} }),
    ]);
    for (const name of Object.keys(oneOfEach(CANARY)))
      expect((await service.send('DELETE', `${C}/${name}`)).status).toBe(200);
    expect((await service.get(C)).body.total).toBe(0);
    expect((await service.get(`${C}/a_basic`)).status).toBe(404);
    expect((await service.send('DELETE', `${C}/a_basic`)).body).toMatchObject({
      error: { code: 'credential_not_found' },
    });
  });

  const LONG = 'x'.repeat(16_385);
  test.each<[string, unknown, string[]]>([
    ['a', [], ['wrong_type ']],
    ['a', 'null', ['wrong_type ']],
    ['a', {}, ['wrong_type /type']],
    ['a', { type: 'password', value: CANARY }, ['wrong_type /type']],
    ['a', { type: 'secret' }, ['required_field ']],
    ['a', { type: 'secret', value: null }, ['required_field ']],
    ['a', { type: 'secret', value: 5 }, ['wrong_type /value']],
    ['a', { type: 'secret', value: 'abc' }, ['wrong_type /value']],
    ['a', { type: 'secret', value: CANARY + LONG }, ['wrong_type /value']],
    ['a', { type: 'secret', value: CANARY, token: CANARY }, ['credential_field_unknown /token']],
    ['a', { type: 'secret', value: CANARY, description: 5 }, ['wrong_type /description']],
    ['a', { type: 'secret', value: CANARY, description: LONG }, ['wrong_type /description']],
    [
      'a',
      { type: 'basic', username: 'a:b', password: `${CANARY}\n` },
      ['wrong_type /username', 'wrong_type /password'],
    ],
    ['a', { type: 'basic', password: CANARY }, ['required_field ']],
    ['a', { type: 'bearer', token: `${CANARY} ${CANARY}` }, ['wrong_type /token']],
    ['a', { type: 'api_key', key: CANARY, header: 'X Key\r\n' }, ['wrong_type /header']],
    ['a', { type: 'api_key', key: CANARY, query: '' }, ['wrong_type /query']],
    ['a', { type: 'custom' }, ['required_field ']],
    ['a', { type: 'custom', fields: [CANARY] }, ['wrong_type /fields']],
    ['a', { type: 'custom', fields: {} }, ['wrong_type /fields']],
    [
      'a',
      { type: 'custom', fields: { ok: CANARY, 'a b': CANARY, n: 5 } },
      ['wrong_type /fields/a b', 'wrong_type /fields/n'],
    ],
    [
      'a',
      { type: 'custom', fields: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, CANARY])) },
      ['wrong_type /fields'],
    ],
    ['1a', { type: 'secret', value: CANARY }, ['wrong_type /name']],
    ['webhook:1:token', { type: 'secret', value: CANARY }, ['wrong_type /name']],
    ['a'.repeat(129), { type: 'secret', value: CANARY }, ['wrong_type /name']],
    ['a/b', { type: 'hmac' }, ['wrong_type /name', 'required_field ']],
  ])('body %# is refused, and says no value', async (name, body, faults) => {
    const answer = await put(name, body);
    expect([answer.status, faultsOf(answer.body)]).toEqual([422, faults]);
    expect(JSON.stringify(answer.body)).not.toContain(CANARY);
    expect((await service.get(C)).body.total).toBe(0);
  });

  test.each([
    ['application/json', `{"type":"secret","value":"${CANARY}`],
    ['application/json', `{"type":"secret","value":"${CANARY}"} x`],
    ['application/json', `{"${CANARY}`],
    ['application/yaml', `type: secret\nvalue: "${CANARY}`],
    ['application/yaml', `type: secret\nvalue: !x ${CANARY}: ${CANARY}\n- a`],
    ['text/plain', CANARY],
    ['application/json', `{"type":"secret","value":"${CANARY}","value":"${CANARY}"}`],
  ])('%s that cannot be read is not quoted', async (type, body) => {
    for (const prefix of ['/api/v1', '/api']) {
      const answer = await service.send('PUT', `${prefix}/credentials/a`, body, { 'content-type': type });
      expect([400, 422]).toContain(answer.status);
      expect(JSON.stringify(answer.body)).not.toContain(CANARY);
    }
  });

  test('whatever names one is said when it is to be deleted', async () => {
    const V = '/api/v1';
    await put('shared', { type: 'bearer', token: CANARY });
    const auth = { type: 'bearer', credential: 'shared' };
    const uses = (version: string, name: string) => ({
      ...{ name: 'of a schedule', version },
      tasks: { a: { type: 'core/log', input: { message: `\${secrets.${name}}` } } },
    });
    const workflow = await service.workflow(uses('1.0.0', 'shared'));
    await service.send('PUT', `${V}/workflows/${workflow}`, uses('2.0.0', 'other'));
    const users: Record<string, [string, object]> = {
      'the component shop': [
        '/components',
        { name: 'shop', base_url: 'https://shop.example', actions: [{ name: 'a', path: '/a' }], authentication: auth },
      ],
      'the webhook in': ['/webhooks', { name: 'in', workflow_id: workflow, auth }],
      'the webhook out': [
        '/webhooks',
        { name: 'out', url: 'https://out.example/', auth: { ...auth, credential: null, credentials: ['shared'] } },
      ],
      'the schedule old': ['/schedules', { name: 'old', workflow_id: workflow, version: '^1.0.0', cron: '0 0 1 1 *' }],
      'the template tpl': [
        '/templates',
        { name: 'tpl', workflow_definition: { ...uses('1.0.0', 'shared'), name: 'x' } },
      ],
    };
    for (const [user, [path, body]] of Object.entries(users)) {
      const made = await service.post(V + path, body);
      expect([user, made.status, made.body.error]).toEqual([user, 201, undefined]);
      const refused = await service.send('DELETE', `${C}/shared`);
      expect(refused.body.error).toMatchObject({
        code: 'credential_in_use',
        message: `The credential shared is used by ${user}.`,
      });
      const data = made.body.data as unknown as { id?: string; schedule?: { id: string } } | null;
      const id = path === '/components' ? 'shop' : (data?.id ?? data?.schedule?.id ?? '');
      expect((await service.send('DELETE', `${V}${path}/${id}`)).status).toBe(200);
    }
    expect((await service.send('DELETE', `${C}/shared`)).status).toBe(200);
    await service.send('DELETE', `${V}/workflows/${workflow}`);
  });

  test('one that the current version of a workflow names is deleted by force only', async () => {
    await put('needed', { type: 'secret', value: CANARY });
    await put('spare', { type: 'secret', value: CANARY });
    const document = (name: string, version: string) => ({
      ...{ name: 'user', version },
      tasks: { g: { tasks: { a: { type: 'core/log', input: { message: `at \${secrets.${name}}` } } } } },
    });
    const workflow = await service.workflow(document('needed', '1.0.0'));
    const refused = await service.send('DELETE', `${C}/needed`);
    expect([refused.status, refused.body.error]).toEqual([
      409,
      expect.objectContaining({ code: 'credential_in_use', message: 'The credential needed is used by user.' }),
    ]);
    expect((await service.send('DELETE', `${C}/spare`)).status).toBe(200);
    await service.send('PUT', `/api/v1/workflows/${workflow}`, document('other', '1.1.0'));
    expect((await service.send('DELETE', `${C}/needed`)).status).toBe(200);

    await put('other', { type: 'secret', value: CANARY });
    expect((await service.send('DELETE', `${C}/other`)).status).toBe(409);
    expect((await service.send('DELETE', `${C}/other?force=true`)).status).toBe(200);
    const gone = await service.complete(workflow);
    expect(gone.error_message).toContain('There is no secret "other"');
    await service.send('DELETE', `/api/v1/workflows/${workflow}`);
  });

  test('one of a feature that nobody names is removed at the next start; those that are named, and all others, stay', async () => {
    const auth = { type: 'bearer', token: CANARY };
    const V = '/api/v1';
    await service.post(`${V}/webhooks`, {
      name: 'in',
      workflow: await service.workflow({ name: 'in', tasks: { a: { type: 'core/noop' } } }),
      auth,
    });
    await service.post(`${V}/webhooks`, { name: 'out', url: 'https://example.com/', auth });
    const action = { name: 'look', path: '/' };
    const shop = { name: 'shop', base_url: 'https://example.com', actions: [action], authentication: auth };
    expect((await service.post(`${V}/components`, shop)).status).toBe(201);
    const names = async (): Promise<string[]> => {
      const { body } = await service.get(`${C}?managed=true`);
      return (body.items as unknown as { name: string }[]).map(({ name }) => name);
    };
    const before = await names();
    expect(before).toHaveLength(3);
    const lost = [`${before[1] as string}1`, 'webhook:gone:auth-1', 'component:shop:auth-2'];
    const others = ['own', 'later:release'];
    for (const name of [...lost, ...others])
      await service.credentials().put(name, { type: 'secret', value: `${CANARY}-lost` });
    const { directory } = service;
    await service.stop(true);
    service = await TestService.start({}, { directory });
    expect(await names()).toEqual([...before, ...others].sort());
    for (const [page, ids] of [
      [
        'webhooks',
        ((await service.get(`${V}/webhooks`)).body.items as unknown as { id: string }[]).map(({ id }) => id),
      ],
      ['components', ['shop']],
    ] as const)
      for (const id of ids) await service.send('DELETE', `${V}/${page}/${id}`);
    for (const name of others) await service.credentials().remove(name);
    expect(await names()).toEqual([]);
  });

  test('one that belongs to a feature is shown when asked for, and not deleted', async () => {
    const name = 'webhook:1:token';
    await service.credentials().put(name, { type: 'bearer', token: CANARY });
    expect((await service.get(C)).body.total).toBe(0);
    const { body } = await service.get(`${C}?managed=true`);
    expect(body.items).toEqual([expect.objectContaining({ name, managed: true })]);
    expect(JSON.stringify(body)).not.toContain(CANARY);
    for (const query of ['', '?force=true']) {
      const refused = await service.send('DELETE', `${C}/${encodeURIComponent(name)}${query}`);
      expect([refused.status, refused.body.error]).toEqual([
        409,
        expect.objectContaining({ code: 'credential_managed' }),
      ]);
    }
    const document = {
      name: 'thief',
      tasks: { a: { type: 'core/log', input: { message: `\${secrets["${name}"]}` } } },
    };
    const ended = await service.complete(await service.workflow(document));
    expect(ended.error_message).toContain('There is no secret');
    expect(await service.credentials().remove(name)).toBe(true);
  });

  test('a new value is used from the next attempt on', async () => {
    const workflow = await service.workflow({
      name: 'lengths',
      tasks: { a: { type: 'core/value', input: { is: '${secrets.token}' } } },
    });
    const outputOf = async () => (await service.complete(workflow)).status;
    expect(await outputOf()).toBe('failed');
    await put('token', { type: 'secret', value: CANARY });
    expect(await outputOf()).toBe('completed');
    expect((await service.send('DELETE', `${C}/token?force=true`)).status).toBe(200);
    expect(await outputOf()).toBe('failed');
  });
});

describe('keys of the service', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'harmonia-keys-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const within = async <T>(environment: Record<string, string>, work: (one: TestService) => Promise<T>): Promise<T> => {
    const one = await TestService.start(environment, { directory });
    try {
      return await work(one);
    } finally {
      await one.stop(true);
    }
  };
  const shown = async (one: TestService): Promise<unknown> =>
    ((await one.get(C)).body.items as unknown as JsonObject[]).map(({ name, usable, type }) => [name, usable, type]);

  test('made at the first start, read at the next ones, changed by a rotation', async () => {
    await within({}, async (one) => {
      await one.send('PUT', `${C}/a`, { type: 'secret', value: CANARY });
      const rotated = await one.post(`${C}/rotate`);
      expect([rotated.status, rotated.body.data]).toEqual([200, { rotated: 1, unreadable: [] }]);
    });
    expect((await stat(join(directory, 'credentials.key'))).mode & 0o777).toBe(0o600);
    expect(await within({}, shown)).toEqual([['a', true, 'secret']]);
  });

  test('with another one the service starts, lists what it cannot read, and takes it anew', async () => {
    await within({ HARMONIA_CREDENTIALS_KEY: KEYS[0] }, async (one) => {
      expect(await shown(one)).toEqual([['a', false, 'secret']]);
      const { body } = await one.get(`${C}/a`);
      expect(body.data).toMatchObject({ usable: false, problem: 'it was written with a key that is not here' });
      const workflow = await one.workflow({
        name: 'w',
        tasks: { a: { type: 'core/log', input: { message: '${secrets.a}' }, on_error: 'continue' } },
        output: '${tasks.a.error.code}',
      });
      expect((await one.complete(workflow)).output).toBe('credential_unreadable');
      expect((await one.post(`${C}/rotate`)).body).toMatchObject({ error: { code: 'credential_key_given' } });
      expect((await one.send('PUT', `${C}/a`, { type: 'hmac', secret: CANARY })).status).toBe(200);
      expect(await shown(one)).toEqual([['a', true, 'hmac']]);
    });
  });

  test('a given one is rotated by a newer one in front of it', async () => {
    await within({ HARMONIA_CREDENTIALS_KEY: `${KEYS[1]}, ${KEYS[0]}` }, async (one) => {
      expect(await shown(one)).toEqual([['a', true, 'hmac']]);
      expect((await one.post(`${C}/rotate`)).body.data).toEqual({ rotated: 1, unreadable: [] });
    });
    expect(await within({ HARMONIA_CREDENTIALS_KEY: KEYS[1] }, shown)).toEqual([['a', true, 'hmac']]);
  });

  test('a wrong one stops the start, and is not said', async () => {
    const wrong = within({ HARMONIA_CREDENTIALS_KEY: 'c2hvcnQ=' }, shown);
    await expect(wrong).rejects.toMatchObject({ code: 'credential_key_unusable' });
    await expect(wrong).rejects.not.toThrow('c2hvcnQ=');
    // The data is free again.
    expect(await within({ HARMONIA_CREDENTIALS_KEY: KEYS[1] }, shown)).toEqual([['a', true, 'hmac']]);
    await expect(
      within({ HARMONIA_CREDENTIALS_KEY: KEYS[1], HARMONIA_CREDENTIALS_KEY_FILE: '/x' }, shown),
    ).rejects.toMatchObject({ code: 'invalid_configuration' });
  });
});
