import type { Clock, Instant } from '../../kernel/index.js';

/** A wake-up that was asked for. */
export interface Timer {
  cancel(): void;
}

/** Wakes the engine up. Deadlines are absolute and journaled; a timer is only their echo in this process. */
export interface Timers extends Clock {
  /** Calls back once, at `time` or soon after, never before; also when `time` is past, but not during this call. */
  at(time: Instant, callback: () => void): Timer;
}
