import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { givenKeys } from '../../src/credential/index.js';
import type { StoredCredential } from '../../src/credential/ports/index.js';
import type { Credential } from '../../src/plugin/contract/index.js';
import { credentialsWith, KEYS, MemoryCredentials, oneOfEach } from '../world/credentials.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 200;

const text = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' });
const credentials: fc.Arbitrary<Credential> = fc.oneof(
  fc.record({ type: fc.constant('secret' as const), value: text }),
  fc.record({ type: fc.constant('basic' as const), username: text, password: text }),
  fc.record({ type: fc.constant('api_key' as const), key: text }, { requiredKeys: ['type', 'key'] }),
  fc.record({ type: fc.constant('custom' as const), fields: fc.dictionary(text, text, { noNullPrototype: true }) }),
);

/** A store with what was put under the first key, and what a service over it says of `name`. */
const kept = async (named: Readonly<Record<string, Credential>>): Promise<MemoryCredentials> => {
  const store = new MemoryCredentials();
  const service = await credentialsWith({ store });
  for (const [name, credential] of Object.entries(named)) await service.put(name, credential);
  return store;
};

const problemOf = async (store: MemoryCredentials, name: string, keys: string[] = [KEYS[0]]): Promise<unknown> => {
  const told: string[] = [];
  const onTrouble = (what: string, error: unknown): unknown => told.push(`${what}: ${(error as Error).message}`);
  const service = await credentialsWith({ store, keys: givenKeys(keys, 'TEST'), onTrouble });
  const opened = service.find(name)?.opened;
  if (opened?.is !== 'unreadable') {
    expect(told).toEqual([]);
    return undefined;
  }
  expect(told.join()).toContain(`The credential ${name} cannot be read: ${opened.reason}`);
  expect(() => service.credential(name)).toThrow(opened.reason);
  expect(() => service.forTasks.credential(name)).toThrow(opened.reason);
  expect(() => service.forTasks.get(name)).toThrow(opened.reason);
  return opened.reason;
};

const change = (store: MemoryCredentials, name: string, fields: Partial<StoredCredential>): void => {
  store.rows.set(name, { ...(store.rows.get(name) as StoredCredential), ...fields });
};

/** The last letter of a part of base64 may have bits that mean nothing. */
const meansTheSame = (changed: string, sealed: string): boolean => {
  const [header, ...parts] = sealed.split('.');
  const [other, ...others] = changed.split('.');
  const decoded = (part: string): string => Buffer.from(part, 'base64url').toString('hex');
  return header === other && parts.map(decoded).join() === others.map(decoded).join();
};

test('whatever is in a credential comes back, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(credentials, async (credential) => {
      const store = await kept({ a: credential });
      const restarted = await credentialsWith({ store });
      expect(restarted.credential('a')).toEqual(credential);
    }),
    { numRuns: RUNS },
  );
});

test('a change of any one character makes it unreadable', async () => {
  const store = await kept({ a: { type: 'secret', value: 'one' } });
  const { sealed } = store.rows.get('a') as StoredCredential;
  const others = fc.constantFrom(...'ABCXYZabcxyz0189-_. =\u0000é');
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), others, async (at, other) => {
      fc.pre(sealed[at] !== other);
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      fc.pre(!meansTheSame(changed, sealed));
      change(store, 'a', { sealed: changed });
      expect(await problemOf(store, 'a')).toMatch(/damaged|key that is not here|another name/);
    }),
    { numRuns: RUNS },
  );
});

test('a part of it is unreadable', async () => {
  const store = await kept({ a: { type: 'secret', value: 'one' } });
  const { sealed } = store.rows.get('a') as StoredCredential;
  for (let length = 0; length < sealed.length; length += 3) {
    change(store, 'a', { sealed: sealed.slice(0, length) });
    expect(await problemOf(store, 'a')).toBe('it was damaged or changed');
  }
});

test('under another name it is unreadable, also with that name in its header', async () => {
  const store = await kept({ a: { type: 'secret', value: 'one' }, b: { type: 'secret', value: 'two' } });
  const [a, b] = ['a', 'b'].map((name) => store.rows.get(name)?.sealed ?? '') as [string, string];
  change(store, 'a', { sealed: b });
  change(store, 'b', { sealed: a });
  const problems = [await problemOf(store, 'a'), await problemOf(store, 'b')];
  expect(problems).toEqual(Array(2).fill('it was written under another name'));

  const [header = '', ...rest] = a.split('.');
  const forged = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), sub: 'b' };
  change(store, 'b', { sealed: [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.') });
  expect(await problemOf(store, 'b')).toBe('it was damaged or changed');
});

test('with another type beside it, it is unreadable', async () => {
  const store = await kept(oneOfEach('canary'));
  change(store, 'a_secret', { type: 'bearer' });
  expect(await problemOf(store, 'a_secret')).toBe('it was damaged or changed');
});

test('without its key it is unreadable, and with another one under the name of its key', async () => {
  const store = await kept({ a: { type: 'secret', value: 'one' } });
  expect(await problemOf(store, 'a', [KEYS[1]])).toBe('it was written with a key that is not here');
  const under = await credentialsWith({ keys: givenKeys([KEYS[1]], 'TEST'), store: new MemoryCredentials() });
  await under.put('a', { type: 'secret', value: 'one' });
  const other = new MemoryCredentials();
  await (
    await credentialsWith({ store: other, keys: givenKeys([KEYS[1]], 'TEST') })
  ).put('a', { type: 'secret', value: 'x' });
  // The header of the one, the rest of the other.
  const [header = ''] = (store.rows.get('a')?.sealed ?? '').split('.');
  const [, ...rest] = (other.rows.get('a')?.sealed ?? '').split('.');
  change(store, 'a', { sealed: [header, ...rest].join('.') });
  expect(await problemOf(store, 'a', [KEYS[0], KEYS[1]])).toBe('it was damaged or changed');
});

test('no other algorithm is taken', async () => {
  const { CompactEncrypt, UnsecuredJWT } = await import('jose');
  const store = await kept({ a: { type: 'secret', value: 'one' } });
  const [header = ''] = (store.rows.get('a')?.sealed ?? '').split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const key = Buffer.from(KEYS[0], 'base64');
  const plain = new TextEncoder().encode('{"type":"secret","value":"forged"}');
  const wrapped = await new CompactEncrypt(plain)
    .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid, sub: 'a' })
    .encrypt(key);
  for (const sealed of [wrapped, new UnsecuredJWT({ type: 'secret', value: 'forged' }).encode(), '', '....', 'x.y.z']) {
    change(store, 'a', { sealed });
    expect(await problemOf(store, 'a')).toMatch(sealed === wrapped ? /damaged or changed/ : /damaged|not here/);
  }
});

test('what is no credential of this release is unreadable', async () => {
  const store = await kept({ a: { type: 'quantum', qubits: 5 } as unknown as Credential });
  expect(await problemOf(store, 'a')).toBe('it is no credential of this release');
});

test('one that cannot be read hinders no other, and can be set anew', async () => {
  const store = await kept(oneOfEach('canary'));
  change(store, 'a_basic', { sealed: 'rubbish' });
  const told: unknown[] = [];
  const service = await credentialsWith({ store, onTrouble: (_, error) => told.push(error) });
  expect(told).toHaveLength(1);
  expect(service.credential('a_bearer')).toEqual(oneOfEach('canary').a_bearer);
  await service.put('a_basic', { type: 'secret', value: 'anew' });
  expect(await problemOf(store, 'a_basic')).toBeUndefined();
});
