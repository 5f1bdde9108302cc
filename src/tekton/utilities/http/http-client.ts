import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, Dispatcher, request } from 'undici';
import { SHORTEST_SECRET, type Json, type Millis } from '../../../kernel/index.js';
import { outgoingHeaders } from '../context/index.js';
import * as errors from '../errors/index.js';
import { retryAfter } from '../backoff/index.js';
import { DEFAULT_RETRY, waitBefore, type HttpRetry } from './http-retry.js';
import { componentAddress, variableOf, type Environment } from '../environment/index.js';
import { answerOf, type HttpAnswer } from './http-answer.js';
import { Leash, type AbortSignalLike } from './leash.js';

export interface HttpClientOptions {
  /** `http://localhost:8001`; paths are joined as URLs are: one that begins with a slash drops the path of the base. */
  readonly base: string;
  /** The component there, for errors. */
  readonly component?: string;
  /** Sent as a bearer token. Shown nowhere. */
  readonly token?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ms for one attempt, its body included. Default 30,000; 0: no limit. */
  readonly timeout?: Millis;
  readonly retry?: Partial<HttpRetry>;
  /** Bytes of an answer. Default 16 MiB. */
  readonly maxBytes?: number;
  /** `false`: each request has a connection of its own. Default: one is used again for some seconds. */
  readonly keepAlive?: boolean;
  /** Ends every call: the shutdown of the component. */
  readonly signal?: AbortSignalLike;
  /** Default: chance, and the clock of the machine. */
  readonly world?: { readonly chance: () => number; readonly wait: (ms: Millis, signal: AbortSignal) => Promise<void> };
}

export interface HttpCall {
  /** Sent as JSON. */
  readonly body?: Json;
  /** Sent as it is; its type stands in `headers`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In the place of the client's. */
  readonly timeout?: Millis;
  readonly signal?: AbortSignalLike;
  /** Makes a POST or PATCH one that may be sent again: the receiver is told, by `Idempotency-Key`. */
  readonly idempotencyKey?: string;
  /** Every status is an answer, none an error; nothing is sent again for its sake. */
  readonly anyStatus?: boolean;
}

export type HttpMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';

const MAX_BYTES = 16 * 2 ** 20;
const TIMEOUT = 30_000;
const IDEMPOTENT: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

