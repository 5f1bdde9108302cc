import { isoInstant, type JsonObject } from '../../kernel/index.js';
import type { StoredDelivery } from '../ports/index.js';

/** How it stands with a delivery, in the words of the API. */
export const deliveryWords = (delivery: StoredDelivery): JsonObject => {
  const { id, messageId, status, attempts, executions, failure, redeliveryOf, at, settledAt } = delivery;
  return {
    ...{ id, delivery_id: id, message_id: messageId, status, success: status === 'delivered' },
    attempts,
    retry_count: Math.max(0, attempts - 1),
    ...{ execution_id: executions[0] ?? null, executions },
    error: failure && { code: failure.code, message: failure.message },
    redelivery_of: redeliveryOf,
    timestamp: isoInstant(at),
    settled_at: settledAt === null ? null : isoInstant(settledAt),
  };
};
