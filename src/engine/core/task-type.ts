import type { JsonObject } from '../../kernel/index.js';
import type { RetryPolicySpec } from '../../retry-policy/index.js';

/** What running a task does to the world (semantics 6). */
export const EFFECTS = ['pure', 'read', 'idempotent', 'write'] as const;
export type Effects = (typeof EFFECTS)[number];

/** A place that a task of a workflow fills with the name of a credential. */
export interface CredentialPlace {
  /** Kinds of credentials that fit. */
  readonly types: readonly string[];
  /** Default false. */
  readonly optional?: boolean;
}

/** The credentials that there are. */
export interface CredentialDirectory {
  /** The kind of a credential; undefined: there is none of that name. */
  typeOf(name: string): string | undefined;
}

/** The components that were registered, and say what their actions take. */
export interface ComponentDirectory {
  /** JSON Schemas of the params, by action; undefined: the component is not registered, and may take anything. */
  paramsOf(component: string): ReadonlyMap<string, JsonObject> | undefined;
}

/** What the core must know about a kind of task: `http/request`, `core/noop`. */
export interface TaskType {
  readonly type: string;
  readonly description: string;
  readonly effects: Effects;
  /** Used by tasks that state no `retry_policy`. */
  readonly retry?: RetryPolicySpec;
  /** Seconds; used by tasks that state no `timeout`. */
  readonly timeout?: number;
  /** Seconds; used by tasks that state no `heartbeat`. */
  readonly heartbeat?: number;
  /** Used by tasks that state no `compensate`: in the words of a workflow. */
  readonly compensate?: { readonly type: string; readonly input?: JsonObject };
  /** Places for credentials, by name. */
  readonly credentials?: Readonly<Record<string, CredentialPlace>>;
  readonly input?: JsonObject;
  readonly output?: JsonObject;
}

/** The task types that are there to be used. */
export interface TaskCatalogue {
  /** Another number whenever a type was added, changed or removed. */
  readonly revision: number;
  /** Names the set of plugin versions that the types belong to; absent: the first. */
  readonly plugins?: number | undefined;
  find(type: string): TaskType | undefined;
  /** Sorted. */
  types(): readonly TaskType[];
}
