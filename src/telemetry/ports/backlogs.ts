import type { Millis } from '../../kernel/index.js';

/** What waits in the store. */
export interface Backlogs {
  /** What came in and had no effect yet. */
  readonly inbox: number;
  /** What is to be sent to webhooks of others. */
  readonly dispatches: number;
  /** Ticks of schedules that start something and have not yet. */
  readonly ticks: number;
  /** ms that the schedule that is first to tick is late; 0: none is. */
  readonly late: Millis;
  /** Bytes of the database and of its write-ahead log. */
  readonly databaseBytes: number;
  readonly walBytes: number;
}

/** Counts what waits, up to a bound: reading it costs the same however much there is. */
export interface BacklogReader {
  /** Numbers are `most` when there is more. */
  read(now: number): Backlogs;
  readonly most: number;
}
