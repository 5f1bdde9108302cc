import type { JsonObject } from '../../kernel/index.js';
import type { RetryPolicySpec } from '../../retry-policy/index.js';

/** What running a task does to the world (semantics 6). */
export const EFFECTS = ['pure', 'read', 'idempotent', 'write'] as const;
export type Effects = (typeof EFFECTS)[number];

/** What the core must know about a kind of task: `http/request`, `core/noop`. */
export interface TaskType {
  readonly type: string;
  readonly description: string;
  readonly effects: Effects;
  /** Used by tasks that state no `retry_policy`. */
  readonly retry?: RetryPolicySpec;
  /** Seconds; used by tasks that state no `timeout`. */
  readonly timeout?: number;
  readonly input?: JsonObject;
  readonly output?: JsonObject;
}

/** The task types that are there to be used. */
export interface TaskCatalogue {
  /** Another number whenever a type was added, changed or removed. */
  readonly revision: number;
  find(type: string): TaskType | undefined;
  /** Sorted. */
  types(): readonly TaskType[];
}
