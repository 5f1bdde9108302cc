import type { Instant, Uuid } from '../../src/kernel/index.js';
import type {
  ExecutionEnd,
  Listed,
  Schedule,
  ScheduleFilter,
  ScheduleStore,
  Tick,
  TickFilter,
  TickKey,
  TickOutcome,
  TickStatus,
} from '../../src/integration/ports/index.js';

const page = <T>(items: readonly T[], { offset, limit }: { offset: number; limit: number }): Listed<T> => ({
  items: items.slice(offset, offset + limit),
  total: items.length,
});

const isDone = ({ status, ended }: Tick): boolean =>
  status === 'skipped' || status === 'failed' || (status === 'started' && ended !== undefined);

/* eslint-disable @typescript-eslint/require-await -- as the port wants it */

/** Schedules in memory: what the port says, in the simplest way. */
export class MemorySchedules implements ScheduleStore {
  readonly schedules = new Map<Uuid, Schedule>();
  /** In the order in which they were added. */
  rows: Tick[] = [];

  async find(id: Uuid): Promise<Schedule | undefined> {
    return this.schedules.get(id);
  }

  async list({ state, workflow, ...paging }: ScheduleFilter): Promise<Listed<Schedule>> {
    const all = [...this.schedules.values()]
      .filter((one) => state === undefined || one.state === state)
      .filter((one) => workflow === undefined || one.spec.workflow === workflow)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    return page(all, paging);
  }

  async create(schedule: Schedule): Promise<boolean> {
    if (this.schedules.has(schedule.id)) return false;
    this.schedules.set(schedule.id, schedule);
    return true;
  }

  async advance(schedule: Schedule, ticks: readonly Tick[]): Promise<boolean> {
    const before = this.schedules.get(schedule.id);
    if (before?.revision !== schedule.revision - 1) return false;
    const { forgotten, madeOf, createdAt } = before;
    this.schedules.set(schedule.id, { ...schedule, forgotten, madeOf, createdAt });
    for (const tick of ticks) if (!this.row(tick)) this.rows.push(tick);
    return true;
  }

  async remove(id: Uuid): Promise<boolean> {
    this.rows = this.rows.filter(({ schedule }) => schedule !== id);
    return this.schedules.delete(id);
  }

  async firstDue(): Promise<Instant | undefined> {
    const all = [...this.schedules.values()].flatMap(({ due }) => (due === undefined ? [] : [due]));
    return all.length === 0 ? undefined : Math.min(...all);
  }

  async dueAt(now: Instant, limit: number): Promise<readonly Uuid[]> {
    const due = [...this.schedules.values()].filter((one) => one.due !== undefined && one.due <= now);
    due.sort((a, b) => (a.due as number) - (b.due as number) || (a.id < b.id ? -1 : 1));
    return due.slice(0, limit).map(({ id }) => id);
  }

  async addTicks(ticks: readonly Tick[]): Promise<readonly string[]> {
    return ticks
      .filter((tick) => {
        const known = this.row(tick);
        if (!known) return this.rows.push(tick);
        if (known.status !== 'skipped' && known.status !== 'failed') return false;
        const { due, origin, status, reason, message, request, updatedAt } = tick;
        this.write(tick, { due, origin, status, reason, message, request, updatedAt });
        return true;
      })
      .map(({ key }) => key);
  }

  async tick(key: TickKey): Promise<Tick | undefined> {
    return this.row(key);
  }

  async ticks(schedule: Uuid, { status, descending, ...paging }: TickFilter): Promise<Listed<Tick>> {
    const all = this.rows.filter((tick) => tick.schedule === schedule && (status ?? tick.status) === tick.status);
    all.sort((a, b) => a.at - b.at);
    return page(descending ? all.reverse() : all, paging);
  }

  async withStatus(schedule: Uuid, status: TickStatus): Promise<readonly Tick[]> {
    return this.rows.filter((tick) => tick.schedule === schedule && tick.status === status).sort((a, b) => a.at - b.at);
  }

  async withWork(): Promise<readonly Uuid[]> {
    const work = this.rows.filter(({ status }) => status === 'pending' || status === 'queued');
    return [...new Set(work.map(({ schedule }) => schedule))];
  }

  async open(): Promise<readonly Tick[]> {
    return this.rows.filter(({ status, ended }) => status === 'started' && ended === undefined);
  }

  async settle(key: TickKey, outcome: TickOutcome, at: Instant): Promise<void> {
    const { status, reason, message, execution } = outcome;
    const goesOn = status === 'pending' || status === 'queued';
    const request = goesOn ? this.row(key)?.request : undefined;
    this.write(key, { status, reason, message, execution, request, updatedAt: at });
  }

  async close(key: TickKey, ended: ExecutionEnd, at: Instant): Promise<void> {
    this.write(key, { ended, updatedAt: at });
  }

  async prune(schedule: Uuid, keep: number): Promise<void> {
    const { items } = await this.ticks(schedule, { descending: true, offset: keep - 1, limit: 1 });
    const oldest = items[0]?.at ?? -Infinity;
    const old = this.rows.filter((tick) => tick.schedule === schedule && tick.at < oldest && isDone(tick));
    this.rows = this.rows.filter((tick) => !old.includes(tick));
    const upTo = old.filter(({ origin }) => origin !== 'trigger').map(({ at, until = at }) => until);
    const known = this.schedules.get(schedule);
    if (known && upTo.length > 0)
      this.schedules.set(schedule, { ...known, forgotten: Math.max(known.forgotten ?? 0, ...upTo) });
  }

  private row({ schedule, key }: TickKey): Tick | undefined {
    return this.rows.find((tick) => tick.schedule === schedule && tick.key === key);
  }

  private write({ schedule, key }: TickKey, change: Partial<Tick>): void {
    this.rows = this.rows.map((tick) =>
      tick.schedule === schedule && tick.key === key ? { ...tick, ...change } : tick,
    );
  }
}
