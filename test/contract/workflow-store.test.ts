import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredWorkflow, WorkflowChange, WorkflowFilter, WorkflowStore } from '../../src/workflow/ports/index.js';
import { temporaryStorage } from '../world/stores.js';

interface StoreUnderTest {
  readonly store: WorkflowStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.workflows, close: () => storage.close() };
  },
};

const change = (id: string, fields: Partial<StoredWorkflow> = {}, key?: WorkflowChange['key']): WorkflowChange => {
  const workflow: StoredWorkflow = {
    ...{ id, name: `name ${id}`, description: undefined, version: '1.0.0', definition: `hash ${id}` },
    ...{ taskCount: 1, tags: [], createdAt: 1, updatedAt: 1 },
    ...fields,
  };
  return { workflow, document: { name: workflow.name, of: workflow.definition }, ...(key && { key }) };
};

const ALL: WorkflowFilter = { sortBy: 'name', descending: false, offset: 0, limit: 100 };
const KEY = { scope: 'create', key: 'k', request: 'r', resource: 'w1', at: 5 };

describe.each(Object.entries(STORES))('a store of workflows: %s', (_, make) => {
  let under: StoreUnderTest;
  let store: WorkflowStore;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  const names = async (filter: Partial<WorkflowFilter> = {}): Promise<string[]> =>
    (await store.list({ ...ALL, ...filter })).items.map(({ name }) => name);

  test('gives back what was saved: workflow, version and document', async () => {
    const saved = change('w1', { description: 'what it does', tags: ['a', 'b'], taskCount: 3 });
    await store.save(saved);
    expect(await store.find('w1')).toEqual(saved.workflow);
    expect(await store.findByName('name w1')).toEqual(saved.workflow);
    expect(await store.document('hash w1')).toEqual(saved.document);
    const version = { workflow: 'w1', version: '1.0.0', definition: 'hash w1', createdAt: 1 };
    expect(await store.versions('w1')).toEqual([version]);
    expect(await store.version('w1', '1.0.0')).toEqual(version);
  });

  test('has nothing of what was never saved', async () => {
    expect([await store.find('x'), await store.findByName('x'), await store.document('x')]).toEqual(
      Array<undefined>(3).fill(undefined),
    );
    expect([await store.version('x', '1.0.0'), await store.recall('create', 'k')]).toEqual([undefined, undefined]);
    expect(await store.versions('x')).toEqual([]);
    expect(await store.remove('x', 1)).toBe(false);
    expect(await store.list(ALL)).toEqual({ items: [], total: 0 });
  });

  test('keeps every version, newest first; the workflow shows the newest', async () => {
    await store.save(change('w1'));
    await store.save(change('w1', { version: '1.1.0', definition: 'other', updatedAt: 2 }));
    expect((await store.versions('w1')).map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
    expect(await store.find('w1')).toMatchObject({ version: '1.1.0', definition: 'other', createdAt: 1, updatedAt: 2 });
    expect(await store.document('hash w1')).toBeDefined();
  });

  test('never changes a version that is there', async () => {
    await store.save(change('w1'));
    await store.save(change('w1', { updatedAt: 2 }));
    const other = store.save(change('w1', { definition: 'other', updatedAt: 3 }));
    await expect(other).rejects.toMatchObject({ code: 'version_exists' });
    expect([await store.find('w1'), await store.document('other')]).toMatchObject([
      { definition: 'hash w1' },
      undefined,
    ]);
    expect(await store.version('w1', '1.0.0')).toMatchObject({ definition: 'hash w1', createdAt: 1 });
  });

  test('saves all of a change or nothing: a key is used once', async () => {
    await store.save(change('w1', {}, KEY));
    expect(await store.recall('create', 'k')).toEqual(KEY);
    await expect(store.save(change('w2', {}, { ...KEY, resource: 'w2' }))).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect([await store.find('w2'), await store.document('hash w2')]).toEqual([undefined, undefined]);
    expect(await store.versions('w2')).toEqual([]);
    expect(await store.recall('create', 'k')).toEqual(KEY);
    await store.save(change('w3', {}, { ...KEY, scope: 'other', resource: 'w3' }));
    expect(await names()).toEqual(['name w1', 'name w3']);
  });

  test('lists by name, by a part of name or description in any case, and by tag', async () => {
    await store.save(change('1', { name: 'Nightly 100%', tags: ['ops', 'night'] }));
    await store.save(change('2', { name: 'weekly', description: 'nightly_too', tags: ['ops'] }));
    await store.save(change('3', { name: 'monthly', tags: ['"ops"'] }));
    expect(await names({ name: 'weekly' })).toEqual(['weekly']);
    expect(await names({ search: 'NIGHTLY' })).toEqual(['Nightly 100%', 'weekly']);
    expect(await names({ search: '%' })).toEqual(['Nightly 100%']);
    expect(await names({ search: '_' })).toEqual(['weekly']);
    expect(await names({ tag: 'ops' })).toEqual(['Nightly 100%', 'weekly']);
    expect(await names({ tag: 'ops', search: 'weekly' })).toEqual(['weekly']);
    expect(await names({ search: `'; DROP TABLE workflow; --` })).toEqual([]);
  });

  test('sorts and pages, and says how many there are in all', async () => {
    await store.save(change('1', { name: 'b', createdAt: 3, updatedAt: 30 }));
    await store.save(change('2', { name: 'a', createdAt: 2, updatedAt: 40 }));
    await store.save(change('3', { name: 'c', createdAt: 1, updatedAt: 50 }));
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(await names({ sortBy: 'created_at' })).toEqual(['c', 'a', 'b']);
    expect(await names({ sortBy: 'updated_at', descending: true })).toEqual(['c', 'a', 'b']);
    const page = await store.list({ ...ALL, offset: 1, limit: 1 });
    expect([page.items.map(({ name }) => name), page.total]).toEqual([['b'], 3]);
  });

  test('removes a workflow from sight, once; its documents stay for the executions that are pinned to them', async () => {
    await store.save(change('w1'));
    expect(await store.remove('w1', 9)).toBe(true);
    expect(await store.remove('w1', 10)).toBe(false);
    expect([await store.find('w1'), await store.findByName('name w1'), await names()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(await store.document('hash w1')).toBeDefined();
  });
});
