import type { Timer, Timers } from '../../engine/ports/index.js';
import type { Instant, Millis } from '../../kernel/index.js';
import type { Armed, VirtualTimers } from './virtual-timers.js';

/**
 * The clock and the timers of a machine, as its processes have them: somebody can set the clock, and it can stand still.
 * Timers run by true time, and look at the clock when they are over, as those of Node do.
 */
export class MachineClock implements Timers {
  /** Of the clock, from true time. */
  private offset: Millis = 0;
  private frozen: { readonly at: Instant; readonly until: Instant } | undefined;

  constructor(private readonly time: VirtualTimers) {}

  now(): Instant {
    return this.frozen?.at ?? this.time.now() + this.offset;
  }

  at(time: Instant, callback: () => void): Timer {
    const ring = (): void => {
      if (this.now() < time) armed = arm();
      else callback();
    };
    const arm = (): Armed => {
      const still = this.frozen ? this.frozen.until - this.time.now() : 0;
      const length = Math.max(0, time - this.now());
      return this.time.arm({ time: this.time.now() + still + length, target: time, callback: ring });
    };
    let armed = arm();
    return { cancel: () => armed.cancel() };
  }

  set(ms: Millis): void {
    this.offset += ms;
    if (this.frozen) this.frozen = { ...this.frozen, at: this.frozen.at + ms };
  }

  /** It goes on after that, and is late by as much. */
  freeze(ms: Millis): void {
    if (this.frozen) return;
    const until = this.time.now() + ms;
    this.frozen = { at: this.now(), until };
    const callback = (): void => {
      this.offset = this.now() - this.time.now();
      this.frozen = undefined;
    };
    this.time.arm({ time: until, callback, label: 'the clock goes on', outlives: true });
  }
}
