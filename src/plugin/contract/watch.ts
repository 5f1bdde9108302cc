import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { TaskServices, WorkflowService } from './services.js';

/** What a watch is to tell of. */
export interface WatchRequest {
  /**
   * `events`: those that were given to all, or to all executions of one workflow; they are kept for 24 hours. `executions`:
   * those that ended, whatever their age, as long as they are kept.
   */
  readonly of: 'events' | 'executions';
  /** Go on behind this cursor of a watch of the same kind. Absent: with what comes from now on. */
  readonly since?: string;
  /** Ends the watch. */
  readonly signal: AbortSignalLike;
}

/** An event. */
export interface WatchedEvent {
  /** Tells it from the others. */
  readonly is: 'event';
  /** Where to go on behind it. */
  readonly cursor: string;
  /** A UUID. */
  readonly id: string;
  /** What steps wait for: `order.paid`. */
  readonly name: string;
  /** What the event says. */
  readonly payload: Json;
  /** The id of the workflow that it was given to; null: it was given to all. */
  readonly workflow: string | null;
  /** ms since 1970. */
  readonly at: Instant;
}

/** An execution that ended. One that is taken up again ends again. */
export interface WatchedExecution {
  /** Tells it from the others. */
  readonly is: 'execution';
  /** Where to go on behind it; another one for each end of an execution. */
  readonly cursor: string;
  /** A UUID. */
  readonly id: string;
  /** Its workflow. */
  readonly workflow: { readonly id: string; readonly name: string; readonly version: string };
  /** How it ended. */
  readonly status: 'completed' | 'failed' | 'canceled';
  /** Null unless it completed. */
  readonly output: Json;
  /** Null unless it failed. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** As it was started with. */
  readonly metadata: JsonObject;
  /** Ids of the triggers that led to it, the first one first; also by way of executions that started it. */
  readonly triggers: readonly string[];
  /** ms since 1970. */
  readonly at: Instant;
}

/** How far a watch is: everything up to the cursor was told. The first thing that a watch says, and then after each handful. */
export interface WatchMark {
  /** Tells it from the others. */
  readonly is: 'mark';
  /** Where to go on. */
  readonly cursor: string;
}

/** What a watch says. */
export type Watched = WatchedEvent | WatchedExecution | WatchMark;

/** Tells what happens in this Harmonia, in the order of its commits; nothing is left out over a restart. */
export interface WorkflowWatch {
  /** Throws a `TypeError` when `since` is no cursor of this kind. Ends when the signal aborts. */
  watch(request: WatchRequest): AsyncIterable<Watched>;
}

/** What the platform offers to triggers. A plugin gets those that its manifest names; the others are absent. */
export interface TriggerServices extends Omit<TaskServices, 'workflows'> {
  /** Works with executions of this Harmonia, and watches them. */
  readonly workflows?: WorkflowService & WorkflowWatch;
}
