import type { Instant, Timers } from '../../kernel/index.js';
import type { Limit, ReadyOrder, RunEvent } from '../core/index.js';
import { Limiter } from './limiter.js';
import { Turns, type Waiting } from './turns.js';

/** Whose steps hold slots. */
export interface Holder {
  /** Steps that hold one, and the limits under which they run. */
  readonly slots: Map<string, readonly Limit[]>;
}

export interface DispatcherOptions {
  /** Steps that run at the same time. */
  readonly slots: number;
  readonly timers: Timers;
  /** `next` has one again, since time has passed. */
  readonly onRoom: () => void;
}

const NO_LIMITS: readonly Limit[] = [];

/**
 * Grants slots to ready steps: higher priority first, then turn by turn over executions, then in the order in which
 * they became ready. A step whose limits have no room holds up nobody behind it. Slots, and the room under limits, are
 * taken and freed by transitions (semantics 25); this only counts them.
 */
export class Dispatcher<T extends Holder> {
  private readonly priorities = new Map<number, Turns<T>>();
  private descending: number[] = [];
  private used = 0;
  private granted: Waiting<T> | undefined;
  private readonly limiter: Limiter<T>;
  private readonly slots: number;
  private readonly blocks = (waiting: Waiting<T>): boolean => this.limiter.blocks(waiting);

  constructor({ slots, timers, onRoom }: DispatcherOptions) {
    this.slots = slots;
    const release = (waiting: Waiting<T>): void => this.turnsOf(waiting.order).pushFirst(waiting);
    this.limiter = new Limiter({ timers, release, onRoom });
  }

  /** Steps that run. */
  get running(): number {
    return this.used;
  }

  /** Steps that wait for a slot, or for room under a limit. */
  get waiting(): number {
    let sum = this.limiter.waiting;
    for (const turns of this.priorities.values()) sum += turns.length;
    return sum;
  }

  /** Keys of limits that something runs under, waits for, or began under within the window of a rate. */
  get keys(): number {
    return this.limiter.size;
  }

  /** `since`: when it became ready, for those who measure how long steps wait. */
  push(of: T, order: ReadyOrder, since: Instant = 0): void {
    if (order.limits.length > 0 && this.limiter.joins({ of, order, since })) return;
    this.turnsOf(order).push(of, order, since);
  }

  /** Whether it is worth to ask `next`. */
  hasNext(): boolean {
    this.limiter.settle();
    return (
      this.used < this.slots && this.descending.some((priority) => !(this.priorities.get(priority) as Turns<T>).isEmpty)
    );
  }

  /**
   * The next step that may have a slot at this time, if there is one and a slot is free. The caller accounts for the
   * slot if it begins, before it asks again.
   */
  next(at: Instant): Waiting<T> | undefined {
    this.limiter.settle(at);
    if (this.used >= this.slots) return undefined;
    this.granted = undefined;
    for (let turns = this.highest(); turns && !this.granted; turns = this.highest()) {
      this.granted = turns.take(this.blocks);
    }
    return this.granted;
  }

  /** The slots that events take and free. */
  account(of: T, events: readonly RunEvent[]): void {
    for (const event of events) {
      switch (event.type) {
        case 'step_started':
          this.take(of, event.step);
          break;
        case 'step_completed':
        case 'step_failed':
        case 'attempt_failed':
        case 'attempt_lost':
          this.free(of, event.step);
          break;
        case 'execution_paused':
          // What is ready is ordered again by the resume.
          this.forget(of);
          break;
        case 'execution_completed':
        case 'execution_failed':
        case 'execution_canceled':
          this.freeAll(of);
          break;
        default:
      }
    }
  }

  /** These steps hold the slots of an execution, and no others. Windows of rates are not touched. */
  recount(of: T, running: Iterable<readonly [step: string, limits: readonly Limit[]]>): void {
    this.freeAll(of);
    for (const [step, limits] of running) {
      this.used += 1;
      of.slots.set(step, limits);
      if (limits.length > 0) this.limiter.take(limits, { begins: false });
    }
  }

  free(of: T, step: string): void {
    const limits = of.slots.get(step);
    if (!limits) return;
    of.slots.delete(step);
    this.used -= 1;
    if (limits.length > 0) this.limiter.free(limits);
  }

  freeAll(of: T): void {
    for (const step of [...of.slots.keys()]) this.free(of, step);
  }

  /** Drops the waiting steps of an execution that ended or is reloaded. */
  forget(of: T): void {
    for (const turns of this.priorities.values()) turns.forget(of);
    this.limiter.forget(of);
  }

  /** Nothing rings any more. */
  stop(): void {
    this.limiter.stop();
  }

  /** What begins is what was granted last. */
  private take(of: T, step: string): void {
    const { granted } = this;
    const limits = granted?.of === of && granted.order.step === step ? granted.order.limits : NO_LIMITS;
    this.free(of, step);
    this.used += 1;
    of.slots.set(step, limits);
    if (limits.length > 0) this.limiter.take(limits, { begins: true });
  }

  private turnsOf({ priority }: ReadyOrder): Turns<T> {
    const known = this.priorities.get(priority);
    if (known) return known;
    const turns = new Turns<T>();
    this.priorities.set(priority, turns);
    this.descending = [...this.priorities.keys()].sort((a, b) => b - a);
    return turns;
  }

  private highest(): Turns<T> | undefined {
    for (const priority of this.descending) {
      const turns = this.priorities.get(priority) as Turns<T>;
      if (!turns.isEmpty) return turns;
    }
    return undefined;
  }
}
