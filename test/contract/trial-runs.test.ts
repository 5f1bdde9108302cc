import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { TaskRunner } from '../../src/engine/ports/index.js';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import type { ObservedRun, RunsQuery } from '../../src/llm/ports/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { SqliteTrialRuns } from '../../src/persistence/reading/trial-runs.js';
import type { WorkflowCatalog } from '../../src/workflow/index.js';
import { task } from '../world/core-world.js';
import { engineOver } from '../world/engine.js';
import { archiveJournals, temporaryStorage } from '../world/stores.js';

/** `/broken` fails; `/slow` waits until it is let go. */
const held = new Set<() => void>();
const runner: TaskRunner = {
  run: ({ address }) => {
    if (address === '/broken')
      return { is: 'failed', failure: { kind: 'fatal', code: 'busy', message: '', details: {} } };
    if (address !== '/slow') return { is: 'completed', output: null };
    return new Promise((resolve) => held.add(() => resolve({ is: 'completed', output: null })));
  },
};

let storage: Storage;
let engine: EmbeddedEngine;
let catalog: WorkflowCatalog;
beforeEach(async () => {
  storage = await temporaryStorage();
  ({ engine, catalog } = engineOver(storage, { runner }));
  await engine.open();
});
afterEach(async () => {
  for (const release of held) release();
  held.clear();
  await engine.close(1000);
  await storage.close();
});

const save = async (tasks: object, id?: string): Promise<RunnableWorkflow> => {
  const source = { name: 'w', tasks };
  const kept = id === undefined ? await catalog.create({ source }) : await catalog.update(id, { source }, true);
  return catalog.runnable(kept.workflow.id, kept.version.version);
};
const begin = async (workflow: RunnableWorkflow): Promise<string> =>
  (await engine.start({ workflow, input: {} })).execution;
const run = async (workflow: RunnableWorkflow): Promise<string> => {
  const execution = await begin(workflow);
  await engine.ended(execution);
  return execution;
};
const runs = ({ pinned }: RunnableWorkflow, more: Partial<RunsQuery> = {}): Promise<readonly ObservedRun[]> =>
  storage.trialRuns.runs({
    ...{ workflow: pinned.id, definition: pinned.definition, after: 0, order: 'oldest', mostSeen: 100, most: 100 },
    ...more,
  });
const ids = async (workflow: RunnableWorkflow, more: Partial<RunsQuery> = {}): Promise<string[]> =>
  (await runs(workflow, more)).map(({ execution }) => execution);

describe('the runs of a version', () => {
  test('are told in their order, with how they ended and what their attempts took', async () => {
    const one = await save({ a: task(), b: task() });
    const other = await save({ broken: task() }, one.pinned.id);
    const [first, failed, last] = [await run(one), await run(other), await run(one)];
    const found = await runs(one);
    expect(found.map(({ execution, ended }) => [execution, ended?.isCompleted])).toEqual([
      [first, true],
      [last, true],
    ]);
    for (const { startedAt, ended } of found) {
      expect(ended?.at).toBeGreaterThanOrEqual(startedAt);
      expect(ended?.busy).toBeGreaterThanOrEqual(0);
    }
    const rows = storage.database
      .prepare(
        'SELECT ref, (SELECT sum(ended_at - started_at) FROM task_run WHERE execution = ref) AS busy FROM execution',
      )
      .all() as { ref: number; busy: number }[];
    expect(found.map(({ place, ended }) => ({ ref: place, busy: ended?.busy }))).toEqual([rows[0], rows[2]]);
    expect(await runs(other)).toMatchObject([{ execution: failed, ended: { isCompleted: false } }]);
    expect(await ids(one, { order: 'newest' })).toEqual([last, first]);
    const [{ place = 0 } = {}] = found;
    expect(await ids(one, { after: place })).toEqual([last]);
    expect(await ids(one, { upTo: place })).toEqual([first]);
    expect(await ids(one, { most: 1 })).toEqual([first]);
    // Of the newest two of any version, one is of this.
    expect(await ids(one, { order: 'newest', mostSeen: 2 })).toEqual([last]);
  });

  test('one that is open is told as such; one that was canceled is none', async () => {
    const slow = await save({ slow: task() });
    const [open, canceled] = [await begin(slow), await begin(slow)];
    await engine.cancel(canceled);
    expect(await runs(slow)).toEqual([expect.objectContaining({ execution: open, ended: undefined })]);
  });

  test('one that was paused or taken up again is none, also once it is archived', async () => {
    const slow = await save({ slow: task() });
    const paused = await begin(slow);
    await engine.pause(paused);
    await engine.resume(paused);
    const straight = await begin(slow);
    for (const release of [...held]) release();
    await Promise.all([paused, straight].map((execution) => engine.ended(execution)));
    const again = await run(await save({ a: task() }, slow.pinned.id));
    await engine.reexecute(again, { is: 'rerun_from', step: '/a' } as never);
    await engine.ended(again);
    expect(await ids(slow)).toEqual([straight]);
    const { pinned } = await catalog.runnable(slow.pinned.id);
    expect(await ids({ ...slow, pinned })).toEqual([]);
    await archiveJournals(storage, [paused, straight]);
    // Somebody else reads it anew.
    const source = await new DataSource({
      type: 'better-sqlite3',
      database: storage.file,
      readonly: true,
    }).initialize();
    const anew = await new SqliteTrialRuns(source).runs({
      ...{ workflow: slow.pinned.id, definition: slow.pinned.definition, after: 0, order: 'oldest' },
      ...{ mostSeen: 100, most: 100 },
    });
    await source.destroy();
    expect(anew.map(({ execution }) => execution)).toEqual([straight]);
  });

  test('one that began with another version, or as a copy, is none', async () => {
    const one = await save({ slow: task() });
    const migrated = await begin(one);
    const two = await save({ slow: task(), then: task({ depends_on: ['slow'] }) }, one.pinned.id);
    expect((await engine.migrate({ workflow: two })).migratable).toEqual([migrated]);
    for (const release of [...held]) release();
    await engine.ended(migrated);
    const { execution: copy } = await engine.reexecute(migrated, { is: 'fork' });
    await engine.ended(copy);
    expect([await ids(one), await ids(two)]).toEqual([[], []]);
    const own = await begin(two);
    expect(await ids(two)).toEqual([own]);
  });
});
