import { isoInstant, ownValue, type Json, type JsonObject } from '../../kernel/index.js';
import type { StoredDispatch, StoredSubscription } from '../ports/index.js';
import { shownAuth } from '../webhook/index.js';
import type { Reader } from './pump.js';
import type { Subscription } from './subscription.js';

const orNull = (object: JsonObject, name: string): Json => ownValue<Json>(object, name) ?? null;
const SECOND = 1000;

export interface ShownSubscription {
  readonly subscription: Subscription;
  readonly pending: number;
  /** Absent: it cannot be read, or the service does not run yet. */
  readonly reader: Pick<Reader, 'cursor' | 'gap' | 'filterErrors' | 'lastFilterError'> | undefined;
}

/** A subscription in the words of the API. */
export const subscriptionDocument = (
  { id, document, cursor, gap: keptGap, createdAt, updatedAt }: StoredSubscription,
  { subscription, pending, reader }: ShownSubscription,
): JsonObject => {
  const { auth, retries, timeout, concurrency, enabled, types } = subscription;
  const gap = reader?.gap ?? keptGap;
  return {
    ...{ id, webhook_id: id, direction: 'outbound', name: orNull(document, 'name') },
    ...{ description: orNull(document, 'description'), url: orNull(document, 'url') },
    trigger_type: orNull(document, 'trigger_type') ?? 'event_triggered',
    events: orNull(document, 'events') ?? [...types],
    ...{ filter: orNull(document, 'filter'), workflow: subscription.workflow ?? null },
    headers: orNull(document, 'headers') ?? {},
    payload_template: orNull(document, 'payload_template'),
    ...{ auth_type: auth.type, auth: shownAuth(id, document, auth) },
    retries: {
      max_attempts: retries.maxAttempts,
      first_delay: retries.firstDelay / SECOND,
      max_delay: retries.maxDelay / SECOND,
    },
    ...{ timeout: timeout / SECOND, concurrency, enabled },
    disabled_reason: enabled ? null : orNull(document, 'disabled_reason'),
    metadata: orNull(document, 'metadata') ?? {},
    ...{ position: reader?.cursor ?? cursor, pending },
    gap: gap && { after: gap.after, up_to: gap.upTo, noticed_at: isoInstant(gap.at) },
    filter_errors: reader?.filterErrors ?? 0,
    last_filter_error: reader?.lastFilterError ?? null,
    ...{ created_at: isoInstant(createdAt), updated_at: isoInstant(updatedAt) },
  };
};

/** How it stands with what is sent, in the words of the API. */
export const dispatchDocument = (dispatch: StoredDispatch): JsonObject => {
  const { id, subscription, status, attempts, outcome, position, content, at, due, settledAt } = dispatch;
  const event = content.is === 'event' ? content.event : {};
  const execution = orNull(event, 'execution_id');
  return {
    ...{ id, delivery_id: id, webhook_id: subscription, subscription_id: subscription, message_id: id },
    ...{ status, success: status === 'delivered', attempts, retry_count: Math.max(0, attempts - 1) },
    ...{ event_type: orNull(event, 'type'), position },
    ...{ execution_id: execution, executions: execution === null ? [] : [execution] },
    ...{ status_code: outcome?.statusCode ?? null, response: outcome?.response ?? null },
    duration_ms: outcome?.duration ?? null,
    error: outcome?.failure ? { code: outcome.failure.code, message: outcome.failure.message } : null,
    redelivery_of: null,
    timestamp: isoInstant(at),
    attempted_at: outcome ? isoInstant(outcome.at) : null,
    next_attempt_at: status === 'pending' ? isoInstant(due) : null,
    settled_at: settledAt === null ? null : isoInstant(settledAt),
  };
};

/** The same with what it is made of. */
export const sentEventDocument = (dispatch: StoredDispatch): JsonObject => {
  const { content } = dispatch;
  const payload = content.is === 'event' ? content.event : content.payload;
  return { ...dispatchDocument(dispatch), payload, headers: {}, query: {}, method: 'POST', source_ip: null };
};

/** Whether it was switched off by the service. */
export const withoutReason = (document: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== 'disabled_reason'));
