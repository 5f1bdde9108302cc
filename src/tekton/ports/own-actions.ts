import type { Json, JsonObject } from '../../kernel/index.js';

/** What a caller must be allowed to do. */
export type Needed = 'read' | 'run' | 'write';

/** A call of an action of Harmonia itself. */
export interface ActionCall {
  readonly action: string;
  readonly params: Json;
  /** Called again with the same key, what the first call made is answered. */
  readonly key?: string;
}

/** What Harmonia does for other components, by name. Refusals are `HarmoniaError`s. */
export interface OwnActions {
  list(): readonly { readonly name: string; readonly description: string }[];
  /** What its caller must be allowed to do. Throws `action_not_found`. */
  needed(action: string): Needed;
  /** JSON Schema of its params. Throws `action_not_found`. */
  schema(action: string): JsonObject;
  /** Answers what a caller reads, without an envelope. Throws `action_not_found`, and `validation_error` for params that do not fit. */
  call(call: ActionCall): Promise<JsonObject>;
}
