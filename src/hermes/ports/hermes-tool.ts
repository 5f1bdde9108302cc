import type { JsonObject } from '../../kernel/index.js';

/** A tool of ours as Hermes lists it. */
export interface HermesTool {
  /** `harmonia.<Tool>`. Under another component id Hermes gets it as `<component id>.<Tool>`, so that two do not share one. */
  readonly id: string;
  /** Others call it by this name; its endpoint is `/api/tools/<name>/execute`. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its parameters. */
  readonly schema: JsonObject;
  readonly tags: readonly string[];
  readonly category: string;
}
