import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredTrigger, TriggerStore } from '../../src/integration/ports/index.js';
import { MemoryTriggers } from '../world/memory-triggers.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: TriggerStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryTriggers(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.triggers, close: () => storage.close() };
  },
};

const trigger = (id: string, fields: Partial<StoredTrigger> = {}): StoredTrigger => ({
  ...{ id, document: { name: id }, madeOf: 'x', createdAt: 1, updatedAt: 1 },
  ...fields,
});

describe.each(Object.entries(STORES))('a store of triggers: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: TriggerStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  test('gives back what was saved; a change takes its place, and is no younger', async () => {
    await store.save(trigger('a', { document: { name: 'x', params: { __proto__: null, n: [1] } } }), false);
    expect(await store.find('a')).toEqual(trigger('a', { document: { name: 'x', params: { n: [1] } } }));
    await store.save(trigger('a', { createdAt: 9, updatedAt: 9 }), false);
    expect(await store.find('a')).toEqual(trigger('a', { updatedAt: 9 }));
    expect(await store.find('b')).toBeUndefined();
  });

  test('lists them, oldest first, and forgets what is removed', async () => {
    for (const [index, id] of ['c', 'a', 'b'].entries()) await store.save(trigger(id, { createdAt: index }), false);
    const page = await store.list({ offset: 1, limit: 1 });
    expect([page.items.map(({ id }) => id), page.total]).toEqual([['a'], 3]);
    expect([await store.remove('a'), await store.remove('a')]).toEqual([true, false]);
    expect((await store.all()).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  test('what it remembers outlives a change, unless it is to be forgotten, and ends with it', async () => {
    await store.save(trigger('a'), false);
    expect(await store.memory('a')).toBeNull();
    await store.remember('a', { at: [1, 'ä'] });
    await store.save(trigger('a', { updatedAt: 2 }), false);
    expect(await store.memory('a')).toEqual({ at: [1, 'ä'] });
    await store.save(trigger('a', { updatedAt: 3 }), true);
    expect(await store.memory('a')).toBeNull();
    await store.remember('a', 5);
    await store.remove('a');
    await store.remember('a', 6);
    await store.save(trigger('a'), false);
    expect(await store.memory('a')).toBeNull();
  });
});
