import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { Observed, Settled, StoredSuggestion, Suggestion, Trial } from '../../src/llm/ports/index.js';
import { Housekeeping, type Storage } from '../../src/persistence/index.js';
import type { NewTrial, StoredWorkflow, WorkflowChange } from '../../src/workflow/ports/index.js';
import { temporaryStorage } from '../world/stores.js';

let storage: Storage;
beforeEach(async () => {
  storage = await temporaryStorage();
  await save('base');
  await keep('s');
});
afterEach(() => storage.close());

const workflow = (definition: string, at = 1): StoredWorkflow => ({
  ...{ id: 'w', name: 'w', description: undefined, version: `v-${definition}`, definition, taskCount: 1, tags: [] },
  ...{ createdAt: 1, updatedAt: at },
});
const save = (definition: string, more: Partial<WorkflowChange> = {}, at = 1): Promise<void> =>
  storage.workflows.save({ workflow: workflow(definition, at), document: { definition }, ...more });
const trial = (id: string): NewTrial => ({ id, runs: 20, predicted: { unit: 'seconds' } });
const canary = (id = 't', definition = 'next', suggestion = 's'): Promise<void> =>
  storage.workflows.saveCandidate({
    ...{ workflow: workflow(definition), document: { definition }, expected: 'base', share: 0.1 },
    suggestions: { ids: [suggestion], at: 5, note: 'n', trial: trial(id) },
  });
const suggestion = (id: string, base = 'base'): StoredSuggestion => ({
  suggestion: { id, workflowId: 'w', baseVersion: `v-${base}`, baseHash: base, score: 1 } as Suggestion,
  certificate: { facts: 'f' } as StoredSuggestion['certificate'],
  ...{ status: 'open', createdAt: 10, expiresAt: 20 },
});
const keep = (id: string): Promise<readonly StoredSuggestion[]> =>
  storage.suggestions.keep({ workflow: 'w', baseHash: 'base', factsHash: 'f', found: [suggestion(id)] });
const statusOf = async (id: string): Promise<string | undefined> => (await storage.suggestions.find(id))?.status;
const newest = async (of = 's'): Promise<Trial | undefined> => (await storage.trials.newest([of])).get(of);
const settled = (outcome: Settled['outcome'], at = 9, offered: string | null = null): Settled => ({
  ...{ outcome, at, offered },
  observed: { runs: { before: 20, after: 20 }, tokens: null, cost: null, currency: null } as Observed,
});

describe('a version that is made of a suggestion', () => {
  test('is followed against the version before', async () => {
    await save('next', { expected: 'base', suggestions: { ids: ['s', 'other'], at: 5, trial: trial('t') } });
    expect(await newest()).toEqual({
      ...{ id: 't', suggestion: 's', workflow: 'w', share: null, runs: 20, since: 5, place: 0 },
      base: { version: 'v-base', definition: 'base' },
      candidate: { version: 'v-next', definition: 'next' },
      ...{ predicted: { unit: 'seconds' }, end: null, settled: null },
    });
    expect(await newest('other')).toBeUndefined();
    expect(await storage.trials.open('w')).toHaveLength(1);
  });

  test.each([
    ['base', 'rolled_back'],
    ['third', 'replaced'],
  ])('until another takes its place: %s', async (definition, because) => {
    await save('next', { suggestions: { ids: ['s'], at: 5, trial: trial('t') } });
    await save('next', {}, 6);
    expect(await newest()).toMatchObject({ end: null });
    await save(definition, {}, 7);
    expect(await newest()).toMatchObject({ end: { at: 7, because, place: 0 } });
    expect(await storage.trials.open()).toEqual([]);
  });

  test('is settled once, with what is offered for it', async () => {
    await save('next', { suggestions: { ids: ['s'], at: 5, trial: trial('t') } });
    const back = suggestion('back', 'next');
    const first = settled('regressed', 9, 'back');
    expect(await storage.trials.settle({ trial: 't', settled: first, offer: back })).toBe(true);
    expect(await storage.trials.settle({ trial: 't', settled: settled('confirmed') })).toBe(false);
    expect((await newest())?.settled).toEqual(first);
    expect(await storage.suggestions.find('back')).toEqual(back);
    expect(await storage.trials.open()).toEqual([]);
    // Other facts supersede what rests on facts, and this does not.
    await storage.suggestions.keep({ workflow: 'w', baseHash: 'next', factsHash: 'g', found: [] });
    expect(await statusOf('back')).toBe('open');
    await save('base');
    expect(await statusOf('back')).toBe('stale');
  });

  test('what is offered when its version is gone is stale', async () => {
    await save('next', { suggestions: { ids: ['s'], at: 5, trial: trial('t') } });
    await save('third');
    await storage.trials.settle({ trial: 't', settled: settled('regressed'), offer: suggestion('back', 'next') });
    expect(await statusOf('back')).toBe('stale');
    // What became of it is nothing to learn changes from.
    await storage.suggestions.dismiss('back', { at: 9 });
    expect((await storage.suggestions.experience('w', 9)).map((one) => one.suggestion.id)).toEqual(['s']);
  });

  test('those that were settled are told, the oldest first', async () => {
    for (const [id, at] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
    ] as const) {
      await save(`v${id}`, { suggestions: { ids: [id], at: 5, trial: trial(id) } });
      await storage.trials.settle({ trial: id, settled: settled('confirmed', at) });
    }
    const told = async (since: number, most = 9): Promise<string[]> =>
      (await storage.trials.settledSince(since, most)).map(({ id }) => id);
    expect([await told(0), await told(20), await told(0, 1)]).toEqual([['b', 'c', 'a'], ['c', 'a'], ['a']]);
    await storage.workflows.remove('w', 50);
    expect(await told(0)).toEqual([]);
  });
});

