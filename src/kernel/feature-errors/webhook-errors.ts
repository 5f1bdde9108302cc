import type { CatalogueEntry } from '../catalogue-entry.js';

/** Webhooks that come in, and the inbox. */
export const WEBHOOK_ERRORS = {
  webhook_not_found: { status: 404, message: 'No webhook {id}.', cure: 'List them with GET /api/v1/webhooks.' },
  delivery_not_found: {
    status: 404,
    message: 'No delivery {id}.',
    cure: 'List them with GET /api/v1/webhooks/{id}/deliveries; old ones are forgotten.',
  },
  hook_not_found: { status: 404, message: 'There is no such endpoint.', cure: 'Ask its owner for the address.' },
  hook_disabled: { status: 410, message: 'This endpoint is switched off.', cure: 'Stop sending to it.' },
  hook_method: {
    status: 405,
    message: 'This endpoint does not take {method}.',
    cure: 'It takes these: {allowed}.',
  },
  hook_unverified: {
    status: 401,
    message: 'The request does not prove where it comes from.',
    cure: 'Authenticate or sign it as agreed with the owner of the endpoint.',
  },
  hook_stale: {
    status: 401,
    message: 'The timestamp of the request is too far from now.',
    cure: 'Set the clock of the sender, and sign each attempt anew.',
  },
  hook_unready: {
    status: 503,
    message: 'This endpoint cannot tell genuine requests from others at the moment.',
    cure: 'Give its webhook a credential that is there and fits; the sender tries again.',
  },
  hook_message_id: {
    status: 422,
    message: 'The request has no usable delivery id: {reason}.',
    cure: 'Send what the `delivery_id` of the webhook reads: a text of 1 to 255 characters, or a number.',
  },
  delivery_refused: {
    status: 502,
    message: 'The receiver answered {status}.',
    cure: 'See `response` of the delivery; it is sent again by the `retries` of its webhook, or on request.',
  },
  delivery_redirected: {
    status: 502,
    message: 'The receiver redirects with {status}, and what is sent would not arrive.',
    cure: 'Give the webhook the address that it leads to; only 307 and 308 are followed.',
  },
  delivery_gone: {
    status: 502,
    message: 'The receiver answered 410: it wants nothing more, and the webhook is switched off.',
    cure: 'Switch it on again with `enabled: true` when the receiver is back.',
  },
} as const satisfies Record<string, CatalogueEntry>;
