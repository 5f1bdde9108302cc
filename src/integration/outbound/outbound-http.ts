import {
  fatal,
  isTaskFailure,
  transient,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type Json,
} from '../../plugin/contract/index.js';
import type { HttpGrant, OutboundHttp } from '../../plugin/ports/index.js';
import { AllowList, type LookupAll } from './address-guard.js';
import { Exchange, unreachable, type Incoming } from './exchange.js';
import { unpackedBody } from './unpacked-body.js';

const MAX_BYTES = 10 * 2 ** 20;
const MAX_REDIRECTS = 5;

export interface OutboundOptions {
  /** Where requests may go beside the public internet: `host`, `host:port`, `*.suffix`, `10.0.0.0/8`. */
  readonly allow: readonly string[];
  /** Default: the system's. */
  readonly lookup?: LookupAll;
}

/** HTTP to the outside, for plugins and for what the service itself sends. Throws when `allow` has a malformed entry. */
export class GuardedHttp implements OutboundHttp {
  private readonly exchange: Exchange;

  constructor({ allow, lookup }: OutboundOptions) {
    this.exchange = new Exchange(new AllowList(allow), lookup);
  }

  client(grant: HttpGrant): HttpClient {
    return { request: (request) => this.request(request, grant) };
  }

  close(): Promise<void> {
    return this.exchange.close();
  }

  private async request(request: HttpRequest, grant: HttpGrant): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, body, maxRedirects = MAX_REDIRECTS, maxBytes = MAX_BYTES } = request;
    if (!URL.canParse(url)) throw fatal('address_blocked', 'The address of the request is no URL.');
    const signals = [grant.signal, ...(request.signal ? [request.signal as AbortSignal] : [])];
    const patience = new AbortController();
    const signal = AbortSignal.any([...signals, patience.signal]);
    const timer = request.timeout === undefined ? undefined : setTimeout(() => patience.abort(), request.timeout);
    try {
      const check = (target: URL): void => mustBeGranted(target, grant.hosts);
      const answer = await this.exchange.send(
        { url: new URL(url), method, headers, body },
        { maxRedirects, signal, check },
      );
      return responseOf(answer, maxBytes);
    } catch (error) {
      if (patience.signal.aborted) throw transient('timeout', `No answer came within ${request.timeout} ms.`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Whether a host is one of those that a manifest names. `*.example.com` is every host below, and not `example.com` itself. */
const isGranted = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((entry) => entry === '*' || entry === host || (entry.startsWith('*.') && host.endsWith(entry.slice(1))));

const mustBeGranted = (url: URL, hosts: readonly string[]): void => {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (isGranted(host, hosts)) return;
  throw fatal('host_not_granted', `The plugin may not reach ${host}: its manifest does not name it under \`hosts\`.`);
};

const responseOf = ({ status, headers, body, url }: Incoming, maxBytes: number): HttpResponse => {
  const stream = readable(unpackedBody(body, headers['content-encoding'], maxBytes));
  const bytes = async (): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const text = async (): Promise<string> => new TextDecoder().decode(await bytes());
  const json = async (): Promise<Json> => {
    const read = await text();
    try {
      return JSON.parse(read) as Json;
    } catch (error) {
      throw fatal('http_error', `The body is no JSON: ${(error as Error).message}.`);
    }
  };
  return { status, headers, url: url.href, body: stream, bytes, text, json };
};

/** A stream whose failures are `TaskFailure`s. */
const readable = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {
    try {
      yield* body;
    } catch (error) {
      throw isTaskFailure(error) ? error : unreachable(error);
    }
  },
});
