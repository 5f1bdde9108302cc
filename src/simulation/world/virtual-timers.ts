import type { Instant } from '../../kernel/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';

/** Something that will happen at a virtual time. */
export interface Armed extends Timer {
  readonly time: Instant;
  /** What it waits for, by the clock of whoever has armed it. */
  readonly target: Instant;
  /** What it is, for a trace. */
  readonly label: string;
  readonly callback: () => void;
  /** It is of the world outside: it happens although the process dies. */
  readonly outlives: boolean;
}

/** What to arm; `label` is `timer` and `outlives` false unless said. */
export interface Arming {
  readonly time: Instant;
  /** Default: `time`. */
  readonly target?: Instant;
  readonly callback: () => void;
  readonly label?: string;
  readonly outlives?: boolean;
}

/** A clock that stands still until somebody turns it. What is due rings in the order of its time, or as it is picked. */
export class VirtualTimers implements Timers {
  private readonly armed = new Set<Armed>();

  constructor(private time: Instant = 1_000_000) {}

  now(): Instant {
    return this.time;
  }

  at(time: Instant, callback: () => void): Timer {
    return this.arm({ time, callback });
  }

  arm({ time, target = time, callback, label = 'timer', outlives = false }: Arming): Armed {
    const timer: Armed = { time, target, callback, label, outlives, cancel: () => void this.armed.delete(timer) };
    this.armed.add(timer);
    return timer;
  }

  /** Timers that wait to ring. */
  get waiting(): number {
    return this.armed.size;
  }

  /** What the first of those called `label` waits for; Infinity when none does. */
  firstRing(label = 'timer'): Instant {
    let first = Infinity;
    for (const timer of this.armed) if (timer.label === label) first = Math.min(first, timer.target);
    return first;
  }

  /** What is due now, first what was due first. When nothing is, the clock is turned on to what comes next. Empty: nothing ever will. */
  turnToNext(): readonly Armed[] {
    const due = this.due();
    if (due.length > 0 || this.armed.size === 0) return due;
    let next = Infinity;
    for (const { time } of this.armed) next = Math.min(next, time);
    this.time = next;
    return this.due();
  }

  ring(timer: Armed): void {
    this.armed.delete(timer);
    timer.callback();
  }

  /** Turns the clock to `time` and rings what is due, also what the callbacks arm meanwhile. */
  turnTo(time: Instant): void {
    for (let next = this.firstUntil(time); next; next = this.firstUntil(time)) {
      this.time = Math.max(this.time, next.time);
      this.ring(next);
    }
    this.time = time;
  }

  advance(ms: number): void {
    this.turnTo(this.time + ms);
  }

  /** The machine's clock is set back: nothing rings. */
  setBack(ms: number): void {
    this.time -= ms;
  }

  /** What dies with a process: the clock goes on, what the process armed rings no more. */
  die(): void {
    for (const timer of this.armed) if (!timer.outlives) this.armed.delete(timer);
  }

  private due(): Armed[] {
    const due: Armed[] = [];
    for (const timer of this.armed) if (timer.time <= this.time) due.push(timer);
    return due.sort((a, b) => a.time - b.time);
  }

  private firstUntil(time: Instant): Armed | undefined {
    let first: Armed | undefined;
    for (const timer of this.armed) if (timer.time <= time && (!first || timer.time < first.time)) first = timer;
    return first;
  }
}
