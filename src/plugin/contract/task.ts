import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { CredentialSlots, FilledSlots } from './credential.js';
import type { HttpClient } from './http.js';
import type { Infer, InferObject } from './infer.js';
import type { TaskServices, UsageReport } from './services.js';

/**
 * What running a task does to the world. Engine, optimiser and checker read this one enum.
 * `pure`: nothing, and the same input gives the same output. `read`: looks, changes nothing. `idempotent`: changes
 * something, but a second call with the same idempotency key changes nothing more. `write`: anything else (the default).
 */
export type Effects = 'pure' | 'read' | 'idempotent' | 'write';

/** How much a line of the log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What one attempt of a task may know and use. `C` is the schema of its settings, `S` its credential slots. */
export interface TaskContext<C = undefined, S = CredentialSlots> {
  /** A UUID. */
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
  /** Aborts on timeout (its `reason` is then `timeout`), cancellation and shutdown. An attempt that ends after that is not recorded. */
  readonly signal: AbortSignalLike;
  /** Settings of the plugin, as the service has them. A plugin reads no environment. */
  readonly config: InferObject<C>;
  /** The credentials that the task of the workflow names, by slot. In clear: whatever the task says or returns is masked. */
  readonly secrets: FilledSlots<S>;
  /** HTTP within the platform's limits, to the hosts that the manifest names. */
  readonly http: HttpClient;
  /** Platform services, those that the manifest asks for. */
  readonly services: TaskServices;
  /** ms since 1970. */
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
  /**
   * Books something that the attempt has used, for the budget of its workflow; fulfils when it is written. It counts
   * whatever becomes of the attempt, also when the process dies right after. Calls of `services.llm` are booked already.
   * Rejects with `usage_invalid` when the report is malformed, or the attempt's 10,001st.
   */
  usage(report: UsageReport): Promise<void>;
  /** A line that is shown with the execution; 4,000 characters at most, and 64 KiB of details. */
  log(level: LogLevel, message: string, details?: Json): void;
  /** Reports how far the attempt is. `fraction` is 0..1. Not journaled. */
  progress(fraction: number, message?: string): void;
  /** A sign of life, for tasks with `heartbeat`; `log` and `progress` are one, too. */
  heartbeat(): void;
}

/** The retry policy of a task type, used by tasks that state none. Same words as `retry_policy` in a workflow. */
export interface TaskRetry {
  /** 0 to 1,000. Default 3. */
  readonly max_retries?: number;
  /** How pauses grow. Default `exponential`. */
  readonly backoff_strategy?: 'fixed' | 'linear' | 'exponential';
  /** Seconds. */
  readonly initial_delay?: number;
  /** Seconds. */
  readonly max_delay?: number;
  /** 1 to 100. Default 2. */
  readonly backoff_multiplier?: number;
  /** 0..1 */
  readonly jitter?: number;
}

/** What undoes a task, used by tasks that state no `compensate`. Same words as `compensate` in a workflow. */
export interface TaskCompensation {
  /** A task type; `./cancel` is a task of the same plugin. */
  readonly type: string;
  /** May read the `output` of the step: `{ id: '${output.id}' }`. */
  readonly input?: JsonObject;
}

/** What a task may return: JSON, or nothing, which counts as null. */
type Returned = Json | undefined | void;

/** A kind of task that a plugin offers. */
export interface Task {
  /** As `TaskSpec.id`. */
  readonly id: string;
  /** As `TaskSpec.title`. */
  readonly title: string;
  /** As `TaskSpec.description`. */
  readonly description: string;
  /** As `TaskSpec.icon`. */
  readonly icon?: string;
  /** As `TaskSpec.effects`. */
  readonly effects: Effects;
  /** As `TaskSpec.input`. */
  readonly input?: JsonObject;
  /** As `TaskSpec.output`. */
  readonly output?: JsonObject;
  /** As `TaskSpec.config`. */
  readonly config?: JsonObject;
  /** As `TaskSpec.credentials`. */
  readonly credentials?: CredentialSlots;
  /** As `TaskSpec.retry`. */
  readonly retry?: TaskRetry;
  /** As `TaskSpec.timeout`. */
  readonly timeout?: number;
  /** As `TaskSpec.heartbeat`. */
  readonly heartbeat?: number;
  /** As `TaskSpec.compensate`. */
  readonly compensate?: TaskCompensation;
  /** As `TaskSpec.run`. */
  run(input: JsonObject, context: TaskContext): Returned | Promise<Returned>;
}

/**
 * What `defineTask` makes a task of. The types of `run` follow from the schemas: `I` of the input, `O` of the output, `C`
 * of the settings, `S` from the credential slots.
 */
export interface TaskSpec<I = undefined, O = undefined, C = undefined, S = CredentialSlots> {
  /** Unique in its plugin; the type of the task is `<plugin id>/<task id>`. Lower case, digits, `_` and `-`, 64 characters at most. */
  readonly id: string;
  /** A name for people, 80 characters at most. Default: made of the id. */
  readonly title?: string;
  /** What it does, in a sentence or more; people and models choose by it. */
  readonly description: string;
  /** One emoji, or the `data:` URL of an SVG or PNG image of 32 KiB at most. */
  readonly icon?: string;
  /** Default `write`. */
  readonly effects?: Effects;
  /** JSON Schema 2020-12 of the input, checked before `run` is called. Absent: every object fits. */
  readonly input?: I;
  /** JSON Schema 2020-12 of the output; documentation and type information, not enforced. */
  readonly output?: O;
  /** JSON Schema 2020-12 of the settings of the plugin that this task reads; checked when they are set. */
  readonly config?: C;
  /** Places for credentials. */
  readonly credentials?: S;
  /** Default: none; a failed attempt fails the step. */
  readonly retry?: TaskRetry;
  /** Seconds that one attempt may take, for tasks that state no `timeout`. 0.001 to 31,536,000. */
  readonly timeout?: number;
  /** Seconds without a sign of life after which an attempt has failed, for tasks that state no `heartbeat`. */
  readonly heartbeat?: number;
  /** What undoes it. Default: nothing. */
  readonly compensate?: TaskCompensation;
  /** Does the work. Must return JSON; `undefined` counts as null. Throw `fatal()` or `transient()`; anything else counts as transient `task_threw`. */
  run(input: InferObject<I>, context: TaskContext<C, S>): OutputOf<O> | Promise<OutputOf<O>>;
}

type OutputOf<O> = [O] extends [undefined] ? Returned : JsonObject extends O ? Returned : Infer<O>;

/** What `id` of a task must match. */
export const TASK_ID = /^[a-z][a-z0-9_-]{0,63}$/;

/** `send_mail` → `Send mail`. */
export const titleOf = (id: string): string => {
  const words = id.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Makes a task. Throws a `TypeError` when the id is malformed. */
export const defineTask = <
  const I extends JsonObject | undefined = undefined,
  const O extends JsonObject | undefined = undefined,
  const C extends JsonObject | undefined = undefined,
  const S extends CredentialSlots = CredentialSlots,
>(
  spec: TaskSpec<I, O, C, S>,
): Task => {
  if (!TASK_ID.test(spec.id)) throw new TypeError(`Task id "${spec.id}" must match ${TASK_ID.source}`);
  return Object.freeze({
    ...spec,
    title: spec.title ?? titleOf(spec.id),
    effects: spec.effects ?? 'write',
  }) as unknown as Task;
};
