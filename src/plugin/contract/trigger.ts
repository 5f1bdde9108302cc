import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { CredentialSlots, FilledSlots } from './credential.js';
import type { HttpClient } from './http.js';
import type { InferObject } from './infer.js';
import { TASK_ID, titleOf, type LogLevel } from './task.js';
import type { TriggerServices } from './watch.js';

/** Something that a trigger noticed. */
export interface Occurrence {
  /** Names it among those of this trigger: told again with the same id, it starts nothing. 200 characters at most. */
  readonly id: string;
  /** What there is to say of it; the input of what is started, unless it is mapped. */
  readonly payload: Json;
  /**
   * The triggers that led to it, as a watch tells them: what it starts has them and this one. It starts nothing when
   * they are more than 16. Default: none.
   */
  readonly triggers?: readonly string[];
}

/** What a running trigger may know and use. `P` is the schema of its parameters, `S` its credential slots. */
export interface TriggerContext<P = undefined, S = CredentialSlots> {
  /** A UUID: which of the triggers of its type it is. */
  readonly id: string;
  /** What the one who set the trigger up wants of it. */
  readonly params: InferObject<P>;
  /** Settings of the plugin. */
  readonly config: JsonObject;
  /** The credentials that fill its places. */
  readonly secrets: FilledSlots<S>;
  /** HTTP within the platform's limits, to the hosts that the manifest names. */
  readonly http: HttpClient;
  /** Platform services, those that the manifest asks for. */
  readonly services: TriggerServices;
  /** Aborts when the trigger is paused, changed or removed, and when the service stops. */
  readonly signal: AbortSignalLike;
  /** ms since 1970. */
  now(): Instant;
  /** Resolves at that time (at once if it is past); rejects when the signal aborts. */
  sleepUntil(time: Instant): Promise<void>;
  /**
   * Tells of something. Fulfils when it is durable: what it starts will be started, also after a crash; later, while the
   * service has more to do than it can. Rejects when the occurrence is malformed or larger than the service takes, when
   * 256 wait, and once the signal has aborted.
   */
  emit(occurrence: Occurrence): Promise<void>;
  /** What `remember` kept last, null at first: where to go on after a restart. */
  readonly memory: Json;
  /** Keeps up to 64 KiB of JSON. Fulfils when it is durable. Remember after `emit`: a crash between the two tells twice, and the id sees to it. */
  remember(memory: Json): Promise<void>;
  /** Goes into the log of the service. */
  log(level: LogLevel, message: string, details?: Json): void;
}

/** A kind of trigger that a plugin offers: it notices what happens outside and starts workflows. */
export interface Trigger {
  /** As `TriggerSpec.id`. */
  readonly id: string;
  /** As `TriggerSpec.title`. */
  readonly title: string;
  /** As `TriggerSpec.description`. */
  readonly description: string;
  /** As `TriggerSpec.icon`. */
  readonly icon?: string;
  /** As `TriggerSpec.params`. */
  readonly params?: JsonObject;
  /** As `TriggerSpec.payload`. */
  readonly payload?: JsonObject;
  /** As `TriggerSpec.credentials`. */
  readonly credentials?: CredentialSlots;
  /** As `TriggerSpec.run`. */
  run(context: TriggerContext): Promise<void>;
}

/** What `defineTrigger` makes a trigger of. */
export interface TriggerSpec<P = undefined, S = CredentialSlots> {
  /** Unique among the triggers of its plugin; the type of the trigger is `<plugin id>/<trigger id>`. Same form as the id of a task. */
  readonly id: string;
  /** Default: made of the id. */
  readonly title?: string;
  /** What it notices, in a sentence or more. */
  readonly description: string;
  /** As that of a task. */
  readonly icon?: string;
  /** JSON Schema 2020-12 of its parameters. Absent: every object fits. */
  readonly params?: P;
  /** JSON Schema 2020-12 of what it tells; documentation and type information. */
  readonly payload?: JsonObject;
  /** Places for credentials. */
  readonly credentials?: S;
  /**
   * Watches until the signal aborts. When it ends before, or throws, it is run again after a pause that grows from one
   * second to a minute.
   */
  run(context: TriggerContext<P, S>): Promise<void>;
}

/** Makes a trigger. Throws a `TypeError` when the id is malformed. */
export const defineTrigger = <
  const P extends JsonObject | undefined = undefined,
  const S extends CredentialSlots = CredentialSlots,
>(
  spec: TriggerSpec<P, S>,
): Trigger => {
  if (!TASK_ID.test(spec.id)) throw new TypeError(`Trigger id "${spec.id}" must match ${TASK_ID.source}`);
  return Object.freeze({ ...spec, title: spec.title ?? titleOf(spec.id) }) as unknown as Trigger;
};
