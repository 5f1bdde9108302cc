import type { Instant, JsonObject, Uuid } from '../../kernel/index.js';
import type { Accepted } from './inbox.js';

/** A webhook that others call, as it is kept: `document` holds no secret. */
export interface StoredWebhook {
  readonly id: Uuid;
  /** The last segment of its address. */
  readonly endpoint: string;
  readonly document: JsonObject;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Where webhooks are kept. Every change is one durable transaction. */
export interface WebhookStore {
  find(id: Uuid): Promise<StoredWebhook | undefined>;
  findByEndpoint(endpoint: string): Promise<StoredWebhook | undefined>;
  /** Oldest first. */
  list(page: { readonly offset: number; readonly limit: number }): Promise<{
    readonly items: readonly StoredWebhook[];
    readonly total: number;
  }>;
  /** Takes the place of one that has the id. Throws `conflict` when another has the endpoint. */
  save(webhook: StoredWebhook): Promise<void>;
  /** False: there was none. */
  remove(id: Uuid): Promise<boolean>;
}

/** A call of an endpoint, nothing of it looked at. */
export interface HookCall {
  readonly endpoint: string;
  readonly method: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** After the `?`. */
  readonly search: string;
  readonly body: Uint8Array;
  readonly from: string | null;
}

export type HookReceipt = Accepted & { readonly messageId: string | null };

/** Takes calls of endpoints. */
export interface HookReceiver {
  /** What one may send there. Throws `hook_not_found`, `hook_disabled`, `hook_method`. */
  admit(call: Pick<HookCall, 'endpoint' | 'method'>): Promise<{ readonly maxBytes: number }>;
  /** The refusal of a body that is longer than allowed there. */
  tooLong(endpoint: string): Promise<Error>;
  /** Fulfils when it is durable. Refusals are `HarmoniaError`s; nothing is kept then. */
  receive(call: HookCall): Promise<HookReceipt>;
}
