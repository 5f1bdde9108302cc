/** HTTP to the outside, by itself: who needs nothing else of the outside world starts sooner. */
export { GuardedHttp, type OutboundOptions } from './outbound-http.js';
