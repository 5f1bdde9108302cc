import {
  canonicalJson,
  contentHash,
  fault,
  HarmoniaError,
  type Instant,
  type Json,
  type Uuid,
} from '../../kernel/index.js';
import { mustHaveNone, refusalOf } from '../body/index.js';
import type {
  Backfilled,
  Listed,
  Schedule,
  ScheduleFilter,
  Schedules,
  ScheduleSpec,
  Tick,
  TickFilter,
  Timing,
  Upcoming,
} from '../ports/index.js';
import { Clockwork, movedOn, tickerFor, type ClockworkParts } from './clockwork.js';
import { dueOf } from './due-ticks.js';
import { Lanes } from './lanes.js';
import { readBackfill, readTrigger } from './read-requests.js';
import { readSchedule, readWhenOnly, type ReadSchedule, type ScheduleChecks } from './read-schedule.js';
import { keyOf, tickRow, tickRows } from './tick-row.js';
import { TickStarter } from './tick-starter.js';
import { createTicker, unboundedTicker, type WhenSpec } from './ticker.js';
import { ticksBetween } from './ticks.js';
import { localTime } from './zone.js';

export interface ScheduleServiceParts extends Omit<ClockworkParts, 'lanes' | 'starter'>, ScheduleChecks {
  readonly newId: () => Uuid;
}

const MOST_BACKFILLED = 1000;
const SECOND = 1000;

const hashOf = (source: unknown): string => contentHash(canonicalJson((source ?? null) as Json));

const intervalOf = (timing: Timing | undefined): number | undefined =>
  timing?.is === 'interval' ? timing.seconds : undefined;

/** Intervals are counted from their start; one that is changed in other respects keeps it. */
const anchored = <T extends WhenSpec>(spec: T, now: Instant, before?: ScheduleSpec): T => {
  if (spec.timing.is !== 'interval' || spec.start !== undefined) return spec;
  const isSame = intervalOf(before?.timing) === spec.timing.seconds;
  return { ...spec, start: (isSame ? before?.start : undefined) ?? Math.ceil(now / SECOND) * SECOND };
};

const mustFire = (next: Instant | undefined, spec: WhenSpec, where: string): void => {
  if (next !== undefined) return;
  const reason = spec.timing.is === 'once' ? 'the time is past' : 'it has no time to come between its bounds';
  mustHaveNone('The schedule', [fault('schedule_never_fires', where, { reason })]);
};

const placeOf = ({ timing }: WhenSpec): string => `/${timing.is}`;

/** Keeps schedules and starts what they say, when they say it. */
export class ScheduleService implements Schedules {
  private readonly lanes = new Lanes();
  private readonly starter: TickStarter;
  private readonly clockwork: Clockwork;

  constructor(private readonly parts: ScheduleServiceParts) {
    this.starter = new TickStarter({ ...parts, lanes: this.lanes });
    this.clockwork = new Clockwork({ ...parts, lanes: this.lanes, starter: this.starter });
  }

  /** Takes up what the last process has left, and makes up for what was missed since. */
  start(): Promise<void> {
    return this.clockwork.start();
  }

  stop(): Promise<void> {
    return this.clockwork.stop();
  }

  async create(source: unknown, id = this.parts.newId()): Promise<{ schedule: Schedule; isNew: boolean }> {
    const madeOf = hashOf(source);
    const known = await this.parts.store.find(id);
    if (known) return { schedule: this.sameAs(known, madeOf), isNew: false };
    const read = readSchedule(source, this.parts);
    const now = this.parts.timers.now();
    const spec = anchored(await this.specOf(read), now);
    const next = createTicker(spec).next(now);
    mustFire(next, spec, placeOf(spec));
    const state = read.isPaused ? 'paused' : 'active';
    const none = { due: undefined, forgotten: undefined };
    const about = { id, spec, state, next, settled: now, revision: 1, madeOf, createdAt: now, updatedAt: now } as const;
    const schedule = movedOn({ ...about, ...none }, now, next);
    if (!(await this.parts.store.create(schedule)))
      return { schedule: this.sameAs(await this.get(id), madeOf), isNew: false };
    this.clockwork.wake();
    return { schedule, isNew: true };
  }

  async replace(id: Uuid, source: unknown): Promise<Schedule> {
    await this.get(id);
    const read = readSchedule(source, this.parts);
    const given = await this.specOf(read);
    return this.changed(id, (schedule) => {
      const now = this.parts.timers.now();
      const spec = anchored(given, now, schedule.spec);
      // A clock that was set back brings no tick again.
      const settled = Math.max(now, schedule.settled);
      const next = createTicker(spec).next(settled);
      mustFire(next, spec, placeOf(spec));
      const state = read.isPaused ? 'paused' : 'active';
      return movedOn({ ...schedule, spec, state }, settled, next);
    });
  }

  async get(id: Uuid): Promise<Schedule> {
    const schedule = await this.parts.store.find(id);
    if (!schedule) throw new HarmoniaError('schedule_not_found', { id });
    return schedule;
  }

  list(filter: ScheduleFilter): Promise<Listed<Schedule>> {
    return this.parts.store.list(filter);
  }

  async remove(id: Uuid): Promise<void> {
    const isGone = await this.lanes.run(id, async () => {
      const removed = await this.parts.store.remove(id);
      this.starter.forget(id);
      return removed;
    });
    if (!isGone) throw new HarmoniaError('schedule_not_found', { id });
    this.clockwork.wake();
  }

