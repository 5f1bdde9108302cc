import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BreakerStore, OpenCircuit } from '../../src/integration/ports/index.js';
import { MemoryBreakers } from '../world/breakers.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: BreakerStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryBreakers(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.breakers, close: () => storage.close() };
  },
};

const A: OpenCircuit = { destination: 'https://a.example', since: 1, until: 1_800_000_000_000, failures: 5 };
const B: OpenCircuit = { destination: 'component:sophia', since: 2, until: 3, failures: 1 };

describe.each(Object.entries(STORES))('a store of open circuits: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: BreakerStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  test('has none at first', async () => expect(await store.all()).toEqual([]));

  test('gives back what was put, by name', async () => {
    await store.put(A);
    await store.put(B);
    expect(await store.all()).toEqual([B, A]);
  });

  test('keeps one of each destination, the last', async () => {
    await store.put(A);
    await store.put({ ...A, until: 9, failures: 6 });
    expect(await store.all()).toEqual([{ ...A, until: 9, failures: 6 }]);
  });

  test('forgets what is removed, and nothing else', async () => {
    await store.put(A);
    await store.put(B);
    await store.remove(A.destination);
    await store.remove('https://never.example');
    expect(await store.all()).toEqual([B]);
  });
});
