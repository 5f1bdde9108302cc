import type { CatalogueEntry } from '../catalogue-entry.js';

export const PLUGIN_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
