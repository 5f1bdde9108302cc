import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StreamLimits } from '../../src/api/index.js';
import { TestService } from '../world/service.js';
import { EventClient, SocketClient } from '../world/stream-clients.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const noop = (name: string): object => ({ name, tasks: { a: { type: 'core/noop' } } });
const waiting = { name: 'waits', tasks: { a: { type: 'core/delay', input: { seconds: 60 } } } };

let service: TestService;
afterEach(() => service.stop());
const begin = async (streams: Partial<StreamLimits> = {}, environment: Record<string, string> = {}): Promise<void> => {
  service = await TestService.start(environment, { streams: { maxFrameRate: 1_000_000, ...streams } });
};
const start = async (document: object): Promise<string> => {
  const workflow = await service.workflow(document);
  return (await service.post(`/api/v1/workflows/${workflow}/execute`)).body.execution_id as string;
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a client that stops reading', () => {
  const CLIENTS = 2;
  const LIMIT = 64 * 1024;
  const PAYLOAD = 64 * 1024;
  const large = {
    name: 'large',
    tasks: Object.fromEntries(
      Array.from({ length: 110 }, (_, index) => [
        `t${index}`,
        { type: 'core/value', input: { text: '${input.text}' }, ...(index > 3 && { depends_on: [`t${index - 4}`] }) },
      ]),
    ),
  };

  test('is dropped with a reason, costs little memory, and disturbs nobody', async () => {
    await begin({ maxPending: LIMIT, patience: 300 });
    const stalled = Array.from({ length: CLIENTS }, () => new SocketClient(`${service.url}/ws/events`));
    await Promise.all(stalled.map((client) => client.type('connected')));
    for (const { socket } of stalled) socket.pause();
    const streams = await Promise.all(Array.from({ length: CLIENTS }, () => EventClient.open(`${service.url}/events`)));
    for (const { response } of streams) response.pause();
    const reader = new SocketClient(`${service.url}/ws/events`);
    await reader.type('connected');

    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, service.pendingBytes())), 1);
    const workflow = await service.workflow(large);
    const input = { text: 'x'.repeat(PAYLOAD) };
    const started = await service.post('/api/v1/executions', { workflow_id: workflow, input });
    await reader.seen(({ event_type }) => event_type === 'workflow_completed');
    clearInterval(watching);
    expect(reader.events).toHaveLength(222);
    // Each may hold its limit and the one event that passed it; what they missed is 14 MB each, more than the sockets of the system hold.
    expect(most).toBeLessThan((2 * CLIENTS + 1) * (LIMIT + 4 * PAYLOAD));

    await until(() => service.streamClients() === 1);
    for (const { socket } of stalled) socket.resume();
    for (const client of stalled) {
      expect(await client.gone()).toEqual({ code: 1013, reason: 'too_slow' });
      expect(client.frames.at(-1)?.code).toBe('too_slow');
    }
    for (const { response } of streams) response.resume();
    for (const client of streams) {
      await client.ended();
      expect(client.all.at(-1)?.data.code).toBe('too_slow');
    }
    // Nothing is lost to one who comes back and reads.
    const last = stalled[0]?.events.at(-1);
    const again = new SocketClient(`${service.url}/ws/events?since=${(last?.position as number | undefined) ?? 0}`);
    await again.seen(({ event_type }) => event_type === 'workflow_completed');
    expect([...(stalled[0]?.events ?? []), ...again.events].map(({ sequence }) => sequence)).toEqual(
      reader.events.map(({ sequence }) => sequence),
    );
    expect((await service.get(`/api/v1/executions/${started.body.execution_id as string}`)).status).toBe(200);
    await Promise.all([reader.leave(), again.leave()]);
  });

  test('reads on where it was when it pauses for a short time only', async () => {
    await begin({ maxPending: LIMIT, patience: 60_000 });
    const client = new SocketClient(`${service.url}/ws/events`);
    await client.type('connected');
    client.socket.pause();
    const workflow = await service.workflow(large);
    await service.complete(workflow, { text: 'x'.repeat(PAYLOAD) });
    client.socket.resume();
    await client.seen(({ event_type }) => event_type === 'workflow_completed');
    expect(client.events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 222 }, (_, index) => index + 1));
    await client.leave();
  });

  test('of answers to its own frames is dropped, too', async () => {
    await begin({ maxPending: 32 * 1024, patience: 100 });
    const client = new SocketClient(`${service.url}/ws/workflows`);
    await client.type('connected');
    client.socket.pause();
    const requestId = 'r'.repeat(200);
    for (let round = 0; round < 40_000; round++) client.say({ type: 'ping', requestId });
    await until(() => service.pendingBytes() > 0 || client.closed !== undefined);
    client.socket.resume();
    expect(await client.gone()).toEqual({ code: 1013, reason: 'too_slow' });
  });
});

