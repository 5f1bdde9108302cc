import type { Timer, Timers } from '../../src/engine/ports/index.js';

interface Armed extends Timer {
  readonly time: number;
  readonly callback: () => void;
}

/** A clock that stands still until the test turns it. Timers ring in the order of their times. */
export class ManualTimers implements Timers {
  private readonly armed = new Set<Armed>();

  constructor(private time = 1_000_000) {}

  now(): number {
    return this.time;
  }

  at(time: number, callback: () => void): Timer {
    const timer: Armed = { time, callback, cancel: () => void this.armed.delete(timer) };
    this.armed.add(timer);
    return timer;
  }

  /** Timers that wait to ring. */
  get waiting(): number {
    return this.armed.size;
  }

  /** Turns the clock to `time` and rings what is due, also what the callbacks arm meanwhile. */
  turnTo(time: number): void {
    for (let next = this.nextUntil(time); next; next = this.nextUntil(time)) {
      this.armed.delete(next);
      this.time = Math.max(this.time, next.time);
      next.callback();
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

  /** What dies with a process: the clock goes on, nothing is armed any more. */
  die(): void {
    this.armed.clear();
  }

  private nextUntil(time: number): Armed | undefined {
    let next: Armed | undefined;
    for (const timer of this.armed) if (timer.time <= time && (!next || timer.time < next.time)) next = timer;
    return next;
  }
}
