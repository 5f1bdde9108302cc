import { ReadableStream } from 'node:stream/web';
import { createParser } from 'eventsource-parser';
import type { Agent, BodyInit, fetch, RequestInit, Response } from 'undici';
import { isJsonObject, type Json } from '../../../kernel/index.js';
import { spokenReason } from '../answer/spoken-reason.js';
import { AdapterError, ConnectionError, TektonLLMError } from '../errors.js';
import { errorOfStatus, retryAfterOf } from './http-errors.js';

/** Bytes of one answer. No model writes more than some hundred thousand tokens. */
const MAX_ANSWER = 4 * 2 ** 20;
/** Bytes of an answer that says what went wrong. */
const MAX_ERROR = 64 * 1024;

/** These are known before anything was sent. */
const NOT_SENT = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
]);

/** Where a service is, and what we prove ourselves with. */
export interface EndpointOptions {
  /** As transports and errors name it. */
  readonly transport: string;
  /** `http://localhost:8003`, without a slash at its end. */
  readonly base: string;
  readonly token: string | undefined;
  /** Whatever must not be shown when the service says it: its token, and those of others. */
  readonly secrets: readonly string[];
  /** Headers that say on whose behalf is asked; for services of the platform only. Default: none. */
  readonly context?: () => Readonly<Record<string, string>>;
}

/** `https://user:secret@host/v1?key=x` → `https://host/v1`. */
export const shownAddress = (address: string): string => {
  if (!URL.canParse(address)) return '';
  const { origin, protocol, host, pathname } = new URL(address);
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname.replace(/\/+$/, '')}`;
};

/** What is sent; without a body it is a GET. */
interface Sent {
  readonly body?: Json;
  readonly signal: AbortSignal;
  /** Beside our own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface Connections {
  readonly agent: Agent;
  readonly ask: typeof fetch;
}

/** Requests over HTTP: no redirects, bounded bodies, typed errors without secrets. The token is nowhere to be seen. */
export class Endpoint {
  readonly transport: string;
  readonly address: string;
  readonly #base: string;
  readonly #token: string | undefined;
  readonly #secrets: readonly string[];
  readonly #context: () => Readonly<Record<string, string>>;
  /** Of our own: the one that the process shares may lead through a proxy. How long an answer may take is the deadline's. */
  #connections: Promise<Connections> | undefined;

  constructor({ transport, base, token, secrets, context = () => ({}) }: EndpointOptions) {
    this.transport = transport;
    this.address = shownAddress(base);
    this.#base = base;
    this.#token = token;
    this.#secrets = secrets;
    this.#context = context;
  }

  /** JSON of an answer with a status of 200 to 299. Throws a `TektonLLMError`. */
  async json(path: string, init: Sent): Promise<Json> {
    const text = await this.read(await this.send(path, init), MAX_ANSWER);
    try {
      return JSON.parse(text) as Json;
    } catch {
      throw this.fail(`it answered no JSON: ${this.spoken(text.slice(0, 200))}`);
    }
  }

  /** The `data` of server-sent events, as they arrive. */
  async *events(path: string, init: Sent): AsyncGenerator<string> {
    const response = await this.send(path, init);
    const type = response.headers.get('content-type') ?? '';
    if (!type.includes('text/event-stream')) {
      const text = await this.read(response, MAX_ERROR);
      throw this.fail(`it answered no stream of events: ${this.spoken(text.slice(0, 200))}`);
    }
    const arrived: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => arrived.push(data) });
    for await (const text of this.decoded(response, MAX_ANSWER)) {
      parser.feed(text);
      yield* arrived.splice(0);
    }
  }

  /** For a library that sends by itself: with the same bounds. Errors of the connection are thrown as `ConnectionError`. */
  readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const response = await this.connect(address, init);
    const { status, statusText, headers } = response;
    const { Response } = await import('undici');
    const body = ReadableStream.from(this.bytes(response, MAX_ANSWER));
    return new Response(body as BodyInit, { status, statusText, headers });
  };

  /** What somebody said, fit to be shown. */
  spoken(text: string): string {
    return spokenReason(text, this.#secrets);
  }

  fail(reason: string, status?: number): AdapterError {
    return new AdapterError({ transport: this.transport, reason }, status);
  }

  /** The headers that prove who we are; for the socket of the old protocol. */
  credentials(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async close(): Promise<void> {
    const opened = await this.#connections;
    await opened?.agent.destroy();
  }

  private async send(path: string, { body, signal, headers }: Sent): Promise<Response> {
    const response = await this.connect(this.#base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        accept: 'application/json, text/event-stream;q=0.9',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.#context(),
        ...this.credentials(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    if (response.ok) return response;
    throw errorOfStatus(this.transport, {
      status: response.status,
      reason: this.spoken(reasonIn(await this.read(response, MAX_ERROR).catch(() => ''))),
      retryAfter: retryAfterOf(response.headers.get('retry-after')),
    });
  }

  /** The library is loaded when something is first asked. */
  private opened(): Promise<Connections> {
    return (this.#connections ??= import('undici').then(({ Agent, fetch: ask }) => ({
      agent: new Agent({ headersTimeout: 0, bodyTimeout: 0 }),
      ask,
    })));
  }

  private async connect(address: string, init: RequestInit): Promise<Response> {
    try {
      // A redirect would carry the prompt, and perhaps the token, to an address that nobody configured.
      const { agent, ask } = await this.opened();
      return await ask(address, { ...init, redirect: 'error', dispatcher: agent });
    } catch (error) {
      throw this.broken(error, init.signal ?? undefined);
    }
  }

  private async read(response: Response, limit: number): Promise<string> {
    let text = '';
    for await (const piece of this.decoded(response, limit)) text += piece;
    return text;
  }

  private async *decoded(response: Response, limit: number): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    for await (const bytes of this.bytes(response, limit)) yield decoder.decode(bytes, { stream: true });
  }

  private async *bytes({ body }: Response, limit: number): AsyncGenerator<Uint8Array> {
    let size = 0;
    try {
      for await (const bytes of (body ?? []) as AsyncIterable<Uint8Array>) {
        size += bytes.length;
        if (size > limit) throw this.fail(`its answer has more than ${limit} bytes`);
        yield bytes;
      }
    } catch (error) {
      throw error instanceof TektonLLMError ? error : this.broken(error);
    }
  }

  private broken(error: unknown, signal?: AbortSignal): unknown {
    if (signal?.aborted === true) return signal.reason;
    const { cause = error } = error as { cause?: unknown };
    const { code = '', message = '' } = cause as { code?: string; message?: string };
    const reason = this.spoken(message || code || String(error));
    return new ConnectionError({ transport: this.transport, reason }, !NOT_SENT.has(code));
  }
}

/** What the body of an error says: `{error}`, `{error: {message}}`, FastAPI's `{detail}`, or its text. */
const reasonIn = (text: string): string => {
  try {
    const body = JSON.parse(text) as Json;
    if (!isJsonObject(body)) return text;
    const said = body.error ?? body.detail ?? body.message ?? body;
    if (typeof said === 'string') return said;
    if (isJsonObject(said) && typeof said.message === 'string') return said.message;
    return JSON.stringify(said);
  } catch {
    return text;
  }
};
