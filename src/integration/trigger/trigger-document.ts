import { isoInstant, ownValue, type Instant, type Json, type JsonObject } from '../../kernel/index.js';
import { deliveryWords } from '../inbox/index.js';
import type { StoredDelivery, StoredTrigger, TriggerKind } from '../ports/index.js';
import type { TriggerDefinition } from './trigger-definition.js';
import type { TriggerRunner } from './trigger-runner.js';

const orNull = (object: JsonObject, name: string): Json => ownValue<Json>(object, name) ?? null;
const iso = (time: Instant | null | undefined): Json => (time === null || time === undefined ? null : isoInstant(time));

/** What plugins wrote may hold anything that JSON text leaves out. */
const plain = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json));

export interface TriggerNow {
  readonly definition: TriggerDefinition | undefined;
  readonly runner: TriggerRunner | undefined;
  /** Of what it has told: how many are kept, and the newest. */
  readonly told: { readonly total: number; readonly newest: StoredDelivery | undefined };
}

const stateOf = (runner: TriggerRunner | undefined): JsonObject => ({
  state: runner?.state.is ?? 'stopped',
  reason: runner?.state.reason ?? null,
  since: iso(runner?.state.since),
  next_run: iso(runner?.state.until),
  failures: runner?.failures ?? 0,
  last_error: runner?.lastError
    ? { code: runner.lastError.code, message: runner.lastError.message, timestamp: iso(runner.lastError.at) }
    : null,
});

/** A trigger in the words of the API. */
export const triggerDocument = (
  { id, document, createdAt, updatedAt }: StoredTrigger,
  { definition, runner, told }: TriggerNow,
): JsonObject => ({
  ...{ id, trigger_id: id, name: orNull(document, 'name'), description: orNull(document, 'description') },
  type: orNull(document, 'type'),
  params: orNull(document, 'params') ?? {},
  credentials: orNull(document, 'credentials') ?? {},
  action: orNull(document, 'action') ?? 'start',
  workflow: orNull(document, 'workflow') ?? orNull(document, 'workflow_id'),
  budget: orNull(document, 'budget'),
  ...{ version: orNull(document, 'version'), event: orNull(document, 'event'), match: orNull(document, 'match') },
  input_mapping: orNull(document, 'input_mapping') ?? {},
  metadata: orNull(document, 'metadata') ?? {},
  enabled: definition?.enabled ?? false,
  ...stateOf(runner),
  ...{ emitted: told.total, last_emitted: iso(told.newest?.at) },
  log: (runner?.lines ?? []).map(({ at, level, message, details }) => ({
    timestamp: isoInstant(at),
    ...{ level, message, details },
  })),
  ...{ created_at: isoInstant(createdAt), updated_at: isoInstant(updatedAt) },
});

/** How it stands with what a trigger told of, and what that was. */
export const occurrenceDocument = (trigger: string, delivery: StoredDelivery): JsonObject => ({
  ...deliveryWords(delivery),
  ...{ trigger_id: trigger, occurrence_id: delivery.messageId, payload: delivery.payload },
});

/** A kind of trigger in the words of the API. */
export const kindDocument = ({ type, plugin, trigger }: TriggerKind): JsonObject => ({
  ...{ type, plugin, title: trigger.title, description: trigger.description, icon: trigger.icon ?? null },
  params: plain(trigger.params),
  payload: plain(trigger.payload),
  credentials: plain(trigger.credentials),
});
