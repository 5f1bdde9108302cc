import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemTimers } from '../../../src/tekton/utilities/timers/index.js';

const BEGIN = 1_800_000_000_000;
const YEAR = 365 * 86_400_000;
const rang: number[] = [];

beforeEach(() => {
  rang.length = 0;
  jest.useFakeTimers({ now: BEGIN });
});
afterEach(() => {
  jest.useRealTimers();
});

const ring = (): void => void rang.push(systemTimers.now() - BEGIN);

test.each([
  ['a moment', 5],
  ['what one timer of Node can say', 2 ** 31 - 1],
  ['a year', YEAR],
])('in %s it rings, then and once', (_, after) => {
  systemTimers.at(BEGIN + after, ring);
  jest.advanceTimersByTime(after - 1);
  expect(rang).toEqual([]);
  jest.advanceTimersByTime(YEAR);
  expect(rang).toEqual([after]);
});

test('what was due rings at once', () => {
  systemTimers.at(BEGIN - 1000, ring);
  jest.advanceTimersByTime(0);
  expect(rang).toEqual([0]);
});

test('what is canceled does not ring, however far away', () => {
  const timer = systemTimers.at(BEGIN + YEAR, ring);
  jest.advanceTimersByTime(YEAR / 2);
  timer.cancel();
  jest.advanceTimersByTime(YEAR);
  expect(rang).toEqual([]);
});
