import { steadyClock } from '../../engine/embedded/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type { Instant, Millis } from '../../kernel/index.js';
import type { Armed, VirtualTimers } from './virtual-timers.js';

/** The clock of a machine: somebody can set it, and it can stand still. */
export class MachineClock {
  /** From true time. */
  private offset: Millis = 0;
  private frozenAt: Instant | undefined;

  constructor(private readonly time: VirtualTimers) {}

  now(): Instant {
    return this.frozenAt ?? this.time.now() + this.offset;
  }

  set(ms: Millis): void {
    this.offset += ms;
    if (this.frozenAt !== undefined) this.frozenAt += ms;
  }

  /** It goes on after that, and is late by as much. */
  freeze(ms: Millis): void {
    if (this.frozenAt !== undefined) return;
    this.frozenAt = this.now();
    const callback = (): void => {
      this.offset = this.now() - this.time.now();
      this.frozenAt = undefined;
    };
    this.time.arm({ time: this.time.now() + ms, callback, label: 'the clock goes on', outlives: true });
  }

  /** The clock and the timers of one process, as those of the service are: time goes no way back, whatever this clock does. */
  ofProcess(): Timers {
    const { time } = this;
    const now = steadyClock({ wall: () => this.now(), elapsed: () => time.now() });
    const at = (target: Instant, callback: () => void): Timer => {
      const ring = (): void => {
        if (now() < target) armed = arm();
        else callback();
      };
      const arm = (): Armed => time.arm({ time: time.now() + Math.max(0, target - now()), target, callback: ring });
      let armed = arm();
      return { cancel: () => armed.cancel() };
    };
    return { now, at };
  }
}
