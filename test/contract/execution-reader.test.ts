import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ExecutionFilter, ExecutionReader, ExecutionRecord, PositionedEvent } from '../../src/api/ports/index.js';
import { stateAt } from '../../src/api/rest/present/state-at.js';
import type { Journal, JournalHandle } from '../../src/engine/ports/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';
import { storageFaults } from '../world/storage-check.js';
import { archiveJournals, batchOf, keepDefinition, recorded, temporaryStorage } from '../world/stores.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';

interface ReaderUnderTest {
  /** Archives the journals of executions that have ended, wherever they are kept. */
  archive(ids: readonly string[]): Promise<void>;
  readonly reader: ExecutionReader;
  /** What the reader reads is written through this port. */
  readonly journal: Journal;
  /** Where the tables and the journal disagree. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

const DOCUMENT = {
  ...{ name: 'w', version: '1.0.0' },
  tasks: {
    a: task({ retry_policy: { max_retries: 1, initial_delay: 10, jitter: 0 }, input: { n: '${input.n}' } }),
    b: task({ depends_on: ['a'], when: '${tasks.a.output == 1}' }),
    c: task({ depends_on: ['a'], on_error: 'continue' }),
  },
};

const READERS: Readonly<Record<string, () => Promise<ReaderUnderTest>>> = {
  'SQLite through TypeORM': async () => {
    const storage = await temporaryStorage();
    await keepDefinition(storage, 'd', DOCUMENT);
    const { reader, journal } = storage;
    const archive = (ids: readonly string[]): Promise<void> => archiveJournals(storage, ids);
    return { reader, journal, archive, faults: () => storageFaults(storage), close: () => storage.close() };
  },
};

/** Lets the numbers say what happens to an execution; what is not possible just then is refused and changes nothing. */
const live = (world: CoreWorld, numbers: readonly number[]): void => {
  const steps = ['/a', '/b', '/c'];
  for (const number of numbers) {
    const step = steps[number % 3] as string;
    const attempt = world.attemptOf(step);
    const deeds = [
      () => world.begin(step),
      () => world.begin(step),
      () => world.finish(step, number % 2),
      () => world.finish(step, number % 2),
      () => world.fail(step, 'transient', 'busy'),
      () => world.fail(step, 'fatal', 'broken'),
      () => world.send({ is: 'lose', step, generation: 1, attempt }),
      () => world.advance(20_000).send({ is: 'pause', reason: 'lunch' }),
      () => world.send({ is: 'resume' }),
      () => world.send({ is: 'checkpoint', checkpoint: `${world.state.execution}-${world.events.length}` }),
      () => number % 7 === 0 && world.send({ is: 'cancel' }),
    ];
    world.advance(number % 5);
    deeds[Math.floor(number / 3) % deeds.length]?.();
  }
};

const ALL: ExecutionFilter = { sortBy: 'created_at', descending: false, offset: 0, limit: 100 };
const idOf = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

describe.each(Object.entries(READERS))('a reader of executions: %s', (_, make) => {
  let under: ReaderUnderTest;
  let reader: ExecutionReader;
  beforeEach(async () => {
    under = await make();
    reader = under.reader;
  });
  afterEach(async () => {
    expect(await under.faults()).toEqual([]);
    await under.close();
  });

  /** Writes what happens to an execution in the test's hands. */
  const write = async (
    n: number,
    happens: (world: CoreWorld) => unknown,
    metadata?: JsonObject,
  ): Promise<CoreWorld> => {
    const world = new CoreWorld(DOCUMENT, { n }, { execution: idOf(n) });
    happens(world);
    const events = world.events.map((event) =>
      event.type === 'execution_started' && metadata ? { ...event, metadata } : event,
    );
    await under.journal.commit(batchOf(under.journal.create(idOf(n), 3), recorded(events)));
    return world;
  };

  const ids = async (filter: Partial<ExecutionFilter> = {}): Promise<number[]> =>
    (await reader.list({ ...ALL, ...filter })).items.map(({ id }) => Number(id.at(-1)));

  const completed = (world: CoreWorld): void => {
    world.begin('/a').finish('/a', 1);
    world.begin('/b', '/c').advance(500).finish('/b', 2);
    world.finish('/c', 3);
  };
  const failed = (world: CoreWorld): void => {
    world.begin('/a').fail('/a', 'fatal', 'broken');
    world.advance(100);
  };

  test('shows an execution and its runs at every point of their lives', async () => {
    await write(1, (world) => {
      world.begin('/a').fail('/a', 'transient', 'busy');
    });
    expect(await reader.find(idOf(1))).toMatchObject({
      ...{ id: idOf(1), workflowId: 'w', workflowName: 'w', workflowVersion: '1.0.0', definition: 'd' },
      ...{ status: 'running', totalTasks: 3, createdAt: 1_000_000, endedAt: undefined, errorCode: undefined },
    });
    expect(await reader.taskRuns(idOf(1))).toMatchObject([
      { step: '/a', status: 'waiting', attempt: 1, retries: 1, wakeAt: 1_010_000, errorCode: 'busy', inputSeq: 2 },
    ]);
    const stored = await under.journal.load(idOf(1));
    const more = new CoreWorld(DOCUMENT, { n: 1 }, { execution: idOf(1) });
    more.begin('/a').fail('/a', 'transient', 'busy');
    const before = more.events.length;
    more.advance(10_000).begin('/a').finish('/a', 0);
    more.begin('/c').fail('/c', 'fatal', 'no');
    await under.journal.commit(
      batchOf(stored?.handle ?? { execution: '' }, recorded(more.events.slice(before), before + 1)),
    );
    expect(await reader.find(idOf(1))).toMatchObject({ status: 'completed', endedAt: 1_010_000 });
    expect(await reader.taskRuns(idOf(1))).toMatchObject([
      { step: '/a', status: 'completed', attempt: 2, retries: 1, wakeAt: undefined, errorCode: undefined },
      { step: '/b', status: 'skipped', attempt: 0, cause: 'condition' },
      { step: '/c', status: 'failed', attempt: 1, cause: 'continue', errorCode: 'no' },
    ]);
  });

  test.each<[string, (world: CoreWorld) => unknown]>([
    ['that nobody touched yet', () => undefined],
    ['that runs', (world) => world.begin('/a')],
    ['that waits for a retry', (world) => world.begin('/a').fail('/a', 'transient')],
    [
      'that runs again',
      (world) => {
        world.begin('/a').fail('/a', 'transient');
        world.advance(10_000).begin('/a');
      },
    ],
    [
      'that was lost',
      (world) => {
        world.begin('/a').send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
      },
    ],
    [
      'that was canceled while it waited for a retry',
      (world) => {
        world.begin('/a').fail('/a', 'transient');
        world.send({ is: 'cancel' });
      },
    ],
    [
      'that is paused while it runs',
      (world) => {
        world.begin('/a').send({ is: 'pause', reason: 'lunch' });
      },
    ],
  ])('agrees with the journal about a run %s', async (_state, happens) => {
    await write(1, happens);
    expect(await under.faults()).toEqual([]);
  });

  test('says after every event what the journal up to it says', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 }), async (numbers) => {
        const id = `00000000-0000-4000-8000-${String(n++).padStart(12, '0')}`;
        const world = new CoreWorld(DOCUMENT, { n: numbers.length }, { execution: id });
        live(world, numbers);
        const events = recorded(world.events);
        const handle = under.journal.create(id, 3);
        for (const [index, event] of events.entries()) {
          await under.journal.commit(batchOf(handle, [event]));
          const record = (await reader.find(id)) as ExecutionRecord;
          const tables = { record, runs: await reader.taskRuns(id) };
          // What the record says by itself must come from the events.
          const blank = {
            ...record,
            status: 'failed',
            updatedAt: 0,
            endedAt: 0,
            metadata: {},
            errorCode: 'x',
          } as const;
          expect(stateAt(blank, events.slice(0, index + 1))).toEqual(tables);
        }
      }),
      { numRuns: LONG ? 500 : 40 },
    );
  });

  test('merges archived and live journals into the order of all commits, whatever the page', async () => {
    const handles = [1, 2, 3, 4, 5, 6].map((each) => under.journal.create(idOf(each), 3));
    const lives = [1, 2, 3, 4, 5, 6].map((each) => {
      const world = new CoreWorld(DOCUMENT, { n: each }, { execution: idOf(each) });
      if (each === 5) world.begin('/a');
      else (each % 2 === 0 ? completed : failed)(world);
      return recorded(world.events);
    });
    // In turns, so that the journals overlap; the last one begins when the others have ended.
    for (let turn = 0; turn < 30; turn++) {
      const next = lives.map((events, index) => events[index === 5 ? turn - 12 : turn]);
      for (const [index, event] of next.entries())
        if (event) await under.journal.commit(batchOf(handles[index] as JournalHandle, [event]));
    }
    const before = await reader.eventsAfter(0, 1000);
    expect(before.map(({ position }) => position)).toEqual(before.map((_event, index) => index + 1));
    for (const some of [[2], [1, 3], [4, 6]]) {
      await under.archive(some.map(idOf));
      for (const each of some) expect(await reader.find(idOf(each))).toMatchObject({ journal: 'archived' });
      expect(await reader.lastPosition()).toBe(before.length);
      for (const limit of [1, 2, 3, 7, 1000]) {
        const pages: PositionedEvent[] = [];
        for (let page = await reader.eventsAfter(0, limit); page.length > 0;) {
          pages.push(...page);
          page = await reader.eventsAfter(page.at(-1)?.position ?? 0, limit);
        }
        expect(pages).toEqual(before);
      }
    }
  });

  test('has nothing of an execution that there never was', async () => {
    expect([await reader.find('x'), await reader.checkpoint('x')]).toEqual([undefined, undefined]);
    expect(await Promise.all([reader.taskRuns('x'), reader.events('x', 0, 9), reader.logs('x', 9)])).toEqual([
      [],
      [],
      [],
    ]);
    expect([await reader.lastPosition(), await reader.openOf('x')]).toEqual([0, 0]);
    expect(await reader.statistics('x')).toEqual({ byStatus: {}, durations: [], failures: {} });
    expect(await reader.runCounts([])).toEqual(new Map());
  });

  test('lists by status, workflow, time and metadata, sorted and in pages', async () => {
    await write(1, completed, { team: 'ops', nested: { x: 1 } });
    await write(2, failed, { team: 'dev' });
    await write(3, (world) => world.send({ is: 'pause' }), { 'team"': 'ops' });
    await write(4, (world) => world.send({ is: 'cancel' }));
    expect(await ids()).toEqual([1, 2, 3, 4]);
    expect(await ids({ descending: true })).toEqual([4, 3, 2, 1]);
    expect(await ids({ statuses: ['failed', 'canceled'] })).toEqual([2, 4]);
    expect(await ids({ workflowId: 'w', statuses: ['paused'] })).toEqual([3]);
    expect(await ids({ workflowId: 'other' })).toEqual([]);
    expect(await ids({ metadata: { team: 'ops' } })).toEqual([1]);
    expect(await ids({ metadata: { 'team"': 'ops' } })).toEqual([3]);
    expect(await ids({ metadata: { [`team') OR 1=1 --`]: 'ops' } })).toEqual([]);
    expect(await ids({ from: 1_000_001 })).toEqual([]);
    expect(await ids({ from: 1_000_000, to: 1_000_000 })).toEqual([1, 2, 3, 4]);
    const page = await reader.list({ ...ALL, offset: 1, limit: 2 });
    expect([page.items.length, page.total]).toEqual([2, 4]);
    expect(await reader.openOf('w')).toBe(1);
  });

  test('gives the events of one execution from a place on, and of all from a position on', async () => {
    const first = await write(1, completed);
    const second = await write(2, failed);
    const events = await reader.events(idOf(1), 0, 100);
    expect(events.map(({ recorded: { event } }) => event)).toEqual(first.events);
    expect((await reader.events(idOf(1), 3, 2)).map(({ recorded: { seq } }) => seq)).toEqual([4, 5]);
    const all = await reader.eventsAfter(0, 1000);
    expect(all).toHaveLength(first.events.length + second.events.length);
    expect(all.map(({ position }) => position)).toEqual(all.map((_event, index) => index + 1));
    expect(await reader.eventsAfter(all.length - 1, 10)).toEqual(all.slice(-1));
    expect(await reader.lastPosition()).toBe(all.length);
    const ends = all.filter(({ recorded: { event } }) => /^execution_(completed|failed)$/.test(event.type));
    expect(ends).toHaveLength(2);
    expect(await reader.eventsAfter(0, 1000, ['execution_completed', 'execution_failed'])).toEqual(ends);
    expect(await reader.eventsAfter(0, 1, ['execution_completed', 'execution_failed'])).toEqual(ends.slice(0, 1));
    expect(await reader.eventsAfter(0, 1000, ['checkpoint_created'])).toEqual([]);
    const found = await reader.findAll([idOf(2), 'nobody', idOf(1)]);
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set([idOf(1), idOf(2)]));
    expect([await reader.findAll([]), await reader.erasedPosition()]).toEqual([[], 0]);
  });

  test('gives the log lines in order, as many as asked for', async () => {
    const handle = under.journal.create(idOf(1), 3);
    const { events } = new CoreWorld(DOCUMENT, { n: 1 }, { execution: idOf(1) });
    const line = { handle, at: 5, level: 'warn', step: '/a', attempt: 1, message: 'one', details: { n: 1 } } as const;
    const logs = [line, { ...line, message: 'two', details: undefined }];
    await under.journal.commit(batchOf(handle, recorded(events), { logs }));
    expect(await reader.logs(idOf(1), 1)).toEqual([
      { at: 5, level: 'warn', step: '/a', attempt: 1, message: 'one', details: { n: 1 } },
    ]);
    expect((await reader.logs(idOf(1), 10)).map(({ message, details }) => [message, details])).toEqual([
      ['one', { n: 1 }],
      ['two', undefined],
    ]);
  });

  test('gives checkpoints, one by one, of one execution, or the latest of all', async () => {
    const [one, two] = [idOf(7), idOf(8)];
    await write(1, (world) => world.send({ is: 'checkpoint', checkpoint: one, name: 'before' }));
    await write(2, (world) => world.advance(5).send({ is: 'checkpoint', checkpoint: two }));
    expect(await reader.checkpoint(one)).toEqual({
      ...{ id: one, execution: idOf(1), seq: 2, name: 'before', description: undefined, createdAt: 1_000_000 },
    });
    const page = { offset: 0, limit: 10 };
    expect(await reader.checkpoints(undefined, page)).toMatchObject({ total: 2, items: [{ id: two }, { id: one }] });
    expect(await reader.checkpoints(idOf(1), page)).toMatchObject({ total: 1, items: [{ id: one }] });
    const second = { offset: 1, limit: 1 };
    expect(await reader.checkpoints(undefined, second)).toMatchObject({ total: 2, items: [{ id: one }] });
  });

  test('counts runs by status, and what came of a workflow', async () => {
    await write(1, completed);
    await write(2, failed);
    await write(3, () => undefined);
    expect(await reader.runCounts([idOf(1), idOf(2), idOf(3)])).toEqual(
      new Map([
        [idOf(1), { completed: 3 }],
        [idOf(2), { failed: 1, skipped: 2 }],
      ]),
    );
    const statistics = await reader.statistics('w');
    expect(statistics.byStatus).toEqual({ completed: 1, failed: 1, running: 1 });
    expect([...statistics.durations].sort((a, b) => a - b)).toEqual([0, 500]);
    expect(statistics.failures).toEqual({ '/a': 1 });
  });

  test('shows everything of what was not committed as not there', async () => {
    const world = new CoreWorld(DOCUMENT, { n: 1 }, { execution: idOf(1) });
    const twice = recorded([...world.events, ...world.events]).map((entry) => ({ ...entry, seq: 1 }));
    await expect(under.journal.commit(batchOf(under.journal.create(idOf(1), 3), twice))).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect([await reader.find(idOf(1)), await reader.lastPosition()]).toEqual([undefined, 0]);
  });
});
