import type { CatalogueEntry } from '../catalogue-entry.js';

export const ACCESS_ERRORS = {
  authentication_failed: {
    status: 401,
    message: 'Harmonia does not know who asks: {reason}.',
    cure: 'Send an API key as X-API-Key, or a key or token as Authorization: Bearer; docs/guides/access.md says how to get one.',
  },
  permission_denied: {
    status: 403,
    message: '{actor} may not do this; missing: {missing}.',
    cure: 'Use a key or token with these permissions, or ask an administrator for one.',
  },
  workflow_limited: {
    status: 403,
    message: '{actor} is limited to some workflows, and this concerns others too.',
    cure: 'Name one of its workflows, or use a key without such a limit.',
  },
  too_many_failures: {
    status: 429,
    message: 'Too many wrong credentials came from this address.',
    cure: 'Wait as long as Retry-After says, then send the right ones.',
  },
  token_keys_missing: {
    status: 503,
    message: 'Tokens cannot be verified now: the keys of their issuer are not there.',
    cure: 'Try again soon. HARMONIA_JWKS_URL must be reachable from Harmonia; API keys work meanwhile.',
  },
  foreign_host: {
    status: 403,
    message: 'Nobody here is called {host}.',
    cure: 'Call Harmonia by its address or as localhost, name it in HARMONIA_PUBLIC_URL, or require keys (HARMONIA_API_KEYS).',
  },
  listener_open_to_all: {
    status: 500,
    message: 'Harmonia would listen on {host}, where others can reach it, and ask nobody who he is.',
    cure:
      'Require keys (HARMONIA_API_KEYS=<key>, or HARMONIA_AUTH=on and harmonia key create --data-dir DIR), listen on ' +
      '127.0.0.1, or say that this is meant: HARMONIA_ALLOW_UNAUTHENTICATED=true.',
  },
  api_key_not_found: {
    status: 404,
    message: 'No API key {id}.',
    cure: 'List them with GET /api/v1/keys.',
  },
} as const satisfies Record<string, CatalogueEntry>;
