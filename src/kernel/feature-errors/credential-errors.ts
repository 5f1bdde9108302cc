import type { CatalogueEntry } from '../catalogue-entry.js';

export const CREDENTIAL_ERRORS = {
  unknown_credential_slot: {
    status: 422,
    message: '{type} has no place "{slot}" for a credential.',
    cure: 'Its places: {known}.',
  },
  credential_slot_empty: {
    status: 422,
    message: '{type} needs a credential as "{slot}".',
    cure: 'Add `credentials: { {slot}: <name of a credential> }` to the task.',
  },
  credential_unknown: {
    status: 422,
    message: 'There is no credential "{name}".',
    cure: 'Make it with PUT /api/v1/credentials/{name}, or name one of GET /api/v1/credentials.',
  },
  credential_type: {
    status: 422,
    message: 'The credential "{name}" is a {found}, not a {expected}.',
    cure: 'Name a credential of the type {expected}.',
  },
} as const satisfies Record<string, CatalogueEntry>;
