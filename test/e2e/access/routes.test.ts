import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { declaredAccess, ROUTES } from '../../../src/api/access/routes/index.js';
import type { RouteAccess } from '../../../src/api/access/route-access.js';
import type { Permission } from '../../../src/access/ports/index.js';
import { addresses, ask, TOKEN_SECRET, tokenOf } from '../../world/callers.js';
import { TestService } from '../../world/service.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const KEY: Readonly<Record<Permission, string>> = {
  read: 'reader-key-of-the-test-01',
  run: 'runner-key-of-the-test-01',
  write: 'writer-key-of-the-test-01',
  admin: 'admin-key-of-the-test-001',
};
/** A key with other permissions than the one that is asked; nobody may less than read. */
const LESS: Readonly<Record<Permission, string | undefined>> = {
  read: undefined,
  run: KEY.write,
  write: KEY.run,
  admin: KEY.write,
};

let service: TestService;
let routes: readonly string[];
beforeAll(async () => {
  const keys = Object.entries(KEY).map(([permission, secret]) => `${permission}:${secret}:${permission}`);
  service = await TestService.start({ HARMONIA_API_KEYS: keys.join(','), TEKTON_AUTH_SECRET: TOKEN_SECRET });
  // What the router prints of files leaves out a slash.
  routes = service.routes().map((route) => route.replace('docs*', 'docs/*'));
});
afterAll(() => service.stop());

const accessOfRoute = (route: string): RouteAccess | undefined => {
  const [method = '', path = ''] = route.split(' ');
  return declaredAccess(method, path);
};

test('every served route says what it asks of its callers, and nothing is said of what is not served', () => {
  expect(routes.length).toBeGreaterThan(300);
  expect(routes.filter((route) => !accessOfRoute(route))).toEqual([]);
  const served = new Set(routes.map((route) => route.replace(/ \/api(\/v1)?(?=\/|$)/, ' ').replace(/ $/, ' /')));
  const ofAny = new Set([...served].map((route) => route.replace(/^\w+/, 'ANY')));
  const isServed = (route: string): boolean => served.has(route) || ofAny.has(route);
  expect(Object.keys(ROUTES).filter((route) => !isServed(route))).toEqual([]);
});

describe('a route that is guarded', () => {
  type Row = readonly [why: string, credentials: Record<string, string>, status: number | undefined];

  const rowsFor = (permission: Permission): readonly Row[] => {
    const late = tokenOf({ sub: 'late', exp: Math.floor(Date.now() / 1000) - 600, permissions: ['admin'] });
    const powerless = tokenOf({ sub: 'nobody', permissions: ['components:read'] });
    const insufficient = LESS[permission];
    return [
      ['nothing', {}, 401],
      ['an unknown key', { 'x-api-key': `hmk_${'a'.repeat(12)}_${'b'.repeat(43)}` }, 401],
      ['a forged token', { authorization: `Bearer ${tokenOf({ sub: 'x' }, { secret: 'another'.repeat(6) })}` }, 401],
      ['an expired token', { authorization: `Bearer ${late}` }, 401],
      ['a token without permissions', { authorization: `Bearer ${powerless}` }, 403],
      ...(insufficient === undefined ? [] : [['too little', { 'x-api-key': insufficient }, 403] as const]),
      ['enough', { 'x-api-key': KEY[permission] }, undefined],
    ];
  };

  /** What was not as it should be, of one route. */
  const wrongsOf = async (route: string, permission: Permission, from: string): Promise<unknown[]> => {
    const [method = '', path = ''] = route.split(' ');
    const url = service.url + path.replace(/:\w+/g, NOBODY);
    const body = ['GET', 'DELETE'].includes(method) ? undefined : {};
    // Names for the same handlers are held to the same table.
    const isAlias = path.startsWith('/api/') && !path.startsWith('/api/v1/');
    const wrong: unknown[] = [];
    for (const [why, headers, status] of rowsFor(permission).slice(0, isAlias ? 1 : undefined)) {
      // What the right key opens streams for ever: the streams have tests of their own.
      if (status === undefined && path === '/events') continue;
      const answer = await ask(url, { method, headers, body, from });
      const isRight = status === undefined ? ![401, 403, 429].includes(answer.status) : answer.status === status;
      const isTold = status !== 401 || /^Bearer .*ApiKey /.test(answer.headers['www-authenticate'] ?? '');
      if (!isRight || !isTold) wrong.push([route, why, answer.status, answer.text.slice(0, 200)]);
    }
    return wrong;
  };

  test('sends away who shows nothing, something wrong or expired, or too little; and lets in who may', async () => {
    const from = addresses();
    const wrong: unknown[] = [];
    for (const route of routes) {
      const access = accessOfRoute(route);
      if (access?.is === 'guarded' && !access.mayBeOpen)
        wrong.push(...(await wrongsOf(route, access.permission, from())));
    }
    expect(wrong).toEqual([]);
  });
});

test('what is open stays open', async () => {
  for (const path of ['/', '/health', '/ready', '/discovery', '/api/v1/openapi.json', '/api/v1/docs'])
    expect([path, (await ask(service.url + path)).status]).toEqual([path, 200]);
  for (const [path, status] of [
    ['/hooks/nobody', 404],
    ['/api/v1/callbacks/nobody', 410],
    ['/nowhere', 404],
  ] as const)
    expect([path, (await ask(service.url + path, { method: 'POST', body: {} })).status]).toEqual([path, status]);
});
