import type { Readable } from 'node:stream';
import type { Agent, buildConnector, Dispatcher, request } from 'undici';
import { fatal, isTaskFailure, transient, type AbortSignalLike } from '../../plugin/contract/index.js';
import type { Gate, Visit } from '../destination/index.js';
import { checkUrl, guardedLookup, portOf, type AllowList, type LookupAll } from './address-guard.js';
import { isStream, redirected, type Body, type Outgoing } from './outgoing.js';
import type { Reins } from './reins.js';

export interface ExchangeLimits {
  /** 0: redirects are answers like others. */
  readonly maxRedirects: number;
  readonly reins: Reins;
  /** Called with each address before it is asked; throws when it may not be. */
  readonly check: (url: URL) => void;
  /** Whose breaker and bulkhead count. Absent: those of each origin. */
  readonly destination?: string | undefined;
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

/** Opens connections through the guard. One connector for each port, because the allow list may name ports. */
const guardedConnector = (
  connectorOf: typeof buildConnector,
  { allow, lookup }: ExchangeParts,
): buildConnector.connector => {
  const byPort = new Map<string, buildConnector.connector>();
  return (options, callback) => {
    const port = portOf(options);
    let connect = byPort.get(port);
    if (!connect) {
      connect = connectorOf({ lookup: guardedLookup({ allow, port, ...(lookup && { lookup }) }) });
      byPort.set(port, connect);
    }
    connect(options, callback);
  };
};

interface ExchangeParts {
  readonly allow: AllowList;
  readonly gate: Gate;
  readonly lookup?: LookupAll | undefined;
}

interface Connections {
  readonly agent: Agent;
  readonly send: typeof request;
}

/** Sends requests to the public internet and to what is allow-listed. */
export class Exchange {
  private connections: Promise<Connections> | undefined;
  private isClosed = false;

  constructor(private readonly parts: ExchangeParts) {}

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

  /** Closes every connection, also those that are in use. */
  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await this.connections;
    await opened?.agent.destroy();
  }

  /** The library is loaded when something is first sent. */
  private opened(): Promise<Connections> {
    return (this.connections ??= import('undici').then(({ Agent, buildConnector, request: send }) => {
      const connect = guardedConnector(buildConnector, this.parts);
      // How long an exchange may take is for the one who asks to say.
      return { agent: new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }), send };
    }));
  }

  private async once(outgoing: Outgoing, limits: ExchangeLimits): Promise<Dispatcher.ResponseData> {
    const { reins, check, destination = outgoing.url.origin } = limits;
    checkUrl(outgoing.url, this.parts.allow);
    check(outgoing.url);
    const entering = this.enter(destination, reins);
    const visit = entering instanceof Promise ? await entering : entering;
    const source = new Source(outgoing.body);
    try {
      const answer = await unlessAborted(this.sent(outgoing, source, reins), reins);
      visit.tell(answer.statusCode < 500 ? 'answered' : 'failed');
      answer.body.once('close', () => visit.leave());
      return answer;
    } catch (error) {
      const failure = 'failure' in source ? source.failure : unreachable(reins.reasonOf(error));
      const told = reins.aborted ? reins.timedOut : !('failure' in source) && isOfTheServer(error);
      visit.tell(told ? 'failed' : 'unknown');
      visit.leave();
      throw failure;
    }
  }

  private enter(destination: string, reins: Reins): Visit | Promise<Visit> {
    const entering = this.parts.gate.enter(destination, reins);
    if (!(entering instanceof Promise)) return entering;
    return entering.catch((error: unknown) => {
      throw unreachable(reins.reasonOf(error));
    });
  }

  private async sent(
    { url, method, headers }: Outgoing,
    { body }: Source,
    signal: Reins,
  ): Promise<Dispatcher.ResponseData> {
    const { agent, send } = await this.opened();
    if (this.isClosed) throw new Error('the client is closed');
    return send(url, {
      dispatcher: agent,
      method,
      headers,
      signal,
      ...(body !== undefined && { body: body as Uint8Array }),
    });
  }
}

/** The body of a request. When it is a stream that fails, this is no fault of the server's. */
class Source {
  failure?: unknown;
  readonly body: Body | undefined;

  constructor(body: Body | undefined) {
    this.body = isStream(body) ? this.watched(body) : body;
  }

  private async *watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* body;
    } catch (error) {
      this.failure = error;
      throw error;
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

/** Whether something that was thrown speaks against the server, and not against the request or the guard. */
const isOfTheServer = (error: unknown): boolean => unreachable(error).kind === 'transient';

/** What went wrong under way, as a failure that says whether trying again may help. */
export const unreachable = (error: unknown): ReturnType<typeof fatal> => {
  if (isTaskFailure(error)) return error;
  const { message, code, cause } = error as { message?: string; code?: string; cause?: unknown };
  if (isTaskFailure(cause)) return cause;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return fatal('http_error', 'The headers of the answer are too large.');
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
    return fatal('schema_mismatch', `The request cannot be sent: ${message}.`);
  if (code !== undefined && BAD_COMPRESSION.test(code)) return fatal('http_error', `The body is broken: ${message}.`);
  return transient('http_unreachable', `The server cannot be reached: ${message || code || 'unknown reason'}.`, {
    cause: error,
  });
};

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> => {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) entries.push([name, typeof value === 'string' ? value : value.join(', ')]);
  }
  return Object.fromEntries(entries);
};
