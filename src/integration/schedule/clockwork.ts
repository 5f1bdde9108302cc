import type { Instant, Uuid } from '../../kernel/index.js';
import type { Timer } from '../../engine/ports/index.js';
import type { InputTemplates, Schedule } from '../ports/index.js';
import { dueOf, dueTicks } from './due-ticks.js';
import type { TickStarter, TickStarterParts } from './tick-starter.js';
import { tickRows } from './tick-row.js';
import { createTicker, type WhenSpec } from './ticker.js';
import type { Ticker } from './ticks.js';

export interface ClockworkParts extends TickStarterParts {
  readonly templates: InputTemplates;
  readonly starter: TickStarter;
  /** Rows of ticks that are kept of each schedule, from 1. */
  readonly keep: number;
}

const AT_A_TIME = 100;
const PAUSE_AFTER_TROUBLE = 5000;
/** Tries of a change that something else comes before. Only this process writes, so one is enough. */
const MOST_TRIES = 3;

/** What a schedule becomes when its ticks up to `settled` are known; `next`: the tick after. */
export const movedOn = (schedule: Schedule, settled: Instant, next: Instant | undefined): Schedule => {
  const state = next === undefined ? 'ended' : schedule.state;
  const moved = { ...schedule, settled: Math.max(settled, schedule.settled), next, state };
  const due = next !== undefined && state === 'active' ? dueOf(moved, next) : undefined;
  return { ...moved, due };
};

/**
 * Wakes up when the first of all schedules is due; a tick that has come is written down in the transaction in which its
 * schedule moves on, and started afterwards. So there is no tick without a row, and none has two (docs/guides/schedules.md).
 */
export class Clockwork {
  private timer: Timer | undefined;
  private turning: Promise<void> | undefined;
  private isWanted = false;
  private stopped = false;
  private readonly troubled = new Set<Uuid>();

  constructor(private readonly parts: ClockworkParts) {}

  async start(): Promise<void> {
    await this.parts.starter.adopt();
    await this.refresh();
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    this.parts.starter.stop();
    await this.turning;
    await this.parts.lanes.idle();
  }

  /** Looks at what is due, and sets the timer anew. */
  wake(): void {
    this.isWanted = true;
    if (this.stopped) return;
    this.turning ??= this.turn().finally(() => {
      this.turning = undefined;
      if (this.isWanted) this.wake();
    });
  }

  /**
   * Writes down the ticks that have come, and moves the schedule on; `change` makes of it what it is to be in the same
   * transaction. To be called in its lane. Answers what was written; undefined when the schedule is not there.
   */
  async settle(id: Uuid, change = (schedule: Schedule): Schedule => schedule): Promise<Schedule | undefined> {
    const { store, timers, templates, keep } = this.parts;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const schedule = await store.find(id);
      if (!schedule) return undefined;
      const now = timers.now();
      const most = Math.max(keep, typeof schedule.spec.catchUp === 'object' ? schedule.spec.catchUp.all : 1);
      const { ticks, settled, next } = dueTicks({ schedule, ticker: tickerFor(schedule), now, most });
      const changed = change(movedOn(schedule, settled, next));
      const written = { ...changed, revision: schedule.revision + 1, updatedAt: now };
      const rows = tickRows({ schedule, templates, now, origin: 'schedule' }, ticks);
      if (!(await store.advance(written, rows))) continue;
      // Not what was written just now, however much it is.
      await store.prune(id, Math.max(keep, rows.length));
      return written;
    }
    throw new Error(`schedule ${id} is being changed by something else`);
  }

  /** The rules of zones may be others than those of the last process. */
  private async refresh(): Promise<void> {
    const { store, lanes } = this.parts;
    for (let offset = 0; ; offset += AT_A_TIME) {
      const { items } = await store.list({ offset, limit: AT_A_TIME });
      for (const schedule of items)
        if (tickerFor(schedule).next(schedule.settled) !== schedule.next)
          await lanes.run(schedule.id, () => this.settle(schedule.id));
      if (items.length < AT_A_TIME) return;
    }
  }

  private async turn(): Promise<void> {
    const { timers, onTrouble } = this.parts;
    this.isWanted = false;
    this.timer?.cancel();
    try {
      const first = await this.takeDue();
      if (first === undefined || this.stopped) return;
      this.timer = timers.at(first, () => this.wakeAfresh());
    } catch (error) {
      onTrouble('schedules cannot be read', error);
      if (this.stopped) return;
      this.timer = timers.at(timers.now() + PAUSE_AFTER_TROUBLE, () => this.wakeAfresh());
    }
  }

  private wakeAfresh(): void {
    this.troubled.clear();
    this.wake();
  }

  /** Takes up all that is due; answers when to look again. */
  private async takeDue(): Promise<Instant | undefined> {
    const { store, timers } = this.parts;
    while (!this.stopped) {
      const due = await store.dueAt(timers.now(), AT_A_TIME + this.troubled.size);
      const fresh = due.filter((id) => !this.troubled.has(id));
      if (fresh.length === 0) break;
      await Promise.all(fresh.map((id) => this.take(id)));
    }
    const first = await store.firstDue();
    return this.troubled.size === 0 ? first : timers.now() + PAUSE_AFTER_TROUBLE;
  }

  /** What is wrong with one schedule keeps no other from its time. */
  private async take(id: Uuid): Promise<void> {
    const { lanes, starter, onTrouble } = this.parts;
    try {
      await lanes.run(id, () => this.settle(id));
      starter.pursueSoon(id);
    } catch (error) {
      this.troubled.add(id);
      onTrouble(`the ticks of schedule ${id} cannot be written down`, error);
    }
  }
}

const TICKERS_KEPT = 1000;
const tickers = new Map<string, Ticker>();

/** Patterns take a while to read, and are needed at every tick. */
export const tickerFor = ({ spec }: { readonly spec: WhenSpec }): Ticker => {
  const { timing, timeZone, start, end } = spec;
  const name = JSON.stringify([timing, timeZone, start, end]);
  const known = tickers.get(name);
  if (known) return known;
  const made = createTicker({ timing, timeZone, start, end });
  if (tickers.size >= TICKERS_KEPT) tickers.delete(tickers.keys().next().value as string);
  tickers.set(name, made);
  return made;
};
