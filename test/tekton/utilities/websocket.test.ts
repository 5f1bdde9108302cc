import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket as Socket, WebSocketServer, type WebSocket } from 'ws';
import { DataValidationError } from '../../../src/tekton/utilities/errors/index.js';
import {
  DEFAULT_RECONNECTION,
  SocketClient,
  SocketHub,
  type Frame,
  type SocketClientOptions,
  type SocketHubOptions,
} from '../../../src/tekton/utilities/websocket/index.js';
import { pauseBefore } from '../../../src/tekton/utilities/backoff/index.js';

/** Timers that ring when they are told to. */
class HandTimers {
  private time = 0;
  private readonly waiting = new Set<{ readonly at: number; readonly ring: () => void }>();

  now(): number {
    return this.time;
  }

  at(at: number, ring: () => void): { cancel: () => void } {
    const entry = { at, ring };
    this.waiting.add(entry);
    return { cancel: () => void this.waiting.delete(entry) };
  }

  /** The next one rings; how long that took. */
  next(): number {
    const [entry] = [...this.waiting].sort((one, other) => one.at - other.at);
    if (!entry) throw new Error('nothing waits');
    const before = this.time;
    this.waiting.delete(entry);
    this.time = entry.at;
    entry.ring();
    return this.time - before;
  }

  get count(): number {
    return this.waiting.size;
  }
}

