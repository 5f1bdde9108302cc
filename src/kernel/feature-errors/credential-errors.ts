import type { CatalogueEntry } from '../catalogue-entry.js';

export const CREDENTIAL_ERRORS = {
  credential_not_found: {
    status: 404,
    message: 'No credential {name}.',
    cure: 'List them with GET /api/v1/credentials.',
  },
  credential_in_use: {
    status: 409,
    message: 'The credential {name} is used by {users}.',
    cure: 'Let them use another one, or delete it all the same with ?force=true.',
  },
  credential_managed: {
    status: 409,
    message: 'The credential {name} belongs to a feature of Harmonia.',
    cure: 'Change or remove what it belongs to: the webhook, subscription or component that its name begins with.',
  },
  credential_field_unknown: {
    status: 422,
    message: 'A credential of the type {type} has no field "{field}".',
    cure: 'Its fields: {known}; and description.',
  },
  credential_unreadable: {
    status: 503,
    message: 'The credential {name} cannot be read: {reason}.',
    cure: 'Start Harmonia with the key that it was written with (docs/guides/credentials.md), or set it anew.',
  },
  credential_key_exposed: {
    status: 500,
    message: 'The key of the credentials, {path}, is open to other users (mode {mode}).',
    cure: 'chmod 600 {path}. If somebody may have read it: harmonia credential rotate, and new credentials.',
  },
  credential_key_unusable: {
    status: 500,
    message: 'There is no usable key for credentials: {reason}.',
    cure: 'A key is 32 bytes in base64, such as openssl rand -base64 32 makes; docs/guides/credentials.md says where it goes.',
  },
  credential_key_given: {
    status: 409,
    message: 'The key comes from {source}, which Harmonia cannot change, and holds nothing newer.',
    cure: 'Put a new key in front of the old one there and restart: all is encrypted with it then, and the old one can go.',
  },
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
