import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';
import { EventClient, SocketClient } from '../world/stream-clients.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const WIDTH = LONG ? 2000 : 250;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

/** Layers of tasks: many events, some of them at the same time. */
const wide = (name: string): object => ({
  name,
  tasks: Object.fromEntries(
    Array.from({ length: WIDTH }, (_, index) => [
      `t${index}`,
      {
        type: 'core/value',
        input: { index, text: 'x'.repeat(200) },
        ...(index >= 50 && { depends_on: [`t${index - 50}`] }),
      },
    ]),
  ),
});
const waiting = (name: string): object => ({
  name,
  tasks: { a: { type: 'core/noop' }, b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] } },
});

const start = async (workflow: string): Promise<string> => {
  const { body, status } = await service.post('/api/v1/executions', { workflow_id: workflow });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.execution_id as string;
};

/** What the service says it has told, page by page. */
const stored = async (execution: string): Promise<JsonObject[]> => {
  const events: JsonObject[] = [];
  for (let since: string | null = '0'; since !== null;) {
    const { body } = await service.get(`/api/v1/executions/${execution}/events?since=${since}&limit=97`);
    events.push(...(body.events as JsonObject[]));
    since = body.next_since as string | null;
  }
  return events;
};

const isLast = ({ event_type }: JsonObject): boolean =>
  ['workflow_completed', 'workflow_failed', 'workflow_canceled'].includes(event_type as string);

describe('every event once and in order', () => {
  test('to many clients of both kinds that come before, while and after it runs', async () => {
    const workflow = await service.workflow(wide('load'));
    const path = `${service.url}/ws/events`;
    const everything = [new SocketClient(path), new SocketClient(path)];
    const everythingSent = await EventClient.open(`${service.url}/events`);
    const ofWorkflow = await EventClient.open(`${service.url}/events/workflows/${workflow}`);
    await Promise.all(everything.map((client) => client.type('connected')));
    const pings = everything.map((client) => (client.say({ type: 'ping' }), client.type('pong')));
    await Promise.all(pings);

    const ids = await Promise.all(Array.from({ length: 3 }, () => start(workflow)));
    const sockets: { id: string; client: SocketClient }[] = [];
    const streams: { id: string; client: EventClient }[] = [];
    for (let round = 0; round < 6; round++) {
      for (const id of ids) {
        sockets.push({ id, client: new SocketClient(`${service.url}/ws/executions/${id}?since=0`) });
        streams.push({ id, client: await EventClient.open(`${service.url}/events/executions/${id}?since=0`) });
      }
    }
    const truth = new Map<string, JsonObject[]>();
    for (const id of ids) {
      await EventClient.readAll(`${service.url}/events/executions/${id}`);
      truth.set(id, await stored(id));
    }
    expect(truth.get(ids[0] as string)).toHaveLength(2 * WIDTH + 2);
    for (const { id, client } of streams) {
      await client.ended();
      expect(client.events).toEqual(truth.get(id));
    }
    for (const { id, client } of sockets) {
      await client.seen(isLast);
      expect(client.events).toEqual(truth.get(id));
      await client.leave();
    }
    const total = ids.length * (2 * WIDTH + 2);
    const inOrder = ids
      .flatMap((id) => truth.get(id) ?? [])
      .sort((a, b) => (a.position as number) - (b.position as number));
    for (const client of everything) {
      await client.count(total, ({ sequence }) => sequence !== undefined);
      expect(client.events).toEqual(inOrder);
      await client.leave();
    }
    for (const client of [everythingSent, ofWorkflow]) {
      await client.count(ids.length, 'workflow_completed');
      expect(client.events).toEqual(inOrder);
      client.leave();
    }
  });

  test('also for one that reconnects after any event, in the middle of one that gives two', async () => {
    const workflow = await service.workflow({
      name: 'pair',
      tasks: {
        a: {
          type: 'core/delay',
          input: { seconds: 60 },
          timeout: 0.01,
          retry_policy: { max_retries: 1, initial_delay: 0.001 },
          on_error: 'continue',
        },
        b: { type: 'core/noop', depends_on: ['a'] },
      },
    });
    const id = (await service.complete(workflow)).id as string;
    const all = (await EventClient.readAll(`${service.url}/events/executions/${id}`)).filter(({ id: place }) => place);
    const kinds = all.map(({ event }) => event);
    expect(kinds.filter((kind) => kind === 'timeout_occurred')).toHaveLength(2);
    expect(kinds).toContain('retry_attempted');
    for (const [index, { id: place = '' }] of all.entries()) {
      const rest = all.slice(index + 1);
      const sent = await EventClient.readAll(`${service.url}/events/executions/${id}`, { 'last-event-id': place });
      expect(sent.filter((event) => event.id)).toEqual(rest);
      const client = new SocketClient(`${service.url}/ws/executions/${id}?since=${place}`);
      await client.count(2 + rest.length);
      client.say({ type: 'ping' });
      await client.type('pong');
      expect(client.events).toEqual(rest.map(({ data }) => data));
      await client.leave();
      const page = await service.get(`/api/v1/executions/${id}/events?since=${place}`);
      expect(page.body.events).toEqual(rest.map(({ data }) => data));
    }
  });

  test('of an execution that ends while one connects; the stream ends, too', async () => {
    const workflow = await service.workflow({ name: 'brief', tasks: { a: { type: 'core/noop' } } });
    await Promise.all(
      Array.from({ length: LONG ? 500 : 60 }, async (_, index) => {
        const id = await start(workflow);
        const since = index % 2 === 0 ? '?since=0' : '';
        const sent = await EventClient.readAll(`${service.url}/events/executions/${id}${since}`);
        expect(sent.at(-1)).toMatchObject({ event: 'end', data: { execution_id: id } });
        const places = sent.flatMap(({ data }) =>
          typeof data.sequence === 'number' && data.event_type ? [data.sequence] : [],
        );
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(sent.filter(({ data }) => isLast(data))).toHaveLength(1);
      }),
    );
  });

  test('a place at or beyond the end gets the state and the end', async () => {
    const workflow = await service.workflow({ name: 'over', tasks: { a: { type: 'core/noop' } } });
    const id = (await service.complete(workflow)).id as string;
    for (const place of ['4', '99999']) {
      const sent = await EventClient.readAll(`${service.url}/events/executions/${id}?since=${place}`);
      expect(sent.map(({ event }) => event)).toEqual(['connected', 'keepalive', 'state', 'end']);
      expect(sent[2]?.data).toMatchObject({ status: 'completed', tasks: { a: 'completed' }, sequence: 4 });
    }
  });

  test('without `since` a socket gets the state, and exactly what comes after it', async () => {
    const id = await start(await service.workflow(waiting('after-state')));
    const first = new SocketClient(`${service.url}/ws/executions/${id}?since=0`);
    await first.seen(({ task_id, type }) => task_id === 'b' && type === 'task_started');
    const client = new SocketClient(`${service.url}/ws/executions/${id}`);
    const state = await client.type('state');
    expect(state).toMatchObject({
      status: 'running',
      tasks: { a: 'completed', b: 'running' },
      progress: { completed_tasks: 1, total_tasks: 2, current_task: 'b', percentage: 50 },
    });
    await service.post(`/api/v1/executions/${id}/cancel`);
    await client.seen(isLast);
    expect(client.events).toEqual(
      (await stored(id)).filter(({ sequence }) => (sequence as number) > (state.sequence as number)),
    );
    expect(first.events).toEqual(await stored(id));
    await Promise.all([client.leave(), first.leave()]);
  });
});
