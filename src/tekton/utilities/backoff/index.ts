/** Waits between tries; pure, and loads nothing. */
export { pauseBefore, type Backoff } from './backoff.js';
export { DEFAULT_RETRY, retryAfter, waitBefore, type HttpRetry } from './http-retry.js';
