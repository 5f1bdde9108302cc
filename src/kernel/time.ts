/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

/** Where the time comes from. The pure zone never holds one: times arrive inside requests. */
export interface Clock {
  now(): Instant;
}

/** `2026-11-24T12:00:00.000Z` */
export const isoInstant = (instant: Instant): string => new Date(instant).toISOString();

/** ISO-8601 duration of a length of time, to the millisecond: `PT1.5S`. */
export const isoDuration = (length: Millis): string => `PT${length / 1000}S`;
