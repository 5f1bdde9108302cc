import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { TaskServices } from './services.js';

/**
 * What running a task does to the world. Engine, optimiser and checker read this one enum.
 * `pure`: nothing, and the same input gives the same output. `read`: looks, changes nothing. `idempotent`: changes
 * something, but a second call with the same idempotency key changes nothing more. `write`: anything else (the default).
 */
export type Effects = 'pure' | 'read' | 'idempotent' | 'write';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What one attempt of a task may know and use. */
export interface TaskContext {
  readonly executionId: string;
  /** Where the step stands in its execution: `/deploy[3]/notify`. */
  readonly address: string;
  /** Counts from 1; raised only by a re-execution that resets the step. */
  readonly generation: number;
  /** Counts from 1; lost attempts count too. */
  readonly attempt: number;
  /** Equal on all attempts of this step within its generation; hand it to services that de-duplicate. */
  readonly idempotencyKey: string;
  /** When the first attempt with this key started. A task that waits counts from here, so a crash does not start the wait anew. */
  readonly firstStartedAt: Instant;
  /** When this attempt will be aborted, if it has a timeout. */
  readonly deadline: Instant | undefined;
  /** Aborts on timeout, cancellation and shutdown. An attempt that ends after that is not recorded. */
  readonly signal: AbortSignalLike;
  /** Settings of the plugin, from the configuration of the service. A plugin reads no environment. */
  readonly config: JsonObject;
  /** Platform services, those that the manifest asks for. */
  readonly services: TaskServices;
  now(): Instant;
  /** Resolves at that time (at once if it is past); rejects when the signal aborts. */
  sleepUntil(time: Instant): Promise<void>;
  /**
   * Does something once for all attempts of this step, and answers its result: recorded before it is answered, so that an
   * attempt after a crash gets it and does not call `work` again. Only a crash between `work` and the record calls it twice.
   * The result must be JSON; secrets in it are masked. `key` names it within the step, 200 characters at most; a step has
   * 1,000 results at most. A failure of `work` is passed on and not recorded. Rejects when the attempt is over.
   */
  once<T extends Json>(key: string, work: () => T | Promise<T>): Promise<T>;
  log(level: LogLevel, message: string, details?: Json): void;
  /** Reports how far the attempt is. `fraction` is 0..1. Not journaled. */
  progress(fraction: number, message?: string): void;
  /** A sign of life, for tasks with `heartbeat`; `log` and `progress` are one, too. */
  heartbeat(): void;
}

/** The retry policy of a task type, used by tasks that state none. Same words as `retry_policy` in a workflow. */
export interface TaskRetry {
  readonly max_retries?: number;
  readonly backoff_strategy?: 'fixed' | 'linear' | 'exponential';
  /** Seconds. */
  readonly initial_delay?: number;
  /** Seconds. */
  readonly max_delay?: number;
  readonly backoff_multiplier?: number;
  /** 0..1 */
  readonly jitter?: number;
}

/** A kind of task that a plugin offers. */
export interface Task {
  /** Unique in its plugin; the type of the task is `<plugin id>/<task id>`. */
  readonly id: string;
  readonly description: string;
  readonly effects: Effects;
  /** JSON Schema 2020-12 of the input, checked before `run` is called. Absent: anything. */
  readonly input?: JsonObject;
  /** JSON Schema 2020-12 of the output; documentation and type information, not enforced. */
  readonly output?: JsonObject;
  readonly retry?: TaskRetry;
  /** Seconds that one attempt may take, for tasks that state no `timeout`. */
  readonly timeout?: number;
  /** Does the work. Must return JSON; `undefined` counts as null. Throw `fatal()` or `transient()`; anything else counts as transient `task_threw`. */
  run(input: JsonObject, context: TaskContext): Json | undefined | void | Promise<Json | undefined | void>;
}

/** What `defineTask` makes a task of; `effects` is `write` unless said. */
export interface TaskSpec extends Omit<Task, 'effects'> {
  readonly effects?: Effects;
}

/** What `id` of a task must match. */
export const TASK_ID = /^[a-z][a-z0-9_-]{0,63}$/;

/** Makes a task. Throws a `TypeError` when the id is malformed: lower case, digits, `_` and `-`, 64 characters at most. */
export const defineTask = (spec: TaskSpec): Task => {
  if (!TASK_ID.test(spec.id)) throw new TypeError(`Task id "${spec.id}" must match ${TASK_ID.source}`);
  return Object.freeze({ ...spec, effects: spec.effects ?? 'write' });
};
