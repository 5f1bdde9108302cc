import { expect, test } from '@jest/globals';
import { steadyClock } from '../../src/engine/embedded/clock/steady-clock.js';

const HOUR = 3_600_000;

/** A machine whose clock and whose passing of time the test controls. */
const machine = () => {
  const at = { wall: 1_000_000_000, elapsed: 5 };
  const now = steadyClock({ wall: () => at.wall, elapsed: () => at.elapsed });
  return {
    now,
    passes: (ms: number): void => void ((at.wall += ms), (at.elapsed += ms)),
    isSet: (ms: number): void => void (at.wall += ms),
  };
};

test('it is the clock of the machine', () => {
  const { now, passes } = machine();
  expect(now()).toBe(1_000_000_000);
  passes(70.5);
  expect(now()).toBe(1_000_000_070);
});

test('set forward, it follows at once', () => {
  const { now, isSet } = machine();
  isSet(HOUR);
  expect(now()).toBe(1_000_000_000 + HOUR);
});

test('set back, it goes on at the pace of time, until the machine has caught up', () => {
  const { now, passes, isSet } = machine();
  isSet(-HOUR);
  expect(now()).toBe(1_000_000_000);
  passes(60_000);
  expect(now()).toBe(1_000_060_000);
  isSet(HOUR + 5);
  expect(now()).toBe(1_000_060_005);
  isSet(-10);
  passes(10);
  expect(now()).toBe(1_000_060_015);
});
