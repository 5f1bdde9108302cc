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
