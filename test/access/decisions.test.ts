import { describe, expect, test } from '@jest/globals';
import { mustBeClosed } from '../../src/access/index.js';
import { Failures } from '../../src/access/failures.js';
import { mayPageCall, type PageRules } from '../../src/access/pages.js';
import { permissionsOf, withHeld } from '../../src/access/permission.js';
import { presentedIn } from '../../src/access/presented.js';
import { readConfig } from '../../src/config/index.js';

describe('permissions', () => {
  test('run and write hold read, admin holds all, nothing holds another', () => {
    expect([...withHeld(['read'])]).toEqual(['read']);
    expect([...withHeld(['run'])].sort()).toEqual(['read', 'run']);
    expect([...withHeld(['write'])].sort()).toEqual(['read', 'write']);
    expect([...withHeld(['admin'])].sort()).toEqual(['admin', 'read', 'run', 'write']);
  });

  test.each<[object, string[]]>([
    [{ permissions: ['read', 'harmonia:run'] }, ['read', 'run']],
    [{ permissions: ['workflows:execute'] }, ['read', 'run']],
    [{ permissions: ['*:*'] }, ['admin', 'read', 'run', 'write']],
    [{ permissions: ['admin'] }, ['admin', 'read', 'run', 'write']],
    [{ scope: 'openid harmonia:write' }, ['read', 'write']],
    [{ scope: 'admin write' }, []],
    [{ permissions: ['components:admin', 'memory:*', 'harmonia:', '__proto__', 'harmonia:__proto__', 7, null] }, []],
    [{ permissions: 'admin', scope: ['harmonia:admin'] }, []],
    [{}, []],
  ])('of the claims %j are %j', (claims, expected) => {
    expect([...permissionsOf(claims as Record<string, unknown>)].sort()).toEqual(expected);
  });
});

describe('credentials', () => {
  const nothing = { apiKey: undefined, authorization: undefined, query: undefined };

  test.each<[string, object, string | undefined]>([
    ['nothing', {}, undefined],
    ['a header', { apiKey: 'k' }, 'k'],
    ['a bearer', { authorization: 'Bearer k' }, 'k'],
    ['the header before the bearer', { apiKey: 'k', authorization: 'Bearer other' }, 'k'],
    ['the bearer before the address', { authorization: 'bearer k', query: 'other' }, 'k'],
    ['the address', { query: 'k' }, 'k'],
  ])('are found: %s', (_, carriers, credential) => {
    expect(presentedIn({ ...nothing, ...carriers })).toEqual({ credential });
  });

  test.each<[string, object]>([
    ['a key twice', { apiKey: ['a', 'b'] }],
    ['two keys in a header', { apiKey: 'a, b' }],
    ['an empty key', { apiKey: '' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a scheme alone', { authorization: 'Bearer ' }],
    ['an empty header', { authorization: '' }],
    ['what is no text', { authorization: 7 }],
    ['what is too long', { query: 'x'.repeat(8193) }],
    ['what is no word', { query: 'a\u0000b' }],
  ])('are none, and that is said: %s', (_, carriers) => {
    expect(presentedIn({ ...nothing, ...carriers })).toEqual({ credential: undefined, fault: expect.any(String) });
  });
});

describe('where nobody is asked who he is, a page', () => {
  const local: PageRules = {
    everyPage: false,
    origins: ['*', 'https://ui.example'],
    listensOn: '127.0.0.1',
    publicUrl: 'https://harmonia.example',
  };
  const open: PageRules = { ...local, listensOn: '0.0.0.0' };

  test.each<[string, string | undefined, string | undefined, PageRules, string]>([
    ['that is none calls', undefined, 'localhost:8007', local, 'yes'],
    ['of this machine calls', 'http://localhost:8080', 'localhost:8007', local, 'yes'],
    ['of an address of this machine calls', 'http://[::1]:8080', '127.0.0.1:8007', local, 'yes'],
    ['that is named calls', 'https://ui.example', '127.0.0.1:8007', local, 'yes'],
    ['of somebody else does not', 'https://evil.example', '127.0.0.1:8007', local, 'foreign_origin'],
    ['without an origin does not', 'null', '127.0.0.1:8007', local, 'foreign_origin'],
    [
      'whose name leads here since it was loaded does not',
      'http://evil.example:8007',
      'evil.example:8007',
      local,
      'foreign_origin',
    ],
    ['that reads under such a name does not', undefined, 'evil.example:8007', local, 'foreign_host'],
    ['under the public name calls', undefined, 'harmonia.example', local, 'yes'],
    ['of the same address calls', 'http://10.0.0.5:8080', '10.0.0.5:8007', open, 'yes'],
    ['of the same name calls where all are let in', 'http://box.lan:8080', 'box.lan:8007', open, 'yes'],
    ['of somebody else does not even there', 'https://evil.example', 'box.lan:8007', open, 'foreign_origin'],
    [
      'of whatever kind calls where somebody said so',
      'https://evil.example',
      'x',
      { ...local, everyPage: true },
      'yes',
    ],
    ['with a host that is none does not', undefined, 'a b', local, 'foreign_host'],
    ['from a client without a host calls', undefined, undefined, local, 'yes'],
  ])('%s', (_, origin, host, rules, expected) => {
    expect(mayPageCall({ origin, host }, rules)).toBe(expected);
  });
});

describe('listening', () => {
  const listener = { isRequired: false, allowsUnauthenticated: false };

  test.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost', '[::1]', '::ffff:127.0.0.1'])(
    'on %s asks for nothing',
    (host) => {
      expect(() => mustBeClosed({ ...listener, host })).not.toThrow();
    },
  );

  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org', '1270.0.0.1'])(
    'on %s asks for keys, or for a word that none are wanted',
    (host) => {
      expect(() => mustBeClosed({ ...listener, host })).toThrow(
        expect.objectContaining({ code: 'listener_open_to_all' }),
      );
      expect(() => mustBeClosed({ ...listener, host, isRequired: true })).not.toThrow();
      expect(() => mustBeClosed({ ...listener, host, allowsUnauthenticated: true })).not.toThrow();
    },
  );
});

