import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import { Caller } from '../world/caller.js';
import { TestService } from '../world/service.js';
import { EventClient, SocketClient } from '../world/stream-clients.js';

let service: TestService;
const caller = new Caller(() => service);
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const archiveAll = async (): Promise<void> => {
  const database = new Database(join(service.directory, 'harmonia.db'));
  const timers = { ...systemTimers, now: () => Date.now() + 86_400_000 };
  const onTrouble = (what: string, error: unknown): never => {
    throw new Error(what, { cause: error });
  };
  await new Housekeeping({ database, retention: { keep: undefined, compactAfter: 1000 }, timers, onTrouble }).sweep();
  database.close();
};

/** Everything that was told from a place on, as each kind of stream of all executions tells it. */
const told = async (since: string, events: number): Promise<(readonly JsonObject[])[]> => {
  const sent = await EventClient.open(`${service.url}/events?since=${since}`);
  await sent.until(() => sent.events.length >= events);
  sent.leave();
  const socket = new SocketClient(`${service.url}/ws/events?since=${since}`);
  await socket.count(events, ({ sequence }) => sequence !== undefined);
  await socket.leave();
  return [sent.events, socket.events];
};

test('what is archived is told like what is not, on every stream, in the order in which it happened', async () => {
  const workflow = await service.workflow({
    name: 'told',
    tasks: Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `t${n}`,
        n === 20
          ? { event: { name: 'go' }, depends_on: ['t16'] }
          : { type: 'core/value', ...(n > 3 && { depends_on: [`t${n - 4}`] }) },
      ]),
    ),
  });
  const EACH = 2 * 40 + 3; // the start, the event and the end
  // All of them have begun before one goes on: their events lie between each other.
  const runTogether = async (count: number): Promise<readonly string[]> => {
    const started = await Promise.all(Array.from({ length: count }, () => caller.start(workflow)));
    for (const id of started) await caller.waits(id, '/t20');
    await service.post('/api/v1/events', { name: 'go', payload: {} });
    for (const id of started) await caller.ended(id);
    return started;
  };
  const ids = await runTogether(5);
  const [all] = await told('0', 5 * EACH);
  if (!all) throw new Error('nothing');
  const owners = all.map(({ execution_id: id }) => id);
  expect(owners.lastIndexOf(owners[0] ?? null)).toBeGreaterThan(EACH);
  await archiveAll();
  const [after = ''] = await runTogether(1);
  const news = (await service.get(`/api/v1/executions/${after}/events`)).body.items as unknown as JsonObject[];
  const everything = [...all, ...news];
  for (const from of [0, 1, 100, 5 * EACH - 1]) {
    const since = from === 0 ? '0' : String(everything[from - 1]?.position);
    for (const stream of await told(since, everything.length - from)) expect(stream).toEqual(everything.slice(from));
  }
  for (const id of ids) {
    const own = all.filter(({ execution_id: owner }) => owner === id);
    const sent = await EventClient.readAll(`${service.url}/events/executions/${id}?since=0`);
    expect(sent.flatMap(({ id: place, data }) => (place === undefined ? [] : [data]))).toEqual(own);
    const socket = new SocketClient(`${service.url}/ws/executions/${id}?since=0`);
    await socket.count(EACH, ({ sequence, event_type }) => sequence !== undefined && event_type !== undefined);
    expect(socket.events).toEqual(own);
    await socket.leave();
    expect((await service.get(`/api/v1/executions/${id}/events`)).body.items).toEqual(own);
  }
});

test('nothing old comes to one who asks for what is new, also when everything is archived', async () => {
  await archiveAll();
  const socket = new SocketClient(`${service.url}/ws/events?since=99999999`);
  const sent = await EventClient.open(`${service.url}/events`);
  await socket.type('connected');
  socket.say({ type: 'ping' });
  await socket.type('pong');
  const workflow = await service.workflow({ name: 'news', tasks: { a: { type: 'core/noop' } } });
  const { id } = await service.complete(workflow);
  await socket.seen(({ event_type }) => event_type === 'workflow_completed');
  await sent.count(1, 'workflow_completed');
  const own = (await service.get(`/api/v1/executions/${id as string}/events`)).body.items;
  expect(socket.events).toEqual(own);
  expect(sent.events).toEqual(own);
  sent.leave();
  await socket.leave();
});

test.each<[string, object, object, number]>([
  ['of the task itself', { retry_policy: { max_retries: 1, initial_delay: 0.001 } }, {}, 1],
  ['of the execution', {}, { retry_policy: { max_retries: 2, initial_delay: 0.001 } }, 2],
  ['of the task before that of the execution', { retry_policy: { max_retries: 0 } }, { retry_policy: {} }, 0],
  ['of nobody', {}, {}, 0],
])('task_failed says how many retries there were to be: by the policy %s', async (_whose, own, given, max_retries) => {
  const tasks = { a: { type: 'core/fail', input: { kind: 'transient' }, ...own } };
  const workflow = await service.workflow({ name: `failing ${Math.random()}`, tasks });
  const live = new SocketClient(`${service.url}/ws/events`);
  await live.type('connected');
  live.say({ type: 'ping' });
  await live.type('pong');
  const body = { workflow_id: workflow, execution_options: { ...given, async: false } };
  const { execution_id: id } = (await service.post('/api/v1/executions', body)).body;
  const events = (await service.get(`/api/v1/executions/${id as string}/events`)).body.items as unknown as JsonObject[];
  const about = events.filter(({ event_type: type }) => type === 'task_failed' || type === 'retry_attempted');
  expect(about).toHaveLength(max_retries + 1);
  for (const { details } of about) expect(details).toMatchObject({ max_retries });
  expect(about.at(-1)).toMatchObject({ event_type: 'task_failed', details: { retry_count: max_retries } });
  await live.seen(({ event_type: type }) => type === 'workflow_failed');
  expect(live.events).toEqual(events);
  await live.leave();
});
