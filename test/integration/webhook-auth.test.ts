import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { BodyReader } from '../../src/integration/body/index.js';
import { parseAuth } from '../../src/integration/webhook/parse-auth.js';
import { PresentedHeaders } from '../../src/integration/webhook/presented-headers.js';
import { verify } from '../../src/integration/webhook/verify.js';
import type { Fault, JsonObject } from '../../src/kernel/index.js';
import type { Credential } from '../../src/plugin/contract/index.js';
import { random, seedOf } from '../world/random.js';

const NOW = 1_614_265_330;
const BODY = Buffer.from('{"test": 2432232314}');

interface Given {
  readonly headers?: readonly (readonly [string, string])[];
  readonly query?: string;
  readonly body?: Buffer;
  /** Seconds. */
  readonly now?: number;
  readonly credentials?: Readonly<Record<string, Credential>>;
}

/** `ok`, or the code of the refusal. */
const outcome = (config: JsonObject, given: Given = {}): string => {
  const faults: Fault[] = [];
  const { auth, secret } = parseAuth(new BodyReader(config, '/auth', faults));
  expect(faults).toEqual([]);
  const own: Record<string, Credential> = { ...given.credentials, ...(secret && { own: secret }) };
  const named = auth.type !== 'none' && secret ? { ...auth, credentials: ['own'] } : auth;
  const evidence = {
    headers: new PresentedHeaders((given.headers ?? []).flat()),
    query: new URLSearchParams(given.query),
    body: given.body ?? BODY,
  };
  try {
    verify(named, evidence, { credential: (name) => own[name], now: () => (given.now ?? NOW) * 1000 });
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const hmac = (secret: string, body: Buffer | string = BODY, algorithm = 'sha256'): Buffer =>
  createHmac(algorithm, secret).update(body).digest();
const NO = 'hook_unverified';

describe('none, basic, bearer, api key', () => {
  const basic = { type: 'basic', username: 'ädä', password: 'pa:ss wörd' };
  const encoded = Buffer.from('ädä:pa:ss wörd').toString('base64');
  const bearer = { type: 'bearer', token: 'tökén' };
  const token = Buffer.from('tökén').toString('latin1');
  const key = { type: 'api_key', key: 'key-1' };
  const table: readonly (readonly [string, JsonObject, Given, string])[] = [
    ['nothing is asked', { type: 'none' }, {}, 'ok'],
    ['basic', basic, { headers: [['Authorization', `Basic ${encoded}`]] }, 'ok'],
    ['basic, scheme in another case', basic, { headers: [['AUTHORIZATION', `bAsIc  ${encoded}`]] }, 'ok'],
    ['basic, nothing', basic, {}, NO],
    ['basic, empty', basic, { headers: [['authorization', 'Basic ']] }, NO],
    ['basic, in clear', basic, { headers: [['authorization', 'Basic ädä:pa:ss wörd']] }, NO],
    ['basic as bearer', basic, { headers: [['authorization', `Bearer ${encoded}`]] }, NO],
    [
      'basic, latin-1 instead of UTF-8',
      basic,
      { headers: [['authorization', `Basic ${Buffer.from('ädä:pa:ss wörd', 'latin1').toString('base64')}`]] },
      NO,
    ],
    [
      'basic, twice',
      basic,
      {
        headers: [
          ['authorization', `Basic ${encoded}`],
          ['authorization', 'Basic eDp5'],
        ],
      },
      NO,
    ],
    ['basic, a prefix', basic, { headers: [['authorization', `Basic ${encoded.slice(0, -4)}`]] }, NO],
    ['bearer', bearer, { headers: [['authorization', `Bearer ${token}`]] }, 'ok'],
    ['bearer, longer', bearer, { headers: [['authorization', `Bearer ${token}x`]] }, NO],
    ['bearer, shorter', bearer, { headers: [['authorization', `Bearer ${token.slice(0, -1)}`]] }, NO],
    ['bearer, other case', bearer, { headers: [['authorization', `Bearer ${token.toUpperCase()}`]] }, NO],
    ['bearer, no scheme', bearer, { headers: [['authorization', token]] }, NO],
    ['bearer, decomposed', bearer, { headers: [['authorization', `Bearer ${'tökén'.normalize('NFD')}`]] }, NO],
    ['api key', key, { headers: [['X-Api-Key', 'key-1']] }, 'ok'],
    ['api key, other header', { ...key, header: 'X-Token' }, { headers: [['x-token', 'key-1']] }, 'ok'],
    ['api key, where it does not belong', key, { query: 'x-api-key=key-1' }, NO],
    [
      'api key, twice',
      key,
      {
        headers: [
          ['x-api-key', 'key-1'],
          ['x-api-key', 'key-1'],
        ],
      },
      NO,
    ],
    ['api key, a list', key, { headers: [['x-api-key', 'k-1, k-2']] }, NO],
    ['api key in the query', { ...key, query: 'key' }, { query: 'a=b&key=key-1' }, 'ok'],
    ['api key in the query, twice', { ...key, query: 'key' }, { query: 'key=k-1&key=key-1' }, NO],
    ['api key in the query, as a list', { ...key, query: 'key' }, { query: 'key[]=key-1' }, NO],
    ['api key, empty', key, { headers: [['x-api-key', '']] }, NO],
  ];
  test.each(table)('%s', (_, config, given, expected) => expect(outcome(config, given)).toBe(expected));
});

describe('signatures', () => {
  const plain = { type: 'hmac', secret: 's€cret' };
  const hex = hmac('s€cret').toString('hex');
  const base64 = hmac('s€cret').toString('base64');
  const with1 = (name: string, value: string): Given => ({ headers: [[name, value]] });
  const odd = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
  const github = { type: 'hmac', secret: 's€cret', scheme: 'github' };
  const table: readonly (readonly [string, JsonObject, Given, string])[] = [
    ['over the body, in hex', plain, with1('x-signature', hex), 'ok'],
    ['upper-case hex', plain, with1('X-Signature', hex.toUpperCase()), 'ok'],
    ['base64 where hex belongs', plain, with1('x-signature', base64), NO],
    ['base64', { ...plain, encoding: 'base64' }, with1('x-signature', base64), 'ok'],
    ['base64, another spelling', { ...plain, encoding: 'base64' }, with1('x-signature', base64.replace(/=+$/, '')), NO],
    ['other case of base64', { ...plain, encoding: 'base64' }, with1('x-signature', base64.toLowerCase()), NO],
    ['a prefix of it', plain, with1('x-signature', hex.slice(0, 32)), NO],
    ['longer', plain, with1('x-signature', `${hex}00`), NO],
    ['empty', plain, with1('x-signature', ''), NO],
    ['absent', plain, {}, NO],
    [
      'twice',
      plain,
      {
        headers: [
          ['x-signature', hex],
          ['x-signature', hex],
        ],
      },
      NO,
    ],
    ['another body', plain, { ...with1('x-signature', hex), body: Buffer.from(`${BODY.toString()} `) }, NO],
    [
      'bytes that are no text',
      plain,
      { ...with1('x-signature', hmac('s€cret', odd).toString('hex')), body: odd },
      'ok',
    ],
    [
      'bytes that become the same text',
      plain,
      { ...with1('x-signature', hmac('s€cret', odd.toString('utf8')).toString('hex')), body: odd },
      NO,
    ],
    ['github', github, with1('x-hub-signature-256', `sha256=${hex}`), 'ok'],
    ['github without the prefix', github, with1('x-hub-signature-256', hex), NO],
    [
      'github, the weaker header',
      github,
      with1('x-hub-signature', `sha1=${hmac('s€cret', BODY, 'sha1').toString('hex')}`),
      NO,
    ],
    [
      'sha512',
      { ...plain, algorithm: 'sha512' },
      with1('x-signature', hmac('s€cret', BODY, 'sha512').toString('hex')),
      'ok',
    ],
    ['sha256 where sha512 belongs', { ...plain, algorithm: 'sha512' }, with1('x-signature', hex), NO],
    ['the second of two secrets', { type: 'hmac', secrets: ['older', 's€cret'] }, with1('x-signature', hex), 'ok'],
    ['none of two secrets', { type: 'hmac', secrets: ['older', 'newer'] }, with1('x-signature', hex), NO],
  ];
  test.each(table)('%s', (_, config, given, expected) => expect(outcome(config, given)).toBe(expected));

  const slack = { type: 'hmac', secret: 's€cret', scheme: 'slack' };
  const slackAt = (at: string, signedAt = at): Given => ({
    headers: [
      ['x-slack-request-timestamp', at],
      ['x-slack-signature', `v0=${hmac('s€cret', `v0:${signedAt}:${BODY.toString()}`).toString('hex')}`],
    ],
  });
  const stripe = { type: 'hmac', secret: 's€cret', scheme: 'stripe' };
  const stripeSignature = (at: number): string => hmac('s€cret', `${at}.${BODY.toString()}`).toString('hex');
  const stripeHeader = (value: string): Given => with1('stripe-signature', value);
  const timed: readonly (readonly [string, JsonObject, Given, string])[] = [
    ['slack', slack, slackAt(String(NOW)), 'ok'],
    ['slack, at the far edge of the past', slack, slackAt(String(NOW - 300)), 'ok'],
    ['slack, a second beyond', slack, slackAt(String(NOW - 301)), 'hook_stale'],
    ['slack, at the edge of the future', slack, slackAt(String(NOW + 300)), 'ok'],
    ['slack, beyond', slack, slackAt(String(NOW + 301)), 'hook_stale'],
    ['slack, a replay with a new time', slack, slackAt(String(NOW), String(NOW - 1000)), NO],
    ['slack, forged and stale: says nothing of the time', slack, slackAt('1', '2'), NO],
    ['slack, no number', slack, slackAt('now'), NO],
    ['slack, signed', slack, slackAt(`+${NOW}`), NO],
    ['slack, in ms', slack, slackAt(String(NOW * 1000)), NO],
    ['slack, a narrow window', { ...slack, tolerance: 1 }, slackAt(String(NOW - 2)), 'hook_stale'],
    ['stripe', stripe, stripeHeader(`t=${NOW},v1=${stripeSignature(NOW)}`), 'ok'],
    ['stripe, of several', stripe, stripeHeader(`t=${NOW}, v1=00, v0=11, v1=${stripeSignature(NOW)}`), 'ok'],
    ['stripe, in the old scheme', stripe, stripeHeader(`t=${NOW},v0=${stripeSignature(NOW)}`), NO],
    ['stripe, two times', stripe, stripeHeader(`t=${NOW},t=1,v1=${stripeSignature(NOW)}`), NO],
    ['stripe, no time', stripe, stripeHeader(`v1=${stripeSignature(NOW)}`), NO],
    [
      'stripe, too late',
      stripe,
      { ...stripeHeader(`t=${NOW},v1=${stripeSignature(NOW)}`), now: NOW + 301 },
      'hook_stale',
    ],
  ];
  test.each(timed)('%s', (_, config, given, expected) => expect(outcome(config, given)).toBe(expected));

  test('of thousands, only so many are looked at', () => {
    const many = Array.from({ length: 5000 }, () => 'v1=00').join(',');
    expect(outcome(stripe, stripeHeader(`t=${NOW},${many},v1=${stripeSignature(NOW)}`))).toBe(NO);
  });
});

describe('Standard Webhooks: the published vectors', () => {
  const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const OTHER = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
  const config = { type: 'standard_webhooks', secret: `whsec_${SECRET}` };
  const message = (change: Readonly<Record<string, string | undefined>> = {}): Given => {
    const headers = { 'webhook-id': ID, 'webhook-timestamp': String(NOW), 'webhook-signature': SIGNATURE, ...change };
    return {
      headers: Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    };
  };
  const signedAt = (at: number): Given =>
    message({
      'webhook-timestamp': String(at),
      'webhook-signature': new Webhook(SECRET).sign(ID, new Date(at * 1000), BODY.toString()),
    });
  const table: readonly (readonly [string, Given, string])[] = [
    ['the signature of the specification', message(), 'ok'],
    ['missing id', message({ 'webhook-id': undefined }), NO],
    ['missing timestamp', message({ 'webhook-timestamp': undefined }), NO],
    ['missing signature', message({ 'webhook-signature': undefined }), NO],
    ['invalid timestamp', message({ 'webhook-timestamp': 'hello' }), NO],
    ['a timestamp with a tail, which parseInt would take', message({ 'webhook-timestamp': `${NOW}x` }), NO],
    ['invalid signature', message({ 'webhook-signature': 'v1,dawfeoifkpqwoekfpqoekf' }), NO],
    ['another signature', message({ 'webhook-signature': `v1,${OTHER}` }), NO],
    ['partial signature', message({ 'webhook-signature': SIGNATURE.slice(0, 8) }), NO],
    ['empty signature', message({ 'webhook-signature': 'v1,' }), NO],
    ['no version', message({ 'webhook-signature': SIGNATURE.slice(3) }), NO],
    ['several', message({ 'webhook-signature': `v1,${OTHER} v2,${OTHER} ${SIGNATURE} v1,${OTHER}` }), 'ok'],
    ['right in the wrong version', message({ 'webhook-signature': SIGNATURE.replace('v1', 'v2') }), NO],
    ['another id', message({ 'webhook-id': 'msg_2' }), NO],
    ['at the edge of the past', signedAt(NOW - 300), 'ok'],
    ['too old', signedAt(NOW - 301), 'hook_stale'],
    ['at the edge of the future', signedAt(NOW + 300), 'ok'],
    ['too new', signedAt(NOW + 301), 'hook_stale'],
  ];
  test.each(table)('%s', (_, given, expected) => expect(outcome(config, given)).toBe(expected));

  test('with and without the prefix of the secret, and while it changes', () => {
    expect(outcome({ type: 'standard_webhooks', secret: SECRET }, message())).toBe('ok');
    const secrets = ['whsec_b3RoZXI=', `whsec_${SECRET}`];
    expect(outcome({ type: 'standard_webhooks', secrets }, message())).toBe('ok');
  });

  test('whatever the library signs is verified, and nothing that differs in a bit', () => {
    const next = random(seedOf('standard webhooks'));
    for (let round = 0; round < 200; round++) {
      const body = Array.from({ length: Math.floor(next() * 40) }, () =>
        String.fromCodePoint(1 + Math.floor(next() * 0x2000)),
      ).join('');
      const key = Buffer.from(Array.from({ length: 24 }, () => Math.floor(next() * 256))).toString('base64');
      const signature = new Webhook(key).sign(ID, new Date(NOW * 1000), body);
      const given = { ...message({ 'webhook-signature': signature }), body: Buffer.from(body) };
      expect(outcome({ type: 'standard_webhooks', secret: key }, given)).toBe('ok');
      const bytes = Buffer.concat([given.body, Buffer.from('.')]);
      const at = Math.floor(next() * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(next() * 8));
      expect(outcome({ type: 'standard_webhooks', secret: key }, { ...given, body: bytes })).toBe(NO);
    }
  });
});

describe('a credential that is not there, or does not fit', () => {
  const authorized: Given = { headers: [['authorization', 'Bearer ']] };
  const table: readonly (readonly [string, Readonly<Record<string, Credential>>])[] = [
    ['is not there', {}],
    ['is of another kind', { c: { type: 'basic', username: 'a', password: 'b' } }],
    ['is empty', { c: { type: 'bearer', token: '' } }],
    ['has no fields', { c: { type: 'custom', fields: {} } }],
  ];
  test.each(table)('%s: refused, never skipped', (_, credentials) => {
    expect(outcome({ type: 'bearer', credential: 'c' }, { ...authorized, credentials })).toBe('hook_unready');
  });

  test('a Standard Webhooks secret that is no base64 verifies nothing', () => {
    const credentials = { c: { type: 'hmac', secret: 'whsec_!!' } } as const;
    expect(outcome({ type: 'standard_webhooks', credential: 'c' }, { credentials })).toBe('hook_unready');
  });

  test('by name, of any kind that fits', () => {
    const given: Given = { headers: [['authorization', 'Bearer t']] };
    const kinds: Credential[] = [
      { type: 'bearer', token: 't' },
      { type: 'secret', value: 't' },
      { type: 'custom', fields: { old: 'x', new: 't' } },
    ];
    for (const credential of kinds)
      expect(outcome({ type: 'bearer', credential: 'c' }, { ...given, credentials: { c: credential } })).toBe('ok');
  });
});
