import type { Json, Millis } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';

/** A request over HTTP. */
export interface HttpRequest {
  /** http or https. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: string;
  /** Default: none but what HTTP asks for. Those that say where a message goes and ends (`Host`, `Transfer-Encoding`, `Connection`, …) are refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that a redirect to another origin must not get, beside those whose name speaks of a credential. */
  readonly secretHeaders?: readonly string[];
  /** Sent as it comes, its length in `Content-Length` if you set that; of a stream no more is asked than can be sent. A redirect that repeats a stream fails. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Redirects that are followed, each checked like the first address. Default 5; 0: a redirect is an answer like others. */
  readonly maxRedirects?: number;
  /** Bytes of the body, compressed and again unpacked. Default 10 MiB. More is `response_too_large`. */
  readonly maxBytes?: number;
  /** Longest time until the headers of the answer are there. Default: none but the signal's. */
  readonly timeout?: Millis;
  /** Ends the exchange, beside the signal of the attempt. */
  readonly signal?: AbortSignalLike;
}

/** The answer, whatever its status. Its body is read once: by `bytes`, `text`, `json` or as a stream. */
export interface HttpResponse {
  /** 100 to 599. */
  readonly status: number;
  /** Names in lower case; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** After redirects. */
  readonly url: string;
  /** The body, unpacked, as it comes. A reader that stops early lets go of the connection; so does the end of the attempt. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. */
  bytes(): Promise<Uint8Array>;
  /** As UTF-8. */
  text(): Promise<string>;
  /** Throws `http_error` when the body is no JSON. */
  json(): Promise<Json>;
}

/**
 * HTTP within the platform's limits: only http and https, only to hosts that the manifest names, never to an address that
 * is not public unless the service allows it (checked at the connection, and again after a redirect), through the circuit
 * breaker and the bulkhead of the destination. Failures are thrown as `TaskFailure`: `address_blocked`, `host_not_granted`,
 * `http_unreachable`, `circuit_open`, `destination_busy`, `redirect_limit`, `response_too_large`, `http_error`.
 */
export interface HttpClient {
  /** Fulfils when the status and the headers are there. */
  request(request: HttpRequest): Promise<HttpResponse>;
}