describe('a heartbeat', () => {
  test('closes the socket of a dead peer and keeps that of a living one', async () => {
    await begin({ heartbeat: 40 });
    const dead = new SocketClient(`${service.url}/ws/events`, { autoPong: false });
    const living = new SocketClient(`${service.url}/ws/events`);
    let pings = 0;
    living.socket.on('ping', () => (pings += 1));
    await dead.gone();
    expect(dead.closed).toMatchObject({ code: 1006 });
    await until(() => pings >= 4);
    expect(living.closed).toBeUndefined();
    await living.leave();
  });

  test('keeps a silent stream of server-sent events alive', async () => {
    await begin({ keepalive: 20 });
    const stream = await EventClient.open(`${service.url}/events`);
    await stream.count(3, 'keepalive');
    stream.leave();
  });
});

describe('frames', () => {
  test('that are wrong get an error and break nothing', async () => {
    await begin();
    const client = new SocketClient(`${service.url}/ws/executions/${await start(waiting)}`);
    await client.type('state');
    const frames = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc
        .record(
          {
            type: fc.oneof(fc.constantFrom('subscribe', 'event', 'connected', '__proto__'), fc.jsonValue()),
            execution_id: fc.oneof(fc.constantFrom(NOBODY, 'exec-1'), fc.jsonValue()),
            since: fc.jsonValue(),
            requestId: fc.oneof(fc.string(), fc.jsonValue()),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.constant('x'.repeat(70_000)),
      fc.constant(`${'['.repeat(30_000)}${']'.repeat(30_000)}`),
    );
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(frames, async (frame) => {
        const before = client.frames.length;
        client.socket.send(frame);
        const requestId = `p${asked++}`;
        client.say({ type: 'ping', requestId });
        await client.seen((sent) => sent.type === 'pong' && sent.requestId === requestId);
        const answers = client.frames.slice(before, -1);
        expect(answers).toEqual([
          expect.objectContaining({
            type: 'error',
            code: expect.stringMatching(/^(invalid_request|payload_too_large|execution_not_found)$/) as unknown,
            message: expect.any(String) as unknown,
          }),
        ]);
      }),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 300 },
    );
    await client.leave();
  });

  test('beyond all measure close their socket with 1009, and no other', async () => {
    await begin();
    const other = new SocketClient(`${service.url}/ws/events`);
    const client = new SocketClient(`${service.url}/ws/events`);
    await Promise.all([other.type('connected'), client.type('connected')]);
    client.say('x'.repeat(2 * 2 ** 20));
    expect(await client.gone()).toMatchObject({ code: 1009 });
    other.say({ type: 'ping' });
    await other.type('pong');
    await other.leave();
  });

  test('by the thousand are answered in order', async () => {
    await begin();
    const client = new SocketClient(`${service.url}/ws/workflows`);
    await client.type('connected');
    for (let index = 0; index < 5000; index++) client.say({ type: 'ping', requestId: `${index}` });
    await client.count(5001);
    const answered = client.frames.flatMap(({ requestId }) => (requestId === undefined ? [] : [Number(requestId)]));
    expect(answered).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    await client.leave();
  });

  test('subscribe to further executions and leave them again', async () => {
    await begin({ maxSubscriptions: 2 });
    const ids = [await start(noop('one')), await start(waiting), await start({ ...waiting, name: 'third' })];
    const client = new SocketClient(`${service.url}/ws/workflows`);
    client.socket.once('open', () => {
      client.say({ type: 'subscribe', execution_id: `exec-${ids[0]}`, since: 0, requestId: 's' });
      client.say({ type: 'subscribe', executionId: ids[1], since: '0' });
      client.say({ type: 'subscribe', execution_id: ids[2], requestId: 'too many' });
    });
    expect(await client.type('subscribed')).toMatchObject({ execution_id: ids[0], requestId: 's' });
    expect(await client.type('error')).toMatchObject({ code: 'limit_reached', requestId: 'too many' });
    await client.seen(({ event_type, execution_id }) => event_type === 'workflow_completed' && execution_id === ids[0]);
    await client.seen(({ event_type, execution_id }) => event_type === 'task_started' && execution_id === ids[1]);
    client.say({ type: 'unsubscribe', execution_id: ids[1], requestId: 'u' });
    expect(await client.type('unsubscribed')).toMatchObject({ execution_id: ids[1], requestId: 'u' });
    await service.post(`/api/v1/executions/${ids[1]}/cancel`);
    client.say({ type: 'pause' });
    await client.count(2, ({ type }) => type === 'error');
    expect(client.frames.at(-1)).toMatchObject({ code: 'invalid_request' });
    expect(client.frames.some(({ event_type }) => event_type === 'workflow_canceled')).toBe(false);
    client.say({ type: 'pause', execution_id: ids[0], requestId: 'over' });
    expect(await client.seen(({ requestId }) => requestId === 'over')).toMatchObject({
      type: 'error',
      code: 'conflict',
    });
    client.say({ type: 'unsubscribe' });
    expect(await client.gone()).toEqual({ code: 1000, reason: 'unsubscribed' });
  });
});

