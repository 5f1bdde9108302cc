/** The outside world: Tekton components and HTTP as tasks see them, webhooks, the inbox. */
export {
  ComponentBoard,
  componentBases,
  ComponentDesk,
  componentsIn,
  createComponentService,
  createProbe,
  firstBase,
  isTableComponent,
  RegisteredComponents,
  type BaseOf,
  type ComponentServiceOptions,
} from './component/index.js';
export { Destinations, type DestinationParts } from './destination/index.js';
export { AllowList } from './outbound/address-guard.js';
export { GuardedHttp, type OutboundOptions } from './outbound/outbound-http.js';
export { Inbox, type InboxOptions } from './inbox/index.js';
export { HookIngress, InboundWebhooks, Refusals, WebhookDefinitions } from './webhook/index.js';
export { OutboundWebhooks, Subscriptions } from './subscription/index.js';
