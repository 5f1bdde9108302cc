import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredWebhook, WebhookStore } from '../../src/integration/ports/index.js';
import { MemoryWebhooks } from '../world/memory-webhooks.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: WebhookStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryWebhooks(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.webhooks, close: () => storage.close() };
  },
};

const webhook = (id: string, fields: Partial<StoredWebhook> = {}): StoredWebhook => ({
  ...{ id, endpoint: `at-${id}`, document: { name: id }, createdAt: 1, updatedAt: 1 },
  ...fields,
});

describe.each(Object.entries(STORES))('a store of webhooks: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: WebhookStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  test('gives back what was saved, by id and by endpoint', async () => {
    await store.save(webhook('a', { document: { name: 'x', auth: { type: 'none' } } }));
    expect(await store.find('a')).toEqual(webhook('a', { document: { name: 'x', auth: { type: 'none' } } }));
    expect(await store.findByEndpoint('at-a')).toEqual(await store.find('a'));
    expect([await store.find('b'), await store.findByEndpoint('AT-A')]).toEqual([undefined, undefined]);
  });

  test('a change takes its place, and frees its old endpoint', async () => {
    await store.save(webhook('a'));
    await store.save(webhook('a', { endpoint: 'new', updatedAt: 2 }));
    expect(await store.findByEndpoint('at-a')).toBeUndefined();
    expect(await store.findByEndpoint('new')).toMatchObject({ id: 'a', updatedAt: 2, createdAt: 1 });
  });

  test('an endpoint belongs to one webhook', async () => {
    await store.save(webhook('a'));
    await store.save(webhook('b'));
    await expect(store.save(webhook('b', { endpoint: 'at-a' }))).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.save(webhook('c', { endpoint: 'at-a' }))).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.findByEndpoint('at-b')).toMatchObject({ id: 'b' });
    expect(await store.find('c')).toBeUndefined();
  });

  test('lists them, oldest first, and forgets what is removed', async () => {
    for (const [index, id] of ['c', 'a', 'b'].entries()) await store.save(webhook(id, { createdAt: index }));
    const page = await store.list({ offset: 1, limit: 1 });
    expect([page.items.map(({ id }) => id), page.total]).toEqual([['a'], 3]);
    expect([await store.remove('a'), await store.remove('a')]).toEqual([true, false]);
    expect((await store.list({ offset: 0, limit: 9 })).items.map(({ id }) => id)).toEqual(['c', 'b']);
  });
});
