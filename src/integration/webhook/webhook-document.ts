import { isJsonObject, isoInstant, ownValue, parseUuid, type Json, type JsonObject } from '../../kernel/index.js';
import { deliveryWords } from '../inbox/index.js';
import type { StoredDelivery, StoredWebhook } from '../ports/index.js';
import type { WebhookAuth } from './auth.js';
import { maskedSecrets } from './parse-auth.js';
import type { WebhookDefinition } from './webhook-definition.js';

/** Fields of `auth` that hold secrets. */
const INLINE = ['username', 'password', 'token', 'key', 'api_key', 'secret', 'secrets'];

/** Names of the credentials that a webhook has of its own. */
export const ownPrefix = (id: string): string => `webhook:${id}:`;

const credentialsOf = (auth: JsonObject): readonly string[] => {
  const { credentials } = auth;
  return Array.isArray(credentials) ? (credentials as readonly string[]) : [];
};

/** The credential that a webhook has of its own, for secrets that were sent with it. */
export const ownCredential = (id: string, document: JsonObject): string | undefined => {
  const { auth } = document;
  return isJsonObject(auth) ? credentialsOf(auth).find((name) => name.startsWith(ownPrefix(id))) : undefined;
};

/** `auth` without its secrets, which are under that name instead. */
export const withoutSecrets = (auth: JsonObject, credential: string): JsonObject => ({
  ...Object.fromEntries(Object.entries(auth).filter(([name]) => !INLINE.includes(name))),
  credentials: [credential],
});

/** How it authenticates, its secrets masked. */
export const shownAuth = (id: string, document: JsonObject, parsed: WebhookAuth): JsonObject => {
  const auth = isJsonObject(document.auth) ? document.auth : { type: 'none' };
  if (ownCredential(id, document) === undefined) return auth;
  const { credentials: _, ...rest } = auth;
  return { ...rest, ...maskedSecrets(parsed) };
};

const orNull = (object: JsonObject, name: string): Json => ownValue<Json>(object, name) ?? null;

export interface ShownWith {
  readonly definition: WebhookDefinition;
  /** Address under which others reach the service. */
  readonly origin: string;
  readonly refused: JsonObject;
}

/** A webhook in the words of the API. */
export const webhookDocument = (
  { id, endpoint, document, createdAt, updatedAt }: StoredWebhook,
  { definition, origin, refused }: ShownWith,
): JsonObject => {
  const { action } = definition;
  const workflow = action.workflow ?? null;
  return {
    ...{ id, webhook_id: id, direction: 'inbound', name: orNull(document, 'name') },
    ...{ description: orNull(document, 'description'), endpoint, url: `${origin}/hooks/${endpoint}` },
    trigger_type: orNull(document, 'trigger_type') ?? 'http_post',
    ...{ action: action.is, workflow, workflow_id: workflow === null ? null : (parseUuid(workflow) ?? null) },
    ...{ version: orNull(document, 'version'), budget: orNull(document, 'budget'), event: orNull(document, 'event') },
    execution: orNull(document, 'execution'),
    methods: definition.methods,
    ...{ auth_type: definition.auth.type, auth: shownAuth(id, document, definition.auth) },
    input_mapping: orNull(document, 'input_mapping') ?? {},
    ...{ delivery_id: orNull(document, 'delivery_id'), deduplicate: definition.deduplicate },
    ...{ enabled: definition.enabled, max_bytes: definition.maxBytes },
    metadata: orNull(document, 'metadata') ?? {},
    refused,
    ...{ created_at: isoInstant(createdAt), updated_at: isoInstant(updatedAt) },
  };
};

/** How it stands with a delivery, in the words of the API. */
export const deliveryDocument = (webhook: string, delivery: StoredDelivery): JsonObject => ({
  ...deliveryWords(delivery),
  webhook_id: webhook,
});

/** The same with what came in. */
export const eventDocument = (webhook: string, delivery: StoredDelivery): JsonObject => {
  const { payload, circumstances } = delivery;
  return {
    ...deliveryDocument(webhook, delivery),
    payload,
    headers: orNull(circumstances, 'headers') ?? {},
    query: orNull(circumstances, 'query') ?? {},
    method: orNull(circumstances, 'method'),
    source_ip: orNull(circumstances, 'source_ip'),
  };
};
