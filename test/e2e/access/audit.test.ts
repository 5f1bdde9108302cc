import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ask, codeOf, type HeardAnswer } from '../../world/callers.js';
import { harmonia, harmoniaHere } from '../../world/command-line.js';
import { TestService } from '../../world/service.js';

const ADMIN = 'admin-key-of-the-test-001';
const READER = 'reader-key-of-the-test-01';
const CANARY = 'canary-of-the-audit-log';
const V = '/api/v1';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ HARMONIA_API_KEYS: `admin:${ADMIN},reader:${READER}:read` });
});
afterAll(() => service.stop());

const send = (key: string, method: string, path: string, body?: unknown): Promise<HeardAnswer> =>
  ask(service.url + V + path, { method, headers: { 'x-api-key': key, 'x-request-id': 'req-1' }, body });

const records = async (query = ''): Promise<readonly JsonObject[]> =>
  (await send(ADMIN, 'GET', `/audit${query}`)).body.records as unknown as readonly JsonObject[];

describe('what was done is recorded', () => {
  test('with who, what, from where and what came of it; not what was read, and not what was wrong', async () => {
    const kept = await send(ADMIN, 'POST', '/workflows', { name: 'w', tasks: { a: { type: 'core/noop' } } });
    const workflow = kept.body.workflow_id as string;
    const started = await send(ADMIN, 'POST', `/workflows/${workflow}/execute`, {});
    await send(ADMIN, 'GET', '/workflows');
    await send(ADMIN, 'POST', '/workflows', { name: 'faulty' });
    expect((await records()).map(({ seq: _, at: __, link: ___, ...rest }) => rest)).toEqual([
      {
        ...{ actor: 'configured:admin', peer: '127.0.0.1', method: 'POST', route: '/api/v1/workflows/:id/execute' },
        target: `id=${workflow} execution_id=${started.body.execution_id as string}`,
        ...{ outcome: 'done', status: 201, code: null, request_id: 'req-1', times: 1 },
      },
      {
        ...{ actor: 'configured:admin', peer: '127.0.0.1', method: 'POST', route: '/api/v1/workflows' },
        target: `workflow_id=${workflow}`,
        ...{ outcome: 'done', status: 201, code: null, request_id: 'req-1', times: 1 },
      },
    ]);
  });

  test('as are attempts, those in the same words together', async () => {
    for (let n = 0; n < 3; n++) await send(READER, 'POST', '/workflows', { name: CANARY });
    await send('wrong-key-of-the-test-001', 'DELETE', '/credentials/c');
    expect(await records('?outcome=refused')).toEqual([
      expect.objectContaining({ actor: 'unknown', code: 'authentication_failed', method: 'DELETE', target: 'name=c' }),
      expect.objectContaining({ actor: 'configured:reader', code: 'permission_denied', status: 403, times: 3 }),
    ]);
  });

  test('without bodies, without secrets, without the tokens of callbacks', async () => {
    await send(ADMIN, 'PUT', '/credentials/c', { type: 'secret', value: CANARY });
    const { body } = await send(ADMIN, 'POST', '/keys', { name: CANARY, permissions: ['read'] });
    await ask(`${service.url}${V}/callbacks/${CANARY}`, { method: 'POST', body: {} });
    const all = JSON.stringify(await records());
    const { key, id } = body.data as unknown as { key: string; id: string };
    expect(all).toContain(`key_id=${id}`);
    for (const secret of [CANARY, key, key.slice(-43), ADMIN]) expect(all).not.toContain(secret);
    const stored = await readFile(join(service.directory, 'harmonia.db-wal'), 'latin1');
    expect(stored.includes(key.slice(-43))).toBe(false);
  });

  test('before it is acknowledged: what can not be recorded is not', async () => {
    const { body } = await send(ADMIN, 'POST', '/workflows', { name: 'd', tasks: { a: { type: 'core/noop' } } });
    const draft = `/workflows/${body.workflow_id as string}/draft`;
    const other = new Database(join(service.directory, 'harmonia.db'));
    other.exec("CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the log is full'); END");
    const refused = await send(ADMIN, 'POST', draft, { n: 1 });
    expect([refused.status, codeOf(refused)]).toEqual([503, 'storage_unavailable']);
    other.exec('DROP TRIGGER no_more');
    other.close();
    expect((await send(ADMIN, 'POST', draft, { n: 2 })).status).toBe(200);
    const drafts = (await records('?outcome=done')).filter(({ route }) => route === '/api/v1/workflows/:id/draft');
    expect(drafts).toHaveLength(2);
  });

  test('and only administrators read it', async () => {
    expect(codeOf(await send(READER, 'GET', '/audit'))).toBe('permission_denied');
    expect(codeOf(await send(ADMIN, 'GET', '/audit?from=yesterday'))).toBe('validation_error');
  });
});

