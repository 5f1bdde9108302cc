import { beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import { IssuerKeys } from '../../src/access/token/issuer-keys.js';
import { Tokens } from '../../src/access/token/tokens.js';
import type { Instant } from '../../src/kernel/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { TOKEN_SECRET, tokenOf } from '../world/callers.js';

const NOW: Instant = Date.UTC(2030, 0, 1);
const SECOND = 1000;
const USUAL = { alg: 'HS256', typ: 'JWT' };
const OF = { issuer: 'https://id.example', audience: 'harmonia' };

const pair = await generateKeyPair('RS256', { extractable: true });
const other = await generateKeyPair('RS256', { extractable: true });
const elliptic = await generateKeyPair('ES256', { extractable: true });
const published = async (key: CryptoKey, about: object): Promise<object> => ({ ...(await exportJWK(key)), ...about });
const KEYS = {
  keys: [
    await published(pair.publicKey, { kid: 'one', alg: 'RS256' }),
    await published(elliptic.publicKey, { kid: 'ec' }),
  ],
};

type CryptoKey = Awaited<ReturnType<typeof generateKeyPair>>['publicKey'];

interface Said {
  readonly key?: CryptoKey;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly claims?: object;
}

/** A token of the issuer, good unless something else is said. */
const issued = ({ key = pair.privateKey, header = {}, claims = {} }: Said = {}): Promise<string> =>
  new SignJWT({
    ...{ sub: 'ada', iss: OF.issuer, aud: OF.audience, exp: NOW / SECOND + 600, permissions: ['run'], ...claims },
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(key);

let timers: VirtualTimers;
let fetched: (() => Promise<JSONWebKeySet>)[];
let asked: number;
let keys: IssuerKeys;
let tokens: Tokens;

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

beforeEach(async () => {
  timers = new VirtualTimers(NOW);
  fetched = [];
  asked = 0;
  const fetch = (): Promise<JSONWebKeySet> => {
    asked += 1;
    return (fetched.shift() ?? (() => Promise.resolve(KEYS)))();
  };
  keys = new IssuerKeys({ fetch, timers, onTrouble: () => undefined });
  tokens = new Tokens({ secret: TOKEN_SECRET, issued: { keys, ...OF }, clock: timers });
  keys.start();
  await settled();
});

const reasonOf = async (token: string): Promise<string> =>
  tokens.verify(token).then(
    () => 'taken',
    (error: Error & { code: string }) => `${error.code}: ${error.message}`,
  );

describe('a token with the shared secret', () => {
  const exp = NOW / SECOND + 600;

  test('says who asks, what he may, and until when', async () => {
    const caller = await tokens.verify(tokenOf({ sub: 'ada', exp, permissions: ['write'], workflows: ['a', 'b'] }));
    expect(caller).toEqual({
      actor: 'token:ada',
      permissions: new Set(['read', 'write']),
      workflows: new Set(['a', 'b']),
      until: exp * SECOND,
    });
  });

  test('is remembered until it ends', async () => {
    const token = tokenOf({ sub: 'ada', exp: NOW / SECOND + 60 });
    expect(tokens.recall(token)).toBeUndefined();
    const caller = await tokens.verify(token);
    expect(tokens.recall(token)).toBe(caller);
    timers.advance(60 * SECOND);
    expect(tokens.recall(token)).toBeUndefined();
  });

  test.each<[string, object, object]>([
    ['that has expired', { sub: 'ada', exp: NOW / SECOND - 10 }, USUAL],
    ['that begins later', { sub: 'ada', exp, nbf: NOW / SECOND + 60 }, USUAL],
    ['without an end', { sub: 'ada', exp: undefined }, USUAL],
    ['without a subject', { exp }, USUAL],
    ['with a subject that is none', { sub: '', exp }, USUAL],
    ['for somebody else', { sub: 'ada', exp, aud: 'rhetor' }, USUAL],
    ['with workflows that are none', { sub: 'ada', exp, workflows: 'all' }, USUAL],
    ['without a signature', { sub: 'ada', exp }, { alg: 'none' }],
    ['with another hash', { sub: 'ada', exp }, { alg: 'HS512' }],
    ['with headers that must be understood', { sub: 'ada', exp }, { alg: 'HS256', crit: ['exp'], exp }],
  ])('%s is refused', async (_, claims, header) => {
    expect(await reasonOf(tokenOf(claims, { header }))).toMatch(/^authentication_failed/);
  });

  test('with another secret is refused, and so is one of which a character was changed', async () => {
    const good = tokenOf({ sub: 'ada', exp });
    expect(await reasonOf(tokenOf({ sub: 'ada', exp }, { secret: 'x'.repeat(40) }))).toContain('signature');
    const [head = '', body = '', signature = ''] = good.split('.');
    expect(await reasonOf(`${head}.${body.slice(0, -2)}AA.${signature}`)).toMatch(/^authentication_failed/);
    expect(await reasonOf(`${head}.${body}.`)).toMatch(/^authentication_failed/);
  });

  test('for us is taken, also among others', async () => {
    expect(await reasonOf(tokenOf({ sub: 'ada', exp, aud: ['rhetor', 'harmonia'] }))).toBe('taken');
  });
});

describe('a token of an issuer', () => {
  test('is verified with the key that it names, of whatever kind', async () => {
    expect((await tokens.verify(await issued())).permissions).toEqual(new Set(['read', 'run']));
    expect(await reasonOf(await issued({ key: elliptic.privateKey, header: { alg: 'ES256', kid: 'ec' } }))).toBe(
      'taken',
    );
  });

  test('signed with the public key as if it were a secret is refused (HS/RS confusion)', async () => {
    const text = JSON.stringify(KEYS.keys[0]);
    const claims = { sub: 'eve', iss: OF.issuer, aud: OF.audience, exp: NOW / SECOND + 600, permissions: ['admin'] };
    for (const secret of [text, (KEYS.keys[0] as { n: string }).n])
      expect(await reasonOf(tokenOf(claims, { secret, header: { alg: 'HS256', kid: 'one' } }))).toContain('signature');
    const alone = new Tokens({ secret: undefined, issued: { keys, ...OF }, clock: timers });
    await expect(alone.verify(tokenOf(claims))).rejects.toMatchObject({ code: 'authentication_failed' });
  });

  test.each<[string, Said]>([
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['for another audience', { claims: { aud: 'rhetor' } }],
    ['without an audience', { claims: { aud: undefined } }],
    ['that has expired', { claims: { exp: NOW / SECOND - 10 } }],
    ['with a key of somebody else', { key: other.privateKey }],
    ['with an algorithm that its key is not for', { header: { alg: 'PS256' }, key: pair.privateKey }],
  ])('%s is refused', async (_, said) => {
    const token = await issued(said).catch(() => tokenOf({ sub: 'x' }, { header: { alg: 'PS256', kid: 'one' } }));
    expect(await reasonOf(token)).toMatch(/^authentication_failed/);
  });

  test('counts no more when its key is gone', async () => {
    const token = await issued();
    await tokens.verify(token);
    expect(tokens.recall(token)).toBeDefined();
    fetched.push(async () => ({ keys: [await published(other.publicKey, { kid: 'two', alg: 'RS256' })] }));
    timers.advance(300 * SECOND);
    await new Promise(setImmediate);
    expect(asked).toBe(2);
    expect(tokens.recall(token)).toBeUndefined();
    expect(await reasonOf(token)).toContain('issuer does not have');
  });

  test('with a key that is not there has it looked for, once in a while, and does not wait for it', async () => {
    const later = await issued({ header: { kid: 'two' }, key: other.privateKey });
    expect(await reasonOf(later)).toContain('issuer does not have');
    expect(asked).toBe(1);
    timers.advance(30 * SECOND);
    fetched.push(async () => ({ keys: [await published(other.publicKey, { kid: 'two', alg: 'RS256' })] }));
    expect(await reasonOf(later)).toContain('issuer does not have');
    await new Promise(setImmediate);
    expect(await reasonOf(later)).toBe('taken');
    expect(asked).toBe(2);
  });

  test('can not be verified while the keys were never there; they are asked for again and again', async () => {
    const failing = (): Promise<JSONWebKeySet> => Promise.reject(new Error('away'));
    fetched.push(failing, failing, failing);
    const away = new IssuerKeys({
      fetch: () => {
        asked += 1;
        return (fetched.shift() ?? (() => Promise.resolve(KEYS)))();
      },
      timers,
      onTrouble: () => undefined,
    });
    const waiting = new Tokens({ secret: undefined, issued: { keys: away, ...OF }, clock: timers });
    away.start();
    await settled();
    await expect(waiting.verify(await issued())).rejects.toMatchObject({ code: 'token_keys_missing' });
    for (const pause of [5, 10, 20]) {
      timers.advance(pause * SECOND);
      await settled();
    }
    await waiting.verify(await issued());
    away.stop();
  });

  test('counts for a day without its issuer', async () => {
    const away = (): Promise<JSONWebKeySet> => Promise.reject(new Error('away'));
    fetched.push(...Array.from({ length: 400 }, () => away));
    const token = await issued({ claims: { exp: NOW / SECOND + 200_000 } });
    for (let minutes = 0; minutes < 23 * 60; minutes += 5) {
      timers.advance(300 * SECOND);
      await settled();
    }
    expect(await reasonOf(token)).toBe('taken');
    timers.advance(3700 * SECOND);
    await settled();
    expect(await reasonOf(token)).toMatch(/^token_keys_missing/);
  });
});
