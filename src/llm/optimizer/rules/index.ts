/** What can be said to be better without asking anybody. */
export { removeDeadTasks } from './dead-tasks.js';
export { mergeDuplicates } from './duplicates.js';
export { hoistInvariants } from './hoist-invariants.js';
export { addMissingOrder } from './missing-order.js';
export { removeImpliedEdges } from './implied-edges.js';
export { parallelise } from './parallelise.js';
export { isPureWithin } from './purity.js';
export { studyOf, type Finding, type FindingKind, type Study } from './study.js';
export { cacheablePatterns, cacheRepeats } from './tuning/caches.js';
export { limitConcurrency } from './tuning/concurrency.js';
export { prioritise } from './tuning/priorities.js';
export { tuneRetries } from './tuning/retries.js';
export { setTimeouts } from './tuning/timeouts.js';
export type { Evidence } from './tuning/evidence.js';
export type { Recorded } from './tuning/record.js';
