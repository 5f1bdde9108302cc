export { RATE_CLASSES, type HttpLimits, type RateClass, type Rates } from '../ports/index.js';

/** Characters of a path with its query. */
export const MAX_URL = 8192;
/** Lines of the head of a request. */
export const MAX_HEADERS = 100;
/** Bytes of the head of a request, its first line included. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Requests that one connection may carry; then it is closed after the answer, so that no peer keeps one for ever. */
export const MAX_REQUESTS_PER_CONNECTION = 100_000;
