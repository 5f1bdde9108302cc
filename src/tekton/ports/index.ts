/** What the platform's conventions need of the rest of the house, and offer to its API. */
export type * from './handoffs.js';
export type * from './messages.js';
export type * from './own-actions.js';
export type * from './platform.js';
export type * from './saved-state-store.js';
export type * from './shutdown.js';
export type * from './sprints.js';
export type * from './task-choices.js';