describe('failures', () => {
  test('are counted by address, a network of IPv6 as one, and forgotten after a minute', () => {
    const failures = new Failures();
    for (let count = 0; count < 20; count++) failures.failed(`2001:db8::${count}`, 1000 + count);
    expect(failures.restOf('2001:db8:0:0:ffff::1', 1020)).toBe(59_980);
    expect(failures.restOf('2001:db8:0:1::1', 1020)).toBeUndefined();
    for (let count = 0; count < 19; count++) failures.failed('::ffff:10.0.0.1', 1000);
    expect(failures.restOf('10.0.0.1', 1000)).toBeUndefined();
    failures.failed('10.0.0.1', 1000);
    expect(failures.restOf('::ffff:10.0.0.1', 60_999)).toBe(1);
    expect(failures.restOf('10.0.0.1', 61_000)).toBeUndefined();
    failures.failed('10.0.0.1', 61_000);
    expect(failures.restOf('10.0.0.1', 61_001)).toBeUndefined();
  });
});

describe('settings', () => {
  const SECRET = 'a-secret-of-the-settings';

  test('keys turn it on; HARMONIA_AUTH decides; a secret of the platform alone does not', () => {
    const isRequired = (environment: Record<string, string>): boolean => readConfig(environment).access.isRequired;
    expect(isRequired({})).toBe(false);
    expect(isRequired({ HARMONIA_API_KEYS: SECRET })).toBe(true);
    expect(isRequired({ TEKTON_AUTH_SECRET: 'short' })).toBe(false);
    expect(isRequired({ HARMONIA_AUTH: 'on' })).toBe(true);
    expect(isRequired({ HARMONIA_AUTH: 'off', HARMONIA_API_KEYS: SECRET })).toBe(false);
    const jwks = { HARMONIA_JWKS_URL: 'https://id.example/keys', HARMONIA_JWT_ISSUER: 'i', HARMONIA_JWT_AUDIENCE: 'a' };
    expect(isRequired(jwks)).toBe(true);
  });

  test('keys have a name, permissions and workflows', () => {
    const { keys } = readConfig({
      HARMONIA_API_KEYS: `${SECRET}1, ci:${SECRET}2, ops:${SECRET}3:read+run,one:${SECRET}4:run:nightly report+weekly`,
    }).access;
    expect(keys).toEqual([
      { name: 'key-1', secret: `${SECRET}1`, permissions: ['admin'], workflows: undefined },
      { name: 'ci', secret: `${SECRET}2`, permissions: ['admin'], workflows: undefined },
      { name: 'ops', secret: `${SECRET}3`, permissions: ['read', 'run'], workflows: undefined },
      { name: 'one', secret: `${SECRET}4`, permissions: ['run'], workflows: ['nightly report', 'weekly'] },
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ['a short key', { HARMONIA_API_KEYS: 'short-canary' }],
    ['a key with a space', { HARMONIA_API_KEYS: 'a b-canary-canary-canary' }],
    ['an unknown permission', { HARMONIA_API_KEYS: `a:${SECRET}-canary:root` }],
    ['too many parts', { HARMONIA_API_KEYS: `a:${SECRET}-canary:read:w:x` }],
    ['one name twice', { HARMONIA_API_KEYS: `a:${SECRET}-canary,a:${SECRET}-canary2` }],
    ['a short secret of tokens', { HARMONIA_AUTH: 'on', TEKTON_AUTH_SECRET: 'canary' }],
    ['keys of tokens by HTTP', { HARMONIA_JWKS_URL: 'http://id.example/canary' }],
    ['keys of tokens of nobody', { HARMONIA_JWKS_URL: 'https://id.example/canary' }],
    ['a word that is none', { HARMONIA_ALLOW_UNAUTHENTICATED: 'perhaps' }],
  ])('%s is refused without showing it', (_, environment) => {
    let message = '';
    try {
      readConfig(environment);
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_configuration' });
      ({ message } = error as Error);
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('canary');
  });
});
