import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { StatedFacts, StoredSuggestion, Suggestion, SuggestionStore } from '../../src/llm/ports/index.js';
import { Housekeeping, type Storage } from '../../src/persistence/index.js';
import type { StoredWorkflow, WorkflowChange } from '../../src/workflow/ports/index.js';
import { temporaryStorage } from '../world/stores.js';

let storage: Storage;
let store: SuggestionStore;
beforeEach(async () => {
  storage = await temporaryStorage();
  store = storage.suggestions;
  await version('w', 'base');
});
afterEach(() => storage.close());

const DAY = 86_400_000;

const version = (id: string, definition: string, more: Partial<WorkflowChange> = {}): Promise<void> => {
  const workflow: StoredWorkflow = {
    ...{ id, name: id, description: undefined, version: `v-${definition}`, definition, taskCount: 1, tags: [] },
    ...{ createdAt: 1, updatedAt: 1 },
  };
  return storage.workflows.save({ workflow, document: { name: id, definition }, ...more });
};

const suggestion = (id: string, more: Partial<Suggestion> = {}): StoredSuggestion => ({
  suggestion: {
    id,
    workflowId: 'w',
    baseVersion: '1.0.0',
    baseHash: 'base',
    score: 0,
    title: id,
    ...more,
  } as Suggestion,
  certificate: { facts: 'f' } as StoredSuggestion['certificate'],
  ...{ status: 'open', createdAt: 10, expiresAt: 10 + DAY },
});

const keep = (...found: StoredSuggestion[]): Promise<readonly StoredSuggestion[]> =>
  store.keep({ workflow: 'w', baseHash: 'base', factsHash: 'f', found });
const statusOf = async (id: string): Promise<string | undefined> => (await store.find(id))?.status;
const all = { workflow: 'w', offset: 0, limit: 100 };

