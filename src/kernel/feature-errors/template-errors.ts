import type { CatalogueEntry } from '../catalogue-entry.js';

export const TEMPLATE_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
