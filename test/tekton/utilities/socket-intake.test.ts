import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { SocketIntake } from '../../../src/tekton/utilities/websocket/index.js';

/** A socket of which everything is said by hand. */
class Hand extends EventEmitter {
  isPaused = false;
  pings = 0;
  isCut = false;
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  ping(): void {
    this.pings += 1;
  }
  terminate(): void {
    this.isCut = true;
  }
}

let socket: Hand;
let handled: unknown[];
let answers: (() => void)[];
let intake: SocketIntake;
beforeEach(() => {
  jest.useFakeTimers({ now: 1_900_000_000_000 });
  socket = new Hand();
  [handled, answers] = [[], []];
  const receive = (data: unknown): Promise<void> => {
    handled.push(data);
    return new Promise((resolve) => answers.push(resolve));
  };
  intake = new SocketIntake(socket, {
    receive,
    maxFrameRate: 100,
    heartbeat: 25_000,
    clock: { now: () => Date.now() },
  });
});
afterEach(() => {
  intake.stop();
  jest.useRealTimers();
});

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

test('messages are handled one after the other; with sixteen unanswered nothing more is read', async () => {
  for (let n = 1; n <= 15; n++) socket.emit('message', n, false);
  await turns();
  expect([handled, socket.isPaused]).toEqual([[1], false]);
  socket.emit('message', 16, false);
  expect(socket.isPaused).toBe(true);
  answers[0]?.();
  await turns();
  expect([handled, socket.isPaused]).toEqual([[1, 2], false]);
});

test('beyond its rate a client is read more slowly: frames of every kind count', async () => {
  for (let n = 0; n < 50; n++) socket.emit('ping');
  for (let n = 0; n < 50; n++) socket.emit('pong');
  expect(socket.isPaused).toBe(false);
  socket.emit('ping');
  expect(socket.isPaused).toBe(true);
  await jest.advanceTimersByTimeAsync(9);
  expect(socket.isPaused).toBe(true);
  await jest.advanceTimersByTimeAsync(1);
  expect(socket.isPaused).toBe(false);
});

test('a client that does not answer a ping is cut off at the next; one that does is not', () => {
  jest.advanceTimersByTime(25_000);
  socket.emit('pong');
  jest.advanceTimersByTime(25_000);
  expect([socket.pings, socket.isCut]).toEqual([2, false]);
  jest.advanceTimersByTime(25_000);
  expect([socket.pings, socket.isCut]).toEqual([2, true]);
});

test('what was stopped does nothing any more', () => {
  for (let n = 0; n < 102; n++) socket.emit('ping');
  intake.stop();
  expect(jest.getTimerCount()).toBe(0);
});
