import type { Instant, JsonObject, Uuid } from '../../kernel/index.js';

/** What a caller keeps beside an execution: its own, no task sees it. */
export interface SavedState {
  readonly state: JsonObject;
  readonly savedAt: Instant;
}

/** Where that is kept. Every change is one durable transaction; it goes with the history of the execution. */
export interface SavedStateStore {
  /** Takes the place of what was kept. False: there is no such execution. */
  save(execution: Uuid, saved: SavedState): Promise<boolean>;
  /** Undefined: nothing is kept. */
  load(execution: Uuid): Promise<SavedState | undefined>;
}
