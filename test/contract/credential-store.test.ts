import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialStore, StoredCredential } from '../../src/credential/ports/index.js';
import { MemoryCredentials } from '../world/credentials.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: CredentialStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryCredentials(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.credentials, close: () => storage.close() };
  },
};

const row = (name: string, fields: Partial<StoredCredential> = {}): StoredCredential => ({
  ...{ name, type: 'secret', description: undefined, sealed: `sealed ${name}`, createdAt: 1, updatedAt: 2 },
  ...fields,
});

describe.each(Object.entries(STORES))('a store of credentials: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: CredentialStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  test('gives back what was put, by name', async () => {
    const rows = [row('a'), row('B', { description: 'what it is for', type: 'basic' }), row('webhook:1:x')];
    for (const one of [...rows].reverse()) await store.put(one);
    expect(await store.all()).toEqual([rows[1], rows[0], rows[2]]);
  });

  test('has nothing at first', async () => {
    expect(await store.all()).toEqual([]);
    expect(await store.remove('a')).toBe(false);
  });

  test('one that is put again takes the place of the one before it', async () => {
    await store.put(row('a', { description: 'old' }));
    const second = row('a', { type: 'hmac', sealed: 'other', createdAt: 1, updatedAt: 9 });
    await store.put(second);
    expect(await store.all()).toEqual([second]);
  });

  test('what is removed is gone, once', async () => {
    await store.put(row('a'));
    await store.put(row('b'));
    expect(await store.remove('a')).toBe(true);
    expect(await store.remove('a')).toBe(false);
    expect(await store.all()).toEqual([row('b')]);
  });

  test('sealed anew they are the same but for that; others stay', async () => {
    for (const name of ['a', 'b', 'c']) await store.put(row(name, { description: name }));
    await store.reseal([
      { name: 'a', sealed: 'anew a' },
      { name: 'c', sealed: 'anew c' },
      { name: 'gone', sealed: 'nothing' },
    ]);
    expect(await store.all()).toEqual([
      row('a', { description: 'a', sealed: 'anew a' }),
      row('b', { description: 'b' }),
      row('c', { description: 'c', sealed: 'anew c' }),
    ]);
  });
});

test('SQLite seals all of them anew, or none', async () => {
  const storage = await temporaryStorage();
  const { credentials: store, database } = storage;
  for (const name of ['a', 'b', 'c']) await store.put(row(name));
  database.exec(`CREATE TRIGGER faulty BEFORE UPDATE ON credential WHEN NEW.name = 'b'
    BEGIN SELECT RAISE(ABORT, 'no space'); END`);
  const anew = ['a', 'b', 'c'].map((name) => ({ name, sealed: 'anew' }));
  await expect(store.reseal(anew)).rejects.toMatchObject({ code: 'storage_unavailable' });
  expect(await store.all()).toEqual(['a', 'b', 'c'].map((name) => row(name)));
  await storage.close();
});
