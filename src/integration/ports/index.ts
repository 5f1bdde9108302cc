/** What calls to the outside need of the rest of the house, and what they show to it. */
export type * from './breaker-store.js';
export type * from './destination-state.js';
