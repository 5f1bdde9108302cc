/** What integrations need of the rest of the house, and offer to its API. */
export type * from './breaker-store.js';
export type * from './budget-faults.js';
export type * from './component-desk.js';
export type * from './component-store.js';
export type * from './destination-state.js';
export type * from './expressions.js';
export type * from './happenings.js';
export type * from './inbound-webhooks.js';
export type * from './inbox.js';
export type * from './webhook-direction.js';
export type * from './schedules.js';
export type * from './schedule-store.js';
export type * from './subscriptions.js';
export type * from './trigger-store.js';
export type * from './triggers.js';
