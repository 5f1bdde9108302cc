import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  AttemptOutcome,
  NewDispatch,
  StoredSubscription,
  SubscriptionStore,
} from '../../src/integration/ports/index.js';
import { MemorySubscriptions } from '../world/memory-subscriptions.js';
import { temporaryStorage } from '../world/stores.js';

const STORES: Readonly<Record<string, () => Promise<{ store: SubscriptionStore; close: () => Promise<void> }>>> = {
  'in memory': () => Promise.resolve({ store: new MemorySubscriptions(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.subscriptions, close: () => storage.close() };
  },
};

const subscription = (id: string, fields: Partial<StoredSubscription> = {}): StoredSubscription => ({
  ...{ id, document: { name: id }, cursor: 10, gap: null, createdAt: 1, updatedAt: 1 },
  ...fields,
});
const dispatch = (id: string, fields: Partial<NewDispatch> = {}): NewDispatch => ({
  ...{ id, subscription: 'a', position: 11, content: { is: 'event', event: { id: 'e' } }, at: 5, due: 5 },
  ...fields,
});
const outcome = (fields: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  ...{ at: 9, duration: 3, statusCode: 500, response: 'no', failure: { code: 'delivery_refused', message: 'm' } },
  ...fields,
});
const ALL = { rows: 100, bytes: 1e9 };
const PAGE = { offset: 0, limit: 100 };

describe.each(Object.entries(STORES))('a store of subscriptions: %s', (_, make) => {
  let store: SubscriptionStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await make());
    await store.save(subscription('a'));
  });
  afterEach(() => close());
  const ids = async (now = 1000): Promise<string[]> => (await store.due('a', now, ALL)).map(({ id }) => id);

  test('gives back what was saved, oldest first; a change touches the document alone', async () => {
    await store.save(subscription('b', { createdAt: 2, gap: { after: 1, upTo: 2, at: 3 } }));
    await store.save(subscription('a', { document: { name: 'new' }, cursor: 99, updatedAt: 7 }));
    expect(await store.find('a')).toEqual(subscription('a', { document: { name: 'new' }, updatedAt: 7 }));
    expect(await store.find('b')).toMatchObject({ gap: { after: 1, upTo: 2, at: 3 } });
    expect((await store.all()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await store.list({ offset: 1, limit: 1 })).toMatchObject({ items: [{ id: 'b' }], total: 2 });
    expect(await store.find('c')).toBeUndefined();
  });

  test('an advance writes the cursor and what is to be sent together, and never goes back', async () => {
    const gap = { after: 10, upTo: 12, at: 1 };
    await store.advance([{ subscription: 'a', cursor: 20, gap, dispatches: [dispatch('1'), dispatch('2')] }]);
    await store.advance([{ subscription: 'a', cursor: 20, gap: null, dispatches: [dispatch('3')] }]);
    await store.advance([{ subscription: 'a', cursor: 15, gap: null, dispatches: [dispatch('4')] }]);
    await store.advance([{ subscription: 'gone', cursor: 99, gap: null, dispatches: [dispatch('5')] }]);
    expect(await store.find('a')).toMatchObject({ cursor: 20, gap });
    expect(await ids()).toEqual(['1', '2']);
    await store.advance([{ subscription: 'a', cursor: 21, gap: null, dispatches: [dispatch('2'), dispatch('6')] }]);
    expect(await store.find('a')).toMatchObject({ cursor: 21, gap });
    expect(await ids()).toEqual(['1', '2', '6']);
  });

  test('what is due comes in the order it was added, within the limits', async () => {
    for (const [id, due] of [
      ['1', 30],
      ['2', 10],
      ['3', 20],
    ] as const)
      await store.add(dispatch(id, { due }));
    expect([await ids(20), await ids(30), await ids(9)]).toEqual([['2', '3'], ['1', '2', '3'], []]);
    expect((await store.due('a', 30, { rows: 2, bytes: 1e9 })).map(({ id }) => id)).toEqual(['1', '2']);
    expect((await store.due('a', 30, { rows: 9, bytes: 1 })).map(({ id }) => id)).toEqual(['1']);
    expect([await store.nextDue('a'), await store.nextDue('b')]).toEqual([10, undefined]);
    await store.putOff('2', 40);
    expect([await store.nextDue('a'), await store.pending('a'), await store.pending('b')]).toEqual([20, 3, 0]);
  });

  test('an attempt that failed comes again, one that did not is settled', async () => {
    expect([await store.add(dispatch('1')), await store.add(dispatch('1'))]).toEqual([true, false]);
    expect(await store.add(dispatch('2', { subscription: 'gone' }))).toBe(false);
    expect(await store.dispatch('2')).toBeUndefined();
    await store.record([{ id: '1', status: 'pending', outcome: outcome(), again: 50 }]);
    expect(await ids(49)).toEqual([]);
    expect((await store.due('a', 50, ALL))[0]).toMatchObject({ attempts: 1, outcome: outcome(), settledAt: null });
    const good = outcome({ statusCode: 204, response: '', failure: null });
    await store.record([
      { id: '1', status: 'delivered', outcome: good, again: null },
      { id: 'gone', status: 'dead', outcome: good, again: null },
    ]);
    expect(await store.dispatch('1')).toMatchObject({ status: 'delivered', attempts: 2, outcome: good, settledAt: 9 });
    expect([await store.nextDue('a'), await store.dispatch('gone')]).toEqual([undefined, undefined]);
  });

  test('what is settled can be sent again, one or all that are dead', async () => {
    for (const id of ['1', '2', '3']) await store.add(dispatch(id));
    for (const [id, status] of [
      ['1', 'dead'],
      ['2', 'dead'],
      ['3', 'delivered'],
    ] as const)
      await store.record([{ id, status, outcome: outcome(), again: null }]);
    expect(await store.again('1', 70, 'key')).toBe(true);
    expect(await store.again('1', 80, 'other')).toBe(false);
    expect(await store.again('gone', 80, null)).toBe(false);
    expect(await store.dispatch('1')).toMatchObject({ status: 'pending', attempts: 0, due: 70, key: 'key' });
    expect([await store.againDead('a', 60), await store.againDead('b', 60)]).toEqual([1, 0]);
    expect(await ids(60)).toEqual(['2']);
    const { items, total } = await store.dispatches('a', { ...PAGE, status: 'delivered' });
    expect([items.map(({ id }) => id), total]).toEqual([['3'], 1]);
    expect((await store.dispatches('a', { offset: 1, limit: 1 })).items.map(({ id }) => id)).toEqual(['2']);
  });

  test('forgets what was settled before, and with a subscription all of it', async () => {
    await store.save(subscription('b'));
    for (const id of ['1', '2', '3']) await store.add(dispatch(id));
    await store.save(subscription('b'));
    await store.add(dispatch('of b', { subscription: 'b' }));
    await store.record([{ id: '1', status: 'dead', outcome: outcome({ at: 10 }), again: null }]);
    await store.record([{ id: '2', status: 'delivered', outcome: outcome({ at: 20 }), again: null }]);
    expect([await store.forget(10, 9), await store.forget(11, 9), await store.forget(99, 0)]).toEqual([0, 1, 0]);
    expect((await store.dispatches('a', PAGE)).items.map(({ id }) => id)).toEqual(['3', '2']);
    expect([await store.remove('a'), await store.remove('a')]).toEqual([true, false]);
    expect([await store.dispatch('3'), (await store.dispatch('of b'))?.id]).toEqual([undefined, 'of b']);
  });
});
