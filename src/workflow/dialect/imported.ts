import type { Fault, Json, JsonObject } from '../../kernel/index.js';

const NAMES = ['canonical', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'wfformat'] as const;

/** The dialects that are read; `docs/dialects.md` shows each. */
export type DialectName = (typeof NAMES)[number];

export const isDialectName = (name: Json | undefined): boolean => (NAMES as readonly unknown[]).includes(name);

/** A document in the canonical form (design §5), not yet validated. */
export interface Imported {
  readonly document: JsonObject;
  readonly dialect: DialectName;
  readonly warnings: readonly Fault[];
}
