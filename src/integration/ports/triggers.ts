import type { Fault, Json, JsonObject, Result, Uuid } from '../../kernel/index.js';
import type { Credential, LogLevel, Trigger, TriggerServices } from '../../plugin/contract/index.js';
import type { DocumentPage, PageWanted } from './webhook-direction.js';

/** A kind of trigger that a plugin offers, with what its plugin may use. */
export interface TriggerKind {
  /** `<plugin>/<trigger>` */
  readonly type: string;
  readonly plugin: string;
  readonly trigger: Trigger;
  readonly config: JsonObject;
  readonly hosts: readonly string[];
  readonly services: TriggerServices;
  /** Another one after every change of the plugin. */
  readonly version: object;
}

/** The kinds of triggers that there are. */
export interface TriggerKinds {
  find(type: string): TriggerKind | undefined;
  /** By type. */
  all(): readonly TriggerKind[];
  /** What is wrong with parameters, as faults below `/params`. */
  faults(kind: TriggerKind, params: JsonObject): readonly Fault[];
  /** Calls back whenever a plugin comes, goes or changes. Answers how to stop that. */
  onChange(listener: () => void): () => void;
}

/** What triggers are guarded by. */
export interface TriggerGuard {
  /** One that workflows may name, too. */
  credential(name: string): Credential | undefined;
  /** Without secrets. */
  text(text: string): string;
  /** A plain copy, without secrets; or why it is none: `too_large` is larger than `maxBytes` of JSON. */
  json(value: unknown, maxBytes: number): Result<Json, 'too_large' | 'no_json'>;
}

/** Something that a trigger said. */
export interface TriggerSaid {
  readonly trigger: Uuid;
  readonly plugin: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly details?: Json;
}

/** Triggers, as documents in the words of the API. Refusals are `HarmoniaError`s. */
export interface Triggers {
  /** Made again with the id of one that is there, that one is answered. */
  create(body: unknown, id?: Uuid): Promise<{ readonly trigger: JsonObject; readonly isNew: boolean }>;
  replace(id: Uuid, body: unknown): Promise<JsonObject>;
  get(id: Uuid): Promise<JsonObject>;
  list(page: PageWanted): Promise<DocumentPage>;
  remove(id: Uuid): Promise<void>;
  enable(id: Uuid, isEnabled: boolean): Promise<JsonObject>;
  /** Newest first. */
  deliveries(id: Uuid, page: PageWanted): Promise<DocumentPage>;
  /** Once more, as it would go today. Undefined: the delivery is none of a trigger. */
  redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined>;
  types(): readonly JsonObject[];
}

/** Takes bodies of `POST /webhooks` that are no webhooks: schedules, and triggers on events. */
export interface OtherWebhooks {
  /** Undefined: it is a webhook. */
  create(body: Json): Promise<JsonObject | undefined>;
}
