import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent, RunEvent } from '../../src/engine/core/index.js';
import type { Batch, Journal, JournalHandle } from '../../src/engine/ports/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { Housekeeping, openStorage, type Storage } from '../../src/persistence/index.js';
import { MemoryJournal } from '../../src/simulation/index.js';
import { storageFaults } from './storage-check.js';

/** A journal under a contract. */
export interface JournalUnderTest {
  readonly journal: Journal;
  /** Stores a definition that journals are pinned to. */
  keep(definition: string, document: JsonObject): Promise<void>;
  /** What is not as it should be in the store behind it. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

/** The real storage in a directory of its own. */
export const temporaryStorage = async (): Promise<Storage> => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-store-'));
  const storage = await openStorage(directory);
  const close = async (): Promise<void> => {
    await storage.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...storage, close };
};

/** Archives the journals of executions that have ended, as housekeeping does; those of others it leaves alone. */
export const archiveJournals = async ({ database }: Storage, ids: readonly string[]): Promise<void> => {
  const until = database.prepare(
    'UPDATE execution SET ended_at = ended_at + ? WHERE id NOT IN (SELECT value FROM json_each(?))',
  );
  const far = 1e12;
  until.run(far, JSON.stringify(ids));
  const timers = { ...systemTimers, now: () => Date.now() };
  const onTrouble = (what: string, error: unknown): never => {
    throw new Error(what, { cause: error });
  };
  const retention = { keep: undefined, compactAfter: 1 };
  await new Housekeeping({ database, retention, timers, onTrouble }).sweep();
  until.run(-far, JSON.stringify(ids));
};

/** Stores a document as the definition of a workflow of its own. */
export const keepDefinition = async (storage: Storage, definition: string, document: JsonObject): Promise<void> => {
  const about = { name: 'w', description: undefined, version: '1.0.0', taskCount: 1, tags: [] };
  const workflow = { id: `w-${definition}`, ...about, definition, createdAt: 1, updatedAt: 1 };
  await storage.workflows.save({ workflow, document });
};

/** Every journal there is. */
export const JOURNALS: Readonly<Record<string, () => Promise<JournalUnderTest>>> = {
  'in memory': () => {
    const nothing = (): Promise<void> => Promise.resolve();
    return Promise.resolve({
      journal: new MemoryJournal(),
      keep: nothing,
      faults: () => Promise.resolve([]),
      close: nothing,
    });
  },
  SQLite: async () => {
    const storage = await temporaryStorage();
    const keep = (definition: string, document: JsonObject): Promise<void> =>
      keepDefinition(storage, definition, document);
    return { journal: storage.journal, keep, faults: () => storageFaults(storage), close: () => storage.close() };
  },
};

/** Events at their places, from `first` on. */
export const recorded = (events: readonly RunEvent[], first = 1): RecordedEvent[] =>
  events.map((event, index) => ({ seq: first + index, event }));

/** A batch of nothing but events of one execution. */
export const batchOf = (handle: JournalHandle, events: readonly RecordedEvent[], more: Partial<Batch> = {}): Batch => ({
  transitions: events.length > 0 ? [{ handle, events }] : [],
  logs: [],
  keys: [],
  ...more,
});
