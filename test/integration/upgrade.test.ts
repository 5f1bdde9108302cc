import { describe, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { Engine, EventToDeliver, Reexecute } from '../../src/engine/index.js';
import { createHarmonia, type Harmonia } from '../../src/harmonia.js';
import type { Json } from '../../src/kernel/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import { storageFaults } from '../world/storage-check.js';

const FROZEN = fileURLToPath(new URL('../fixtures/databases/', import.meta.url));

interface Expected {
  readonly executions: Readonly<
    Record<string, { readonly name: string; readonly status: string; readonly output?: Json }>
  >;
  /** A checkpoint of the canceled execution. */
  readonly checkpoint: string;
  readonly paused: string;
  readonly key: { readonly scope: string; readonly key: string };
  /** What the key was used for. */
  readonly completed: string;
  /** What some wait for, in the words of the engine; in that order. */
  readonly answers?: readonly Answer[];
  /** A workflow whose result is known. */
  readonly cached?: { readonly workflow: string; readonly output: Json };
}

type Answer =
  | { readonly do: 'deliver'; readonly execution: string; readonly event: EventToDeliver }
  | { readonly do: 'approve'; readonly execution: string; readonly step: string; readonly by?: string }
  | { readonly do: 'callBack'; readonly token: string; readonly payload: Json }
  | { readonly do: 'resume'; readonly execution: string }
  | { readonly do: 'reexecute'; readonly execution: string; readonly operation: Reexecute };

const give = (engine: Engine, answer: Answer): Promise<unknown> => {
  switch (answer.do) {
    case 'deliver':
      return engine.deliver(answer.execution, answer.event);
    case 'approve': {
      const { execution, step, by = null } = answer;
      return engine.approve(execution, step, { approved: true, by, comment: null });
    }
    case 'callBack':
      return engine.callBack(answer.token, answer.payload);
    case 'resume':
      return engine.resume(answer.execution);
    case 'reexecute':
      return engine.reexecute(answer.execution, answer.operation);
  }
};

/** Gives everything what it waits for. */
const answerAll = async ({ engine }: Harmonia, { paused, answers = [] }: Expected): Promise<void> => {
  await engine.resume(paused);
  for (const answer of answers) await give(engine, answer);
};

const openFrozen = async (version: string): Promise<{ harmonia: Harmonia; directory: string; expected: Expected }> => {
  const directory = mkdtempSync(join(tmpdir(), 'harmonia-frozen-'));
  cpSync(join(FROZEN, version, 'harmonia.db'), join(directory, 'harmonia.db'));
  const config = { ...readConfig({}), dataDirectory: directory };
  const onTrouble = (what: string, error: unknown): void => {
    throw new Error(what, { cause: error });
  };
  const harmonia = await createHarmonia({
    config,
    notifier: { publish: () => undefined, progress: () => undefined },
    onTrouble,
  });
  const expected = JSON.parse(readFileSync(join(FROZEN, version, 'expected.json'), 'utf8')) as Expected;
  return { harmonia, directory, expected };
};

describe.each(readdirSync(FROZEN))('the database of release %s', (version) => {
  const isChained = version !== '0.1.0';

  test('opens, and everything that was open comes to the end it had before it', async () => {
    const { harmonia, directory, expected } = await openFrozen(version);
    try {
      if (isChained) expect(await storageFaults(harmonia.storage)).toEqual([]);
      await harmonia.open();
      await answerAll(harmonia, expected);
      const ends = await Promise.all(
        Object.entries(expected.executions).map(async ([id, { name, output }]) => {
          const ended = await harmonia.engine.ended(id);
          const got = ended?.is === 'completed' && output !== undefined ? { output: ended.output } : {};
          return [id, { name, status: ended?.is, ...got }];
        }),
      );
      expect(Object.fromEntries(ends)).toEqual(expected.executions);
      expect(await harmonia.storage.journal.open()).toEqual([]);
      if (isChained) expect(await storageFaults(harmonia.storage)).toEqual([]);
    } finally {
      await harmonia.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('keeps its checkpoints, keys, logs and lists', async () => {
    const { harmonia, directory, expected } = await openFrozen(version);
    try {
      await harmonia.open();
      const { reader, journal } = harmonia.storage;
      const checkpoint = await reader.checkpoint(expected.checkpoint);
      expect(checkpoint).toMatchObject({ name: 'before the end', description: 'frozen' });
      expect(await journal.recall(expected.key.scope, expected.key.key)).toMatchObject({
        resource: expected.completed,
      });
      expect(await reader.logs(expected.completed, 10)).toMatchObject([{ message: 'n is 2', step: '/b' }]);
      const blue = {
        metadata: { team: 'blue' },
        sortBy: 'created_at',
        descending: true,
        offset: 0,
        limit: 10,
      } as const;
      expect(await reader.list(blue)).toMatchObject({ total: 1, items: [{ id: expected.completed }] });
      if (!checkpoint) throw new Error('no checkpoint');
      const restore = { is: 'restore', checkpoint: checkpoint.id, at: checkpoint.seq } as const;
      const { execution } = await harmonia.engine.reexecute(checkpoint.execution, restore);
      await harmonia.engine.cancel(execution);
    } finally {
      await harmonia.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('has its journals counted in by the next event, or when they are archived', async () => {
    const { harmonia, directory, expected } = await openFrozen(version);
    try {
      const { reader, database } = harmonia.storage;
      const ids = Object.keys(expected.executions);
      const checks = async (): Promise<Record<string, string>> => {
        const found = await Promise.all(ids.map((id) => reader.checkJournal(id)));
        return Object.fromEntries(found.map((check, index) => [ids[index] as string, check?.fault?.is ?? 'proven']));
      };
      const wasOver = ids.filter(isOver(database));
      await harmonia.open();
      await answerAll(harmonia, expected);
      await Promise.all(ids.map((id) => harmonia.engine.ended(id)));
      const proven = Object.fromEntries(ids.map((id) => [id, 'proven']));
      expect(wasOver.length).toBeGreaterThan(4);
      // Only what goes on is counted in.
      const first = Object.fromEntries(wasOver.map((id) => [id, isChained ? 'proven' : 'not_chained']));
      expect(await checks()).toEqual({ ...proven, ...first });

      const ref = database.prepare('SELECT ref FROM execution WHERE id = ?').pluck().get(expected.paused);
      const touch = database.prepare('UPDATE journal SET at = at + ? WHERE execution = ? AND seq = 1');
      touch.run(1, ref);
      expect(await reader.checkJournal(expected.paused)).toMatchObject({ fault: { is: 'link_differs' } });
      touch.run(-1, ref);

      const timers = { ...systemTimers, now: () => Date.now() + 48 * 3_600_000 };
      const retention = { keep: undefined, compactAfter: 24 * 3_600_000 };
      const onTrouble = (what: string, error: unknown): never => {
        throw new Error(what, { cause: error });
      };
      const live = database.prepare(`SELECT count(*) FROM execution WHERE journal = 'live'`).pluck().get() as number;
      expect(live).toBeGreaterThanOrEqual(ids.length - 1);
      const swept = await new Housekeeping({ database, retention, timers, onTrouble }).sweep();
      // The one that was archived then has no digest yet.
      expect(swept).toEqual({ archived: live, sealed: 1, erased: 0 });
      expect(await checks()).toEqual(proven);
    } finally {
      await harmonia.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('knows the results that it knew', async () => {
    const { harmonia, directory, expected } = await openFrozen(version);
    try {
      await harmonia.open();
      if (!expected.cached) return expect(version).toBe('0.1.0'); // which had no cache
      const workflow = await harmonia.catalog.runnable(expected.cached.workflow);
      const { execution } = await harmonia.engine.start({ workflow, input: {} });
      expect(await harmonia.engine.ended(execution)).toMatchObject({ is: 'completed', output: expected.cached.output });
      const events = (await harmonia.engine.journal(execution))?.events ?? [];
      expect(events.map(({ event }) => event.type)).not.toContain('step_started');
    } finally {
      await harmonia.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

const isOver =
  (database: Harmonia['storage']['database']) =>
  (id: string): boolean =>
    database.prepare('SELECT ended_at FROM execution WHERE id = ?').pluck().get(id) !== null;
