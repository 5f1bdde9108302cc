/** Runs the tasks of plugins that are not trusted in worker threads. */
export { isolate, type Isolated } from './isolate.js';
export { DEFAULT_LIMITS, type IsolationLimits } from './limits.js';
