import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  StoredTemplate,
  StoredTemplateVersion,
  TemplateFilter,
  TemplateSave,
  TemplateStore,
} from '../../src/template/ports/index.js';
import { MemoryTemplates } from '../world/memory-templates.js';
import { temporaryStorage } from '../world/stores.js';

const STORES: Readonly<Record<string, () => Promise<{ store: TemplateStore; close: () => Promise<void> }>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryTemplates(), close: () => Promise.resolve() }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { store: storage.templates, close: () => storage.close() };
  },
};

const template = (id: string, fields: Partial<StoredTemplate> = {}): StoredTemplate => ({
  ...{ id, name: `name ${id}`, description: '', icon: undefined, tags: [], categories: [], isPublic: true },
  ...{ metadata: {}, version: '1.0.0', source: undefined, sourceHash: undefined, hidden: false },
  ...{ createdBy: undefined, createdAt: 1, updatedAt: 1, usedBefore: 0, ...fields },
});
const version = (id: string, fields: Partial<StoredTemplateVersion> = {}): StoredTemplateVersion => ({
  ...{ template: id, version: '1.0.0', content: { of: id }, hash: `hash ${id}`, references: [], changes: undefined },
  ...{ createdAt: 1, ...fields },
});
const saved = (id: string, fields: Partial<StoredTemplate> = {}, references: string[] = []): TemplateSave => ({
  template: template(id, fields),
  version: version(id, { references }),
});
const ALL: TemplateFilter = { sortBy: 'name', descending: false, offset: 0, limit: 100 };
const KEY = { scope: 'templates', key: 'k', request: 'r', resource: 't1', at: 5 };

