/** Kinds of requests that are counted apart. */
export const RATE_CLASSES = ['reads', 'writes', 'starts', 'models', 'hooks'] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

/** Requests a minute of one client, by kind. 0: as many as it likes. */
export type Rates = Readonly<Record<RateClass, number>>;

/** What the service takes from outside, and how long it waits for it. Times are ms. */
export interface HttpLimits {
  readonly rates: Rates;
  /** Addresses and ranges whose `X-Forwarded-For` and `X-Forwarded-Proto` count. */
  readonly trustedProxies: readonly string[];
  /** Connections at the same time, of all and of one address; more are closed at once. */
  readonly maxConnections: number;
  readonly maxConnectionsPerPeer: number;
  /** From the first byte of a request, or from connecting, to the end of its headers. */
  readonly headersDeadline: number;
  /** The same to the end of its body. */
  readonly requestDeadline: number;
  /** A connection on which nothing moves although bytes wait in it is cut after this. */
  readonly answerPatience: number;
  /** How long a connection may be idle between two requests. */
  readonly keepAlive: number;
  /** Who may show pages of the service in a frame, as `frame-ancestors` of a Content-Security-Policy. */
  readonly frameAncestors: readonly string[];
}

/** Characters of a path with its query. */
export const MAX_URL = 8192;
/** Lines of the head of a request. */
export const MAX_HEADERS = 100;
/** Bytes of the head of a request, its first line included. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Requests that one connection may carry; then it is closed after the answer, so that no peer keeps one for ever. */
export const MAX_REQUESTS_PER_CONNECTION = 100_000;