describe('a canary', () => {
  const current = async (): Promise<Pick<StoredWorkflow, 'version' | 'canary'> | undefined> =>
    storage.workflows.find('w');

  test('is a version beside the current one', async () => {
    await canary();
    const found = {
      version: 'v-base',
      canary: {
        ...{ id: 't', version: 'v-next', definition: 'next', share: 0.1, suggestion: 's', since: 5, isPaused: false },
      },
    };
    expect(await current()).toMatchObject(found);
    expect(await storage.workflows.findByName('w')).toMatchObject(found);
    expect(await storage.workflows.version('w', 'v-next')).toMatchObject({ definition: 'next', isCandidate: true });
    expect(await storage.workflows.document('next')).toEqual({ definition: 'next' });
    expect(await storage.suggestions.find('s')).toMatchObject({
      status: 'canary',
      feedback: { at: 5, note: 'n', version: 'v-next' },
    });
    expect(await keep('s')).toMatchObject([{ status: 'canary', feedback: { note: 'n' } }]);
    expect(await storage.suggestions.dismiss('s', { at: 6 })).toBe(false);
  });

  test('there is one at a time, of the version that was seen', async () => {
    await canary();
    await keep('other');
    await expect(canary('u', 'third', 'other')).rejects.toMatchObject({ code: 'canary_running' });
    expect([await statusOf('other'), await storage.workflows.version('w', 'v-third')]).toEqual(['open', undefined]);
    await storage.workflows.endCanary('w', 't', 8);
    const taken = { ...workflow('third'), version: 'v-next' };
    const late = storage.workflows.saveCandidate({
      ...{ workflow: taken, document: { definition: 'third' }, expected: 'base', share: 0.1 },
      suggestions: { ids: ['other'], at: 5, trial: trial('u') },
    });
    await expect(late).rejects.toMatchObject({ code: 'version_exists' });
    expect([await statusOf('other'), await storage.workflows.document('third')]).toEqual(['open', undefined]);
    await save('moved');
    await expect(canary('u', 'third', 'other')).rejects.toMatchObject({ code: 'version_changed' });
    expect((await current())?.canary).toBeUndefined();
  });

  test('that is abandoned leaves its version, and the suggestion open', async () => {
    await canary();
    expect(await storage.workflows.endCanary('w', 'u', 7)).toBe(false);
    expect(await storage.workflows.endCanary('w', 't', 8)).toBe(true);
    expect(await storage.workflows.endCanary('w', 't', 9)).toBe(false);
    expect((await current())?.canary).toBeUndefined();
    expect(await newest()).toMatchObject({ end: { at: 8, because: 'abandoned' } });
    expect(await storage.suggestions.find('s')).toEqual(suggestion('s'));
    expect(await storage.workflows.version('w', 'v-next')).toMatchObject({ isCandidate: true });
  });

  test('that is promoted is a version like any other, and is followed as such', async () => {
    await canary();
    await save('next', { expected: 'base', suggestions: { ids: ['s'], at: 9, trial: trial('u') } }, 9);
    expect(await storage.workflows.version('w', 'v-next')).not.toHaveProperty('isCandidate');
    expect((await current())?.canary).toBeUndefined();
    expect(await statusOf('s')).toBe('applied');
    expect(await newest()).toMatchObject({ id: 'u', share: null, end: null });
    expect(storage.database.prepare("SELECT ended_because FROM suggestion_trial WHERE id = 't'").pluck().get()).toBe(
      'promoted',
    );
  });

  test('stays while the same document is saved, and ends with another', async () => {
    await canary();
    await save('base', {}, 6);
    expect((await current())?.canary).toMatchObject({ id: 't' });
    await save('third', {}, 7);
    expect((await current())?.canary).toBeUndefined();
    expect([await newest(), await statusOf('s')]).toMatchObject([{ end: { because: 'replaced' } }, 'stale']);
    await save('base', {}, 8);
    expect(await statusOf('s')).toBe('open');
  });

  test('that shows no difference is over, in the commit of the verdict', async () => {
    await canary();
    await storage.trials.settle({ trial: 't', settled: settled('no_difference', 9) });
    expect((await current())?.canary).toBeUndefined();
    expect([await newest(), await statusOf('s')]).toMatchObject([
      { end: { at: 9, because: 'no_difference', place: 0 }, settled: { outcome: 'no_difference' } },
      'open',
    ]);
    expect(await storage.workflows.endCanary('w', 't', 10)).toBe(false);
    // What somebody has ended stays ended so; of what was applied nothing ends.
    await canary('u', 'next2');
    await storage.workflows.endCanary('w', 'u', 11);
    await storage.trials.settle({ trial: 'u', settled: settled('no_difference', 12) });
    expect(await newest()).toMatchObject({ id: 'u', end: { at: 11, because: 'abandoned' } });
    await save('applied', { suggestions: { ids: ['s'], at: 13, trial: trial('v') } });
    await storage.trials.settle({ trial: 'v', settled: settled('no_difference', 14) });
    expect([await newest(), await statusOf('s')]).toMatchObject([{ id: 'v', end: null }, 'applied']);
  });

  test('what was settled before runs were asked what they use says nothing of it', async () => {
    await canary();
    const before = { runs: { before: 20, after: 20 } } as Observed;
    await storage.trials.settle({ trial: 't', settled: { ...settled('confirmed'), observed: before } });
    expect((await newest())?.settled?.observed).toMatchObject({ tokens: null, cost: null, currency: null });
  });

  test('that regressed is paused', async () => {
    await canary();
    await storage.trials.settle({ trial: 't', settled: settled('regressed') });
    expect((await current())?.canary).toMatchObject({ isPaused: true });
    await storage.workflows.endCanary('w', 't', 8);
    await canary('u', 'next2');
    expect((await current())?.canary).toMatchObject({ id: 'u', isPaused: false });
    await storage.trials.settle({ trial: 'u', settled: settled('confirmed') });
    expect((await current())?.canary).toMatchObject({ id: 'u', isPaused: false });
  });

  test('is not forgotten with suggestions that nobody took, and goes with its workflow', async () => {
    await canary();
    const { database } = storage;
    const timers = { ...systemTimers, now: () => 1000 };
    const retention = { keep: undefined, compactAfter: 1000 };
    await new Housekeeping({ database, retention, timers, onTrouble: () => undefined }).sweep();
    expect(await statusOf('s')).toBe('canary');
    await storage.workflows.remove('w', 9);
    expect([await newest(), await storage.trials.open(), await statusOf('s')]).toEqual([undefined, [], undefined]);
  });
});
