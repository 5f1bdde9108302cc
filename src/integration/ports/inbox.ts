import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';

/** What becomes of a delivery. `content` is given on; absent: the payload. */
export type InboxTarget =
  | {
      readonly is: 'start';
      readonly workflow: string;
      readonly version?: string;
      readonly budget?: JsonObject;
      readonly content?: Json;
    }
  | { readonly is: 'publish'; readonly event: string; readonly workflow?: string; readonly content?: Json }
  | { readonly is: 'signal'; readonly event: string; readonly execution: string; readonly content?: Json };

/** Why a delivery came to nothing. */
export interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
}

/** Something that came in and is to be kept. */
export interface NewDelivery {
  readonly id: Uuid;
  /** Who sent it: `webhook:<id>`. */
  readonly source: string;
  /** Unique among those of the source; null: it is like no other. */
  readonly messageId: string | null;
  readonly payload: Json;
  /** What else is known of it: headers, query, address of the sender. */
  readonly circumstances: JsonObject;
  /** Null: nothing could be made of it, `failure` says why. */
  readonly target: InboxTarget | null;
  readonly failure: DeliveryFailure | null;
  /** The delivery that it repeats on request. */
  readonly redeliveryOf: Uuid | null;
  readonly at: Instant;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** How it stands with a delivery. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** What it started or reached. */
  readonly executions: readonly Uuid[];
  /** Of the last attempt, when that failed. */
  readonly failure: DeliveryFailure | null;
  readonly settledAt: Instant | null;
}

export interface StoredDelivery extends Omit<NewDelivery, 'failure'>, DeliveryState {}

/** What the one who delivers hears: of a message id that was there, what became of the first. */
export interface Accepted extends Pick<DeliveryState, 'status' | 'executions'> {
  readonly delivery: Uuid;
  readonly isNew: boolean;
}

/** What came of an attempt. With `again` it is made once more then. */
export interface Attempted {
  readonly id: Uuid;
  readonly status: DeliveryStatus;
  readonly executions: readonly Uuid[];
  readonly failure: DeliveryFailure | null;
  readonly at: Instant;
  readonly again: Instant | null;
}

export interface DeliveryPage {
  readonly items: readonly StoredDelivery[];
  readonly total: number;
}

export interface DeliveriesWanted {
  readonly offset: number;
  readonly limit: number;
  readonly status?: DeliveryStatus;
}

/** Where deliveries are kept. Every change is one durable transaction. */
export interface InboxStore {
  /**
   * Keeps what is new. Of each it answers what is kept: itself, or the first one of the same source and message id, or the
   * one of the same id.
   */
  add(deliveries: readonly NewDelivery[]): Promise<readonly Accepted[]>;
  find(id: Uuid): Promise<StoredDelivery | undefined>;
  /** Pending ones whose time has come, in that order; at least one if there is one, else within `rows` and `bytes` of payload. */
  due(now: Instant, most: { readonly rows: number; readonly bytes: number }): Promise<readonly StoredDelivery[]>;
  /** When the next pending one is due. */
  nextDue(): Promise<Instant | undefined>;
  record(attempts: readonly Attempted[]): Promise<void>;
  /** How many are pending. */
  undelivered(): Promise<number>;
  /** Newest first. */
  list(source: string, page: DeliveriesWanted): Promise<DeliveryPage>;
  /** Forgets at most so many of those that were settled before; answers how many it were. */
  forget(before: Instant, most: number): Promise<number>;
}