  pause(id: Uuid): Promise<Schedule> {
    return this.changed(
      id,
      (schedule) => (schedule.state === 'active' ? { ...schedule, state: 'paused', due: undefined } : schedule),
      () => this.dropQueued(id),
    );
  }

  resume(id: Uuid): Promise<Schedule> {
    return this.changed(id, (schedule) =>
      schedule.state === 'paused'
        ? movedOn({ ...schedule, state: 'active' }, schedule.settled, schedule.next)
        : schedule,
    );
  }

  async trigger(id: Uuid, source: unknown, name?: string): Promise<Tick> {
    const { overlap } = readTrigger(source);
    const { store, timers, templates } = this.parts;
    const key = `trigger:${name ?? this.parts.newId()}`;
    return this.lanes.run(id, async () => {
      const schedule = await this.get(id);
      const known = await store.tick({ schedule: id, key });
      if (known) return known;
      const now = timers.now();
      const maker = { schedule, templates, now, origin: 'trigger', overlap } as const;
      await store.addTicks([tickRow(maker, { at: now, due: now }, key)]);
      await this.starter.pursue(id);
      return (await store.tick({ schedule: id, key })) as Tick;
    });
  }

  async backfill(id: Uuid, source: unknown): Promise<Backfilled> {
    const { from, to, overlap } = readBackfill(source, this.parts.timers.now());
    const { store, timers, templates } = this.parts;
    return this.lanes.run(id, async () => {
      const schedule = await this.get(id);
      const now = timers.now();
      // What comes after that comes by itself.
      const until = Math.min(to, schedule.settled);
      const window = { after: from - 1, until, most: MOST_BACKFILLED + 1 };
      const ticks = ticksBetween(unboundedTicker(schedule.spec), window);
      if (ticks.length > MOST_BACKFILLED)
        mustHaveNone('The backfill', [fault('backfill_too_large', '/from', { limit: MOST_BACKFILLED })]);
      const { known, forgotten } = await this.rememberedOf(schedule, ticks);
      const rows = tickRows(
        { schedule, templates, now, origin: 'backfill', overlap },
        known.map((at) => ({ at, due: now })),
      );
      const { length: started } = await store.addTicks(rows);
      this.starter.pursueSoon(id);
      return { started, already: known.length - started, forgotten };
    });
  }

  async ticks(id: Uuid, filter: TickFilter): Promise<Listed<Tick>> {
    await this.get(id);
    return this.parts.store.ticks(id, filter);
  }

  async upcoming(id: Uuid, count: number): Promise<readonly Upcoming[]> {
    const schedule = await this.get(id);
    const after = Math.max(schedule.settled, this.parts.timers.now());
    return upcomingOf(schedule.spec, after, count).map((tick) => ({ ...tick, due: dueOf(schedule, tick.at) }));
  }

  preview(source: unknown, count: number): { timing: Timing; upcoming: readonly Upcoming[] } {
    const now = this.parts.timers.now();
    const when = anchored(readWhenOnly(source), now);
    const upcoming = upcomingOf(when, now, count);
    mustFire(upcoming[0]?.at, when, placeOf(when));
    return { timing: when.timing, upcoming };
  }

  private async specOf({ spec, workflow }: ReadSchedule): Promise<ScheduleSpec> {
    try {
      return { ...spec, workflow: await this.parts.executions.workflow(workflow.named) };
    } catch (error) {
      if (!(error instanceof HarmoniaError) || error.code !== 'workflow_not_found') throw error;
      throw refusalOf('The schedule', [fault('workflow_not_found', workflow.where, { id: workflow.named })]);
    }
  }

  private sameAs(schedule: Schedule, madeOf: string): Schedule {
    if (schedule.madeOf === madeOf) return schedule;
    throw new HarmoniaError('idempotency_conflict', { key: schedule.id });
  }

  /** Settles what is due, changes the schedule in the same transaction, and goes on. */
  private async changed(
    id: Uuid,
    change: (schedule: Schedule) => Schedule,
    then: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Schedule> {
    const schedule = await this.lanes.run(id, async () => {
      const written = await this.clockwork.settle(id, change);
      await then();
      return written;
    });
    if (!schedule) throw new HarmoniaError('schedule_not_found', { id });
    this.starter.pursueSoon(id);
    this.clockwork.wake();
    return schedule;
  }

  private async dropQueued(id: Uuid): Promise<void> {
    const { store, timers } = this.parts;
    for (const tick of await store.withStatus(id, 'queued'))
      await store.settle(tick, { status: 'skipped', reason: 'paused' }, timers.now());
  }

  /** Those ticks of which it is known whether they were started: their rows are there, or were never cleared away. */
  private async rememberedOf(
    { id, forgotten = -Infinity }: Schedule,
    ticks: readonly Instant[],
  ): Promise<{ known: readonly Instant[]; forgotten: number }> {
    const known: Instant[] = [];
    for (const at of ticks)
      if (at > forgotten || (await this.parts.store.tick({ schedule: id, key: keyOf(at) }))) known.push(at);
    return { known, forgotten: ticks.length - known.length };
  }
}

const upcomingOf = (when: WhenSpec, after: Instant, count: number): readonly Upcoming[] => {
  const ticker = tickerFor({ spec: when });
  return ticksBetween(ticker, { after, until: Infinity, most: count }).map((at) => {
    const dst = ticker.remark(at);
    return { at, local: localTime(at, when.timeZone), ...(dst && { dst }) };
  });
};
