import type { HttpClient } from '../contract/index.js';

/** Who is going to send requests, and where to. */
export interface HttpGrant {
  /** `api.example.com`, `*.example.com`, or `*` for all. */
  readonly hosts: readonly string[];
  /** Ends what is under way, and refuses what comes after. */
  readonly signal: AbortSignal;
  /** Whose breaker and bulkhead count. Default: those of each origin that is asked. */
  readonly destination?: string;
  /** Sent with every request that does not set them itself. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hands out clients that reach the hosts of their grant, within the limits of the service. */
export interface OutboundHttp {
  client(grant: HttpGrant): HttpClient;
}