const SYSTEM: NonNullable<HttpClientOptions['world']> = {
  chance: Math.random,
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Without user, password and query: any of them may be a secret. */
const shown = ({ origin, pathname }: URL): string => origin + pathname;

const kindOf = (status: number): new (message: string, words: errors.HttpWords) => errors.HttpError => {
  if (status === 401) return errors.HttpAuthenticationError;
  if (status === 403) return errors.HttpAuthorizationError;
  if (status === 404) return errors.HttpNotFoundError;
  if (status >= 500) return errors.HttpServerError;
  return status >= 400 ? errors.HttpClientError : errors.HttpError;
};

/** What makes trying again worth while; the rest is the same the next time. */
const isPassing = (error: unknown): boolean =>
  error instanceof errors.HttpConnectionError ||
  error instanceof errors.HttpTimeoutError ||
  error instanceof errors.HttpServerError;

/** One call on its way. */
interface Sending {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly call: HttpCall;
}

/** An error of a status, and how long its sender asks to be left alone. */
interface Refusal {
  readonly error: errors.HttpError;
  readonly asked: Millis;
}

interface Connections {
  readonly agent: Agent;
  readonly send: typeof request;
}

/**
 * Calls one service over HTTP: undici with a limit of time, typed errors, and retries of what may be sent twice, when the
 * service can not be reached, is too slow, or answers 500 and above. Redirects are not followed: one is an `HttpError`.
 * The ids of the current context go with each request.
 */
export class HttpClient {
  #connections: Promise<Connections> | undefined;
  readonly #ending = new AbortController();
  readonly #options: HttpClientOptions;
  readonly #retry: HttpRetry;

  constructor(options: HttpClientOptions) {
    if (!URL.canParse(options.base) || !/^https?:$/.test(new URL(options.base).protocol))
      throw new errors.ConfigurationValueError(
        'The base of an HTTP client is an address such as http://localhost:8001.',
      );
    this.#options = options;
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
  }

  get(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('GET', path, call);
  }

  head(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('HEAD', path, call);
  }

  post(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('POST', path, call);
  }

  put(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('PUT', path, call);
  }

  patch(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('PATCH', path, call);
  }

  delete(path: string, call?: HttpCall): Promise<HttpAnswer> {
    return this.request('DELETE', path, call);
  }

  /** Throws an `HttpError`: of a status that is no success too, unless `anyStatus`. */
  async request(method: HttpMethod, path: string, call: HttpCall = {}): Promise<HttpAnswer> {
    const { base } = this.#options;
    // A path such as `//elsewhere/` would take the token with it.
    if (!URL.canParse(path, base) || new URL(path, base).origin !== new URL(base).origin)
      throw new errors.HttpRequestError('The path leads nowhere on this service.', {
        method,
        url: shown(new URL(base)),
      });
    const sending = { method, url: new URL(path, base), call };
    const mayRepeat = IDEMPOTENT.has(method) || call.idempotencyKey !== undefined;
    for (let retry = 1; ; retry++) {
      const outcome = await this.#attempt(sending);
      if (!('error' in outcome)) return outcome;
      const isOver = !mayRepeat || retry > this.#retry.retries || !isPassing(outcome.error) || this.#isOff(call);
      if (isOver) throw outcome.error;
      await this.#pause(waitBefore(this.#retry, { retry, chance: this.#world.chance(), asked: outcome.asked }), call);
      if (this.#isOff(call)) throw outcome.error;
    }
  }

  /** Ends every call that is under way, and lets go of the connections. */
  async close(): Promise<void> {
    this.#ending.abort(new Error('closed'));
    const opened = await this.#connections;
    await opened?.agent.destroy();
  }

  /** The library is loaded when something is first sent. */
  #opened(): Promise<Connections> {
    const { keepAlive } = this.#options;
    return (this.#connections ??= import('undici').then(({ Agent, request: send }) => ({
      agent: new Agent({ headersTimeout: 0, bodyTimeout: 0, ...(keepAlive === false && { pipelining: 0 }) }),
      send,
    })));
  }

  get #world(): NonNullable<HttpClientOptions['world']> {
    return this.#options.world ?? SYSTEM;
  }

  #isOff({ signal }: HttpCall): boolean {
    return this.#ending.signal.aborted || (this.#options.signal?.aborted ?? false) || (signal?.aborted ?? false);
  }

  async #pause(ms: Millis, { signal }: HttpCall): Promise<void> {
    const leash = new Leash([this.#ending.signal, this.#options.signal, signal], 0);
    await this.#world.wait(ms, leash.signal).catch(() => undefined);
    leash.letGo();
  }

  async #attempt(sending: Sending): Promise<HttpAnswer | Refusal> {
    const { call } = sending;
    const timeout = call.timeout ?? this.#options.timeout ?? TIMEOUT;
    const leash = new Leash([this.#ending.signal, this.#options.signal, call.signal], timeout);
    const failed = (error: unknown): errors.HttpError =>
      this.#broken(error, sending, leash.isLate ? timeout : undefined);
    let answer: Dispatcher.ResponseData;
    try {
      answer = await this.#send(sending, leash.signal);
    } catch (error) {
      leash.letGo();
      return { error: failed(error), asked: 0 };
    }
    answer.body.once('close', () => leash.letGo());
    return call.anyStatus === true || (answer.statusCode >= 200 && answer.statusCode < 300)
      ? this.#answer(answer, sending, failed)
      : this.#refusal(answer, sending);
  }

  async #send({ method, url, call }: Sending, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { token, headers } = this.#options;
    const body = call.body === undefined ? call.text : JSON.stringify(call.body);
    const { agent, send } = await this.#opened();
    const sent = send(url, {
      dispatcher: agent,
      method,
      signal,
      ...(body !== undefined && { body }),
      headers: {
        accept: 'application/json',
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
        ...outgoingHeaders(),
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
        ...call.headers,
      },
    });
    return unlessAborted(sent, signal);
  }

  #answer(answer: Dispatcher.ResponseData, sending: Sending, failed: (error: unknown) => Error): HttpAnswer {
    const { statusCode: status, headers, body } = answer;
    const { maxBytes = MAX_BYTES } = this.#options;
    const words = this.#words(sending, status);
    return answerOf({
      status,
      headers: flat(headers),
      body,
      maxBytes,
      words,
      failed,
      mask: (text) => this.#masked(text),
    });
  }

  async #refusal({ statusCode, headers, body }: Dispatcher.ResponseData, sending: Sending): Promise<Refusal> {
    // A short body frees the connection; nothing of it is shown, for it may repeat what was sent.
    await body.dump().catch(() => undefined);
    const { component = 'The service' } = this.#options;
    const error = new (kindOf(statusCode))(`${component} answers ${statusCode}.`, this.#words(sending, statusCode));
    return { error, asked: retryAfter(flat(headers)['retry-after'], Date.now()) };
  }

  #words({ method, url }: Sending, statusCode?: number): errors.HttpWords {
    return { method, url: shown(url), statusCode, component: this.#options.component };
  }

  #broken(error: unknown, sending: Sending, tooLong: Millis | undefined): errors.HttpError {
    const { component = 'The service' } = this.#options;
    const words = { ...this.#words(sending), cause: error };
    if (tooLong !== undefined)
      return new errors.HttpTimeoutError(`${component} does not answer within ${tooLong} ms.`, words);
    if (this.#isOff(sending.call)) return new errors.HttpRequestError('The call was aborted.', words);
    const { code, message } = error as { code?: string; message?: string };
    if (code === 'UND_ERR_INVALID_ARG')
      return new errors.HttpRequestError(`The request can not be sent: ${this.#masked(message ?? '')}.`, words);
    return new errors.HttpConnectionError(
      `${component} can not be reached: ${this.#masked(message || code || 'no reason')}.`,
      words,
    );
  }

  #masked(text: string): string {
    const { token = '' } = this.#options;
    return token.length < SHORTEST_SECRET ? text : text.replaceAll(token, '***');
  }
}

/** The library hears an abort only once it is connected; looking up a name and connecting may take long. */
const unlessAborted = (sent: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    sent.then((answer) => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) answer.body.destroy();
      resolve(answer);
    }, reject);
  });

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );

/**
 * A client of a component of the platform: `<COMPONENT>_HOST`, `<COMPONENT>_PORT`, `<COMPONENT>_AUTH_TOKEN`. Throws
 * `ConfigurationKeyError` when nobody knows its port.
 */
export const componentClient = (
  component: string,
  environment: Environment,
  options: Omit<HttpClientOptions, 'base' | 'component'> = {},
): HttpClient =>
  new HttpClient({
    token: environment[`${variableOf(component)}_AUTH_TOKEN`] || undefined,
    ...options,
    ...{ base: componentAddress(component, environment), component },
  });
