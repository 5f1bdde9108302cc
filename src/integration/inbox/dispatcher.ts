import type { Instant } from '../../kernel/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type { Attempted, InboxStore } from '../ports/index.js';
import { attempt, type DeliverTo } from './attempt.js';

export interface DispatcherParts {
  readonly store: Pick<InboxStore, 'due' | 'nextDue' | 'record'>;
  readonly to: DeliverTo;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Is told of every attempt once it is recorded. */
  readonly recorded: (attempts: readonly Attempted[]) => void;
}

/** What is in memory at once. */
const AT_ONCE = { rows: 256, bytes: 32 * 2 ** 20 };
/** ms before the store is asked again after it failed. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

/**
 * Takes pending deliveries to their targets, a handful at a time: those of a handful share the commits of the engine, and
 * their outcomes are one commit. What was under way when the process died is pending still.
 */
export class Dispatcher {
  private working: Promise<void> | undefined;
  private isWanted = false;
  private isStopped = false;
  private timer: Timer | undefined;
  private failures = 0;

  constructor(private readonly parts: DispatcherParts) {}

  /** There is something to do. */
  wake(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    this.working ??= this.work();
  }

  /** Fulfils when nothing is under way any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    await this.working;
  }

  private async work(): Promise<void> {
    this.timer?.cancel();
    let next: Instant | undefined;
    while (this.isWanted && !this.isStopped) {
      this.isWanted = false;
      next = await this.deliverAll();
    }
    this.working = undefined;
    if (next !== undefined && !this.isStopped) this.timer = this.parts.timers.at(next, () => this.wake());
  }

  /** Delivers what is due; answers when there will be more. A store that fails is asked again after a while. */
  private async deliverAll(): Promise<Instant | undefined> {
    const { store, timers } = this.parts;
    try {
      while (!this.isStopped && (await this.deliverSome()));
      this.failures = 0;
      return await store.nextDue();
    } catch (error) {
      this.parts.onTrouble('deliveries wait', error);
      const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
      this.failures = Math.min(this.failures + 1, 16);
      return timers.now() + pause;
    }
  }

  private async deliverSome(): Promise<boolean> {
    const { store, to, timers, onTrouble, recorded } = this.parts;
    const due = await store.due(timers.now(), AT_ONCE);
    if (due.length === 0) return false;
    const attempts = await Promise.all(due.map((delivery) => attempt(to, delivery, () => timers.now())));
    await store.record(attempts);
    for (const { id, surprise } of attempts) if (surprise !== undefined) onTrouble(`delivery ${id} failed`, surprise);
    recorded(attempts);
    return true;
  }
}
