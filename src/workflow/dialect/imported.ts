import type { Fault, JsonObject } from '../../kernel/index.js';

/** The dialects that are read; `docs/dialects.md` shows each. */
export type DialectName = 'canonical' | 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | 'D7' | 'wfformat';

/** A document in the canonical form (design §5), not yet validated. */
export interface Imported {
  readonly document: JsonObject;
  readonly dialect: DialectName;
  readonly warnings: readonly Fault[];
}
