import { Agent, request as send, type Dispatcher } from 'undici';
import { fatal, isTaskFailure, transient, type AbortSignalLike } from '@tekton/harmonia/plugin';
import { AllowList, checkUrl, guardedLookup, type LookupAll } from './address-guard.js';

/** One request, ready to be sent. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface ExchangeLimits {
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly signal: AbortSignalLike;
}

export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** After redirects. */
  readonly url: string;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What a stranger must not be handed when a redirect leads to another origin. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'idempotency-key']);

/** Sends requests to the public internet and to what is allow-listed. */
export class HttpClient {
  private readonly allow: AllowList;
  private readonly ports = new Map<string, string>();
  private readonly agent: Agent;

  constructor(allow: readonly string[], lookup?: LookupAll) {
    this.allow = new AllowList(allow);
    const guard = guardedLookup(this.allow, (host) => this.ports.get(host) ?? '', lookup);
    this.agent = new Agent({
      connect: { lookup: guard },
      headersTimeout: 0,
      bodyTimeout: 0,
      connections: 128,
    });
  }

  /** Follows redirects, each checked like the first address. Failures are thrown as `TaskFailure`. */
  async exchange(first: Outgoing, limits: ExchangeLimits): Promise<Incoming> {
    let outgoing = first;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.once(outgoing, limits);
      const location = answer.headers.location;
      if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string') {
        const body = await readBounded(answer.body, limits.maxBytes);
        return { status: answer.statusCode, headers: flat(answer.headers), body, url: outgoing.url.href };
      }
      await answer.body.dump();
      if (redirects >= limits.maxRedirects)
        throw fatal('redirect_limit', `More than ${limits.maxRedirects} redirects.`);
      outgoing = redirected(outgoing, answer.statusCode, location);
    }
  }

  private async once(
    { url, method, headers, body }: Outgoing,
    { signal }: ExchangeLimits,
  ): Promise<Dispatcher.ResponseData> {
    checkUrl(url, this.allow);
    this.ports.set(url.hostname, url.port || (url.protocol === 'https:' ? '443' : '80'));
    try {
      return await send(url, {
        dispatcher: this.agent,
        method: method,
        headers,
        signal: signal,
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      throw unreachable(error);
    }
  }
}

const unreachable = (error: unknown): Error => {
  if (isTaskFailure(error)) return error;
  const { message, code, cause } = error as { message?: string; code?: string; cause?: unknown };
  if (isTaskFailure(cause)) return cause;
  return transient('http_unreachable', `The server cannot be reached: ${message || code || 'unknown reason'}.`, {
    cause: error,
  });
};

const redirected = ({ url, method, headers, body }: Outgoing, status: number, location: string): Outgoing => {
  const next = new URL(location, url);
  const becomesGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const drop = (name: string): boolean =>
    (next.origin !== url.origin && CREDENTIALS.has(name)) || (becomesGet && name.startsWith('content-'));
  const kept = Object.entries(headers).filter(([name]) => !drop(name.toLowerCase()));
  return {
    url: next,
    method: becomesGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? undefined : body,
  };
};

const readBounded = async (body: Dispatcher.ResponseData['body'], limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw fatal('response_too_large', `The response has more than ${limit} bytes.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks);
};

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
