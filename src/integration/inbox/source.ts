import type { Uuid } from '../../kernel/index.js';
import type { StoredDelivery } from '../ports/index.js';

export type SourceKind = 'webhook' | 'trigger';

/** The source of the deliveries of a webhook or a trigger. */
export const sourceOf = (kind: SourceKind, id: Uuid): string => `${kind}:${id}`;

/** The webhook, or the trigger, that a delivery is of; undefined: it is of no such one. */
export const senderOf = (kind: SourceKind, { source }: StoredDelivery): Uuid | undefined =>
  source.startsWith(`${kind}:`) ? source.slice(kind.length + 1) : undefined;
