import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { declaredAccess, ROUTES, SOCKET_ROUTES } from '../../../src/api/access/routes/index.js';
import type { RouteAccess } from '../../../src/api/access/route-access.js';
import type { Permission } from '../../../src/access/ports/index.js';
import { TestService } from '../../world/service.js';
import { SocketClient } from '../../world/stream-clients.js';

const SECRET = 'a shared secret of the platform, long enough';
const ADMIN = 'admin-key-of-the-test-0001';
const NOBODY = '00000000-0000-4000-8000-000000000000';

const KEYS = [
  `admin:${ADMIN}`,
  'reader:reader-key-of-the-test-01:read',
  'runner:runner-key-of-the-test-01:run',
  'writer:writer-key-of-the-test-01:write',
].join(',');

const KEY: Readonly<Record<Permission, string>> = {
  read: 'reader-key-of-the-test-01',
  run: 'runner-key-of-the-test-01',
  write: 'writer-key-of-the-test-01',
  admin: ADMIN,
};
/** One that has not the permission, though it may have others; nobody may less than read. */
const LESS: Readonly<Record<Permission, string | undefined>> = {
  read: undefined,
  run: KEY.write,
  write: KEY.run,
  admin: KEY.write,
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object, header: object = { alg: 'HS256' }): string => {
  const said = `${part(header)}.${part(claims)}`;
  return `${said}.${createHmac('sha256', SECRET).update(said).digest('base64url')}`;
};
const soon = Math.floor(Date.now() / 1000) + 600;

let service: TestService;
let expired: string;
let powerless: string;
beforeAll(async () => {
  service = await TestService.start({ HARMONIA_API_KEYS: KEYS, TEKTON_AUTH_SECRET: SECRET });
  expired = token({ sub: 'late', exp: soon - 1200, permissions: ['admin'] });
  powerless = token({ sub: 'nobody', exp: soon, permissions: ['components:read'] });
});
afterAll(() => service.stop());

/** `POST /api/v1/x/:id` as method and an address. */
const requestOf = (route: string): readonly [string, string] => {
  const [method = '', path = ''] = route.split(' ');
  return [method, path.replace(/:\w+/g, NOBODY).replace('*', 'swagger-ui.css')];
};

const accessOfRoute = (route: string): RouteAccess | undefined => {
  const [method = '', path = ''] = route.split(' ');
  return declaredAccess(method, path);
};

test('every served route says what it asks of its callers, and nothing is said of what is not served', () => {
  const routes = service.routes();
  expect(routes.length).toBeGreaterThan(300);
  expect(routes.filter((route) => !accessOfRoute(route))).toEqual([]);
  const served = new Set(routes.map((route) => route.replace(/ \/api(\/v1)?(?=\/|$)/, ' ').replace(/ $/, ' /')));
  const anyOf = new Set([...served].map((route) => route.replace(/^\w+/, 'ANY')));
  expect(Object.keys(ROUTES).filter((route) => !served.has(route) && !(route.startsWith('ANY ') && anyOf.has(route)))).toEqual(
    [],
  );
});

describe('every route that is guarded', () => {
  interface Row {
    readonly route: string;
    readonly credentials: Record<string, string>;
    readonly status: number | undefined;
  }

  const rows = (): Row[] =>
    service.routes().flatMap((route) => {
      const access = accessOfRoute(route);
      if (access?.is !== 'guarded') return [];
      const insufficient = LESS[access.permission];
      return [
        { route, credentials: {}, status: 401 },
        { route, credentials: { authorization: `Bearer ${'x'.repeat(43)}` }, status: 401 },
        { route, credentials: { 'x-api-key': `hmk_${'a'.repeat(12)}_${'b'.repeat(43)}` }, status: 401 },
        { route, credentials: { authorization: `Bearer ${expired}` }, status: 401 },
        { route, credentials: { authorization: `Bearer ${powerless}` }, status: 403 },
        ...(insufficient === undefined ? [] : [{ route, credentials: { 'x-api-key': insufficient }, status: 403 }]),
        { route, credentials: { 'x-api-key': KEY[access.permission] }, status: undefined },
      ];
    });

  test('sends away who shows nothing, something wrong or expired, or too little; and lets in who may', async () => {
    const wrong: unknown[] = [];
    for (const { route, credentials, status } of rows()) {
      const [method, path] = requestOf(route);
      // The right key is tried where that can not stream for ever.
      if (status === undefined && /^GET \/events/.test(route)) continue;
      const isRead = method === 'GET' || method === 'DELETE';
      const answer = await send(method, path, isRead ? undefined : '{}', credentials);
      const isRight = status === undefined ? ![401, 403, 429].includes(answer.status) : answer.status === status;
      if (!isRight) wrong.push([route, credentials, answer.status]);
      if (status === 401 && !answer.challenge?.startsWith('Bearer ')) wrong.push([route, 'no challenge']);
    }
    expect(wrong).toEqual([]);
  });
});

/** From many addresses of this machine: who fails often from one is not looked at any more. */
let sender = 0;
const send = async (
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<{ status: number; challenge: string | undefined; body: string }> => {
  const { request } = await import('node:http');
  const { once } = await import('node:events');
  sender += 1;
  const localAddress = `127.0.${Math.floor(sender / 15 / 250)}.${(Math.floor(sender / 15) % 250) + 2}`;
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = request(service.url + path, { method, localAddress, headers: { ...type, ...headers } });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'], body: text };
};
