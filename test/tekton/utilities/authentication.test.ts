import { beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import {
  challenge,
  checkApiKey,
  hashApiKey,
  makeApiKey,
  matchesApiKey,
  permits,
  signBearer,
  verifyBearer,
  type BearerKeys,
} from '../../../src/tekton/utilities/authentication/index.js';

const NOW = Date.parse('2026-11-30T00:00:00Z');
const SECRET = 'a shared secret of the platform, long enough';
const words = { subject: 'ada', permissions: ['memory:read', 'llm:*'], now: NOW };

const reason = async (token: string, keys: BearerKeys): Promise<string> => {
  const verified = await verifyBearer(token, { now: NOW, ...keys });
  return verified.is === 'claims' ? verified.claims.subject : verified.because;
};

describe('bearer tokens', () => {
  test('say who asks and what they may, for an hour', async () => {
    const token = await signBearer(words, SECRET);
    const verified = await verifyBearer(token, { secrets: ['another', SECRET], now: NOW });
    expect(verified).toMatchObject({
      is: 'claims',
      claims: { subject: 'ada', permissions: ['memory:read', 'llm:*'], expiresAt: NOW + 3_600_000 },
    });
    expect(await reason(token, { secrets: [SECRET], now: NOW + 3_600_000 })).toBe('ada');
    expect(await reason(token, { secrets: [SECRET], now: NOW + 3_606_000 })).toBe('expired');
  });

  test('of another secret, or of none, prove nothing', async () => {
    const token = await signBearer(words, SECRET);
    expect(await reason(token, { secrets: ['another'] })).toBe('wrong_signature');
    expect(await reason(token, {})).toBe('wrong_signature');
    const byNobody = await new SignJWT({ sub: 'eve', exp: NOW })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.alloc(1));
    expect(await reason(byNobody, { secrets: [''] })).toBe('wrong_signature');
    await expect(signBearer(words, '')).rejects.toThrow('TEKTON_AUTH_SECRET is not set');
  });

  test('are for whom they are', async () => {
    const token = await signBearer({ ...words, issuer: 'tekton', audience: 'harmonia' }, SECRET);
    expect(await reason(token, { secrets: [SECRET], issuer: 'tekton', audience: 'harmonia' })).toBe('ada');
    expect(await reason(token, { secrets: [SECRET], audience: 'sophia' })).toBe('wrong_claims');
    expect(await reason(await signBearer(words, SECRET), { secrets: [SECRET], issuer: 'tekton' })).toBe('wrong_claims');
  });

  test.each([
    ['', 'malformed'],
    ['a.b', 'malformed'],
    ['a.b.c', 'malformed'],
    ['x'.repeat(20_000), 'malformed'],
  ])('%s is none', async (token, because) => {
    expect(await reason(token, { secrets: [SECRET] })).toBe(because);
  });

  test.each<[string, object]>([
    ['without an end', { sub: 'ada' }],
    ['of nobody', { exp: NOW / 1000 + 9 }],
    ['with odd permissions', { sub: 'ada', exp: NOW / 1000 + 9, permissions: 'admin' }],
    ['with odder ones', { sub: 'ada', exp: NOW / 1000 + 9, permissions: [{}] }],
  ])('one %s is refused', async (_what, payload) => {
    const token = await new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
    expect(await reason(token, { secrets: [SECRET] })).toBe('wrong_claims');
  });

  describe('of an issuer with public keys', () => {
    let key: CryptoKey;
    let jwk: JWK;
    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true });
      key = pair.privateKey;
      jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
    });
    const signed = (kid: string): Promise<string> =>
      new SignJWT({ sub: 'ada', exp: NOW / 1000 + 9 }).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

    test('are checked with the key that they name', async () => {
      expect(await reason(await signed('k1'), { keySet: { keys: [jwk] } })).toBe('ada');
      expect(await reason(await signed('k2'), { keySet: { keys: [jwk] } })).toBe('wrong_signature');
    });

    test('a public key is no shared secret', async () => {
      const forged = await new SignJWT({ sub: 'eve', exp: NOW / 1000 + 9 })
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(Buffer.from(JSON.stringify(jwk)));
      expect(await reason(forged, { keySet: { keys: [jwk] }, secrets: [SECRET] })).toBe('wrong_signature');
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"eve"}').toString('base64url')}.x`;
      expect(await reason(none, { keySet: { keys: [jwk] }, secrets: [SECRET] })).not.toBe('eve');
    });
  });
});

test.each([
  [[], ['memory:read'], ['memory:read']],
  [['memory:read'], ['memory:read'], []],
  [['memory:read'], ['memory:write', 'memory:read', 'llm:invoke'], ['memory:write', 'llm:invoke']],
  [['memory:*'], ['memory:read', 'memory:admin'], []],
  [['memory:*'], ['memory2:read', 'memory'], ['memory2:read', 'memory']],
  [['admin'], ['users:admin', 'anything'], []],
  [['*', ':*', ''], ['memory:read'], ['memory:read']],
  [['memory:read'], [], []],
])('%j permits of %j all but %j', (given, needed, missing) => {
  expect(permits(given, needed)).toEqual(missing);
});

describe('API keys', () => {
  const record = (key: string, expiresAt?: number) => ({
    hash: hashApiKey(key),
    owner: 'ada',
    permissions: [],
    expiresAt,
  });

  test('are random, and kept as salted hashes', () => {
    const [one, other] = [makeApiKey(), makeApiKey()];
    expect(one).toMatch(/^[\da-f]{64}$/);
    expect(one).not.toBe(other);
    expect(hashApiKey(one)).not.toBe(hashApiKey(one));
    expect(Buffer.from(hashApiKey(one), 'base64')).toHaveLength(48);
    expect([matchesApiKey(one, hashApiKey(one)), matchesApiKey(other, hashApiKey(one))]).toEqual([true, false]);
    expect(['', 'AAAA', '!'].map((hash) => matchesApiKey(one, hash))).toEqual([false, false, false]);
  });

  test('are known until they end', () => {
    const [one, old] = [makeApiKey(), makeApiKey()];
    const records = [record(one), record(old, NOW)];
    expect(checkApiKey(one, records, NOW)).toEqual({ is: 'known', record: records[0] });
    expect(checkApiKey(old, records, NOW - 1)).toMatchObject({ is: 'known' });
    expect(checkApiKey(old, records, NOW)).toEqual({ is: 'refused', because: 'expired' });
    for (const key of [makeApiKey(), '', one.toUpperCase(), `${one} `])
      expect(checkApiKey(key, records, NOW)).toEqual({ is: 'refused', because: 'unknown' });
  });
});

test('a refusal says how to prove oneself', () => {
  expect([challenge('Bearer'), challenge('ApiKey', 'expired')]).toEqual([
    ...['Bearer', 'ApiKey error="invalid_token", error_description="it has expired"'],
  ]);
});
