import type { Json, Millis, Timers } from '../../../../kernel/index.js';
import { inContext } from '../../context/index.js';
import { HttpClient, type HttpAnswer, type HttpCall } from '../../http/index.js';
import { systemTimers } from '../../timers/index.js';
import type { Token } from '../life/index.js';

/** ms that a call may take. */
const PATIENCE: Millis = 5000;
/** Bytes of an answer. Reading more would hold up the requests of others; 1,400 components fit. */
const LONGEST = 2 ** 20;

export interface HermesRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly token?: Token;
  readonly body?: Json;
}

export interface HermesAnswer {
  readonly status: number;
  /** Undefined: it was no JSON. */
  readonly body: Json | undefined;
}

/** Nobody answered, or not with HTTP. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface HermesClientOptions {
  /** `http://localhost:8001`, without a slash at its end. */
  readonly url: string;
  /** Default: those of the machine. */
  readonly timers?: Timers;
}

/** Requests to Hermes: each is made once, ends within five seconds, and none keeps a connection. */
export class HermesClient {
  readonly url: string;
  private readonly timers: Timers;
  private readonly http: HttpClient;

  constructor({ url, timers = systemTimers }: HermesClientOptions) {
    this.url = url;
    this.timers = timers;
    this.http = new HttpClient({
      ...{ base: url, component: 'Hermes', timeout: 0, maxBytes: LONGEST, keepAlive: false },
      retry: { retries: 0 },
    });
  }

  /** Throws `NoAnswer`. Follows one redirect, to Hermes itself only: the token goes nowhere else. */
  async ask(wanted: HermesRequest, signal?: AbortSignal): Promise<HermesAnswer> {
    const { timers } = this;
    const deadline = new AbortController();
    const bell = timers.at(timers.now() + PATIENCE, () => deadline.abort());
    const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
    try {
      const answer = await this.send(wanted, either);
      const path = this.redirect(answer);
      if (path === undefined) return await read(answer);
      await answer.text();
      return await read(await this.send({ ...wanted, path }, either));
    } catch (error) {
      throw new NoAnswer(deadline.signal.aborted ? `no answer within ${PATIENCE / 1000} s` : reasonOf(error));
    } finally {
      bell.cancel();
    }
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.http.close();
  }

  private send({ method, path, token, body }: HermesRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const call: HttpCall = {
      ...{ anyStatus: true, signal },
      ...(body !== undefined && { body }),
      ...(token && { headers: { 'X-Authentication-Token': token.reveal() } }),
    };
    // It is ours to say, whoever's request brought it about.
    return inContext(undefined, () => this.http.request(method, path, call));
  }

  private redirect({ status, headers }: HttpAnswer): string | undefined {
    const { location } = headers;
    if ((status !== 307 && status !== 308) || location === undefined) return undefined;
    if (!URL.canParse(location, this.url)) return undefined;
    const { origin, pathname, search } = new URL(location, this.url);
    if (origin !== new URL(this.url).origin) return undefined;
    return pathname + search;
  }
}

/** What Node says of it, where Node says something. A request never stands in there, so no token does. */
const reasonOf = (error: unknown): string => {
  const { cause = error } = error as Error;
  const { code, message } = cause as { code?: string; message?: string };
  return (message || code || 'no answer').replace(/\.$/, '');
};

const read = async (answer: HttpAnswer): Promise<HermesAnswer> => ({
  status: answer.status,
  body: parse(await answer.text()),
});

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
