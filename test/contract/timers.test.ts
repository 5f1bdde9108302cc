import { describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { Timers } from '../../src/engine/ports/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';

interface TimersUnderTest {
  readonly timers: Timers;
  /** Lets time pass until `isOver`. */
  readonly pass: (isOver: Promise<void>) => Promise<void>;
}

const TIMERS: Readonly<Record<string, () => TimersUnderTest>> = {
  'of the machine': () => ({ timers: systemTimers, pass: (isOver) => isOver }),
  'cranked by hand': () => {
    const timers = new VirtualTimers();
    const pass = async (isOver: Promise<void>): Promise<void> => {
      timers.advance(1000);
      await isOver;
    };
    return { timers, pass };
  },
};

const YEAR = 365 * 86_400_000;

describe.each(Object.entries(TIMERS))('timers: %s', (_, make) => {
  test('ring once, at their time or later, never before', async () => {
    const { timers, pass } = make();
    const time = timers.now() + 15;
    const rings: number[] = [];
    const rung = new Promise<void>((resolve) => {
      timers.at(time, () => rings.push(timers.now()));
      timers.at(time + 20, resolve);
    });
    await pass(rung);
    expect(rings).toHaveLength(1);
    expect(rings[0]).toBeGreaterThanOrEqual(time);
  });

  test('ring for a time that is past, but not during the call', async () => {
    const { timers, pass } = make();
    let during = true;
    const rung = new Promise<boolean>((resolve) => timers.at(timers.now() - 1000, () => resolve(during)));
    during = false;
    await pass(rung.then(() => undefined));
    expect(await rung).toBe(false);
  });

  test('do not ring when they were canceled; canceling again, or too late, does nothing', async () => {
    const { timers, pass } = make();
    const rings: string[] = [];
    const start = timers.now();
    const canceled = timers.at(start + 5, () => rings.push('canceled'));
    canceled.cancel();
    canceled.cancel();
    const late = timers.at(start + 10, () => rings.push('late'));
    await pass(new Promise((resolve) => timers.at(start + 25, resolve)));
    late.cancel();
    expect(rings).toEqual(['late']);
  });

  test('ring in the order of their times, whatever the order in which they were asked for', async () => {
    const { timers, pass } = make();
    const start = timers.now();
    const rings: number[] = [];
    const rung = new Promise<void>((resolve) => {
      for (const delay of [40, 10, 25]) timers.at(start + delay, () => rings.push(delay));
      timers.at(start + 60, resolve);
    });
    await pass(rung);
    expect(rings).toEqual([10, 25, 40]);
  });

  test('keep a time that is further away than the machine can count', async () => {
    const { timers, pass } = make();
    let rang = false;
    const far = timers.at(timers.now() + YEAR, () => (rang = true));
    await pass(new Promise((resolve) => timers.at(timers.now() + 10, resolve)));
    far.cancel();
    expect(rang).toBe(false);
  });
});
