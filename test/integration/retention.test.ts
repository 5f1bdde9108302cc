import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { Timers } from '../../src/engine/ports/index.js';
import { Housekeeping, openStorage, type Retention, type Storage } from '../../src/persistence/index.js';
import { task } from '../world/core-world.js';
import { engineOver } from '../world/engine.js';

const DAY = 86_400_000;

let directory: string;
let storage: Storage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-retention-'));
  storage = await openStorage(directory);
});
afterEach(async () => {
  await storage.close();
  await rm(directory, { recursive: true, force: true });
});

const fail = (what: string, error: unknown): unknown => {
  throw new Error(what, { cause: error });
};

/** Sweeps as if it were `days` from now. */
const sweep = (days: number, retention: Retention, onTrouble = fail): Promise<unknown> => {
  const timers: Timers = { ...systemTimers, now: () => Date.now() + days * DAY };
  return new Housekeeping({ database: storage.database, retention, timers, onTrouble }).sweep();
};

const NOTHING = { archived: 0, sealed: 0, erased: 0 };
const COMPACT: Retention = { keep: undefined, compactAfter: DAY };

const runOnce = async (more: object = {}): Promise<string> => {
  const { engine, catalog } = engineOver(storage);
  await engine.open();
  const document = { name: 'w', tasks: { a: task(), b: task({ depends_on: ['a'] }) }, ...more };
  const { workflow } = await catalog.create({ source: document });
  const { execution } = await engine.start({ workflow: await catalog.runnable(workflow.id), input: {} });
  await engine.checkpoint(execution, { name: 'c' }).catch(() => undefined);
  await engine.ended(execution);
  await engine.close(1000);
  return execution;
};

const rows = (table: string): number =>
  storage.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

describe('compaction', () => {
  test('archives the whole journal of what ended long enough ago; it reads the same as before', async () => {
    const id = await runOnce();
    const before = await storage.journal.load(id);
    expect(await sweep(0.5, COMPACT)).toEqual(NOTHING);
    expect(await sweep(1.5, COMPACT)).toEqual({ ...NOTHING, archived: 1 });
    expect(await sweep(1.5, COMPACT)).toEqual(NOTHING);
    expect([rows('journal'), rows('journal_archive')]).toEqual([0, 1]);
    expect((await storage.journal.load(id))?.events).toEqual(before?.events);
    expect(await storage.journal.last(id)).toEqual(before?.events.at(-1));
    const read = await storage.reader.events(id, 2, 2);
    expect(read.map(({ recorded }) => recorded)).toEqual(before?.events.slice(2, 4));
    expect(read.map(({ position }) => position)).toEqual(before?.positions.slice(2, 4));
    expect(await storage.reader.lastSequence(id)).toBe(before?.events.length);
    expect(await storage.reader.find(id)).toMatchObject({ journal: 'archived', status: 'completed' });
  });

  test('leaves what is open alone, however old', async () => {
    const { engine, catalog } = engineOver(storage, { runner: { run: () => new Promise(() => undefined) } });
    await engine.open();
    const { workflow } = await catalog.create({ source: { name: 'slow', tasks: { a: task() } } });
    await engine.start({ workflow: await catalog.runnable(workflow.id), input: {} });
    expect(await sweep(1000, { keep: DAY, compactAfter: DAY })).toEqual(NOTHING);
    await engine.close(0);
    expect(await storage.journal.open()).toHaveLength(1);
  });

  test('leaves a journal that cannot be read, says so, and goes on with the others', async () => {
    const [damaged, whole] = [await runOnce(), await runOnce()];
    storage.database
      .prepare(`UPDATE journal SET data = '{' WHERE seq = 2 AND execution = (SELECT ref FROM execution WHERE id = ?)`)
      .run(damaged);
    await expect(sweep(2, COMPACT)).rejects.toThrow(damaged);
    const trouble: string[] = [];
    expect(await sweep(2, COMPACT, (what) => trouble.push(what))).toEqual({ ...NOTHING, archived: 1 });
    expect(trouble).toEqual([expect.stringContaining(damaged)]);
    expect(await storage.reader.find(damaged)).toMatchObject({ journal: 'live' });
    expect(await storage.reader.find(whole)).toMatchObject({ journal: 'archived' });
  });

  test('never gives a position twice, also after a restart', async () => {
    await runOnce();
    const last = await storage.reader.lastPosition();
    await sweep(2, COMPACT);
    await storage.close();
    storage = await openStorage(directory);
    const id = await runOnce();
    expect((await storage.journal.load(id))?.positions[0]).toBeGreaterThan(last);
  });
});

