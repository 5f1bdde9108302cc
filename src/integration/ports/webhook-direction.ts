import type { Json, JsonObject, Uuid } from '../../kernel/index.js';

export interface DocumentPage {
  readonly items: readonly JsonObject[];
  readonly total: number;
}

export interface PageWanted {
  readonly offset: number;
  readonly limit: number;
}

export interface StatusWanted {
  /** Only those. `failed` is of what came in, `dead` of what is sent. */
  readonly status?: 'pending' | 'delivered' | 'failed' | 'dead';
}

/** Webhooks of one direction, as documents in the words of the API. Refusals are `HarmoniaError`s. */
export interface WebhookDirection {
  create(body: Json): Promise<JsonObject>;
  list(page: PageWanted): Promise<DocumentPage>;
  find(id: Uuid): Promise<JsonObject | undefined>;
  /** Fields that are absent stay as they are. */
  update(id: Uuid, body: Json): Promise<JsonObject>;
  /** False: there was none. */
  remove(id: Uuid): Promise<boolean>;
  /** Inbound: as if it had been called with that payload. Outbound: sends it now. */
  deliver(id: Uuid, payload: Json, key: string | undefined): Promise<JsonObject>;
  events(id: Uuid, page: PageWanted): Promise<DocumentPage>;
  deliveries(id: Uuid, page: PageWanted & StatusWanted): Promise<DocumentPage>;
  /** Undefined: the delivery is none of this direction. */
  redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined>;
  /** Sends every dead one of a webhook again; how many it are. Absent: this direction has none. */
  redeliverDead?(id: Uuid): Promise<number>;
}
