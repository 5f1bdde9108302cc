/** What the integrations need of the rest of the house, and what it may use of them. */
export type * from './schedules.js';
export type * from './schedule-store.js';
