import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';

/** A trigger as it is kept. */
export interface StoredTrigger {
  readonly id: Uuid;
  readonly document: JsonObject;
  /** Hash of what it was made of, so that making it is safe to repeat. */
  readonly madeOf: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Where triggers are kept, and what they remember. Every change is one durable transaction. */
export interface TriggerStore {
  /** Oldest first. */
  all(): Promise<readonly StoredTrigger[]>;
  find(id: Uuid): Promise<StoredTrigger | undefined>;
  /** Oldest first. */
  list(page: { readonly offset: number; readonly limit: number }): Promise<{
    readonly items: readonly StoredTrigger[];
    readonly total: number;
  }>;
  /** Takes the place of one that has the id; what that remembers stays, unless it is to be forgotten. */
  save(trigger: StoredTrigger, isForgotten: boolean): Promise<void>;
  /** With what it remembers. False: there was none. */
  remove(id: Uuid): Promise<boolean>;
  /** What it remembered last; null at first. */
  memory(id: Uuid): Promise<Json>;
  /** Changes nothing when there is no such trigger. */
  remember(id: Uuid, memory: Json): Promise<void>;
}
