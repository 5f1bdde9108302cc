import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attempted, InboxStore, NewDelivery } from '../../src/integration/ports/index.js';
import { MemoryInbox } from '../world/memory-inbox.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: InboxStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryInbox(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.inbox, close: () => storage.close() };
  },
};

const delivery = (id: string, fields: Partial<NewDelivery> = {}): NewDelivery => ({
  ...{ id, source: 'webhook:w', messageId: `m-${id}`, payload: { n: 1 }, circumstances: {} },
  target: { is: 'start', workflow: 'w' },
  ...{ failure: null, redeliveryOf: null, at: 10 },
  ...fields,
});

const attempted = (id: string, fields: Partial<Attempted> = {}): Attempted => ({
  ...{ id, status: 'delivered', executions: ['e'], failure: null, at: 20, again: null },
  ...fields,
});

const ALL = { rows: 100, bytes: 1e9 };
const WHY = { code: 'backlog_full', message: 'full' };

describe.each(Object.entries(STORES))('a store of deliveries: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: InboxStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  const due = async (now: number, most = ALL): Promise<string[]> => (await store.due(now, most)).map(({ id }) => id);

  test('gives back what it was given', async () => {
    const target = { is: 'signal', event: 'paid', execution: 'e', content: null } as const;
    const given = delivery('a', { payload: ['\ud800', { __proto__: 1 }], circumstances: { headers: {} }, target });
    const strange = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}') as NewDelivery['payload'];
    await store.add([given, delivery('b', { payload: strange, redeliveryOf: 'a' })]);
    const { failure: _, ...rest } = given;
    const state = { status: 'pending', attempts: 0, executions: [], failure: null, settledAt: null };
    expect(await store.find('a')).toEqual({ ...rest, ...state });
    expect(JSON.stringify((await store.find('b'))?.payload)).toBe(JSON.stringify(strange));
    expect((await store.find('b'))?.redeliveryOf).toBe('a');
    expect(await store.find('c')).toBeUndefined();
  });

  test('keeps the first of a message id of a source, and answers it', async () => {
    const pending = { isNew: true, status: 'pending', executions: [] };
    expect(await store.add([delivery('a', { messageId: 'm' }), delivery('b', { messageId: 'm' })])).toEqual([
      { delivery: 'a', ...pending },
      { delivery: 'a', ...pending, isNew: false },
    ]);
    await store.record([attempted('a')]);
    expect(await store.add([delivery('c', { messageId: 'm' })])).toEqual([
      { delivery: 'a', isNew: false, status: 'delivered', executions: ['e'] },
    ]);
    expect(await store.add([delivery('d', { messageId: 'm', source: 'webhook:other' })])).toMatchObject([
      { delivery: 'd', isNew: true },
    ]);
    expect(await store.find('b')).toBeUndefined();
  });

  test('null is like no other message id, and an id is there once', async () => {
    const none = { messageId: null };
    const answers = await store.add([delivery('a', none), delivery('b', none), delivery('a', none)]);
    expect(answers.map((answer) => [answer.delivery, answer.isNew])).toEqual([
      ['a', true],
      ['b', true],
      ['a', false],
    ]);
  });

  test('what nothing could be made of is kept as failed, and never due', async () => {
    const [answer] = await store.add([delivery('a', { target: null, failure: WHY })]);
    expect(answer).toMatchObject({ isNew: true, status: 'failed' });
    expect(await store.find('a')).toMatchObject({ target: null, status: 'failed', failure: WHY, settledAt: 10 });
    expect([await due(1e15), await store.undelivered(), await store.nextDue()]).toEqual([[], 0, undefined]);
  });

  test('gives out what is due, in the order of its time, and says when the next one is', async () => {
    await store.add([delivery('a', { at: 30 }), delivery('b'), delivery('c')]);
    expect(await due(9)).toEqual([]);
    expect(await due(10)).toEqual(['b', 'c']);
    expect(await due(30)).toEqual(['b', 'c', 'a']);
    expect([await store.nextDue(), await store.undelivered()]).toEqual([10, 3]);
    await store.record([
      attempted('b', { status: 'pending', executions: [], failure: WHY, again: 40 }),
      attempted('c', { status: 'failed', executions: [], failure: WHY }),
    ]);
    expect(await due(39)).toEqual(['a']);
    expect(await due(40)).toEqual(['a', 'b']);
    expect([await store.nextDue(), await store.undelivered()]).toEqual([30, 2]);
    expect(await store.find('b')).toMatchObject({ status: 'pending', attempts: 1, failure: WHY, settledAt: null });
    expect(await store.find('c')).toMatchObject({ status: 'failed', attempts: 1, failure: WHY, settledAt: 20 });
  });

  test('within rows and bytes, but at least one', async () => {
    const big = 'x'.repeat(1000);
    await store.add(['a', 'b', 'c'].map((id) => delivery(id, { payload: big })));
    expect(await due(10, { rows: 2, bytes: 1e9 })).toEqual(['a', 'b']);
    expect(await due(10, { rows: 9, bytes: 2500 })).toEqual(['a', 'b']);
    expect(await due(10, { rows: 9, bytes: 10 })).toEqual(['a']);
  });

  test('lists those of a source, newest first', async () => {
    await store.add(['a', 'b', 'c'].map((id) => delivery(id)));
    await store.add([delivery('x', { source: 'webhook:other' })]);
    const page = await store.list('webhook:w', { offset: 1, limit: 1 });
    expect([page.items.map(({ id }) => id), page.total]).toEqual([['b'], 3]);
    expect(await store.list('webhook:none', { offset: 0, limit: 9 })).toEqual({ items: [], total: 0 });
  });

  test('forgets what was settled before, so many at once, and nothing that waits', async () => {
    await store.add(['a', 'b', 'c', 'd'].map((id) => delivery(id)));
    await store.record(['a', 'b', 'c'].map((id, index) => attempted(id, { at: 20 + index })));
    expect(await store.forget(20, 10)).toBe(0);
    expect(await store.forget(22, 1)).toBe(1);
    expect(await store.forget(22, 10)).toBe(1);
    expect(await store.forget(1e15, 10)).toBe(1);
    expect((await store.list('webhook:w', { offset: 0, limit: 9 })).items.map(({ id }) => id)).toEqual(['d']);
    expect(await store.add([delivery('e', { messageId: 'm-a' })])).toMatchObject([{ isNew: true }]);
  });
});
