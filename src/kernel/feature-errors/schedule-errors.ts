import type { CatalogueEntry } from '../catalogue-entry.js';

export const SCHEDULE_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
