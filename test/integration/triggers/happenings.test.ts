import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../../src/engine/embedded/index.js';
import { HappeningWatch } from '../../../src/integration/trigger/index.js';
import { createHarmonia, type Harmonia } from '../../../src/harmonia.js';
import { readConfig } from '../../../src/config/index.js';
import { Housekeeping } from '../../../src/persistence/index.js';
import type { Watched, WatchRequest } from '../../../src/plugin/contract/index.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY = 86_400_000;
let directory: string;
let harmonia: Harmonia;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-watch-'));
  await open();
});
afterEach(async () => {
  await harmonia.close();
  await rm(directory, { recursive: true });
});

const open = async (): Promise<void> => {
  const config = { ...readConfig({ HARMONIA_SHUTDOWN_SECONDS: '0' }), dataDirectory: directory };
  const quiet = { publish: () => undefined, progress: () => undefined };
  harmonia = await createHarmonia({ config, notifier: quiet, onTrouble: () => undefined });
  await harmonia.open();
};

/** What a watch says until it has said so many things that are no marks, and where it is then. */
const seen = async (request: Omit<WatchRequest, 'signal'>, count: number, then?: () => Promise<unknown>) => {
  const controller = new AbortController();
  const said: Watched[] = [];
  let cursor = '';
  for await (const one of new HappeningWatch(harmonia.storage.happenings).watch({
    ...request,
    signal: controller.signal,
  })) {
    if (cursor === '') await then?.();
    ({ cursor } = one);
    if (one.is !== 'mark') said.push(one);
    else if (said.length >= count) controller.abort();
  }
  return { said, cursor };
};

const sweep = (at: number): Promise<unknown> =>
  new Housekeeping({
    database: harmonia.storage.database,
    retention: { compactAfter: 0, keep: undefined },
    timers: { ...systemTimers, now: () => at, at: systemTimers.at.bind(systemTimers) },
    onTrouble: (_, error) => {
      throw error as Error;
    },
  }).sweep();

const publish = (name: string) => harmonia.requests.publish({ name, payload: 1 });
const namesOf = (said: readonly Watched[]) => said.map((one) => (one.is === 'event' ? one.name : one.is));

describe('events', () => {
  test('come as they are given, in their order, and from a cursor on over a restart', async () => {
    await publish('before');
    const first = await seen({ of: 'events' }, 2, async () => {
      await publish('a');
      await publish('b');
    });
    expect(namesOf(first.said)).toEqual(['a', 'b']);
    await harmonia.close();
    await open();
    await publish('c');
    const after = { of: 'events', since: first.cursor } as const;
    expect(namesOf((await seen(after, 1)).said)).toEqual(['c']);
    expect(namesOf((await seen({ of: 'events', since: first.said[0]?.cursor ?? '' }, 2)).said)).toEqual(['b', 'c']);
  });

  test('a cursor stays good when all of them were forgotten: no place is given twice', async () => {
    const { cursor } = await seen({ of: 'events' }, 3, async () => {
      for (const name of ['a', 'b', 'c']) await publish(name);
    });
    await sweep(Date.now() + 2 * DAY);
    expect(harmonia.storage.database.prepare('SELECT count(*) FROM kept_event').pluck().get()).toBe(0);
    const now = await seen({ of: 'events' }, 0);
    expect(now.cursor).toBe(cursor);
    await publish('d');
    expect(namesOf((await seen({ of: 'events', since: cursor }, 1)).said)).toEqual(['d']);
  });
});

describe('ends of executions', () => {
  const run = async (count: number): Promise<string[]> => {
    const { workflow } = (await harmonia.catalog.findByName('w')) ? { workflow: 'w' } : await create();
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const { execution } = await harmonia.requests.start({ workflow, input: { n }, key: `k${keys++}` });
      await harmonia.engine.ended(execution);
      ids.push(execution);
    }
    return ids;
  };
  let keys = 0;
  const create = async () => {
    await harmonia.catalog.create({
      source: { name: 'w', tasks: { a: { type: 'core/value', input: { n: '${input.n}' } } } },
    });
    return { workflow: 'w' };
  };
  const idsOf = (said: readonly Watched[]) => said.flatMap((one) => (one.is === 'execution' ? [one.id] : []));

  test('come with their outputs, live and from the journal, archived or not, each once', async () => {
    const ids: string[] = [];
    const live = await seen({ of: 'executions' }, 5, async () => void ids.push(...(await run(5))));
    expect(idsOf(live.said)).toEqual(ids);
    expect(live.said[3]).toMatchObject({ status: 'completed', output: { a: { n: 3 } }, error: null, triggers: [] });
    const behind = { of: 'executions', since: live.said[1]?.cursor ?? '' } as const;
    expect(idsOf((await seen(behind, 3)).said)).toEqual(ids.slice(2));
    await sweep(Date.now() + DAY);
    expect(harmonia.storage.database.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(0);
    const archived = await seen(behind, 3);
    expect(archived.said).toEqual(live.said.slice(2));
    ids.push(...(await run(150)));
    const both = await seen({ of: 'executions', since: archived.cursor }, 150);
    expect(idsOf(both.said)).toEqual(ids.slice(5));
  });

  test('a watch that is far behind what is kept in mind misses nothing that is archived meanwhile', async () => {
    const ids: string[] = [];
    const said = await seen({ of: 'executions' }, 3, async () => {
      ids.push(...(await run(3)));
      await sweep(Date.now() + DAY);
    });
    expect(idsOf(said.said)).toEqual(ids);
  });
});

test('a cursor of something else is refused at once', () => {
  const { signal } = new AbortController();
  const watch = new HappeningWatch(harmonia.storage.happenings);
  for (const since of ['', 'x1 ', 'x1', '-1', `e${'9'.repeat(16)}`, 5 as never])
    expect(() => watch.watch({ of: 'events', since, signal })).toThrow(TypeError);
});
