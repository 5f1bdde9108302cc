/** The outside world: Tekton components and HTTP as tasks see them, webhooks, the inbox. */
export { componentBases, type BaseOf } from './component-bases.js';
export { createComponentService, type ComponentServiceOptions } from './component-service.js';
export { Destinations, type DestinationParts } from './destination/index.js';
export { GuardedHttp, type OutboundOptions } from './outbound/outbound-http.js';
export { Inbox, type InboxOptions } from './inbox/index.js';
export { HookIngress, InboundWebhooks, Refusals, WebhookDefinitions } from './webhook/index.js';
export { OutboundWebhooks, Subscriptions } from './subscription/index.js';
