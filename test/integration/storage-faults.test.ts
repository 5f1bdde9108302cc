import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal } from '../../src/engine/ports/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { checkSqliteVersion } from '../../src/persistence/database.js';
import { openStorage, type Storage } from '../../src/persistence/index.js';
import { task } from '../world/core-world.js';
import { journalFaults } from '../world/crashes.js';
import { engineOver } from '../world/engine.js';

const inStorage = async (work: (storage: Storage, directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-storage-'));
  const storage = await openStorage(directory);
  try {
    await work(storage, directory);
  } finally {
    await storage.close();
    await rm(directory, { recursive: true, force: true });
  }
};

const chain = { name: 'chain', tasks: { a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }) } };

/** A journal whose n-th commit fails: before it was written, or after, when nobody can know that it was. */
const failingAt = (journal: Journal, n: number, when: 'before' | 'after'): Journal & { commits: number } => {
  const failure = (): HarmoniaError => new HarmoniaError('storage_unavailable', { reason: 'injected' });
  return {
    commits: 0,
    create: (execution, totalTasks) => journal.create(execution, totalTasks),
    async commit(batch) {
      this.commits += 1;
      if (this.commits === n && when === 'before') throw failure();
      const committed = await journal.commit(batch);
      if (this.commits === n) throw failure();
      return committed;
    },
    probe: () => journal.probe(),
    load: (execution) => journal.load(execution),
    last: (execution) => journal.last(execution),
    open: () => journal.open(),
    cached: (key, now) => journal.cached(key, now),
    keptEvents: (query) => journal.keptEvents(query),
    recall: (scope, key) => journal.recall(scope, key),
    delete: (execution) => journal.delete(execution),
    deleteCheckpoint: (checkpoint) => journal.deleteCheckpoint(checkpoint),
  };
};

describe('a commit that fails (semantics 26)', () => {
  test.each([1, 2, 3, 4].flatMap((n) => [[n, 'before'] as const, [n, 'after'] as const]))(
    'number %i, %s it was written: the caller is told, the execution ends right, nothing runs twice',
    async (n, when) => {
      await inStorage(async (storage) => {
        const journal = failingAt(storage.journal, n, when);
        const { engine, catalog } = engineOver(storage, { journal });
        await engine.open();
        const { workflow } = await catalog.create({ source: chain });
        const runnable = await catalog.runnable(workflow.id);
        const started = await engine.start({ workflow: runnable, input: {} }).catch((error: unknown) => error);
        if (n === 1) expect(started).toMatchObject({ code: 'storage_unavailable' });
        while (engine.status().storage !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
        const again =
          n === 1 ? await engine.start({ workflow: runnable, input: {} }) : (started as { execution: string });
        await engine.ended(again.execution);
        const stored = await storage.journal.load(again.execution);
        expect(journalFaults(stored?.events.map(({ event }) => event) ?? [])).toEqual([]);
        await engine.close(1000);
        expect(await storage.journal.open()).toEqual([]);
      });
    },
  );

  test('new work is refused with a code while the store takes no writes, and taken when it does again', async () => {
    await inStorage(async (storage) => {
      const journal = failingAt(storage.journal, 1, 'before');
      const { engine, catalog } = engineOver(storage, { journal });
      await engine.open();
      const { workflow } = await catalog.create({ source: chain });
      const runnable = await catalog.runnable(workflow.id);
      await expect(engine.start({ workflow: runnable, input: {} })).rejects.toMatchObject({
        code: 'storage_unavailable',
      });
      await expect(engine.start({ workflow: runnable, input: {} })).rejects.toMatchObject({
        code: 'storage_unavailable',
      });
      while (engine.status().storage !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
      const { execution } = await engine.start({ workflow: runnable, input: {} });
      expect(await engine.ended(execution)).toMatchObject({ is: 'completed' });
      await engine.close(1000);
    });
  });
});

describe('overlapping writers (typeorm#1884)', () => {
  test('what is acknowledged is there and what is refused is not, whoever comes between', async () => {
    await inStorage(async (storage) => {
      const { engine, catalog } = engineOver(storage);
      await engine.open();
      const key = { scope: 's', key: 'k', request: 'r' };
      const results = await Promise.allSettled([
        catalog.create({ source: { ...chain, name: 'A1' } }),
        catalog.create({ source: { ...chain, name: 'B1' }, key }),
        catalog.create({ source: { ...chain, name: 'B2' }, key }), // the same key: this transaction rolls back
        catalog.create({ source: { ...chain, name: 'A2' } }),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      const { items } = await catalog.list({ sortBy: 'name', descending: false, offset: 0, limit: 10 });
      expect(items.map(({ name }) => name)).toEqual(['A1', 'A2', 'B1']);
      await engine.close(1000);
    });
  });

  test('a start between a write that commits and one that rolls back is kept', async () => {
    await inStorage(async (storage) => {
      const { engine, catalog } = engineOver(storage);
      await engine.open();
      const { workflow } = await catalog.create({ source: chain });
      const runnable = await catalog.runnable(workflow.id);
      const key = { scope: 's', key: 'k', request: 'r' };
      await catalog.create({ source: { ...chain, name: 'first' }, key });
      const [rolledBack, started] = await Promise.allSettled([
        catalog.create({ source: { ...chain, name: 'second' }, key }),
        engine.start({ workflow: runnable, input: {} }),
      ]);
      expect(rolledBack.status).toBe('rejected');
      if (started.status !== 'fulfilled') throw started.reason;
      expect(await engine.ended(started.value.execution)).toMatchObject({ is: 'completed' });
      await engine.close(1000);
    });
  });
});

describe('the database', () => {
  test('is durable by its settings, read back after a write', async () => {
    await inStorage(({ database }) => {
      expect(database.pragma('synchronous', { simple: true })).toBe(2);
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
      return Promise.resolve();
    });
  });

  test.each(['3.51.2', '3.45.0', '3.52.0'])('SQLite %s is refused', (version) => {
    expect(() => checkSqliteVersion(version)).toThrow(expect.objectContaining({ code: 'storage_unsafe' }));
  });

  test('of a later release is refused and left alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-storage-'));
    const storage = await openStorage(directory);
    storage.database
      .prepare("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')")
      .run();
    await storage.close();
    await expect(openStorage(directory)).rejects.toMatchObject({ code: 'storage_ahead' });
    await rm(directory, { recursive: true, force: true });
  });
});

describe('limits', () => {
  test('more open executions than allowed are refused with backlog_full', async () => {
    const limits = { maxRunningTasks: 10, maxOpenExecutions: 3, maxOpenSteps: 1000 };
    await inStorage(async (storage) => {
      const { engine, catalog } = engineOver(storage, { limits });
      await engine.open();
      const { workflow } = await catalog.create({ source: { name: 'w', tasks: { a: task(), b: task() } } });
      const runnable = await catalog.runnable(workflow.id);
      const starts = await Promise.allSettled(
        Array.from({ length: 5 }, () => engine.start({ workflow: runnable, input: {} })),
      );
      expect(
        starts
          .filter(({ status }) => status === 'rejected')
          .map((start) => (start as PromiseRejectedResult).reason as unknown),
      ).toEqual([expect.objectContaining({ code: 'backlog_full' }), expect.objectContaining({ code: 'backlog_full' })]);
      await engine.close(1000);
    });
  });
});
