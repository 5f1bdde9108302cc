/** Triggers: what plugins notice, and what becomes of it. */
export { HappeningWatch } from './happening-watch.js';
export { TriggerService, type TriggerServiceParts } from './trigger-service.js';
export { UpstreamTriggers, type UpstreamTriggersParts } from './upstream-triggers.js';