let http: Server;
let server: WebSocketServer;
let url: string;
let hub: SocketHub;
const sockets: WebSocket[] = [];
const headers: IncomingMessage['headers'][] = [];
const listen = async (options: SocketHubOptions = {}, port = 0): Promise<void> => {
  hub = new SocketHub(options);
  http = createServer();
  server = new WebSocketServer({ server: http });
  server.on('connection', (socket, request) => {
    sockets.push(socket);
    headers.push(request.headers);
    void hub.accept(socket, request);
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws`;
};
const gone = async (): Promise<void> => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await new Promise((resolve) => http.close(resolve));
};

/** What is told, one after the other, to who asks for it. */
const stream = <T>(): { push: (value: T) => void; next: () => Promise<T> } => {
  const values: T[] = [];
  const askers: ((value: T) => void)[] = [];
  return {
    push: (value) => {
      const asker = askers.shift();
      if (asker) asker(value);
      else values.push(value);
    },
    next: () => {
      const [value] = values.splice(0, 1);
      return value === undefined ? new Promise((resolve) => askers.push(resolve)) : Promise.resolve(value);
    },
  };
};

const clientOf = (options: Partial<SocketClientOptions> = {}) => {
  const told = stream<string>();
  const frames = stream<Frame>();
  const timers = new HandTimers();
  const client = new SocketClient({
    ...{ url, timers, chance: () => 0.5 },
    onConnect: () => told.push('connect'),
    onDisconnect: (code) => told.push(`disconnect ${code}`),
    onError: ({ message }) => told.push(message),
    onMessage: (frame) => frames.push(frame),
    ...options,
  });
  return { client, told, frames, timers };
};

beforeEach(() => {
  sockets.length = 0;
  headers.length = 0;
});
afterEach(() => gone());

describe('a client', () => {
  test('asks, is answered by id, and hears what else is said', async () => {
    await listen({ handlers: { double: ({ n }) => ({ type: 'doubled', n: Number(n) * 2 }) } });
    const { client, told, frames } = clientOf({ token: 't1' });
    expect(client.state).toBe('disconnected');
    await client.connect();
    expect([client.state, await told.next(), headers[0]?.authorization]).toEqual(['connected', 'connect', 'Bearer t1']);
    const answers = await Promise.all([1, 2].map((n) => client.request({ type: 'double', n })));
    expect(answers).toMatchObject([{ n: 2 }, { n: 4 }]);
    hub.broadcast({ type: 'news' });
    expect(await frames.next()).toEqual({ type: 'news' });
    client.close();
    expect([await told.next(), client.state]).toEqual(['disconnect 1000', 'disconnected']);
    expect(() => client.send({ type: 'x' })).toThrow('not connected');
  });

  test('comes back after a while, and lets go of who waited', async () => {
    await listen({ handlers: { hang: () => undefined } });
    const { client, told, timers } = clientOf();
    await client.connect();
    await told.next();
    const waiting = expect(client.request({ type: 'hang' })).rejects.toThrow('The socket was closed.');
    sockets[0]?.terminate();
    await waiting;
    expect([await told.next(), client.state]).toEqual(['disconnect 1006', 'reconnecting']);
    expect([timers.next(), await told.next(), client.state]).toEqual([5000, 'connect', 'connected']);
    client.close();
  });

  test('gives up after so many tries', async () => {
    await listen();
    const { client, told, timers } = clientOf({ reconnect: { tries: 2 } });
    await client.connect();
    await told.next();
    await gone();
    expect(await told.next()).toBe('disconnect 1006');
    expect(timers.next()).toBe(5000);
    while (timers.count === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(timers.next()).toBe(7500);
    expect([await told.next(), client.state]).toEqual([
      ...['The socket could not be opened again in 2 tries.', 'disconnected'],
    ]);
    await listen();
  });

  test('finds out that nobody answers its pings', async () => {
    await listen();
    const { client, told, timers } = clientOf({ reconnect: false });
    await client.connect();
    await told.next();
    sockets[0]?.pause();
    expect(timers.next()).toBe(20_000);
    expect(timers.next()).toBe(10_000);
    expect([await told.next(), client.state]).toEqual(['disconnect 1006', 'disconnected']);
  });

  test('waits for an answer, but not for ever', async () => {
    await listen({ handlers: { hang: () => undefined } });
    const { client, timers } = clientOf();
    await client.connect();
    const waiting = expect(client.request({ type: 'hang' }, 1000)).rejects.toThrow('within 1000 ms');
    expect(timers.next()).toBe(1000);
    await waiting;
    client.close();
  });

  test('says why it can not connect, and does not insist', async () => {
    await listen();
    const { client, timers } = clientOf({ url: 'ws://127.0.0.1:1/ws' });
    await expect(client.connect()).rejects.toThrow('The socket can not be opened');
    expect([client.state, timers.count]).toEqual(['disconnected', 0]);
  });

  test('waits half as long again each time, up to a minute, and chance varies it', () => {
    const waits = (chance: number): number[] =>
      [1, 2, 3, 10].map((attempt) => Math.round(pauseBefore(DEFAULT_RECONNECTION, attempt, chance)));
    expect([waits(0), waits(0.5), waits(1)]).toEqual([
      [4000, 6000, 9000, 48_000],
      [5000, 7500, 11_250, 60_000],
      [6000, 9000, 13_500, 72_000],
    ]);
  });
});

describe('a hub', () => {
  const ask = async (frames: readonly string[], options: SocketHubOptions): Promise<Frame[]> => {
    await listen(options);
    const { client, frames: heard } = clientOf();
    await client.connect();
    const socket = (client as unknown as { socket: WebSocket }).socket;
    for (const frame of frames) socket.send(frame);
    const answers: Frame[] = [];
    while (answers.length < frames.length) answers.push(await heard.next());
    client.close();
    return answers;
  };

  test('answers by type, in order, and says what it does not know', async () => {
    const troubles: unknown[] = [];
    const slow = async (): Promise<Frame> => {
      await new Promise((resolve) => setImmediate(resolve));
      return { type: 'slow' };
    };
    const answers = await ask(
      [
        '{"type":"slow","request_id":"r1"}',
        '{"type":"what","request_id":"r2"}',
        '{bad',
        '[]',
        '{"type":"toString"}',
      ].concat('{"type":"refuse","request_id":"r3"}', '{"type":"break"}'),
      {
        handlers: {
          slow,
          refuse: () => Promise.reject(new DataValidationError('n must be a number.')),
          break: () => Promise.reject(new Error('secret of ours')),
        },
        onTrouble: (error) => troubles.push(error),
      },
    );
    expect(answers).toEqual([
      { type: 'slow', request_id: 'r1' },
      { type: 'error', message: 'The type of the frame is unknown.', request_id: 'r2' },
      { type: 'error', message: 'A frame is a JSON object with a type.' },
      { type: 'error', message: 'A frame is a JSON object with a type.' },
      { type: 'error', message: 'The type of the frame is unknown.' },
      { type: 'error', message: 'n must be a number.', request_id: 'r3' },
      { type: 'error', message: 'Something went wrong.' },
    ]);
    expect(troubles).toEqual([new Error('secret of ours')]);
  });

  test('hands what it does not know to who wants it', async () => {
    const answers = await ask(['{"type":"x","n":1}'], { fallback: ({ n }) => ({ type: 'any', n: n ?? null }) });
    expect(answers).toEqual([{ type: 'any', n: 1 }]);
  });

  test('lets go of a client that answers no ping', async () => {
    await listen({ heartbeat: 20 });
    const silent = new Socket(url, { autoPong: false });
    const [code] = (await once(silent, 'close')) as [number];
    expect(code).toBe(1006);
    while (hub.count > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each<[number, SocketHubOptions['authenticate']]>([
    [1008, () => false],
    [1011, () => Promise.reject(new Error('no store'))],
  ])('turns clients away with %i', async (code, authenticate) => {
    await listen({ ...(authenticate && { authenticate }) });
    const { client, told } = clientOf({ reconnect: false });
    await client.connect();
    await told.next();
    expect([await told.next(), hub.count]).toEqual([`disconnect ${code}`, 0]);
  });

  test('knows its clients, and tells one, some or all of them', async () => {
    await listen({ authenticate: () => true });
    const [one, other] = [clientOf({ reconnect: false }), clientOf({ reconnect: false })];
    await Promise.all([one.client.connect(), other.client.connect()]);
    while (hub.count < 2) await new Promise((resolve) => setImmediate(resolve));
    const [first] = hub.clients();
    expect(first).toMatchObject({ client_ip: '127.0.0.1', client_port: expect.any(Number), authenticated: true });
    expect([hub.send(first?.id ?? '', { type: 'you' }), hub.send('nobody', { type: 'x' })]).toEqual([true, false]);
    expect(hub.broadcast({ type: 'others' }, ({ id }) => id !== first?.id)).toBe(1);
    expect(hub.broadcast({ type: 'all' })).toBe(2);
    const heard = await Promise.all([one, other].map(async ({ frames }) => [await frames.next(), await frames.next()]));
    const types = heard.map((frames) => frames.map(({ type }) => type)).sort();
    expect(types).toEqual([
      ['others', 'all'],
      ['you', 'all'],
    ]);
    hub.close();
    while (hub.count > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
