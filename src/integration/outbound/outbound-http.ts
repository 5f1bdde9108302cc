import type { Readable } from 'node:stream';
import {
  fatal,
  isTaskFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type Json,
} from '../../plugin/contract/index.js';
import type { HttpGrant, OutboundHttp } from '../../plugin/ports/index.js';
import { AllowList, checkUrl, type LookupAll } from './address-guard.js';
import { OPEN_GATE, type Gate } from '../destination/index.js';
import { Exchange, unreachable, type Incoming } from './exchange.js';
import { Reins } from './reins.js';
import { unpackedBody } from './unpacked-body.js';

const MAX_BYTES = 10 * 2 ** 20;
const MAX_REDIRECTS = 5;

export interface OutboundOptions {
  /** Where requests may go beside the public internet: `host`, `host:port`, `*.suffix`, `10.0.0.0/8`. */
  readonly allow: readonly string[];
  /** Breaker and bulkhead of each destination. Default: none. */
  readonly gate?: Gate;
  /** Default: the system's. */
  readonly lookup?: LookupAll;
}

/** Say where a message goes and where it ends: the guard has checked the host, and the client counts the bytes. */
const OURS: ReadonlySet<string> = new Set([
  ...['host', 'transfer-encoding', 'te', 'trailer', 'expect'],
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'http2-settings'],
]);

/** HTTP to the outside, for plugins and for what the service itself sends. Throws `invalid_configuration` when `allow` has a malformed entry. */
export class GuardedHttp implements OutboundHttp {
  private readonly allow: AllowList;
  private readonly exchange: Exchange;

  constructor({ allow, gate = OPEN_GATE, lookup }: OutboundOptions) {
    this.allow = new AllowList(allow);
    this.exchange = new Exchange({ allow: this.allow, gate, lookup });
  }

  client(grant: HttpGrant): HttpClient {
    return { request: (request) => this.request(request, grant) };
  }

  /** Why an address can never be asked, as far as that shows before a connection; undefined: nothing speaks against it. */
  refusal(url: URL): string | undefined {
    try {
      checkUrl(url, this.allow);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Closes every connection; what is under way fails. */
  close(): Promise<void> {
    return this.exchange.close();
  }

  private async request(request: HttpRequest, grant: HttpGrant): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, body, maxRedirects = MAX_REDIRECTS, maxBytes = MAX_BYTES } = request;
    if (!URL.canParse(url)) throw fatal('schema_mismatch', 'The address of the request is no URL.');
    const ours = Object.keys(headers).find((name) => OURS.has(name.toLowerCase()));
    if (ours !== undefined) throw fatal('schema_mismatch', `The header "${ours.toLowerCase()}" cannot be set.`);
    const signals = [grant.signal, ...(request.signal ? [request.signal] : [])];
    const reins = new Reins(signals, request.timeout);
    try {
      const check = (target: URL): void => mustBeGranted(target, grant.hosts);
      const secret = new Set(request.secretHeaders?.map((name) => name.toLowerCase()));
      const outgoing = { url: new URL(url), method, headers: merged(grant.headers, headers), body, secret };
      const { destination } = grant;
      const answer = await this.exchange.send(outgoing, { maxRedirects, reins, check, destination });
      reins.stopWaiting();
      answer.body.once('close', () => reins.letGo());
      return responseOf(answer, maxBytes);
    } catch (error) {
      reins.letGo();
      throw error;
    }
  }
}

/** What a request sets itself goes first. */
const merged = (
  granted: HttpGrant['headers'],
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  if (!granted) return own;
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(granted).filter(([name]) => !names.has(name))), ...own };
};

/** Whether a host is one of those that a manifest names. `*.example.com` is every host below, and not `example.com` itself. */
const isGranted = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((entry) => entry === '*' || entry === host || (entry.startsWith('*.') && host.endsWith(entry.slice(1))));

const mustBeGranted = (url: URL, hosts: readonly string[]): void => {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (isGranted(host, hosts)) return;
  throw fatal('host_not_granted', `The plugin may not reach ${host}: its manifest does not name it under \`hosts\`.`);
};

const responseOf = ({ status, headers, body, url }: Incoming, maxBytes: number): HttpResponse => {
  const unpacked = unpackedBody(body, headers['content-encoding'], maxBytes);
  const stream = readable(unpacked);
  const bytes = (): Promise<Uint8Array> => collected(unpacked);
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

/** All of a stream at once, without the toll of reading it piece by piece. */
const collected = (stream: Readable): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const fail = (error: unknown): void => reject(unreachable(error));
    if (stream.errored) return fail(stream.errored);
    if (stream.destroyed) return fail(new Error('the body was read before, or let go'));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', fail);
    stream.once('close', () => fail(new Error('the body was let go')));
  });
