import { budgetFaults } from '../../src/composition/budgets.js';
import { inputTemplates } from '../../src/composition/integration/schedules.js';
import type { ExecutionEnd, Schedule, ScheduledExecutions, Tick } from '../../src/integration/ports/index.js';
import { ScheduleService } from '../../src/integration/schedule/index.js';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../src/kernel/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { settled } from './engine-world.js';
import { MemorySchedules } from './memory-schedules.js';

export interface Started {
  readonly execution: Uuid;
  readonly key: string;
  readonly workflow: string;
  readonly version?: string;
  readonly input: Json;
  readonly metadata: JsonObject;
}

/** Executions that a test ends by hand. They outlive the process, as journals do. */
export class HandExecutions implements ScheduledExecutions {
  readonly started: Started[] = [];
  readonly ends = new Map<Uuid, ExecutionEnd>();
  /** What starting is refused with; the request reaches nothing. */
  refusal: Error | undefined;
  /** The execution is started, and the one who asked for it is not told. */
  isMute = false;
  private waiting = new Map<Uuid, ((end: ExecutionEnd | undefined) => void)[]>();

  start({ key, ...request }: Parameters<ScheduledExecutions['start']>[0]): Promise<{ execution: Uuid }> {
    if (this.refusal) return Promise.reject(this.refusal);
    const known = this.started.find((one) => one.key === key);
    const execution = known?.execution ?? `e${this.started.length + 1}`;
    if (!known) this.started.push({ execution, key, ...request });
    return this.isMute ? Promise.reject(new Error('the line went dead')) : Promise.resolve({ execution });
  }

  startedBy(key: string): Promise<Uuid | undefined> {
    return Promise.resolve(this.started.find((one) => one.key === key)?.execution);
  }

  ended(execution: Uuid): Promise<ExecutionEnd | undefined> {
    const end = this.ends.get(execution);
    if (end) return Promise.resolve(end);
    return new Promise((tell) => this.waiting.set(execution, [...(this.waiting.get(execution) ?? []), tell]));
  }

  cancel(execution: Uuid): Promise<void> {
    if (this.ends.has(execution)) return Promise.reject(new HarmoniaError('conflict', { reason: 'it has ended' }));
    this.end(execution, 'canceled');
    return Promise.resolve();
  }

  workflow(name: string): Promise<Uuid> {
    if (name === 'missing') return Promise.reject(new HarmoniaError('workflow_not_found', { id: name }));
    return Promise.resolve(`id of ${name}`);
  }

  end(execution: Uuid, end: ExecutionEnd = 'completed'): void {
    this.ends.set(execution, end);
    for (const tell of this.waiting.get(execution) ?? []) tell(end);
    this.waiting.delete(execution);
  }

  /** Who waited is dead. */
  die(): void {
    this.waiting = new Map();
  }
}

export const BEGIN = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** The real schedules over a store in memory, a clock and executions that the test cranks by hand. */
export class ScheduleWorld {
  readonly timers = new VirtualTimers(BEGIN);
  readonly store = new MemorySchedules();
  readonly executions = new HandExecutions();
  readonly trouble: string[] = [];
  service: ScheduleService;
  private ids = 0;

  private constructor(private readonly keep: number) {
    this.service = this.create();
  }

  static async open(keep = 1000): Promise<ScheduleWorld> {
    const world = new ScheduleWorld(keep);
    await world.service.start();
    return world;
  }

  /** A schedule of every minute, or as `more` says; its id. */
  async keep1(more: JsonObject = {}): Promise<Uuid> {
    const timing = ['cron', 'interval', 'once'].some((name) => name in more) ? {} : { interval: 60 };
    const { schedule } = await this.service.create({ name: 'every minute', workflow: 'w', ...timing, ...more });
    await settled();
    return schedule.id;
  }

  async advance(ms: number): Promise<void> {
    // Slowly, as a clock does: what a ring starts comes before the next.
    await settled();
    const end = this.timers.now() + ms;
    for (let next = this.timers.firstRing(); next <= end; next = this.timers.firstRing()) {
      this.timers.turnTo(Math.max(next, this.timers.now()));
      await settled();
    }
    this.timers.turnTo(end);
    await settled();
  }

  /** The clock is put forward, and nobody notices before the next ring. */
  async jump(ms: number): Promise<void> {
    this.timers.turnTo(this.timers.now() + ms);
    await settled();
  }

  /** `kill -9`: what was under way never comes back. */
  die(): void {
    this.timers.die();
    this.executions.die();
    const { service } = this;
    void service.stop();
  }

  async restart(downFor = 0): Promise<void> {
    this.die();
    await settled();
    this.timers.turnTo(this.timers.now() + downFor);
    this.service = this.create();
    await this.service.start();
    await settled();
  }

  async schedule(id: Uuid): Promise<Schedule> {
    return this.service.get(id);
  }

  async ticks(id: Uuid): Promise<readonly Tick[]> {
    return (await this.service.ticks(id, { descending: false, offset: 0, limit: 100_000 })).items;
  }

  /** `5: started`, `6: skipped overlap`: by minutes since the beginning. */
  async story(id: Uuid): Promise<string[]> {
    return (await this.ticks(id)).map(({ at, until, status, reason, ended }) => {
      const minute = (time: number): string => String((time - BEGIN) / MINUTE);
      const time = until === undefined ? minute(at) : `${minute(at)}..${minute(until)}`;
      return [`${time}: ${status}`, reason, ended].filter((word) => word !== undefined).join(' ');
    });
  }

  private create(): ScheduleService {
    const { timers, store, executions, keep } = this;
    return new ScheduleService({
      ...{ timers, store, executions, keep, templates: inputTemplates, budgetFaults },
      newId: () => `0190a0a0-0000-7000-8000-${String(++this.ids).padStart(12, '0')}`,
      onTrouble: (what, error) => this.trouble.push(`${what}: ${String(error)}`),
    });
  }
}