describe('sockets', () => {
  test('beyond the limit are refused with a reason, streams with 429; leaving makes room', async () => {
    await begin({ maxClients: 2 });
    const first = new SocketClient(`${service.url}/ws/events`);
    await first.type('connected');
    const stream = await EventClient.open(`${service.url}/events`);
    const third = new SocketClient(`${service.url}/ws/events`);
    expect(await third.gone()).toEqual({ code: 1013, reason: 'limit_reached' });
    expect(await service.get('/events')).toMatchObject({ status: 429, body: { error: { code: 'limit_reached' } } });
    stream.leave();
    await first.leave();
    for (let isOpen = false; !isOpen;) {
      const next = new SocketClient(`${service.url}/ws/events`);
      await next.type('connected');
      next.say({ type: 'ping' });
      isOpen = await Promise.race([next.type('pong').then(() => true), next.gone().then(() => false)]);
      await next.leave();
    }
  });

  test.each([
    ['/ws/executions/no-uuid', 4404, 'execution_not_found'],
    [`/ws/executions/exec-${NOBODY}`, 4404, 'execution_not_found'],
    [`/ws/executions/${NOBODY}?since=-1`, 1008, 'validation_error'],
    ['/ws/events?since=x', 1008, 'validation_error'],
  ])('%s closes with %i %s', async (path, code, reason) => {
    await begin();
    const client = new SocketClient(service.url + path);
    expect(await client.gone()).toEqual({ code, reason });
    expect(client.frames.at(-1)).toMatchObject({ type: 'error', code: reason });
  });

  test('of pages from elsewhere are refused when origins are listed', async () => {
    await begin({}, { HARMONIA_CORS_ORIGINS: 'https://tekton.example' });
    const other = new SocketClient(`${service.url}/ws/events`, { origin: 'https://evil.example' });
    expect(await other.gone()).toMatchObject({ code: 1006 });
    const ours = new SocketClient(`${service.url}/ws/events`, { origin: 'https://tekton.example' });
    await ours.type('connected');
    await ours.leave();
  });

  test('are told when the service goes away', async () => {
    await begin();
    const client = new SocketClient(`${service.url}/ws/events`);
    await client.type('connected');
    const stopped = service.stop();
    expect(await client.gone()).toEqual({ code: 1001, reason: 'shutting_down' });
    await stopped;
    await begin();
  });
});
