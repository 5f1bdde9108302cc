import type { Readable } from 'node:stream';
import { Agent, buildConnector, request as send, type Dispatcher } from 'undici';
import { fatal, isTaskFailure, transient, type AbortSignalLike } from '../../plugin/contract/index.js';
import { checkUrl, guardedLookup, portOf, type AllowList, type LookupAll } from './address-guard.js';

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

/** One request, ready to be sent. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | undefined;
}

export interface ExchangeLimits {
  /** 0: redirects are answers like others. */
  readonly maxRedirects: number;
  readonly signal: AbortSignalLike;
  /** Called with each address before it is asked; throws when it may not be. */
  readonly check: (url: URL) => void;
}

/** An answer whose body has yet to be read. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** After redirects. */
  readonly url: URL;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Codes of zlib and brotli for data that is not theirs; a body that just ends early may come whole the next time. */
const BAD_COMPRESSION = /^(Z_DATA_ERROR$|ERR_BROTLI|ERR__ERROR)/;
/** What a stranger must not be handed when a redirect leads to another origin: `Authorization`, `X-Api-Key` and the like. */
const CREDENTIALS = /auth|cookie|token|secret|key|passw|credential|session|signature/;

/** Opens connections through the guard. One connector for each port, because the allow list may name ports. */
const guardedConnector = (allow: AllowList, lookup?: LookupAll): buildConnector.connector => {
  const byPort = new Map<string, buildConnector.connector>();
  return (options, callback) => {
    const port = portOf(options);
    let connect = byPort.get(port);
    if (!connect) {
      connect = buildConnector({ lookup: guardedLookup({ allow, port, ...(lookup && { lookup }) }) });
      byPort.set(port, connect);
    }
    connect(options, callback);
  };
};

/** Sends requests to the public internet and to what is allow-listed. */
export class Exchange {
  private readonly agent: Agent;

  constructor(
    private readonly allow: AllowList,
    lookup?: LookupAll,
  ) {
    this.agent = new Agent({
      connect: guardedConnector(allow, lookup),
      // How long an exchange may take is for the one who asks to say.
      headersTimeout: 0,
      bodyTimeout: 0,
      connections: 128,
    });
  }

  /** Follows redirects, each checked like the first address. Failures are thrown as `TaskFailure`. */
  async send(first: Outgoing, limits: ExchangeLimits): Promise<Incoming> {
    let outgoing = first;
    for (let redirects = 0; ; redirects++) {
      const { statusCode: status, headers, body } = await this.once(outgoing, limits);
      const { location } = headers;
      if (limits.maxRedirects === 0 || !REDIRECTS.has(status) || typeof location !== 'string')
        return { status, headers: flat(headers), body, url: outgoing.url };
      await discard(body);
      if (redirects >= limits.maxRedirects)
        throw fatal('redirect_limit', `More than ${limits.maxRedirects} redirects.`);
      outgoing = redirected(outgoing, status, location);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async once(
    { url, method, headers, body }: Outgoing,
    { signal, check }: ExchangeLimits,
  ): Promise<Dispatcher.ResponseData> {
    checkUrl(url, this.allow);
    check(url);
    try {
      const sent = send(url, {
        dispatcher: this.agent,
        method,
        headers,
        signal,
        ...(body !== undefined && { body: body as Uint8Array }),
      });
      return await unlessAborted(sent, signal);
    } catch (error) {
      throw unreachable(error);
    }
  }
}

/** The client hears an abort only once it is connected; looking up a name and connecting may take long. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignalLike): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    const settled = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.finally(settled).then(resolve, reject);
  });

/** Reads the rest of a short body, so that the connection can be used again; a long one is cut off with its connection. */
const discard = async (body: Dispatcher.ResponseData['body']): Promise<void> => {
  try {
    await body.dump();
  } catch (error) {
    throw unreachable(error);
  }
};

/** What went wrong under way, as a failure that says whether trying again may help. */
export const unreachable = (error: unknown): Error => {
  if (isTaskFailure(error)) return error;
  const { message, code, cause } = error as { message?: string; code?: string; cause?: unknown };
  if (isTaskFailure(cause)) return cause;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return fatal('http_error', 'The headers of the answer are too large.');
  if (code === 'UND_ERR_INVALID_ARG') return fatal('schema_mismatch', `The request cannot be sent: ${message}.`);
  if (code !== undefined && BAD_COMPRESSION.test(code)) return fatal('http_error', `The body is broken: ${message}.`);
  return transient('http_unreachable', `The server cannot be reached: ${message || code || 'unknown reason'}.`, {
    cause: error,
  });
};

const redirected = ({ url, method, headers, body }: Outgoing, status: number, location: string): Outgoing => {
  if (!URL.canParse(location, url.href)) throw fatal('http_error', 'The server redirects to something that is no URL.');
  const next = new URL(location, url);
  // A server has no business giving us a name and password.
  next.username = '';
  next.password = '';
  const becomesGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const drop = (name: string): boolean =>
    (next.origin !== url.origin && CREDENTIALS.test(name)) || (becomesGet && name.startsWith('content-'));
  if (!becomesGet && body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
    throw fatal('http_error', 'The server redirects a body that can be sent only once.');
  const kept = Object.entries(headers).filter(([name]) => !drop(name.toLowerCase()));
  return {
    url: next,
    method: becomesGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? undefined : body,
  };
};

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
