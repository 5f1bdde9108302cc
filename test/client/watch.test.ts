import { afterEach, describe, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { ComponentUnavailableError } from '../../src/client/index.js';
import { Line } from '../../src/client/call/line.js';
import { refusal } from '../../src/client/call/refusal.js';
import { EventWatch, type WatchParts } from '../../src/client/stream/event-watch.js';
import { later, parsePlace, textOf } from '../../src/client/stream/place.js';

type Turn = (socket: WebSocket, path: string) => void;

let servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
  servers = [];
});

/** A server that treats its clients by turns, and what they asked for. */
const serve = async (turns: readonly Turn[]): Promise<{ readonly url: string; readonly paths: string[] }> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  servers.push(server);
  const paths: string[] = [];
  server.on('connection', (socket, { url = '' }) => {
    const turn = turns[Math.min(paths.length, turns.length - 1)];
    paths.push(url);
    turn?.(socket, url);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
};

const tell = (socket: WebSocket, ...frames: readonly object[]): void => {
  for (const frame of frames) socket.send(JSON.stringify(frame));
};
const state = (status: string, sequence: number): object => ({ type: 'state', status, sequence });
const event = (sequence: number, event_type = 'task_started', more: object = {}): object => ({
  ...{ type: event_type, event_type, sequence, id: `x:${sequence}`, execution_id: 'x' },
  ...more,
});

const watchOf = (url: string, parts: Partial<WatchParts> = {}): EventWatch =>
  new EventWatch({
    ...{ line: new Line({ url }), scope: 'execution', paths: { websocket: '/ws/x', sse: '/x' }, since: '0' },
    check: () => Promise.resolve(),
    ...parts,
  });
const read = async (watch: EventWatch): Promise<string[]> => {
  const seen: string[] = [];
  for await (const found of watch) seen.push('id' in found ? found.id : found.event_type);
  return seen;
};

describe('an execution is watched', () => {
  test('over connections that end, and one that says nothing any more', async () => {
    const { url, paths } = await serve([
      (socket) => {
        tell(socket, state('running', 0), event(1), event(2, 'timeout_occurred', { part: 1 }));
        socket.close(1011);
      },
      // Open, and silent for ever.
      (socket) => tell(socket, { type: 'connected' }, state('running', 2), event(2, 'task_failed')),
      (socket) => tell(socket, state('failed', 3), event(3, 'workflow_failed')),
    ]);
    expect(await read(watchOf(url, { silenceMs: 300 }))).toEqual(['x:1', 'x:2', 'x:2', 'x:3']);
    expect(paths).toEqual(['/ws/x?since=0', '/ws/x?since=2.1', '/ws/x?since=2']);
  });

  test('and what is no frame is left out; progress is told', async () => {
    const { url } = await serve([
      (socket) => {
        socket.send('[');
        socket.send(Buffer.from('binary'));
        const progress = { type: 'task_progress', event_type: 'task_progress', execution_id: 'x' };
        tell(socket, { type: 'new' }, state('running', 0), progress, event(1, 'workflow_completed'));
      },
    ]);
    expect(await read(watchOf(url))).toEqual(['task_progress', 'x:1']);
  });

  test('to its last end, not to one that was taken back', async () => {
    const { url } = await serve([
      (socket) =>
        tell(socket, state('running', 4), event(2, 'workflow_failed'), event(4), event(6, 'workflow_completed')),
    ]);
    expect(await read(watchOf(url))).toEqual(['x:2', 'x:4', 'x:6']);
  });

  test('not at all when it has ended before', async () => {
    const { url, paths } = await serve([(socket) => tell(socket, state('completed', 9))]);
    const watch = watchOf(url, { since: 'now' });
    expect(await read(watch)).toEqual([]);
    expect([paths, watch.place]).toEqual([['/ws/x'], '9']);
    expect(await read(watchOf(url, { since: '9' }))).toEqual([]);
  });
});

describe('all executions are watched', () => {
  test('from where the first connection began, also when it brought nothing', async () => {
    const { url, paths } = await serve([
      (socket) => {
        tell(socket, { type: 'connected' }, { type: 'subscribed', since: '17.1' });
        socket.close(1001);
      },
      // Published late, of an earlier place; and an end is none.
      (socket) =>
        tell(socket, event(5, 'workflow_completed', { position: 20 }), event(1, 'task_started', { position: 19 })),
    ]);
    const watch = watchOf(url, { scope: 'everything', since: 'now' });
    const seen: string[] = [];
    for await (const found of watch) if ('id' in found && seen.push(found.id) === 2) break;
    expect([seen, paths, watch.place]).toEqual([['x:5', 'x:1'], ['/ws/x', '/ws/x?since=17.1'], '20']);
  });
});

describe('a watch gives up', () => {
  const gone = (): Promise<never> => Promise.reject(refusal('No.', { code: 'execution_not_found', status: 404 }));

  test('when the service says why', async () => {
    const { url } = await serve([
      (socket) => tell(socket, { type: 'error', code: 'execution_not_found', message: 'No.' }),
    ]);
    await expect(read(watchOf(url, { check: gone }))).rejects.toMatchObject({
      code: 'execution_not_found',
      status: 404,
    });
    await expect(read(watchOf(url))).rejects.toMatchObject({ code: 'execution_not_found', message: 'No.' });
  });

  test('when nobody comes back in time; not because of a client too many, or too slow', async () => {
    const { url, paths } = await serve([
      (socket) => tell(socket, { type: 'error', code: 'too_slow' }),
      (socket) => tell(socket, { type: 'connected' }, { type: 'error', code: 'limit_reached' }),
      (socket) => tell(socket, state('completed', 0)),
    ]);
    expect(await read(watchOf(url))).toEqual([]);
    expect(paths.length).toBe(3);
    const away = (): Promise<never> => Promise.reject(refusal('Away.', { code: 'unreachable', status: 503 }));
    const lost = await serve([
      (socket) => {
        tell(socket, state('running', 1));
        servers.at(-1)?.close();
        socket.close();
      },
    ]);
    await expect(read(watchOf(lost.url, { check: away, patienceMs: 1 }))).rejects.toMatchObject({ message: 'Away.' });
  });

  test('at once when there was nobody from the first', async () => {
    const away = (): Promise<never> => Promise.reject(refusal('Away.', { code: 'unreachable', status: 503 }));
    await expect(read(watchOf('http://127.0.0.1:9', { check: away }))).rejects.toBeInstanceOf(
      ComponentUnavailableError,
    );
  });

  test('before it begins when `since` is no place', () => {
    expect(() => watchOf('http://127.0.0.1:9', { since: 'yesterday' })).toThrow(/place/);
  });
});

test('places', () => {
  expect(parsePlace('17')).toEqual({ at: 17 });
  expect(parsePlace('1e9')).toBeUndefined();
  const [part, whole] = [{ at: 17, part: 1 }, { at: 17 }];
  expect([later(part, whole), later(whole, part), later({ at: 18 }, whole)]).toEqual([whole, whole, { at: 18 }]);
  expect([textOf(part), textOf(whole)]).toEqual(['17.1', '17']);
});
