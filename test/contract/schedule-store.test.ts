import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Schedule, ScheduleStore, Tick } from '../../src/integration/ports/index.js';
import { MemorySchedules } from '../world/memory-schedules.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: ScheduleStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  'in memory': () => Promise.resolve({ store: new MemorySchedules(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.schedules, close: () => storage.close() };
  },
};

const SPEC: Schedule['spec'] = {
  ...{ name: 'nightly', description: undefined, workflow: 'w1', version: undefined, input: { day: '${tick.local}' } },
  timing: { is: 'cron', cron: '0 3 * * *', dst: { gap: 'after', overlap: 'first' } },
  ...{ timeZone: 'Europe/Berlin', start: undefined, end: undefined, jitter: 0, grace: 60 },
  ...{ catchUp: { all: 3 }, overlap: 'queue' },
};

const schedule = (id: string, more: Partial<Schedule> = {}): Schedule => ({
  ...{ id, spec: SPEC, state: 'active', next: 100, due: 100, settled: 50, forgotten: undefined, revision: 1 },
  ...{ madeOf: 'hash', createdAt: 1, updatedAt: 1 },
  ...more,
});

const tick = (at: number, more: Partial<Tick> = {}): Tick => ({
  ...{ schedule: 's', key: `t${at}`, at, until: undefined, due: at, origin: 'schedule', status: 'pending' },
  ...{ reason: undefined, message: undefined, execution: undefined, ended: undefined, createdAt: 5, updatedAt: 5 },
  request: { workflow: 'w1', input: { a: [1, null] }, metadata: { schedule_id: 's' }, overlap: 'allow' },
  ...more,
});

const ALL = { offset: 0, limit: 100 };