describe('retention', () => {
  test('what a caller keeps beside an execution stays with its archive, and goes with its history', async () => {
    const [id, other] = [await runOnce(), await runOnce({ name: 'other' })];
    const { savedStates } = storage;
    const NOBODY = '00000000-0000-4000-8000-000000000000';
    expect(await savedStates.save(NOBODY, { state: {}, savedAt: 1 })).toBe(false);
    for (const n of [1, 2]) await savedStates.save(id, { state: { n, 'ä"': [null] }, savedAt: n });
    await savedStates.save(other, { state: {}, savedAt: 1 });
    expect(await savedStates.load(NOBODY)).toBeUndefined();
    await sweep(1.5, COMPACT);
    expect(await savedStates.load(id)).toEqual({ state: { n: 2, 'ä"': [null] }, savedAt: 2 });
    await storage.journal.delete(other);
    expect(rows('saved_state')).toBe(1);
    await sweep(40, { ...COMPACT, keep: 30 * DAY });
    expect([await savedStates.load(id), rows('saved_state')]).toEqual([undefined, 0]);
  });

  test('deletes the history, archived or not; what is left says when it was and how it ended', async () => {
    const first = await runOnce();
    await sweep(2, COMPACT);
    const second = await runOnce();
    // What is archived is not gone.
    expect(await storage.reader.erasedPosition()).toBe(0);
    const lastOfErased = await storage.reader.lastPosition();
    storage.database.exec(
      `INSERT INTO log_entry (id, execution, at, level, step, attempt, message)
       SELECT 1000 + ref, ref, 0, 'info', '/a', 1, 'said' FROM execution;
       INSERT INTO checkpoint (id, execution, seq, name, created_at) SELECT 'c' || ref, ref, 1, 'c', 0 FROM execution`,
    );
    expect(await sweep(31, { keep: 30 * DAY, compactAfter: DAY })).toEqual({ ...NOTHING, erased: 2 });
    for (const table of ['journal', 'journal_archive', 'journal_seal', 'payload', 'task_run', 'log_entry'])
      expect([table, rows(table)]).toEqual([table, 0]);
    for (const id of [first, second]) {
      expect(await storage.reader.find(id)).toMatchObject({ journal: 'gone', status: 'completed' });
      expect(await storage.reader.erasedPosition()).toBe(lastOfErased);
      await expect(storage.journal.load(id)).rejects.toMatchObject({ code: 'journal_gone' });
      await expect(storage.journal.last(id)).rejects.toMatchObject({ code: 'journal_gone' });
      expect(await storage.journal.delete(id)).toBe(true);
      expect(await storage.journal.load(id)).toBeUndefined();
    }
    expect(rows('checkpoint')).toBe(0);
  });

  test('forgets events that were given to all after a day', async () => {
    const event = { id: 'e', name: 'paid', payload: null, at: Date.now() };
    await storage.journal.commit({ transitions: [], logs: [], keys: [], events: [event] });
    const kept = () => storage.journal.keptEvents({ name: 'paid', workflow: 'w', since: 0 });
    await sweep(0.9, COMPACT);
    expect(await kept()).toHaveLength(1);
    await sweep(1.1, COMPACT);
    expect(await kept()).toEqual([]);
  });

  test('forgets the oldest events that were given to all when they are more than 64 MiB', async () => {
    const payload = 'x'.repeat(33 * 1024 * 1024);
    for (const id of ['a', 'b']) {
      const event = { id, name: 'paid', payload, at: Date.now() };
      await storage.journal.commit({ transitions: [], logs: [], keys: [], events: [event] });
    }
    await sweep(0, COMPACT);
    const kept = await storage.journal.keptEvents({ name: 'paid', workflow: 'w', since: 0 });
    expect(kept.map(({ id }) => id)).toEqual(['b']);
  });

  test('forgets idempotency keys after a week', async () => {
    const { catalog } = engineOver(storage);
    const key = { scope: 's', key: 'k', request: 'r' };
    await catalog.create({ source: { name: 'w', tasks: { a: task() } }, key });
    await sweep(6, COMPACT);
    expect(await catalog.recall('s', 'k')).toBeDefined();
    await sweep(8, COMPACT);
    expect(await catalog.recall('s', 'k')).toBeUndefined();
  });
});
