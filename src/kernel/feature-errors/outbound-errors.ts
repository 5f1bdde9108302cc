import type { CatalogueEntry } from '../catalogue-entry.js';

export const OUTBOUND_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
