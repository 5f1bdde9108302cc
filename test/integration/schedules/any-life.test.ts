import { expect, test } from '@jest/globals';
import { HarmoniaError, type Uuid } from '../../../src/kernel/index.js';
import { settled } from '../../world/engine-world.js';
import { random, seedOf } from '../../world/random.js';
import { MINUTE, ScheduleWorld } from '../../world/schedule-world.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
type Random = () => number;
const pick = <T>(next: Random, choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T;

const anySchedule = (next: Random) => ({
  name: 'any',
  workflow: 'w',
  ...pick(next, [{ interval: 60 }, { interval: 7 }, { cron: '* * * * *' }, { cron: '*/20 * * * * *' }]),
  catch_up: pick(next, ['none', 'latest', { all: 1 }, { all: 5 }]),
  overlap: pick(next, ['allow', 'skip', 'queue', 'cancel_other']),
  jitter: pick(next, [0, 0, 5, 100]),
  grace: pick(next, [1, 60, 600]),
});

/** Something that happens to a service and its schedules. */
const happen = async (world: ScheduleWorld, id: Uuid, next: Random): Promise<void> => {
  const { executions, service } = world;
  const some = Math.floor(next() * 5 * MINUTE);
  const acts: (() => Promise<unknown>)[] = [
    () => world.advance(some),
    () => world.advance(some),
    () => world.jump(some),
    () => world.restart(pick(next, [0, some, 10 * some])),
    () => Promise.resolve(world.timers.setBack(some)),
    () => service.pause(id),
    () => service.resume(id),
    () => service.trigger(id, {}),
    () => service.replace(id, anySchedule(next)),
    () => Promise.resolve((executions.isMute = next() < 0.3)),
    () => Promise.resolve((executions.refusal = next() < 0.3 ? new HarmoniaError('shutting_down') : undefined)),
    () => {
      for (const { execution } of executions.started) if (next() < 0.7) executions.end(execution);
      return settled();
    },
    () => {
      const now = world.timers.now();
      return service.backfill(id, { from: new Date(now - some).toISOString(), to: new Date(now).toISOString() });
    },
  ];
  // A pause or a change may be under way when the process dies.
  const act = pick(next, acts)();
  if (next() < 0.1) await world.restart();
  await act.catch(() => undefined);
};

/** What is wrong with what a life has left: rows without an outcome, outcomes that are none, ticks out of their place. */
const faultsOf = async (world: ScheduleWorld, id: Uuid): Promise<string[]> => {
  const ticks = await world.ticks(id);
  const { started } = world.executions;
  const faults: string[] = [];
  for (const { key, status, execution, reason } of ticks) {
    const mine = started.filter((one) => one.key === `schedule:${id}:${key}`);
    if (status === 'started' && (mine.length !== 1 || mine[0]?.execution !== execution))
      faults.push(`${key}: no execution`);
    if (status === 'skipped' && (mine.length > 0 || reason === undefined)) faults.push(`${key}: skipped, ${reason}`);
    if (status === 'pending' || status === 'failed') faults.push(`${key}: ${status}`);
  }
  const keys = ticks.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) faults.push('a tick twice');
  for (const { key } of started) if (!keys.includes(key.replace(`schedule:${id}:`, ''))) faults.push(`${key}: no row`);
  return faults;
};

test('whatever happens, each tick has one row, and one execution or a reason', async () => {
  const seed = seedOf('schedules');
  for (let life = 0; life < (LONG ? 2000 : 60); life++) {
    const next = random(seed + life);
    const world = await ScheduleWorld.open(100_000);
    const { schedule } = await world.service.create(anySchedule(next));
    for (let count = 0; count < 25; count++) await happen(world, schedule.id, next);
    world.executions.refusal = undefined;
    world.executions.isMute = false;
    await world.restart();
    await world.advance(2 * MINUTE);
    for (const { execution } of world.executions.started) world.executions.end(execution);
    await settled();
    // What was queued begins, and ends.
    for (const { execution } of world.executions.started) world.executions.end(execution);
    await settled();
    expect([seed + life, await faultsOf(world, schedule.id)]).toEqual([seed + life, []]);
  }
}, 3_600_000);

test('of a pattern that stays the same, no tick is left out', async () => {
  const seed = seedOf('left out');
  for (let life = 0; life < (LONG ? 500 : 20); life++) {
    const next = random(seed + life);
    const world = await ScheduleWorld.open(100_000);
    const { schedule } = await world.service.create({ ...anySchedule(next), cron: undefined, interval: 10 });
    for (let count = 0; count < 15; count++) {
      const some = Math.floor(next() * 3 * MINUTE);
      await pick(next, [
        () => world.advance(some),
        () => world.jump(some),
        () => world.restart(some),
        () => Promise.resolve(world.timers.setBack(some)),
        () => world.service.pause(schedule.id),
        () => world.service.resume(schedule.id),
      ])();
    }
    await world.service.resume(schedule.id);
    const { settled: last } = await world.schedule(schedule.id);
    const times = (await world.ticks(schedule.id)).map(({ at }) => at);
    const first = schedule.next as number;
    const expected = Array.from(
      { length: Math.max(0, (last - first) / 10_000 + 1) },
      (_, index) => first + index * 10_000,
    );
    expect([seed + life, times]).toEqual([seed + life, expected]);
  }
}, 600_000);
