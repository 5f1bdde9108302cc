import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Batch } from '../../src/engine/ports/index.js';
import type { Storage } from '../../src/persistence/index.js';
import type { WorkflowChange } from '../../src/workflow/ports/index.js';
import { CoreWorld, task } from '../world/core-world.js';
import { engineOver } from '../world/engine.js';
import { keepDefinition, recorded, temporaryStorage } from '../world/stores.js';

/**
 * What TypeORM with better-sqlite3 does wrong (typeorm#1884): a transaction that starts while another awaits becomes a
 * part of it. The same three meetings, with everything that writes here: the journal and the store of workflows.
 */
const DOCUMENT = { name: 'w', version: '1.0.0', tasks: { a: task() } };
const KEY = { scope: 's', key: 'taken', request: 'r', resource: 'w-d', at: 1 };
const idOf = (name: string): string => `00000000-0000-4000-8000-0000000000${name.toLowerCase()}`;

let storage: Storage;
beforeEach(async () => {
  storage = await temporaryStorage();
  await keepDefinition(storage, 'd', DOCUMENT);
  await storage.journal.commit({ transitions: [], logs: [], keys: [KEY] });
});
afterEach(() => storage.close());

/** One transaction that starts an execution for each name; under a key that is taken it rolls back at its end. */
const starts = (names: readonly string[], keys: Batch['keys'] = []): Promise<unknown> => {
  const transitions = names.map((name) => {
    const { events } = new CoreWorld(DOCUMENT, {}, { execution: idOf(name) });
    return { handle: storage.journal.create(idOf(name), 1), events: recorded(events) };
  });
  return storage.journal.commit({ transitions, logs: [], keys });
};

/** One transaction that saves a workflow; under a key that is taken it rolls back at its end. */
const saves = (name: string, key?: WorkflowChange['key']): Promise<void> => {
  const about = { description: undefined, version: '1.0.0', taskCount: 1, tags: [], createdAt: 2, updatedAt: 2 };
  const workflow = { id: name, name, definition: name, ...about };
  return storage.workflows.save({ workflow, document: DOCUMENT, ...(key && { key }) });
};

/** What another connection sees: what is committed, and nothing else. */
const committed = async (): Promise<string[]> => {
  const { items } = await storage.reader.list({ sortBy: 'created_at', descending: false, offset: 0, limit: 100 });
  const executions = items.map(({ id }) => id.slice(-2).toUpperCase());
  const workflows = await storage.workflows.list({ sortBy: 'name', descending: false, offset: 0, limit: 100 });
  return [...executions, ...workflows.items.map(({ name }) => name)].filter((name) => name !== 'w').sort();
};

const outcomes = async (work: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(work)).map(({ status }) => status);

describe('overlapping transactions', () => {
  test('A commits; B, overlapping, rolls back: A1 and A2 are there', async () => {
    expect(await outcomes([starts(['A1', 'A2']), saves('B1', KEY)])).toEqual(['fulfilled', 'rejected']);
    expect(await outcomes([saves('A3'), starts(['B2'], [KEY])])).toEqual(['fulfilled', 'rejected']);
    expect(await outcomes([starts(['B3'], [KEY]), saves('A4'), starts(['A5'])])).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await committed()).toEqual(['A1', 'A2', 'A3', 'A4', 'A5']);
  });

  test('A rolls back; B, started and finished inside, commits: B1 is there, nothing of A', async () => {
    const a = starts(['A1', 'A2'], [KEY]);
    const b = saves('B1');
    await b;
    expect(await committed()).toEqual(['B1']);
    expect(await outcomes([a])).toEqual(['rejected']);
    const c = saves('A3', KEY);
    await starts(['B2']);
    expect(await outcomes([c])).toEqual(['rejected']);
    expect(await committed()).toEqual(['B1', 'B2']);
  });

  test('a plain write while A is open, A rolls back: the write is there', async () => {
    await saves('gone');
    const a = starts(['A1'], [KEY]);
    const removed = storage.workflows.remove('gone', 5);
    const probed = storage.journal.probe();
    expect(await outcomes([a, removed, probed])).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await removed).toBe(true);
    expect(await committed()).toEqual([]);
    const probes = storage.database.prepare("SELECT count(*) FROM meta WHERE key = 'probed_at'").pluck().get();
    expect(probes).toBe(1);
  });

  test('versions that are saved at the same time under the next free name have a name each', async () => {
    const { catalog } = engineOver(storage);
    const { workflow } = await catalog.create({ source: { ...DOCUMENT, name: 'bumped' } });
    const texts = ['one', 'two', 'three'];
    const kept = await Promise.all(
      texts.map((description) =>
        catalog.update(workflow.id, { source: { ...DOCUMENT, name: 'bumped', description } }, true),
      ),
    );
    const found = await Promise.all(kept.map(({ version }) => catalog.find(workflow.id, version.version)));
    expect(found.map(({ document }) => document.description)).toEqual(texts);
  });
});
