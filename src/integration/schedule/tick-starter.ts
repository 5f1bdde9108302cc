import { HarmoniaError, type Millis, type Uuid } from '../../kernel/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type { ExecutionEnd, ScheduledExecutions, ScheduleStore, Tick, TickOutcome } from '../ports/index.js';
import type { Lanes } from './lanes.js';

export interface TickStarterParts {
  readonly store: ScheduleStore;
  readonly executions: ScheduledExecutions;
  readonly timers: Timers;
  readonly lanes: Lanes;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const SECOND = 1000;
const LONGEST_PAUSE = 60 * SECOND;
const SERVER_FAULT = 500;

/** A refusal that says something about the request, and not about the moment. */
const isFinal = (error: unknown): error is HarmoniaError =>
  error instanceof HarmoniaError && error.status < SERVER_FAULT && error.status !== 429;

/** The name under which a tick starts its execution. The same after every crash, so it starts one. */
export const startKeyOf = ({ schedule, key }: Pick<Tick, 'schedule' | 'key'>): string => `schedule:${schedule}:${key}`;

/**
 * Starts what pending ticks ask for, one tick after the other, as far as the executions that are open let them. What is
 * pending is durable; whatever stops this, it goes on from there.
 */
export class TickStarter {
  /** Executions that have not ended, by schedule. */
  private readonly open = new Map<Uuid, Map<Uuid, Tick>>();
  private readonly retries = new Map<Uuid, { timer: Timer; pause: Millis }>();
  private readonly questions = new Set<Timer>();
  private stopped = false;

  constructor(private readonly parts: TickStarterParts) {}

  /** Takes up what the last process has left. */
  async adopt(): Promise<void> {
    for (const tick of await this.parts.store.open()) this.watch(tick);
    for (const schedule of await this.parts.store.withWork()) this.pursueSoon(schedule);
  }

  stop(): void {
    this.stopped = true;
    for (const { timer } of this.retries.values()) timer.cancel();
    for (const timer of this.questions) timer.cancel();
  }

  /** Starts the pending ticks of a schedule. To be called in its lane. Never rejects. */
  async pursue(schedule: Uuid): Promise<void> {
    if (this.stopped) return;
    this.retries.get(schedule)?.timer.cancel();
    try {
      if (!this.isBusy(schedule)) await this.freeQueued(schedule);
      for (const tick of await this.parts.store.withStatus(schedule, 'pending')) await this.begin(tick);
      this.retries.delete(schedule);
    } catch (error) {
      this.tryLater(schedule, error);
    }
  }

  pursueSoon(schedule: Uuid): void {
    void this.parts.lanes.run(schedule, () => this.pursue(schedule));
  }

  /** Its schedule is gone. */
  forget(schedule: Uuid): void {
    this.open.delete(schedule);
    this.retries.get(schedule)?.timer.cancel();
    this.retries.delete(schedule);
  }

  private isBusy(schedule: Uuid): boolean {
    return (this.open.get(schedule)?.size ?? 0) > 0;
  }

  private async freeQueued(schedule: Uuid): Promise<void> {
    const { store, timers } = this.parts;
    const [first] = await store.withStatus(schedule, 'queued');
    if (!first) return;
    // It came to wait after the pause, or the process died before the pause could drop it.
    const isDropped = first.origin === 'schedule' && (await store.find(schedule))?.state === 'paused';
    const outcome: TickOutcome = isDropped ? { status: 'skipped', reason: 'paused' } : { status: 'pending' };
    await store.settle(first, outcome, timers.now());
  }

  private async begin(tick: Tick): Promise<void> {
    const { store, timers, executions } = this.parts;
    // Started by a process that died before it could write it down.
    const before = await executions.startedBy(startKeyOf(tick));
    const outcome =
      before === undefined
        ? ((await this.heldBack(tick)) ?? (await this.started(tick)))
        : { status: 'started' as const, execution: before };
    await store.settle(tick, outcome, timers.now());
    const { execution } = outcome;
    if (execution !== undefined) this.watch({ ...tick, execution });
  }

