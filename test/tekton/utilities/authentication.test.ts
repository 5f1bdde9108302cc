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
    expect(await reason(token, {})).toBe('algorithm');
    const byNobody = await new SignJWT({ sub: 'eve', exp: NOW })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.alloc(1));
    expect(await reason(byNobody, { secrets: [''] })).toBe('algorithm');
    await expect(signBearer(words, '')).rejects.toThrow('TEKTON_AUTH_SECRET is not set');
  });

  test('are for whom they are', async () => {
    const token = await signBearer({ ...words, issuer: 'tekton', audience: 'harmonia' }, SECRET);
    expect(await reason(token, { secrets: [SECRET], audience: 'harmonia' })).toBe('ada');
    expect(await reason(token, { secrets: [SECRET], audience: 'sophia' })).toBe('for_others');
    expect(await reason(token, { secrets: [SECRET] })).toBe('ada');
    expect(await reason(await signBearer(words, SECRET), { secrets: [SECRET], audience: 'sophia' })).toBe('ada');
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
    ['of an empty name', { sub: '', exp: NOW / 1000 + 9 }],
    ['with an end that is no number', { sub: 'ada', exp: '9' }],
  ])('one %s is refused', async (_what, payload) => {
    const token = await new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
    expect(await reason(token, { secrets: [SECRET] })).toBe('wrong_claims');
  });

  test.each(['admin', { admin: true }, [{}, 5, null]])(
    'permissions that are %j permit nothing',
    async (permissions) => {
      const payload = { sub: 'ada', exp: NOW / 1000 + 9, permissions };
      const token = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
      expect(await verifyBearer(token, { secrets: [SECRET], now: NOW })).toMatchObject({ claims: { permissions: [] } });
    },
  );

  describe('of an issuer with public keys', () => {
    let key: CryptoKey;
    let jwk: JWK;
    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true });
      key = pair.privateKey;
      jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
    });
    const OF = { issuer: 'https://id.example', audience: 'sophia' };
    const signed = (kid: string, claims: object = {}): Promise<string> =>
      new SignJWT({ sub: 'ada', exp: NOW / 1000 + 9, iss: OF.issuer, aud: OF.audience, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(key);
    const by = async (token: string, keys: BearerKeys = {}): Promise<string> =>
      reason(token, { issued: { keySet: { keys: [jwk] }, ...OF }, ...keys });

    test('are checked with the key that they name', async () => {
      expect(await by(await signed('k1'))).toBe('ada');
      expect(await by(await signed('k2'))).toBe('unknown_key');
      expect(await by(await signed('k1'), { issued: { keySet: undefined, ...OF } })).toBe('no_keys');
      expect(await by(await signed('k1'), { issued: undefined, secrets: [SECRET] })).toBe('algorithm');
    });

    test.each([
      ['another issuer', { iss: 'https://evil.example' }],
      ['nobody who says so', { iss: undefined }],
      ['an issuer, for somebody else', { aud: 'rhetor' }],
      ['an issuer, for whoever has it', { aud: undefined }],
    ])('of %s are refused', async (_whose, claims) => {
      expect(await by(await signed('k1', claims))).toBe('wrong_claims');
    });

    test('a public key is no shared secret', async () => {
      const claims = { sub: 'eve', exp: NOW / 1000 + 9, iss: OF.issuer, aud: OF.audience };
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(Buffer.from(JSON.stringify(jwk)));
      expect(await by(forged, { secrets: [SECRET] })).toBe('wrong_signature');
      expect(await by(forged)).toBe('algorithm');
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      for (const alg of ['none', 'None', 'HS512', '', 5, undefined])
        expect(await by(`${part({ alg })}.${part(claims)}.x`, { secrets: [SECRET] })).toBe('algorithm');
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
