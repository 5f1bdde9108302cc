/** Webhooks that others call: kept, verified, taken into the inbox. */
export { HookIngress, type HookIngressParts } from './hook-ingress.js';
export { InboundWebhooks, type InboundWebhooksParts } from './inbound-webhooks.js';
export { Refusals } from './refusals.js';
export { WebhookDefinitions } from './webhook-definitions.js';
export { KNOWN_SCHEMES, type SignatureScheme, type WebhookAuth } from './auth.js';
export { keptDocument, OwnSecrets } from './own-secrets.js';
export { MASK, readAuth, readScheme, type ParsedAuth } from './parse-auth.js';
export { signatureHeaders, standardKey, standardSignature } from './signatures.js';
export { secretsFor } from './verify.js';
export { ownCredential, shownAuth } from './webhook-document.js';
