import type { CatalogueEntry } from '../catalogue-entry.js';

export const CREDENTIAL_ERRORS = {} as const satisfies Record<string, CatalogueEntry>;