describe.each(Object.entries(STORES))('a store of templates: %s', (_, make) => {
  let store: TemplateStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await make());
  });
  afterEach(() => close());

  const names = async (filter: Partial<TemplateFilter> = {}): Promise<string[]> =>
    (await store.list({ ...ALL, ...filter })).items.map(({ name }) => name);

  test('gives back what was saved', async () => {
    const full = template('t1', {
      ...{ description: 'd', icon: 'i', tags: ['a'], categories: ['c'], isPublic: false, metadata: { a: [1] } },
      ...{ source: 'p', sourceHash: 'h', hidden: true, createdBy: 'me', usedBefore: 7 },
    });
    const first = version('t1', { references: ['x'], changes: 'first' });
    const change = { at: 1, kind: 'created', version: '1.0.0', before: undefined, reason: 'why' } as const;
    await store.save({ template: full, version: first, change });
    expect(await store.find('t1')).toEqual({ ...full, usageCount: 7 });
    expect(await store.findByName('name t1')).toEqual({ ...full, usageCount: 7 });
    expect(await store.versions('t1')).toEqual([first]);
    expect(await store.version('t1', '1.0.0')).toEqual(first);
    expect(await store.changes('t1')).toEqual([change]);
  });

  test('has nothing of what was never saved', async () => {
    expect([await store.find('x'), await store.findByName('x'), await store.version('x', '1.0.0')]).toEqual(
      Array<undefined>(3).fill(undefined),
    );
    expect([await store.versions('x'), await store.changes('x'), await store.sourced()]).toEqual([[], [], []]);
    expect(await store.remove('x', 1)).toBe(false);
    expect(await store.removeCategory('x')).toBe(false);
    expect(await store.list(ALL)).toEqual({ items: [], total: 0 });
  });

  test('never changes a version, and a refused save changes nothing', async () => {
    await store.save(saved('t1'));
    const again = { template: template('t1', { name: 'other' }), version: version('t1', { content: { other: true } }) };
    await expect(store.save(again)).rejects.toMatchObject({ code: 'template_version_exists' });
    expect(await store.find('t1')).toMatchObject({ name: 'name t1' });
    await store.save({ ...saved('t2'), key: KEY });
    await expect(store.save({ ...saved('t3'), key: KEY })).rejects.toMatchObject({ code: 'idempotency_conflict' });
    expect(await store.find('t3')).toBeUndefined();
  });

  test('keeps where a template comes from, whatever is saved later', async () => {
    await store.save(saved('t1', { source: 'p', createdBy: 'me', createdAt: 1 }));
    await store.save({ template: template('t1', { version: '2.0.0', createdAt: 9, updatedAt: 9, sourceHash: 'new' }) });
    expect(await store.find('t1')).toMatchObject({
      ...{ source: 'p', createdBy: 'me', createdAt: 1, updatedAt: 9, version: '2.0.0', sourceHash: 'new' },
    });
  });

  test('by a name finds what was made here before what comes with something, and the oldest', async () => {
    await store.save(saved('t1', { name: 'n', source: 'p', createdAt: 1 }));
    expect(await store.findByName('n')).toMatchObject({ id: 't1' });
    await store.save(saved('t3', { name: 'n', createdAt: 3 }));
    await store.save(saved('t2', { name: 'n', createdAt: 2 }));
    expect(await store.findByName('n')).toMatchObject({ id: 't2' });
  });

  test('lists by text, tags, category and kind, in order and by pages', async () => {
    await store.save(saved('a', { description: 'FIND_me', tags: ['x', 'y'], categories: ['c1'], usedBefore: 3 }));
    await store.save(saved('b', { tags: ['x'], isPublic: false, createdAt: 5 }));
    await store.save(saved('c', { source: 'p', usedBefore: 9, updatedAt: 8 }));
    await store.save(saved('d', { hidden: true }));
    expect(await names()).toEqual(['name a', 'name b', 'name c']);
    expect(await names({ search: 'find_' })).toEqual(['name a']);
    expect(await names({ search: 'findXme' })).toEqual([]);
    expect(await names({ tags: ['x'] })).toEqual(['name a', 'name b']);
    expect(await names({ tags: ['x', 'y'] })).toEqual(['name a']);
    expect(await names({ category: 'c1' })).toEqual(['name a']);
    expect(await names({ isPublic: false })).toEqual(['name b']);
    expect(await names({ source: 'p' })).toEqual(['name c']);
    expect(await names({ sortBy: 'usage_count', descending: true })).toEqual(['name c', 'name a', 'name b']);
    expect(await names({ sortBy: 'created_at', descending: true, limit: 1 })).toEqual(['name b']);
    expect(await names({ sortBy: 'updated_at', descending: true, limit: 1 })).toEqual(['name c']);
    expect(await store.list({ ...ALL, offset: 1, limit: 1 })).toMatchObject({ items: [{ id: 'b' }], total: 3 });
  });

  test('hides and shows, removes, and knows what comes with something', async () => {
    await store.save(saved('t1', { source: 'p' }));
    await store.save(saved('t2', { source: 'o' }));
    await store.setHidden(['t1', 'none'], true);
    expect(await names()).toEqual(['name t2']);
    expect((await store.sourced()).map(({ id, hidden }) => [id, hidden])).toEqual([
      ['t2', false],
      ['t1', true],
    ]);
    await store.setHidden(['t1'], false);
    expect(await names()).toEqual(['name t1', 'name t2']);
    expect(await store.remove('t1', 5)).toBe(true);
    expect([await store.find('t1'), await names()]).toEqual([undefined, ['name t2']]);
  });

  test('knows who refers to a template in its current version', async () => {
    await store.save(saved('base'));
    await store.save(saved('one', {}, ['name base']));
    await store.save(saved('two', {}, ['base']));
    await store.save(saved('three', {}, ['base']));
    const next = { template: template('three', { version: '2.0.0' }), version: version('three', { version: '2.0.0' }) };
    await store.save(next);
    expect(await store.dependents('base', ['base', 'name base'])).toEqual(['name one', 'name two']);
  });

  test('keeps categories, and what is in them', async () => {
    await store.saveCategory({ id: 'c1', name: 'b', description: 'd', parent: undefined });
    await store.saveCategory({ id: 'c2', name: 'a', description: '', parent: 'c1' });
    await store.saveCategory({ id: 'c1', name: 'c', description: 'e', parent: undefined });
    expect(await store.categories()).toEqual([
      { id: 'c2', name: 'a', description: '', parent: 'c1' },
      { id: 'c1', name: 'c', description: 'e', parent: undefined },
    ]);
    await store.save(saved('t1', { categories: ['c1'] }));
    expect(await store.categoryUse('c1')).toEqual({ templates: 1, children: 1 });
    expect(await store.categoryUse('c2')).toEqual({ templates: 0, children: 0 });
    expect(await store.removeCategory('c2')).toBe(true);
  });

  test('says what happened in its order', async () => {
    const change = (at: number): TemplateSave => ({
      template: template('t1'),
      change: { at, kind: 'rollback', version: `${at}.0.0`, before: '1.0.0', reason: undefined },
    });
    for (const at of [3, 1, 2]) await store.save(change(at));
    expect((await store.changes('t1')).map(({ at }) => at)).toEqual([3, 1, 2]);
  });
});
