/** Webhooks that others call: kept, verified, taken into the inbox. */
export { BodyReader, withSnakeNames } from './body-reader.js';
export { HookIngress, type HookIngressParts } from './hook-ingress.js';
export { InboundWebhooks, type InboundWebhooksParts } from './inbound-webhooks.js';
export { Refusals } from './refusals.js';
export { WebhookDefinitions } from './webhook-definitions.js';
