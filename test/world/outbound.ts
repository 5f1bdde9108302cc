import { GuardedHttp, type Destinations } from '../../src/integration/index.js';
import type { LookupAll } from '../../src/integration/outbound/address-guard.js';
import type { HttpRequest, HttpResponse } from '../../src/plugin/contract/index.js';

interface OutboundWords {
  readonly allow?: readonly string[];
  readonly hosts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly gate?: Destinations;
  readonly lookup?: LookupAll;
}

export interface OutboundUnderTest {
  readonly outbound: GuardedHttp;
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
}

/** The real client of the service. By default it reaches this machine. */
export const outboundClient = ({
  allow = ['127.0.0.0/8'],
  hosts = ['*'],
  signal = new AbortController().signal,
  gate,
  lookup,
}: OutboundWords = {}): OutboundUnderTest => {
  const outbound = new GuardedHttp({ allow, ...(gate && { gate }), ...(lookup && { lookup }) });
  const client = outbound.client({ hosts, signal });
  return { outbound, request: (request) => client.request(request) };
};
