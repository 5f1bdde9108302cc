/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

/** Where the time comes from. The pure zone never holds one: times arrive inside requests. */
export interface Clock {
  now(): Instant;
}

/** A wake-up that was asked for. */
export interface Timer {
  cancel(): void;
}

/** Wakes the engine up. Deadlines are absolute and journaled; a timer is only their echo in this process. */
export interface Timers extends Clock {
  /** Calls back once, at `time` or soon after, never before; also when `time` is past, but not during this call. */
  at(time: Instant, callback: () => void): Timer;
}

/** `2026-11-24T12:00:00.000Z` */
export const isoInstant = (instant: Instant): string => new Date(instant).toISOString();

/** ISO-8601 duration of a length of time, to the millisecond: `PT1.5S`. */
export const isoDuration = (length: Millis): string => `PT${length / 1000}S`;
