/** Calls to other services over HTTP. */
export { retryAfter } from '../backoff/index.js';
export { DEFAULT_RETRY, waitBefore, type HttpRetry } from './http-retry.js';
export type { HttpAnswer } from './http-answer.js';
export { componentClient, HttpClient, type HttpCall, type HttpClientOptions, type HttpMethod } from './http-client.js';
export type { AbortSignalLike } from './leash.js';
