import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ComponentBoardStore, ComponentStore, StoredAction } from '../../src/integration/ports/index.js';
import { MemoryComponentBoard, MemoryComponents } from '../world/memory-components.js';
import { temporaryStorage } from '../world/stores.js';

interface StoresUnderTest {
  readonly components: ComponentStore;
  readonly board: ComponentBoardStore;
  close(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoresUnderTest>>> = {
  'in memory': () =>
    Promise.resolve({
      components: new MemoryComponents(),
      board: new MemoryComponentBoard(),
      close: () => Promise.resolve(),
    }),
  SQLite: async () => {
    const storage = await temporaryStorage();
    return { components: storage.components, board: storage.componentBoard, close: () => storage.close() };
  },
};

describe.each(Object.entries(STORES))('a store of components: %s', (_, make) => {
  let under: StoresUnderTest;
  beforeEach(async () => {
    under = await make();
  });
  afterEach(() => under.close());

  test('gives back what was put, by key; a second one takes the place of the first', async () => {
    const { components } = under;
    for (const key of ['b', 'a']) await components.put({ key, document: { name: key }, createdAt: 1, updatedAt: 1 });
    const changed = { key: 'b', document: { name: 'B', actions: [{ é: null }] }, createdAt: 1, updatedAt: 5 };
    await components.put(changed);
    expect(await components.all()).toEqual([
      { key: 'a', document: { name: 'a' }, createdAt: 1, updatedAt: 1 },
      changed,
    ]);
  });

  test('forgets what is removed', async () => {
    const { components } = under;
    await components.put({ key: 'a', document: {}, createdAt: 1, updatedAt: 1 });
    expect([await components.remove('A'), await components.remove('a'), await components.remove('a')]).toEqual([
      ...[false, true, false],
    ]);
    expect(await components.all()).toEqual([]);
  });

  test('has one mapping of a type', async () => {
    const { board } = under;
    expect(await board.mappings()).toEqual([]);
    await board.map({ taskType: 'testing', component: 'athena', updatedAt: 1 });
    await board.map({ taskType: 'analysis', component: 'metis', updatedAt: 2 });
    await board.map({ taskType: 'testing', component: 'numa', updatedAt: 3 });
    expect(await board.mappings()).toEqual([
      { taskType: 'analysis', component: 'metis', updatedAt: 2 },
      { taskType: 'testing', component: 'numa', updatedAt: 3 },
    ]);
  });

  test('has one component of a task, until it is taken back', async () => {
    const { board } = under;
    for (const [index, task] of ['c', 'a', 'b', 'a'].entries())
      await board.assign({ task, component: `of-${index}`, assignedAt: index });
    expect(await board.assignment('a')).toEqual({ task: 'a', component: 'of-3', assignedAt: 3 });
    expect(await board.assignments({ offset: 1, limit: 1 })).toEqual({
      items: [{ task: 'b', component: 'of-2', assignedAt: 2 }],
      total: 3,
    });
    expect([await board.unassign('a'), await board.unassign('a')]).toEqual([true, false]);
    expect(await board.assignment('a')).toBeUndefined();
    expect((await board.assignments({ offset: 0, limit: 9 })).total).toBe(2);
  });

  test('has one action of a name for each component, which keeps its first time', async () => {
    const { board } = under;
    const action = (component: string, name: string, more: Partial<StoredAction> = {}): StoredAction => ({
      ...{ component, action: name, description: null, parameters: {}, metadata: {}, createdAt: 1 },
      ...more,
    });
    await board.putAction(action('numa', 'b'));
    await board.putAction(action('metis', 'b', { metadata: { created_at: 'x' } }));
    await board.putAction(action('numa', 'b', { description: 'B.', parameters: { type: 'object' }, createdAt: 9 }));
    await board.putAction(action('numa', 'a'));
    expect(await board.actions()).toEqual([
      action('metis', 'b', { metadata: { created_at: 'x' } }),
      action('numa', 'a'),
      action('numa', 'b', { description: 'B.', parameters: { type: 'object' } }),
    ]);
  });
});
