/** Webhooks that Harmonia sends: what is read of the events, what is to be sent, and sending it. */
export { OutboundWebhooks, type OutboundWebhooksParts } from './outbound-webhooks.js';
export { Subscriptions, type SubscriptionOptions, type SubscriptionsParts } from './subscriptions.js';
