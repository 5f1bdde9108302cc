import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunEvent } from '../../src/engine/core/index.js';
import type { IdempotencyKey, Journal } from '../../src/engine/ports/index.js';
import { CoreWorld, task } from '../world/core-world.js';
import { batchOf, JOURNALS, recorded, type JournalUnderTest } from '../world/stores.js';

/** The events of an execution of one task, up to its end. */
const lifeOf = (execution: string, output: string | object = 'done'): RunEvent[] => {
  const world = new CoreWorld({ tasks: { a: task() }, name: 'w' }, {}, { execution });
  world.begin('/a').finish('/a', output as never);
  return world.events;
};

const key = (name: string, resource: string): IdempotencyKey => ({
  scope: 'start',
  key: name,
  request: 'hash',
  resource,
  at: 7,
});

describe.each(Object.entries(JOURNALS))('a journal: %s', (_, make) => {
  let under: JournalUnderTest;
  let journal: Journal;
  beforeEach(async () => {
    under = await make();
    journal = under.journal;
    await under.keep('d', { name: 'w', tasks: { a: task() } });
  });
  afterEach(async () => {
    expect(await under.faults()).toEqual([]);
    await under.close();
  });

  const commitLife = async (execution: string, events = lifeOf(execution)): Promise<number> => {
    const { firstPosition } = await journal.commit(batchOf(journal.create(execution, 1), recorded(events)));
    return firstPosition;
  };

  test('keeps results until they are old', async () => {
    await journal.commit({
      transitions: [],
      logs: [],
      keys: [],
      results: [{ key: 'k', output: { n: 1 }, until: 100 }],
    });
    expect(await journal.cached('k', 99)).toMatchObject({ output: { n: 1 } });
    expect([await journal.cached('k', 100), await journal.cached('other', 0)]).toEqual([undefined, undefined]);
  });

  test('keeps events that were given to all: by name and workflow, from a time on, in order, one of an id', async () => {
    const event = (id: string, at: number, more: object = {}) => ({ id, name: 'paid', payload: { id }, at, ...more });
    const keep = (...events: ReturnType<typeof event>[]) =>
      journal.commit({ transitions: [], logs: [], keys: [], events });
    await keep(event('a', 1), event('b', 2), event('c', 2, { name: 'other' }), event('d', 3, { workflow: 'w1' }));
    await keep(event('b', 9), ...Array.from({ length: 120 }, (_, index) => event(`e${index}`, 4)));
    const all = async (workflow: string, since: number): Promise<string[]> => {
      const found: string[] = [];
      let after = 0;
      for (;;) {
        const page = await journal.keptEvents({ name: 'paid', workflow, since, ...(after > 0 && { after }) });
        if (page.length === 0) return found;
        for (const { id, name, payload } of page) {
          expect([name, payload]).toEqual(['paid', { id }]);
          found.push(id);
        }
        after = page.at(-1)?.place ?? 0;
      }
    };
    const many = Array.from({ length: 120 }, (_, index) => `e${index}`);
    expect(await all('w1', 2)).toEqual(['b', 'd', ...many]);
    expect(await all('w2', 1)).toEqual(['a', 'b', ...many]);
    expect(await all('w2', 5)).toEqual([]);
  });

  test('has nothing of an execution that was created and not committed', async () => {
    journal.create('e1', 1);
    expect([await journal.load('e1'), await journal.open()]).toEqual([undefined, []]);
  });

  test('gives back what was committed: the events, their places and the definition', async () => {
    const events = lifeOf('e1');
    const first = await commitLife('e1', events);
    expect(await journal.load('e1')).toMatchObject({
      handle: { execution: 'e1' },
      definition: 'd',
      events: recorded(events),
      positions: events.map((_event, index) => first + index),
    });
  });

  test.each([1, 9, 40])('takes a batch of %i executions', async (count) => {
    const lives = Array.from({ length: count }, (_, index) => `e${index}`).map((id) => ({ id, events: lifeOf(id) }));
    const transitions = lives.map(({ id, events }) => ({ handle: journal.create(id, 1), events: recorded(events) }));
    await journal.commit({ transitions, logs: [], keys: [] });
    for (const { id, events } of lives) expect((await journal.load(id))?.events).toEqual(recorded(events));
  });

  test('goes on with the handle that it gave, at creation and at loading', async () => {
    const events = lifeOf('e1');
    const handle = journal.create('e1', 1);
    await journal.commit(batchOf(handle, recorded(events.slice(0, 1))));
    await journal.commit(batchOf(handle, recorded(events.slice(1, 2), 2)));
    const loaded = await journal.load('e1');
    await journal.commit(batchOf(loaded?.handle ?? handle, recorded(events.slice(2), 3)));
    expect((await journal.load('e1'))?.events).toEqual(recorded(events));
  });

  test('numbers the events of all executions in the order of the batch, without gaps', async () => {
    const [one, two] = [journal.create('e1', 1), journal.create('e2', 1)];
    const { firstPosition } = await journal.commit({
      transitions: [
        { handle: two, events: recorded(lifeOf('e2').slice(0, 2)) },
        { handle: one, events: recorded(lifeOf('e1')) },
      ],
      logs: [],
      keys: [],
    });
    expect((await journal.load('e2'))?.positions).toEqual([firstPosition, firstPosition + 1]);
    expect((await journal.load('e1'))?.positions).toEqual([2, 3, 4, 5].map((offset) => firstPosition + offset));
    expect(await commitLife('e3')).toBe(firstPosition + 6);
  });

  test('knows the open executions, oldest first: paused ones are, ended ones are not', async () => {
    await commitLife('e1', lifeOf('e1').slice(0, 2));
    await commitLife('e2');
    await commitLife('e3', [lifeOf('e3')[0] as RunEvent, { type: 'execution_paused', at: 2 }]);
    expect(await journal.open()).toEqual(['e1', 'e3']);
  });

  test.each<[string, RunEvent]>([
    ['failed', { type: 'execution_failed', at: 2, failure: { kind: 'fatal', code: 'c', message: 'm' }, steps: ['/a'] }],
    ['was canceled', { type: 'execution_canceled', at: 2, reason: 'r' }],
  ])('an execution that %s is not open', async (_status, end) => {
    await commitLife('e1', [lifeOf('e1')[0] as RunEvent, end]);
    expect(await journal.open()).toEqual([]);
  });

  test('remembers what a key was used for', async () => {
    const handle = journal.create('e1', 1);
    await journal.commit(batchOf(handle, recorded(lifeOf('e1')), { keys: [key('k', 'e1')] }));
    expect(await journal.recall('start', 'k')).toEqual(key('k', 'e1'));
    expect(await journal.recall('start', 'other')).toBeUndefined();
    expect(await journal.recall('other', 'k')).toBeUndefined();
  });

  test('writes all of a batch or nothing of it', async () => {
    const taken = batchOf(journal.create('e1', 1), recorded(lifeOf('e1')), { keys: [key('k', 'e1')] });
    const { firstPosition } = await journal.commit(taken);
    const [two, three] = [journal.create('e2', 1), journal.create('e3', 1)];
    const refused = journal.commit({
      transitions: [
        { handle: two, events: recorded(lifeOf('e2')) },
        { handle: three, events: recorded(lifeOf('e3')) },
      ],
      logs: [{ handle: two, at: 1, level: 'info', step: '/a', attempt: 1, message: 'm' }],
      keys: [key('k2', 'e2'), key('k', 'e3')],
    });
    await expect(refused).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect([await journal.load('e2'), await journal.load('e3')]).toEqual([undefined, undefined]);
    expect(await journal.recall('start', 'k2')).toBeUndefined();
    expect(await journal.recall('start', 'k')).toMatchObject({ resource: 'e1' });
    // The next batch is written as if the refused one had never been.
    expect(await commitLife('e4')).toBeGreaterThanOrEqual(firstPosition + lifeOf('e1').length);
    expect((await journal.load('e4'))?.events).toHaveLength(4);
  });

  test('takes no key twice, in one batch neither', async () => {
    const handle = journal.create('e1', 1);
    const twice = batchOf(handle, recorded(lifeOf('e1')), { keys: [key('k', 'e1'), key('k', 'e1')] });
    await expect(journal.commit(twice)).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect([await journal.load('e1'), await journal.recall('start', 'k')]).toEqual([undefined, undefined]);
  });

  test('takes no second event for one place', async () => {
    const handle = journal.create('e1', 1);
    await journal.commit(batchOf(handle, recorded(lifeOf('e1').slice(0, 2))));
    const again = journal.commit(batchOf(handle, [{ seq: 2, event: { type: 'execution_paused', at: 3 } }]));
    await expect(again).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect((await journal.load('e1'))?.events).toEqual(recorded(lifeOf('e1').slice(0, 2)));
  });

  test('keeps any JSON, small and large, to the last byte', async () => {
    const output = { text: 'ä "\\ \u2028 😀', number: -1.5e-7, list: [null, true, {}], large: 'x'.repeat(2 ** 20 + 1) };
    const events = lifeOf('e1', output);
    await commitLife('e1', events);
    expect((await journal.load('e1'))?.events).toEqual(recorded(events));
  });

  test('is not changed by who changes what it gave', async () => {
    await commitLife('e1');
    const first = await journal.load('e1');
    (first?.events as unknown[]).length = 0;
    expect((await journal.load('e1'))?.events).toHaveLength(4);
  });

  test('deletes an execution with everything about it, and gives no position twice', async () => {
    await commitLife('e1');
    const position = await commitLife('e2');
    await journal.delete('e2');
    await journal.delete('nobody');
    expect([await journal.load('e2'), await journal.open()]).toEqual([undefined, []]);
    expect(await journal.load('e1')).toBeDefined();
    expect(await commitLife('e3')).toBeGreaterThanOrEqual(position + 4);
  });

  test('takes log lines without events, and a probe', async () => {
    const handle = journal.create('e1', 1);
    await journal.commit(batchOf(handle, recorded(lifeOf('e1').slice(0, 2))));
    const line = { handle, at: 1, level: 'info', step: '/a', attempt: 1, message: 'm', details: { n: 1 } } as const;
    await journal.commit(batchOf(handle, [], { logs: [line] }));
    await journal.probe();
    expect((await journal.load('e1'))?.events).toHaveLength(2);
  });
});
