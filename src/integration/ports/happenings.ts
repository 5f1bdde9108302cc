import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';

/** An event that was given to many. */
export interface KeptHappening {
  /** Its place in the order of these events. */
  readonly place: number;
  readonly id: Uuid;
  readonly name: string;
  /** Only for executions of this one. */
  readonly workflow: Uuid | null;
  readonly payload: Json;
  readonly at: Instant;
}

/** An end of an execution. */
export interface Ending {
  /** Its place in the order of all commits. */
  readonly place: number;
  readonly execution: Uuid;
  readonly workflow: { readonly id: Uuid; readonly name: string; readonly version: string };
  readonly status: 'completed' | 'failed' | 'canceled';
  readonly output: Json;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly metadata: JsonObject;
  /** Triggers that led to it. */
  readonly triggers: readonly Uuid[];
  readonly at: Instant;
}

/** What was found behind a place. */
export interface Found<T> {
  /** In their order. */
  readonly items: readonly T[];
  /** Nothing up to here was left out. */
  readonly upTo: number;
}

export type HappeningKind = 'events' | 'executions';

/** What has happened, in the order of its commits. Places never go back, whatever is deleted. */
export interface Happenings {
  /** The last place that was given. */
  last(of: HappeningKind): Promise<number>;
  /** At most so many; those that are not kept any more are missing. */
  events(after: number, most: number): Promise<Found<KeptHappening>>;
  endings(after: number, most: number): Promise<Found<Ending>>;
  /** Calls back after each commit that brought one. Answers how to stop that. */
  listen(of: HappeningKind, wake: () => void): () => void;
}
