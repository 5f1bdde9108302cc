/** Grants slots: priorities, turns, limits. Pure; the embedded engine and the simulation of suggestions stand on it. */
export { Dispatcher, type DispatcherOptions, type Holder } from './dispatcher.js';
export { TaskLimits } from './task-limits.js';
export type { Waiting } from './turns.js';