test('keys and the log on the command line, with a service and without', async () => {
  const on = ['--url', service.url, '--api-key', ADMIN];
  const made = await harmoniaHere(['key', 'create', '--name', 'ci', '--permission', 'run', '--expires', '90d', ...on]);
  const key = made.out.trim();
  expect([made.code, key, made.err]).toEqual([
    0,
    expect.stringMatching(/^hmk_/),
    expect.stringContaining('not shown again'),
  ]);
  const id = key.slice(4, 16);
  expect((await send(key, 'GET', '/workflows')).status).toBe(200);
  const listed = await harmoniaHere(['key', 'list', ...on]);
  expect(listed.out).toMatch(new RegExp(`^${id}  ci +active +\\["run"\\]`, 'm'));
  expect((await harmoniaHere(['key', 'revoke', id, ...on])).out).toBe(`${id} revoked\n`);
  expect((await send(key, 'GET', '/workflows')).status).toBe(401);
  const log = await harmoniaHere(['audit', 'list', '--outcome', 'done', '--limit', '1', ...on]);
  expect(log.out).toContain('/api/v1/keys/:id');
  expect((await harmoniaHere(['audit', 'verify', ...on])).out).toMatch(/^verified: \d+ records, head \S{43}\n$/);
  const bare = await harmoniaHere(['workflow', 'list', '--url', service.url]);
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('authentication_failed')]);
  const reader = { HARMONIA_API_KEY: READER };
  expect((await harmonia(['workflow', 'list', '--url', service.url], reader)).code).toBe(0);
  const denied = await harmonia(['key', 'list', '--url', service.url], reader);
  expect([denied.code, denied.err]).toEqual([2, expect.stringContaining('permission_denied')]);
  const locked = await harmoniaHere(['audit', 'verify', '--data-dir', service.directory]);
  expect([locked.code, locked.err]).toEqual([expect.any(Number), expect.stringContaining('storage_locked')]);

  await service.stop(true);
  const here = ['--data-dir', service.directory];
  const first = await harmoniaHere([
    'key',
    'create',
    '--name',
    'first',
    '--permission',
    'admin',
    '--workflow',
    'w',
    ...here,
  ]);
  expect([first.code, first.out]).toEqual([0, expect.stringMatching(/^hmk_/)]);
  expect((await harmoniaHere(['audit', 'verify', ...here])).out).toMatch(/^verified: /);
  const settings = { HARMONIA_AUTH: 'on', HARMONIA_API_KEYS: `admin:${ADMIN}` };
  service = await TestService.start(settings, { directory: service.directory });
  const madeHere = { actor: 'command line', route: 'key create', target: `key_id=${first.out.slice(4, 16)}` };
  expect((await records('?limit=1'))[0]).toMatchObject(madeHere);
  expect((await send(first.out.trim(), 'GET', '/workflows')).status).toBe(200);
  expect((await send(first.out.trim(), 'GET', '/keys')).status).toBe(403);
});

test('the service does not listen to everybody and ask nobody, unless it is told to', async () => {
  const environment = { HARMONIA_HOST: '0.0.0.0', HARMONIA_PORT: '0', HARMONIA_DATA_DIR: `${service.directory}-other` };
  const { code, err } = await harmonia(['serve'], environment);
  expect([code, err]).toEqual([2, expect.stringMatching(/listener_open_to_all[^]*HARMONIA_ALLOW_UNAUTHENTICATED/)]);
  const wrong = await harmonia(['serve'], { HARMONIA_DATA_DIR: `${service.directory}-other`, HARMONIA_AUTH: 'maybe' });
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('invalid_configuration')]);
});

describe('where nobody is asked who he is', () => {
  let open: TestService;
  beforeAll(async () => {
    open = await TestService.start();
  });
  afterAll(() => open.stop());

  test('everybody of this machine may do everything, and what he shows counts for nothing', async () => {
    for (const headers of [{}, { authorization: 'Basic YTpi' }, { 'x-api-key': 'wrong' }])
      expect((await ask(`${open.url}${V}/keys`, { headers })).status).toBe(200);
    await ask(`${open.url}${V}/workflows`, {
      method: 'POST',
      body: { name: 'w', tasks: { a: { type: 'core/noop' } } },
    });
    const { body } = await ask(`${open.url}${V}/audit`);
    expect(body.records).toEqual([expect.objectContaining({ actor: 'anonymous', peer: '127.0.0.1' })]);
  });

  test('pages of somebody else may not, whatever they ask for; what tells no secret they may read', async () => {
    const { port } = new URL(open.url);
    const statusFor = async (path: string, headers: Record<string, string>): Promise<unknown> => {
      const answer = await ask(open.url + path, { headers });
      return answer.status === 200 ? 200 : codeOf(answer);
    };
    expect(await statusFor(`${V}/workflows`, { origin: 'https://evil.example' })).toBe('foreign_origin');
    expect(await statusFor(`${V}/workflows`, { origin: 'null' })).toBe('foreign_origin');
    expect(await statusFor(`${V}/workflows`, { host: `rebound.example:${port}` })).toBe('foreign_host');
    expect(await statusFor(`${V}/workflows`, { origin: 'http://localhost:8080' })).toBe(200);
    expect(await statusFor('/health', { origin: 'https://evil.example' })).toBe(200);
  });
});
