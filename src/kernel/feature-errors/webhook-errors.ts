import type { CatalogueEntry } from '../catalogue-entry.js';

export const WEBHOOK_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