  /** What an open execution of the schedule means for a tick; undefined when nothing stands in its way. */
  private async heldBack({ schedule, request }: Tick): Promise<TickOutcome | undefined> {
    if (!this.isBusy(schedule) || !request) return undefined;
    const overlapped: TickOutcome = { status: 'skipped', reason: 'overlap' };
    switch (request.overlap) {
      case 'allow':
        return undefined;
      case 'skip':
        return overlapped;
      case 'queue': {
        const queued = await this.parts.store.withStatus(schedule, 'queued');
        return queued.length > 0 ? overlapped : { status: 'queued' };
      }
      case 'cancel_other':
        await this.cancelOpen(schedule);
        return undefined;
    }
  }

  private async cancelOpen(schedule: Uuid): Promise<void> {
    for (const execution of this.open.get(schedule)?.keys() ?? []) {
      try {
        await this.parts.executions.cancel(execution, 'a later tick of its schedule takes its place');
      } catch (error) {
        // It has ended by itself.
        if (!isFinal(error)) throw error;
      }
    }
  }

  private async started(tick: Tick): Promise<TickOutcome> {
    const { request } = tick;
    if (!request) throw new Error(`tick ${tick.key} of schedule ${tick.schedule} does not say what it starts`);
    const { overlap: _, ...what } = request;
    try {
      const { execution } = await this.parts.executions.start({ ...what, key: startKeyOf(tick) });
      return { status: 'started', execution };
    } catch (error) {
      if (!isFinal(error)) throw error;
      return { status: 'failed', reason: error.code, message: error.message };
    }
  }

  private watch(tick: Tick): void {
    const { schedule, execution } = tick;
    if (execution === undefined) return;
    const open = this.open.get(schedule) ?? new Map<Uuid, Tick>();
    this.open.set(schedule, open.set(execution, tick));
    this.askForEnd(tick, execution);
  }

  private askForEnd(tick: Tick, execution: Uuid): void {
    const close = (ended: ExecutionEnd | undefined): Promise<void> =>
      this.parts.lanes.run(tick.schedule, () => this.close(tick, execution, ended));
    void this.parts.executions.ended(execution).then(close, (error: unknown) => {
      // It was deleted.
      if (isFinal(error)) return close('gone');
      return this.askAgain(tick, execution, error);
    });
  }

  /** Until somebody knows it is open: the overlap of its schedule depends on it. */
  private askAgain(tick: Tick, execution: Uuid, error: unknown): void {
    const { timers, onTrouble } = this.parts;
    if (this.stopped) return;
    const timer = timers.at(timers.now() + LONGEST_PAUSE, () => {
      this.questions.delete(timer);
      this.askForEnd(tick, execution);
    });
    this.questions.add(timer);
    onTrouble(`whether an execution of schedule ${tick.schedule} has ended cannot be read`, error);
  }

  private async close(tick: Tick, execution: Uuid, ended: ExecutionEnd | undefined): Promise<void> {
    const { store, timers, onTrouble } = this.parts;
    const { schedule } = tick;
    if (this.stopped) return;
    this.open.get(schedule)?.delete(execution);
    if (!this.isBusy(schedule)) this.open.delete(schedule);
    try {
      if (ended !== undefined) await store.close(tick, ended, timers.now());
    } catch (error) {
      // The next process finds that it has ended.
      onTrouble(`the end of an execution of schedule ${schedule} cannot be noted`, error);
    }
    await this.pursue(schedule);
  }

  private tryLater(schedule: Uuid, error: unknown): void {
    const { timers, onTrouble } = this.parts;
    if (this.stopped) return;
    const pause = Math.min(LONGEST_PAUSE, (this.retries.get(schedule)?.pause ?? SECOND / 2) * 2);
    const timer = timers.at(timers.now() + pause, () => this.pursueSoon(schedule));
    this.retries.set(schedule, { timer, pause });
    onTrouble(`a tick of schedule ${schedule} waits ${pause / SECOND} s to be started`, error);
  }
}
