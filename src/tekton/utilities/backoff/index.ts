/** How long to wait before a call is made again. Loads nothing. */
export { DEFAULT_RETRY, retryAfter, waitBefore, type HttpRetry } from './backoff.js';