describe('a store of suggestions', () => {
  test('gives back what was kept; found again it is no younger', async () => {
    expect(await keep(suggestion('a'))).toEqual([suggestion('a')]);
    const again = { ...suggestion('a', { score: 2 }), createdAt: 99, expiresAt: 99 + DAY };
    expect(await keep(again)).toEqual([{ ...again, createdAt: 10 }]);
    expect(await store.find('b')).toBeUndefined();
  });

  test('lists the best first, by status and version', async () => {
    await keep(
      suggestion('a', { score: 1 }),
      suggestion('b', { score: 3 }),
      suggestion('c', { score: 2, baseVersion: '2.0.0' }),
    );
    await store.dismiss('a', { at: 1, reason: 'no' });
    const ids = async (more: object): Promise<string[]> => {
      const { items, total } = await store.list({ ...all, ...more });
      return [...items.map((item) => item.suggestion.id), `of ${total}`];
    };
    expect(await ids({})).toEqual(['b', 'c', 'a', 'of 3']);
    expect(await ids({ offset: 1, limit: 1 })).toEqual(['c', 'of 3']);
    expect(await ids({ status: 'open' })).toEqual(['b', 'c', 'of 2']);
    expect(await ids({ version: '2.0.0' })).toEqual(['c', 'of 1']);
    expect(await ids({ workflow: 'x' })).toEqual(['of 0']);
  });

  test('what was dismissed stays so; what is dismissed or applied is experience', async () => {
    await keep(suggestion('a'), suggestion('b'), suggestion('c'));
    expect([
      await store.dismiss('a', { at: 1, reason: 'no' }),
      await store.dismiss('a', { at: 2, reason: 'x' }),
    ]).toEqual([true, false]);
    expect(await keep(suggestion('a', { score: 9 }))).toMatchObject([
      { status: 'dismissed', feedback: { at: 1, reason: 'no' } },
    ]);
    await version('w', 'next', { suggestions: { ids: ['b'], at: 5, note: 'n' } });
    expect((await store.experience('w', 5)).map(({ suggestion: { id }, status }) => [id, status])).toEqual([
      ['a', 'dismissed'],
      ['b', 'applied'],
    ]);
    expect(await store.experience('w', 1)).toHaveLength(1);
  });

  test('a version applies, and makes the others stale; the base again opens them', async () => {
    await keep(suggestion('a'), suggestion('b'));
    await version('w', 'next', { expected: 'base', suggestions: { ids: ['a'], at: 5, note: 'n' } });
    expect(await store.find('a')).toMatchObject({
      status: 'applied',
      feedback: { at: 5, note: 'n', version: 'v-next' },
    });
    expect(await statusOf('b')).toBe('stale');
    await version('w', 'base', { expected: 'next' });
    expect([await statusOf('a'), await statusOf('b')]).toEqual(['applied', 'open']);
    expect(await keep(suggestion('a'))).toMatchObject([{ status: 'open' }]);
    expect((await store.find('a'))?.feedback).toBeUndefined();
  });

  test('a version that somebody else was sooner with changes nothing', async () => {
    await keep(suggestion('a'));
    const late = version('w', 'next', { expected: 'other', suggestions: { ids: ['a'], at: 5 } });
    await expect(late).rejects.toMatchObject({ code: 'version_changed' });
    expect(await statusOf('a')).toBe('open');
    expect((await storage.workflows.find('w'))?.definition).toBe('base');
    expect(await storage.workflows.document('next')).toBeUndefined();
  });

  test('those that rest on other facts are superseded', async () => {
    await keep(suggestion('a'));
    await store.keep({ workflow: 'w', baseHash: 'base', factsHash: 'g', found: [suggestion('b')] });
    expect([await statusOf('a'), await statusOf('b')]).toEqual(['superseded', 'open']);
  });

  test('they go with their workflow, confirmations too', async () => {
    await keep(suggestion('a'));
    const pair = { scope: '', tasks: ['a', 'b'] as const, words: 'x' };
    await store.confirm('w', [pair]);
    expect(await store.confirmations('w')).toEqual([pair]);
    expect(await storage.workflows.remove('w', 7)).toBe(true);
    expect([await store.find('a'), await store.confirmations('w')]).toEqual([undefined, []]);
    expect(await storage.workflows.remove('w', 8)).toBe(false);
  });

  test('confirmations and facts replace those before', async () => {
    const pair = (one: string): { scope: string; tasks: readonly [string, string]; words: string } => ({
      ...{ scope: '/s', tasks: [one, 'z'], words: one },
    });
    await store.confirm('w', [pair('a'), pair('b')]);
    await store.confirm('w', [pair('c')]);
    expect(await store.confirmations('w')).toEqual([pair('c')]);
    expect(await store.statedFacts()).toBeUndefined();
    const stated: StatedFacts['effects'][] = [{ 'a/b': 'read' }, { 'c/d': 'pure' }];
    for (const effects of stated) await store.stateFacts({ effects, commuting: [['a/b', 'c/d']] });
    expect(await store.statedFacts()).toEqual({ effects: { 'c/d': 'pure' }, commuting: [['a/b', 'c/d']] });
  });

  test('those that nobody took are forgotten in time', async () => {
    await keep(suggestion('open'), suggestion('dismissed'), suggestion('applied'));
    await store.dismiss('dismissed', { at: 1, reason: 'no' });
    await version('w', 'next', { suggestions: { ids: ['applied'], at: 5 } });
    const sweep = async (now: number): Promise<unknown[]> => {
      const { database } = storage;
      const timers = { ...systemTimers, now: () => now };
      const retention = { keep: undefined, compactAfter: DAY };
      await new Housekeeping({ database, retention, timers, onTrouble: () => undefined }).sweep();
      return Promise.all(['open', 'dismissed', 'applied'].map(statusOf));
    };
    expect(await sweep(9 + DAY)).toEqual(['stale', 'dismissed', 'applied']);
    expect(await sweep(10 + DAY)).toEqual([undefined, 'dismissed', 'applied']);
  });
});
