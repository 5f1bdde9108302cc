/** What the engine needs of the world, in the engine's words. */
export type * from './engine-meter.js';
export type * from './journal.js';
export type * from './notifier.js';
export type * from './task-runner.js';
export type { Timer, Timers } from '../../kernel/index.js';
