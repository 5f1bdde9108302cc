/** Calls to other services over HTTP. */
export { DEFAULT_RETRY, retryAfter, waitBefore, type HttpRetry } from '../backoff/index.js';
export type { HttpAnswer } from './http-answer.js';
export { componentClient, HttpClient, type HttpCall, type HttpClientOptions, type HttpMethod } from './http-client.js';
export type { AbortSignalLike } from './leash.js';
