/** Waits between tries; pure. */
export { pauseBefore, type Backoff } from './backoff.js';
export { retryAfter } from './retry-after.js';
