import { describe, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { createHarmonia, type Harmonia } from '../../src/harmonia.js';
import type { Json } from '../../src/kernel/index.js';
import { Housekeeping } from '../../src/persistence/index.js';

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
}

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
      await harmonia.open();
      await harmonia.engine.resume(expected.paused);
      const ends = await Promise.all(
        Object.entries(expected.executions).map(async ([id, { name, output }]) => {
          const ended = await harmonia.engine.ended(id);
          const got = ended?.is === 'completed' && output !== undefined ? { output: ended.output } : {};
          return [id, { name, status: ended?.is, ...got }];
        }),
      );
      expect(Object.fromEntries(ends)).toEqual(expected.executions);
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
      await harmonia.engine.resume(expected.paused);
      await Promise.all(ids.map((id) => harmonia.engine.ended(id)));
      const proven = Object.fromEntries(ids.map((id) => [id, 'proven']));
      expect(wasOver.length).toBeGreaterThan(4);
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
      const swept = await new Housekeeping({ database, retention, timers, onTrouble }).sweep();
      expect(swept).toEqual({ archived: ids.length - 1, sealed: isChained ? 0 : 1, erased: 0 });
      expect(await checks()).toEqual(proven);
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
