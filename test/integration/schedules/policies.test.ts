import { describe, expect, test } from '@jest/globals';
import { HarmoniaError, type JsonObject } from '../../../src/kernel/index.js';
import { settled } from '../../world/engine-world.js';
import { BEGIN, HOUR, MINUTE, ScheduleWorld } from '../../world/schedule-world.js';

const missed = (from: number, to: number, reason = 'missed'): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}: skipped ${reason}`);

describe('ticks that are missed while the service is down, and executions that are open then', () => {
  const all = { all: 3 };
  const table: [catchUp: JsonObject[string], overlap: string, story: string[]][] = [
    ['none', 'allow', ['1: started', ...missed(2, 10)]],
    ['none', 'skip', ['1: started', ...missed(2, 10)]],
    ['none', 'queue', ['1: started', ...missed(2, 10)]],
    ['none', 'cancel_other', ['1: started', ...missed(2, 10)]],
    ['latest', 'allow', ['1: started', ...missed(2, 9), '10: started']],
    ['latest', 'skip', ['1: started', ...missed(2, 9), '10: skipped overlap']],
    ['latest', 'queue', ['1: started', ...missed(2, 9), '10: queued']],
    ['latest', 'cancel_other', ['1: started canceled', ...missed(2, 9), '10: started']],
    [all, 'allow', ['1: started', ...missed(2, 7, 'limit'), '8: started', '9: started', '10: started']],
    [all, 'skip', ['1: started', ...missed(2, 7, 'limit'), ...missed(8, 10, 'overlap')]],
    [all, 'queue', ['1: started', ...missed(2, 7, 'limit'), '8: queued', ...missed(9, 10, 'overlap')]],
    [
      all,
      'cancel_other',
      ['1: started canceled', ...missed(2, 7, 'limit'), '8: started canceled', '9: started canceled', '10: started'],
    ],
  ];
  test.each(table)('catch_up %j, overlap %s', async (catchUp, overlap, story) => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ catch_up: catchUp, overlap, grace: 10 });
    await world.advance(MINUTE);
    await world.restart(9.5 * MINUTE);
    expect(await world.story(id)).toEqual(story);
    // Whatever it is: another restart changes nothing.
    await world.restart();
    expect(await world.story(id)).toEqual(story);
    expect(world.executions.started).toHaveLength(story.filter((line) => line.includes('started')).length);
    expect(world.trouble).toEqual([]);
  });

  test('none is missed within its grace; one that is on time does the work of those that were missed', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ grace: 70 });
    await world.restart(5.5 * MINUTE);
    expect(await world.story(id)).toEqual([...missed(1, 4), '5: started']);
    await world.restart(2 * MINUTE);
    expect((await world.story(id)).slice(5)).toEqual(['6: skipped missed', '7: started']);
  });
});

describe('executions that take longer than it is to the next tick', () => {
  const run = async (overlap: string): Promise<[ScheduleWorld, string]> => {
    const world = await ScheduleWorld.open();
    return [world, await world.keep1({ overlap })];
  };

  test('queue: one waits, and begins when the one before has ended', async () => {
    const [world, id] = await run('queue');
    await world.advance(3 * MINUTE);
    expect(await world.story(id)).toEqual(['1: started', '2: queued', '3: skipped overlap']);
    world.executions.end('e1', 'failed');
    await settled();
    expect(await world.story(id)).toEqual(['1: started failed', '2: started', '3: skipped overlap']);
    await world.advance(MINUTE);
    expect((await world.story(id)).at(-1)).toBe('4: queued');
  });

  test('queue: what waited is started after a restart, when the one before ended meanwhile', async () => {
    const [world, id] = await run('queue');
    await world.advance(2 * MINUTE);
    world.die();
    world.executions.end('e1');
    await world.restart();
    expect(await world.story(id)).toEqual(['1: started completed', '2: started']);
  });

  test('skip: the next one after the end is started', async () => {
    const [world, id] = await run('skip');
    await world.advance(2 * MINUTE);
    world.executions.end('e1');
    await settled();
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: started completed', '2: skipped overlap', '3: started']);
  });

  test('cancel_other: one that ends by itself in that moment is no trouble', async () => {
    const [world, id] = await run('cancel_other');
    await world.advance(MINUTE);
    world.executions.ends.set('e1', 'completed');
    await world.advance(MINUTE);
    expect((await world.story(id)).map((line) => line.split(' ')[1])).toEqual(['started', 'started']);
    expect(world.trouble).toEqual([]);
  });
});

describe('pause, trigger, backfill', () => {
  test('ticks of a pause are recorded as such; then it goes on', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ catch_up: { all: 100 } });
    await world.advance(MINUTE);
    expect(await world.service.pause(id)).toMatchObject({ state: 'paused', due: undefined });
    await world.advance(2 * MINUTE);
    await world.restart(MINUTE);
    expect(await world.story(id)).toEqual(['1: started']);
    expect(await world.service.resume(id)).toMatchObject({ state: 'active', next: BEGIN + 5 * MINUTE });
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: started', ...missed(2, 4, 'paused'), '5: started']);
    await world.service.resume(id);
    await world.service.pause(id);
    await world.service.pause(id);
    expect(await world.story(id)).toHaveLength(5);
  });

  test('a pause drops what waited, and starts what had come', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ overlap: 'queue' });
    await world.advance(2 * MINUTE);
    await world.service.pause(id);
    world.executions.end('e1');
    await settled();
    expect(await world.story(id)).toEqual(['1: started completed', '2: skipped paused']);
  });

  test('a pause drops what waits also when the process dies before it could, or it comes to wait only then', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ overlap: 'queue' });
    await world.advance(2 * MINUTE);
    const settle = world.store.settle.bind(world.store);
    world.store.settle = () => new Promise(() => undefined);
    void world.service.pause(id);
    await settled();
    expect(await world.schedule(id)).toMatchObject({ state: 'paused' });
    world.store.settle = settle;
    world.die();
    world.executions.end('e1');
    await world.restart();
    expect(await world.story(id)).toEqual(['1: started completed', '2: skipped paused']);

    await world.service.resume(id);
    await world.advance(MINUTE);
    // The tick has come, and nobody has noticed before the pause.
    await world.jump(MINUTE);
    await world.service.pause(id);
    world.executions.end('e2');
    await settled();
    expect((await world.story(id)).slice(2)).toEqual(['3: started completed', '4: skipped paused']);
    await world.service.trigger(id, {});
    await world.service.trigger(id, {});
    world.executions.end('e3');
    await settled();
    expect((await world.ticks(id)).slice(4).map(({ status }) => status)).toEqual(['started', 'started']);
  });

  test('a trigger starts now, also while paused, once by its name, and obeys the overlap', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({
      overlap: 'skip',
      input: { why: '${tick.origin}', n: '${schedule.name}' },
      paused: true,
    });
    const tick = await world.service.trigger(id, {}, 'once');
    expect(tick).toMatchObject({ status: 'started', execution: 'e1', origin: 'trigger', at: BEGIN });
    expect(await world.service.trigger(id, {}, 'once')).toMatchObject({ execution: 'e1' });
    expect(await world.service.trigger(id, {})).toMatchObject({ status: 'skipped', reason: 'overlap' });
    expect(await world.service.trigger(id, { overlap: 'allow' })).toMatchObject({ status: 'started', execution: 'e2' });
    expect(world.executions.started[0]).toMatchObject({
      input: { why: 'trigger', n: 'every minute' },
      metadata: {
        schedule_id: id,
        schedule_name: 'every minute',
        tick: '2026-01-01T00:00:00.000Z',
        tick_origin: 'trigger',
      },
    });
    expect(await world.schedule(id)).toMatchObject({ state: 'paused', settled: BEGIN });
  });

  test('a backfill starts what was not started, once', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ catch_up: 'none', overlap: 'skip', grace: 1 });
    await world.advance(MINUTE);
    await world.restart(2.5 * MINUTE);
    expect(await world.story(id)).toEqual(['1: started', ...missed(2, 3)]);
    const time = (minute: number): string => new Date(BEGIN + minute * MINUTE).toISOString();
    // Before its first tick, too.
    const request = { from: time(-2), to: time(3) };
    expect(await world.service.backfill(id, request)).toEqual({ started: 5, already: 1, forgotten: 0 });
    await settled();
    expect((await world.story(id)).map((line) => line.split(':')[0])).toEqual(['-2', '-1', '0', '1', '2', '3']);
    expect(world.executions.started).toHaveLength(6);
    expect(world.executions.started[1]?.metadata).toMatchObject({ tick: time(-2), tick_origin: 'backfill' });
    expect(await world.service.backfill(id, request)).toEqual({ started: 0, already: 6, forgotten: 0 });
    await world.advance(MINUTE);
    expect(world.executions.started).toHaveLength(6);
    expect((await world.story(id)).at(-1)).toBe('4: skipped overlap');
  });

  test('a backfill leaves alone what may have been started and is forgotten', async () => {
    const world = await ScheduleWorld.open(3);
    const id = await world.keep1();
    for (let minute = 1; minute <= 8; minute++) {
      await world.advance(MINUTE);
      world.executions.end(`e${minute}`);
      await settled();
    }
    expect((await world.story(id)).map((line) => line.split(':')[0])).toEqual(['6', '7', '8']);
    const [from, to] = [new Date(BEGIN).toISOString(), new Date(BEGIN + 8 * MINUTE).toISOString()];
    expect(await world.service.backfill(id, { from, to })).toEqual({ started: 0, already: 3, forgotten: 6 });
    expect(world.executions.started).toHaveLength(8);
  });
});

describe('time', () => {
  test('a clock that jumps an hour ahead: what lay between is missed, nothing comes twice', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ grace: 10 });
    await world.advance(MINUTE);
    await world.jump(HOUR + 30_000);
    expect(await world.story(id)).toEqual(['1: started', ...missed(2, 60), '61: started']);
  });

  test.each([false, true])(
    'a clock that is set back an hour, and a restart: %s: no tick comes twice',
    async (restarts) => {
      const world = await ScheduleWorld.open();
      const id = await world.keep1();
      await world.advance(3 * MINUTE);
      world.timers.setBack(HOUR);
      if (restarts) await world.restart();
      await world.advance(HOUR);
      expect(await world.story(id)).toEqual(['1: started', '2: started', '3: started']);
      await world.service.replace(id, { name: 'n', workflow: 'w', interval: 60, start: '2025-12-31T23:00:00Z' });
      world.timers.setBack(HOUR);
      const replaced = await world.service.replace(id, { name: 'n', workflow: 'w', cron: '* * * * *' });
      expect(replaced.next).toBe(BEGIN + 4 * MINUTE);
      await world.advance(HOUR + MINUTE);
      expect(await world.story(id)).toEqual(['1: started', '2: started', '3: started', '4: started']);
    },
  );

  test('jitter puts ticks off, each by the same time after a restart, and keeps their order', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ jitter: 45 });
    const dues: number[] = [];
    for (let minute = 1; minute <= 20; minute++) {
      const { next, due } = await world.schedule(id);
      if (minute % 5 === 0) await world.restart();
      dues.push((due as number) - (next as number));
      await world.advance((due as number) - 1 - world.timers.now());
      expect(await world.ticks(id)).toHaveLength(minute - 1);
      await world.advance(1);
      expect((await world.ticks(id)).at(-1)).toMatchObject({ at: next, due, status: 'started' });
    }
    expect(dues.every((delay) => delay >= 0 && delay <= 45_000)).toBe(true);
    expect(new Set(dues).size).toBeGreaterThan(15);
  });

  test('jitter that is longer than it is to the next tick: none comes before its time, nor before the one before it', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ jitter: 300 });
    await world.advance(HOUR);
    const ticks = await world.ticks(id);
    expect(ticks.length).toBeGreaterThan(50);
    expect(ticks.filter(({ due, createdAt, status }) => createdAt < due || status !== 'started')).toEqual([]);
    expect(ticks.map(({ at }) => at)).toEqual(ticks.map((_, index) => BEGIN + (index + 1) * MINUTE));
    expect(world.executions.started.map(({ key }) => key)).toEqual(ticks.map(({ key }) => `schedule:${id}:${key}`));
  });

  test('once is once', async () => {
    const world = await ScheduleWorld.open();
    const at = new Date(BEGIN + HOUR).toISOString();
    const id = await world.keep1({ once: at });
    await world.advance(HOUR - 1);
    expect(await world.ticks(id)).toEqual([]);
    await world.advance(1);
    expect(await world.story(id)).toEqual(['60: started']);
    expect(await world.schedule(id)).toMatchObject({ state: 'ended', next: undefined, due: undefined });
    await world.restart(HOUR);
    expect(await world.story(id)).toEqual(['60: started']);
    await expect(world.service.replace(id, { name: 'n', workflow: 'w', once: at })).rejects.toMatchObject({
      faults: [{ code: 'schedule_never_fires', pointer: '/once' }],
    });
  });

  test('start and end bound it; a year off takes a row, not a year', async () => {
    const world = await ScheduleWorld.open(10);
    const [start, end] = [new Date(BEGIN + 10_000).toISOString(), new Date(BEGIN + 365 * 24 * HOUR).toISOString()];
    const id = await world.keep1({ cron: '* * * * * *', start, end });
    await world.advance(9_999);
    expect(await world.ticks(id)).toEqual([]);
    await world.restart(366 * 24 * HOUR);
    const rows = await world.ticks(id);
    expect(rows).toHaveLength(11);
    expect(rows[0]).toMatchObject({
      ...{ at: BEGIN + 10_000, until: BEGIN + 365 * 24 * HOUR - 10_000, status: 'skipped', reason: 'missed' },
    });
    expect(rows.at(-1)).toMatchObject({ at: BEGIN + 365 * 24 * HOUR, until: undefined, status: 'started' });
    expect(await world.schedule(id)).toMatchObject({ state: 'ended' });
  });

  test('other rules of a zone than those of the last process are the ones that count', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1();
    const schedule = await world.schedule(id);
    world.store.schedules.set(id, { ...schedule, next: BEGIN + HOUR, due: BEGIN + HOUR });
    await world.restart();
    expect((await world.schedule(id)).due).toBe(BEGIN + MINUTE);
    world.store.schedules.set(id, { ...(await world.schedule(id)), next: BEGIN + 1, due: BEGIN + 1 });
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: started']);
  });
});

describe('trouble', () => {
  test('a refusal that will not change is what became of the tick', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1();
    world.executions.refusal = new HarmoniaError('schema_mismatch', { reason: 'day is missing' });
    await world.advance(MINUTE);
    expect((await world.ticks(id))[0]).toMatchObject({
      status: 'failed',
      reason: 'schema_mismatch',
      message: 'day is missing.',
    });
    world.executions.refusal = undefined;
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: failed schema_mismatch', '2: started']);
  });

  test('an input that cannot be evaluated is, too', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ input: { x: '${tick.nothing}' } });
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: failed expression_error']);
  });

  test('a service that is full or stopping is asked again, at growing pauses, and starts one execution', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ interval: 3600 });
    world.executions.refusal = new HarmoniaError('backlog_full', { count: 1, what: 'x', limit: 1, setting: 'y' });
    await world.advance(HOUR + 30_000);
    expect(await world.story(id)).toEqual(['60: pending']);
    expect(world.trouble.map((line) => /waits (\d+) s/.exec(line)?.[1])).toEqual(['1', '2', '4', '8', '16']);
    world.executions.refusal = undefined;
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['60: started']);
  });

  test.each([false, true])('the answer to a start is lost, and the process dies: %s: one execution', async (dies) => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ interval: 3600 });
    world.executions.isMute = true;
    await world.advance(HOUR);
    expect(await world.story(id)).toEqual(['60: pending']);
    // Were it started anew, it would be refused: the workflow has been deleted.
    world.executions.refusal = new HarmoniaError('workflow_not_found', { id: 'w' });
    if (dies) await world.restart();
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['60: started']);
    expect(world.executions.started).toHaveLength(1);
  });

  test('a schedule that cannot be written keeps no other from its time', async () => {
    const world = await ScheduleWorld.open();
    const [bad, good] = [await world.keep1({ grace: 600 }), await world.keep1()];
    const advance = world.store.advance.bind(world.store);
    world.store.advance = (schedule, ticks) =>
      schedule.id === bad ? Promise.reject(new Error('no')) : advance(schedule, ticks);
    await world.advance(2 * MINUTE);
    expect(await world.story(good)).toEqual(['1: started', '2: started']);
    expect(await world.ticks(bad)).toEqual([]);
    world.store.advance = advance;
    await world.advance(10_000);
    expect(await world.story(bad)).toEqual(['1: started', '2: started']);
    expect(world.trouble.length).toBeGreaterThan(1);
  });

  test('a store that cannot be read is asked again', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1();
    const dueAt = world.store.dueAt.bind(world.store);
    world.store.dueAt = () => Promise.reject(new Error('disk'));
    await world.advance(MINUTE);
    world.store.dueAt = dueAt;
    await world.advance(10_000);
    expect(await world.story(id)).toEqual(['1: started']);
  });

  test('a schedule that is deleted starts nothing more', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ overlap: 'queue' });
    await world.advance(2 * MINUTE);
    await world.service.remove(id);
    world.executions.end('e1');
    await world.advance(HOUR);
    expect(world.executions.started).toHaveLength(1);
    expect(world.timers.waiting).toBe(0);
    for (const refused of [
      world.service.remove(id),
      world.service.get(id),
      world.service.pause(id),
      world.service.trigger(id, {}),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'schedule_not_found' });
  });

  test('an execution of which nobody can say whether it has ended is open, and asked for again', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ overlap: 'skip' });
    await world.advance(MINUTE);
    const ended = world.executions.ended.bind(world.executions);
    world.executions.ended = () => Promise.reject(new HarmoniaError('storage_unavailable', { reason: 'disk' }));
    await world.restart();
    await world.advance(MINUTE);
    expect(await world.story(id)).toEqual(['1: started', '2: skipped overlap']);
    expect(world.trouble).not.toEqual([]);
    world.executions.ended = ended;
    world.executions.end('e1');
    await world.advance(2 * MINUTE);
    expect((await world.story(id)).slice(0, 2)).toEqual(['1: started completed', '2: skipped overlap']);
    await world.service.stop();
    expect(world.timers.waiting).toBe(0);
  });

  test('a workflow that is not there is named where it was', async () => {
    const world = await ScheduleWorld.open();
    for (const field of ['workflow', 'workflow_id'])
      await expect(world.service.create({ name: 'n', [field]: 'missing', interval: 60 })).rejects.toMatchObject({
        faults: [{ code: 'workflow_not_found', pointer: `/${field}` }],
      });
  });

  test('an execution that was deleted has ended', async () => {
    const world = await ScheduleWorld.open();
    const id = await world.keep1({ overlap: 'skip' });
    await world.advance(MINUTE);
    world.executions.ended = () => Promise.reject(new HarmoniaError('execution_not_found', { id: 'e1' }));
    await world.restart();
    await world.advance(MINUTE);
    expect((await world.story(id)).slice(0, 2)).toEqual(['1: started gone', '2: started gone']);
  });
});
