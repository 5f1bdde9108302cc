import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { Caller } from '../world/caller.js';
import { TestService } from '../world/service.js';

let service: TestService;
const caller = new Caller(() => service);
/** Somebody else at the file of the database. */
let database: Database.Database;
let workflow: string;
beforeAll(async () => {
  service = await TestService.start();
  database = new Database(join(service.directory, 'harmonia.db'));
  const value = (more: object): object => ({ type: 'core/value', input: { text: '${input.text}' }, ...more });
  workflow = await service.workflow({
    name: 'chained',
    tasks: { a: value({}), b: value({ depends_on: ['a'] }), c: value({ depends_on: ['b'] }) },
    output: { n: 1 },
  });
});
afterAll(async () => {
  database.close();
  await service.stop();
});

interface Run {
  readonly id: string;
  readonly ref: number;
}

/** An execution of eight events: the start, three tasks that start and complete, the end. */
const run = async (text = 'hello'): Promise<Run> => {
  const { id } = (await service.complete(workflow, { text })) as { id: string };
  return { id, ref: database.prepare('SELECT ref FROM execution WHERE id = ?').pluck().get(id) as number };
};

const verify = async ({ id }: Run, query = ''): Promise<JsonObject> => {
  const { status, body } = await service.get(`/api/v1/executions/${id}/verify${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.data as never;
};

const archiveAll = async (): Promise<void> => {
  const timers = { ...systemTimers, now: () => Date.now() + 86_400_000 };
  const retention = { keep: undefined, compactAfter: 1000 };
  await new Housekeeping({ database, retention, timers, onTrouble: () => undefined }).sweep();
};

const large = 'x'.repeat(2 ** 20 + 1);
const edit = (sql: string, ...values: unknown[]): void => void database.prepare(sql).run(...values);
/** Copies an event to another place; `link` is SQL. */
const copy = (ref: number, { from, to, link }: { from: number; to: number; link: string }): void =>
  edit(
    `INSERT INTO journal (position, execution, seq, type, at, data, payload, link)
     SELECT (SELECT max(position) + 1000000 FROM journal), execution, ?, type, at, data, payload, ${link} FROM journal
     WHERE execution = ? AND seq = ?`,
    ...[to, ref, from],
  );

test('a journal is proven, live and archived, and its head stays what it was', async () => {
  const one = await run(large);
  const proof = await verify(one);
  expect(proof).toEqual({
    execution_id: one.id,
    verified: true,
    events: 8,
    head: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(await verify(one)).toEqual(proof);
  expect((await verify(await run(large))).head).not.toBe(proof.head);
  await archiveAll();
  expect((await service.get(`/api/v1/executions/${one.id}`)).body.data).toMatchObject({ journal: 'archived' });
  expect(await verify(one)).toEqual(proof);
});

test('a head that was kept while it ran is found again; a place that is none is refused with the range', async () => {
  const slow = await service.workflow({
    name: 'slow',
    tasks: { a: { type: 'core/noop' }, b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] } },
  });
  const { execution_id: id } = (await service.post(`/api/v1/workflows/${slow}/execute`)).body as {
    execution_id: string;
  };
  const execution = { id, ref: 0 };
  await service.post(`/api/v1/executions/${id}/pause`);
  const kept = await verify(execution);
  expect(kept.verified).toBe(true);
  await service.post(`/api/v1/executions/${id}/cancel`);
  const after = await verify(execution, `?at=${kept.events as number}`);
  expect(after).toEqual({ ...kept, events: (kept.events as number) + 1 });
  expect((await verify(execution)).head).not.toBe(kept.head);
  for (const at of [0, (kept.events as number) + 2]) {
    const refused = await service.get(`/api/v1/executions/${id}/verify?at=${at}`);
    const range = `This must be a whole number from 1 to ${(kept.events as number) + 1}.`;
    expect(refused).toMatchObject({
      status: 422,
      body: { error: { details: { faults: [{ code: 'out_of_range', pointer: '/at', message: range }] } } },
    });
  }
});

test('a restored execution has a chain of its own', async () => {
  const workflow = await service.workflow({
    name: 'restored',
    tasks: { a: { type: 'core/noop' }, b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] } },
  });
  const { execution_id: id } = (await service.post(`/api/v1/workflows/${workflow}/execute`)).body as {
    execution_id: string;
  };
  const { checkpoint_id } = (await service.post(`/api/v1/executions/${id}/checkpoint`)).body;
  const restored = await service.post(`/api/v1/checkpoints/${checkpoint_id as string}/restore`);
  for (const each of [id, restored.body.execution_id as string]) {
    expect((await verify({ id: each, ref: 0 })).verified).toBe(true);
    await service.post(`/api/v1/executions/${each}/cancel`);
    expect((await verify({ id: each, ref: 0 })).verified).toBe(true);
  }
});

type Tampering = readonly [what: string, tamper: (run: Run) => unknown, found: object];

const EVENTS: readonly Tampering[] = [
  [
    'an output is changed',
    ({ ref }) => edit(`UPDATE journal SET data = replace(data, 'hello', 'jello') WHERE execution = ? AND seq = 5`, ref),
    { reason: 'link_differs', first_bad_seq: 5 },
  ],
  [
    'a type is changed',
    ({ ref }) => edit(`UPDATE journal SET type = 'step_failed' WHERE execution = ? AND seq = 3`, ref),
    { reason: 'link_differs', first_bad_seq: 3 },
  ],
  [
    'a time is changed',
    ({ ref }) => edit('UPDATE journal SET at = at + 1 WHERE execution = ? AND seq = 8', ref),
    { reason: 'link_differs', first_bad_seq: 7, events: 6 },
  ],
  [
    'a place in the order of all is changed',
    ({ ref }) => edit('UPDATE journal SET position = position + 1000000 WHERE execution = ? AND seq = 8', ref),
    { reason: 'link_differs', first_bad_seq: 7 },
  ],
  [
    'a link is changed',
    ({ ref }) => edit(`UPDATE journal SET link = 'AAAA' WHERE execution = ? AND seq = 2`, ref),
    { reason: 'link_differs', first_bad_seq: 1, events: 0 },
  ],
  [
    'a link is taken away',
    ({ ref }) => edit('UPDATE journal SET link = NULL WHERE execution = ? AND seq = 6', ref),
    { reason: 'link_differs', first_bad_seq: 5 },
  ],
  [
    'the last link is taken away',
    ({ ref }) => edit('UPDATE journal SET link = NULL WHERE execution = ? AND seq = 8', ref),
    { reason: 'link_missing', first_bad_seq: 7 },
  ],
  [
    'the last event becomes text of the one before it',
    ({ ref }) => {
      edit(
        `UPDATE journal SET data = journal.data || next.text, link = next.link FROM
           (SELECT link, char(10) || concat_ws(char(10), seq, position, type, at, coalesce(payload, ''), data) AS text
            FROM journal WHERE execution = ? AND seq = 8) AS next
         WHERE execution = ? AND seq = 7`,
        ref,
        ref,
      );
      edit('DELETE FROM journal WHERE execution = ? AND seq = 8', ref);
    },
    { reason: 'link_differs', first_bad_seq: 7 },
  ],
  [
    'all links are taken away',
    ({ ref }) => edit('UPDATE journal SET link = NULL WHERE execution = ?', ref),
    { reason: 'not_chained' },
  ],
  [
    'the first event is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ? AND seq = 1', ref),
    { reason: 'out_of_sequence', first_bad_seq: 1 },
  ],
  [
    'an event in the middle is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ? AND seq = 4', ref),
    { reason: 'out_of_sequence', first_bad_seq: 4 },
  ],
  [
    'an event is removed and the gap is closed',
    ({ ref }) => {
      edit('DELETE FROM journal WHERE execution = ? AND seq = 4', ref);
      edit('UPDATE journal SET seq = 1 - seq WHERE execution = ? AND seq > 4', ref);
      edit('UPDATE journal SET seq = -seq WHERE execution = ? AND seq < 0', ref);
    },
    { reason: 'link_differs', first_bad_seq: 3 },
  ],
  [
    'the last event is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ? AND seq = 8', ref),
    { reason: 'link_missing', first_bad_seq: 7 },
  ],
  [
    'the last commit is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ? AND seq >= 7', ref),
    { reason: 'tables_differ', events: 6 },
  ],
  [
    'the second half is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ? AND seq > 4', ref),
    { reason: 'tables_differ' },
  ],
  [
    'everything is removed',
    ({ ref }) => edit('DELETE FROM journal WHERE execution = ?', ref),
    { reason: 'out_of_sequence', first_bad_seq: 1 },
  ],
  [
    'an event is inserted in the middle',
    ({ ref }) => {
      edit('UPDATE journal SET seq = -seq - 1 WHERE execution = ? AND seq >= 5', ref);
      edit('UPDATE journal SET seq = -seq WHERE execution = ? AND seq < 0', ref);
      copy(ref, { from: 3, to: 5, link: 'link' });
    },
    { reason: 'link_differs', first_bad_seq: 5 },
  ],
  [
    'an event without a link is added at the end',
    ({ ref }) => copy(ref, { from: 5, to: 9, link: 'NULL' }),
    { reason: 'link_missing', first_bad_seq: 9 },
  ],
  [
    'an event is put before the first',
    ({ ref }) => copy(ref, { from: 5, to: 0, link: 'NULL' }),
    { reason: 'out_of_sequence', first_bad_seq: 1 },
  ],
  [
    'two events change places',
    ({ ref }) => {
      for (const [from, to] of [
        [3, -1],
        [5, 3],
        [-1, 5],
      ])
        edit('UPDATE journal SET seq = ? WHERE execution = ? AND seq = ?', to, ref, from);
    },
    { reason: 'link_differs', first_bad_seq: 3 },
  ],
  [
    'the journal of another execution takes its place',
    async ({ ref }) => {
      const other = await run();
      edit('DELETE FROM journal WHERE execution = ?', ref);
      edit('UPDATE journal SET execution = ? WHERE execution = ?', ref, other.ref);
    },
    { reason: 'link_differs', first_bad_seq: 1 },
  ],
];

const PAYLOADS: readonly Tampering[] = [
  [
    'a large value is changed',
    ({ ref }) => edit(`UPDATE payload SET data = replace(data, 'xxxx', 'xxxy') WHERE execution = ?`, ref),
    { reason: 'payload_differs', first_bad_seq: 1 },
  ],
  [
    'a large value is removed',
    ({ ref }) =>
      edit(
        'DELETE FROM payload WHERE execution = ? AND hash = (SELECT payload FROM journal WHERE execution = ? AND seq = 5)',
        ref,
        ref,
      ),
    { reason: 'payload_differs', first_bad_seq: 5 },
  ],
  [
    'an event refers to another large value',
    ({ ref }) =>
      edit(
        'UPDATE journal SET payload = (SELECT payload FROM journal WHERE execution = ? AND seq = 5) WHERE execution = ? AND seq = 3',
        ref,
        ref,
      ),
    { reason: 'link_differs', first_bad_seq: 3 },
  ],
  [
    'a large value is added',
    ({ ref }) => edit(`INSERT INTO payload (execution, hash, data) VALUES (?, 'strange', '{}')`, ref),
    { reason: 'payload_differs' },
  ],
];

const TABLES: readonly Tampering[] = [
  [
    'a status',
    ({ ref }) => edit(`UPDATE execution SET status = 'failed' WHERE ref = ?`, ref),
    { reason: 'tables_differ' },
  ],
  [
    'a run',
    ({ ref }) => edit(`UPDATE task_run SET attempt = 2 WHERE execution = ? AND step = '/b'`, ref),
    { reason: 'tables_differ' },
  ],
  [
    'a run that is removed',
    ({ ref }) => edit(`DELETE FROM task_run WHERE execution = ? AND step = '/c'`, ref),
    { reason: 'tables_differ' },
  ],
];

interface Archived {
  seq: number;
  position: number;
  event: Record<string, unknown>;
}

const repack = ({ ref }: Run, change: (events: Archived[]) => unknown): void => {
  const read = database.prepare('SELECT events FROM journal_archive WHERE execution = ?').pluck();
  const events = JSON.parse(gunzipSync(read.get(ref) as Buffer).toString('utf8')) as Archived[];
  change(events);
  edit('UPDATE journal_archive SET events = ? WHERE execution = ?', gzipSync(JSON.stringify(events)), ref);
};

const ARCHIVES: readonly Tampering[] = [
  [
    'an output',
    (one) => repack(one, (events) => ((events[4] as Archived).event.output = null)),
    { reason: 'link_differs' },
  ],
  [
    'a place in the order of all',
    (one) => repack(one, (events) => ((events[4] as Archived).position += 1)),
    { reason: 'link_differs' },
  ],
  [
    'an event that is removed',
    (one) => repack(one, (events) => events.splice(3, 1)),
    { reason: 'out_of_sequence', first_bad_seq: 4 },
  ],
  [
    'the last event, which is removed',
    (one) => repack(one, (events) => events.pop()),
    { reason: 'link_missing', first_bad_seq: 7 },
  ],
  ['the last commit, which is removed', (one) => repack(one, (events) => events.splice(6)), { reason: 'link_differs' }],
  [
    'the order of two events',
    (one) =>
      repack(one, (events) => {
        const [third, fifth] = [events[2] as Archived, events[4] as Archived];
        [third.event, fifth.event] = [fifth.event, third.event];
      }),
    { reason: 'link_differs' },
  ],
  [
    'an event that is added',
    (one) => repack(one, (events) => events.push({ ...(events[4] as Archived), seq: 9 })),
    { reason: 'link_missing', first_bad_seq: 9 },
  ],
  [
    'an event that is added with a link',
    (one) => repack(one, (events) => events.push({ ...(events[5] as Archived), seq: 9 })),
    { reason: 'link_differs', first_bad_seq: 9 },
  ],
  [
    'everything',
    ({ ref }) => edit(`UPDATE journal_archive SET events = x'00' WHERE execution = ?`, ref),
    { reason: 'archive_unreadable' },
  ],
  [
    'everything, which is removed',
    ({ ref }) => edit('DELETE FROM journal_archive WHERE execution = ?', ref),
    { reason: 'archive_unreadable' },
  ],
  [
    'its head',
    ({ ref }) => edit(`UPDATE journal_seal SET head = 'x' WHERE execution = ?`, ref),
    { reason: 'link_differs' },
  ],
  [
    'its head, which is removed',
    ({ ref }) => edit('DELETE FROM journal_seal WHERE execution = ?', ref),
    { reason: 'not_chained' },
  ],
  [
    'rows beside it',
    ({ ref }) =>
      edit(
        `INSERT INTO journal (position, execution, seq, type, at, data) VALUES ((SELECT max(last_position) FROM journal_seal) + 1, ?, 1, 'x', 1, '{}')`,
        ref,
      ),
    { reason: 'out_of_sequence' },
  ],
  [
    'a status',
    ({ ref }) => edit(`UPDATE execution SET status = 'failed' WHERE ref = ?`, ref),
    { reason: 'tables_differ' },
  ],
];

describe('it is found what somebody does to', () => {
  const isFound = async (one: Run, found: object): Promise<void> =>
    expect(await verify(one)).toMatchObject({ verified: false, head: null, ...found });

  test.each(EVENTS)('the rows of a journal: %s', async (_what, tamper, found) => {
    const one = await run();
    await tamper(one);
    await isFound(one, found);
  });

  test.each(PAYLOADS)('its large values: %s', async (_what, tamper, found) => {
    const one = await run(large);
    await tamper(one);
    await isFound(one, found);
  });

  test.each(TABLES)('the tables made from it: %s', async (_what, tamper, found) => {
    const one = await run();
    await tamper(one);
    await isFound(one, found);
  });

  test.each(ARCHIVES)('an archived journal: %s', async (_what, tamper, found) => {
    const one = await run();
    await archiveAll();
    await tamper(one);
    await isFound(one, found);
  });

  test('a journal before it is archived: that does not pardon it', async () => {
    const [changed, short, shortened] = [await run(), await run(), await run(large)];
    edit(`UPDATE journal SET data = replace(data, 'hello', 'jello') WHERE execution = ? AND seq = 5`, changed.ref);
    edit('DELETE FROM journal WHERE execution = ? AND seq >= 7', short.ref);
    edit(`UPDATE payload SET data = replace(data, 'xxxx', 'x') WHERE execution = ?`, shortened.ref);
    await archiveAll();
    for (const one of [changed, short, shortened])
      expect((await service.get(`/api/v1/executions/${one.id}`)).body.data).toMatchObject({ journal: 'archived' });
    await isFound(changed, { reason: 'link_differs' });
    await isFound(short, { reason: 'tables_differ' });
    await isFound(shortened, { reason: 'link_differs' });
  });

  test('an archived journal before it is taken up again: that does not pardon it', async () => {
    const [changed, whole] = [await run(), await run()];
    const { head } = await verify(whole);
    await archiveAll();
    repack(changed, (events) => ((events[4] as Archived).event.output = null));
    for (const { id } of [changed, whole]) {
      const operation = { operation: 'rerun_from', step: 'c' };
      expect((await service.post(`/api/v1/executions/${id}/reexecute`, operation)).status).toBe(200);
      await caller.ended(id);
    }
    await isFound(changed, { reason: 'link_differs', first_bad_seq: 5 });
    expect(await verify(whole, '?at=8')).toMatchObject({ verified: true, head });
  });
});

test('the command line says it with its exit code', async () => {
  const one = await run();
  const url = ['--url', service.url];
  const proof = await verify(one);
  expect(await harmoniaHere(['execution', 'verify', one.id, ...url])).toEqual({
    code: 0,
    out: `verified: 8 events, head ${proof.head as string}\n`,
    err: '',
  });
  const short = await harmoniaHere(['execution', 'verify', one.id, '--at', '3', '--json', ...url]);
  expect(JSON.parse(short.out)).toEqual({ ...proof, head: (await verify(one, '?at=3')).head });
  edit('DELETE FROM journal WHERE execution = ? AND seq = 4', one.ref);
  expect(await harmoniaHere(['execution', 'verify', one.id, ...url])).toEqual({
    code: 1,
    out: '',
    err: 'not verified: An event is missing, or one stands where it does not belong (event 4) [out_of_sequence]\n',
  });
  expect((await harmoniaHere(['execution', 'verify', '00000000-0000-4000-8000-000000000000', ...url])).code).toBe(2);
});