describe.each(Object.entries(STORES))('a store of schedules: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: ScheduleStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  const keys = async (descending = false): Promise<string[]> =>
    (await store.ticks('s', { ...ALL, descending })).items.map(({ key }) => key);
  const statuses = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await store.ticks('s', { ...ALL, descending: false })).items.map((one) => [one.key, one.status]),
    );

  test('gives back what was kept, once', async () => {
    const kept = schedule('s', {
      spec: { ...SPEC, description: 'd', version: '^1', start: 7, end: 9, catchUp: 'none' },
    });
    expect(await store.create(kept)).toBe(true);
    expect(await store.create(schedule('s', { settled: 1 }))).toBe(false);
    expect(await store.find('s')).toEqual(kept);
    expect(await store.find('x')).toBeUndefined();
  });

  test('lists the newest first, by state and workflow', async () => {
    await store.create(schedule('a', { createdAt: 1 }));
    await store.create(schedule('b', { createdAt: 2, state: 'paused', due: undefined }));
    await store.create(schedule('c', { createdAt: 3, spec: { ...SPEC, workflow: 'w2' } }));
    const ids = async (filter: object): Promise<unknown> => {
      const { items, total } = await store.list({ ...ALL, ...filter });
      return [items.map(({ id }) => id), total];
    };
    expect(await ids({})).toEqual([['c', 'b', 'a'], 3]);
    expect(await ids({ offset: 1, limit: 1 })).toEqual([['b'], 3]);
    expect(await ids({ state: 'paused' })).toEqual([['b'], 1]);
    expect(await ids({ workflow: 'w2', state: 'active' })).toEqual([['c'], 1]);
    expect(await ids({ workflow: "w2' OR 1" })).toEqual([[], 0]);
  });

  test('knows which are due, and when the first is', async () => {
    expect(await store.firstDue()).toBeUndefined();
    await store.create(schedule('late', { due: 200 }));
    await store.create(schedule('early', { due: 100 }));
    await store.create(schedule('never', { due: undefined }));
    expect([await store.firstDue(), await store.dueAt(99, 10), await store.dueAt(100, 10)]).toEqual([
      100,
      [],
      ['early'],
    ]);
    expect([await store.dueAt(500, 10), await store.dueAt(500, 1)]).toEqual([['early', 'late'], ['early']]);
  });

  test('moves on from the revision before only, with its ticks or not at all', async () => {
    await store.create(schedule('s'));
    const moved = schedule('s', { revision: 2, settled: 100, next: 200, due: 201, updatedAt: 9 });
    expect(await store.advance(moved, [tick(100)])).toBe(true);
    expect(await store.find('s')).toEqual(moved);
    expect(await store.advance({ ...moved, settled: 300 }, [tick(300)])).toBe(false);
    expect(await store.advance(schedule('x', { revision: 2 }), [tick(300, { schedule: 'x' })])).toBe(false);
    expect([await store.find('s'), await keys()]).toEqual([moved, ['t100']]);
    expect(await store.tick({ schedule: 's', key: 't100' })).toEqual(tick(100));
  });

  test('a tick that is there stays as it is, whoever brings it again', async () => {
    await store.create(schedule('s'));
    await store.advance(schedule('s', { revision: 2 }), [tick(100)]);
    await store.settle(tick(100), { status: 'started', execution: 'e' }, 6);
    await store.advance(schedule('s', { revision: 3 }), [tick(100), tick(200)]);
    expect(await statuses()).toEqual({ t100: 'started', t200: 'pending' });
    expect(await store.addTicks([tick(100), tick(200), tick(300)])).toEqual(['t300']);
  });

  test('one that was skipped or failed is written anew when it is asked for', async () => {
    await store.create(schedule('s'));
    const skipped = tick(1, { status: 'skipped', reason: 'missed', request: undefined });
    await store.advance(schedule('s', { revision: 2 }), [skipped, tick(2)]);
    await store.settle(tick(2), { status: 'failed', reason: 'workflow_not_found', message: 'm' }, 6);
    const again = { origin: 'backfill', due: 77, createdAt: 8, updatedAt: 8 } as const;
    expect(await store.addTicks([tick(1, again), tick(2, again)])).toEqual(['t1', 't2']);
    expect(await store.tick({ schedule: 's', key: 't1' })).toEqual(tick(1, { ...again, createdAt: 5 }));
    expect(await store.addTicks([tick(1, again)])).toEqual([]);
  });

  test('says what became of a tick; a settled one no longer says what it starts', async () => {
    await store.create(schedule('s'));
    await store.addTicks([tick(2), tick(1), tick(3)]);
    expect((await store.withStatus('s', 'pending')).map(({ key }) => key)).toEqual(['t1', 't2', 't3']);
    await store.settle(tick(1), { status: 'queued' }, 6);
    await store.settle(tick(2), { status: 'started', execution: 'e' }, 6);
    expect(await store.tick(tick(1))).toEqual(tick(1, { status: 'queued', updatedAt: 6 }));
    const started = tick(2, { status: 'started', execution: 'e', request: undefined, updatedAt: 6 });
    expect(await store.open()).toEqual([started]);
    expect(await store.withWork()).toEqual(['s']);
    await store.close(started, 'canceled', 7);
    expect(await store.open()).toEqual([]);
    expect(await store.tick(started)).toEqual({ ...started, ended: 'canceled', updatedAt: 7 });
    for (const one of [tick(1), tick(3)]) await store.settle(one, { status: 'skipped', reason: 'overlap' }, 8);
    expect(await store.withWork()).toEqual([]);
    await store.settle(tick(9), { status: 'skipped' }, 8);
    expect(await keys()).toEqual(['t1', 't2', 't3']);
    expect(await keys(true)).toEqual(['t3', 't2', 't1']);
    expect(await store.ticks('s', { ...ALL, descending: false, status: 'skipped', limit: 1 })).toMatchObject({
      ...{ items: [{ key: 't1' }], total: 2 },
    });
  });

  test('forgets the oldest that are done, and remembers up to when', async () => {
    await store.create(schedule('s'));
    const range = tick(10, { key: 'range', until: 15, status: 'skipped', reason: 'missed', request: undefined });
    const trigger = tick(21, { origin: 'trigger', status: 'failed' });
    await store.addTicks([range, tick(20), trigger, tick(30), tick(40), tick(50)]);
    for (const at of [30, 40]) await store.settle(tick(at), { status: 'started', execution: `e${at}` }, 6);
    await store.close(tick(30), 'completed', 7);
    await store.prune('s', 10);
    expect((await store.find('s'))?.forgotten).toBeUndefined();
    await store.prune('s', 1);
    // 20 is pending, and nobody knows yet how the execution of 40 has ended.
    expect(await keys()).toEqual(['t20', 't40', 't50']);
    expect((await store.find('s'))?.forgotten).toBe(30);
    await store.prune('s', 1);
    await store.advance(schedule('s', { revision: 2 }), []);
    expect((await store.find('s'))?.forgotten).toBe(30);
  });

  test('removes a schedule with its ticks', async () => {
    await store.create(schedule('s'));
    await store.create(schedule('other'));
    await store.addTicks([tick(1), tick(1, { schedule: 'other' })]);
    expect([await store.remove('s'), await store.remove('s')]).toEqual([true, false]);
    expect([await store.find('s'), await keys(), await store.withWork()]).toEqual([undefined, [], ['other']]);
  });
});
