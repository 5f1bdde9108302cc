import { Agent, request, type Dispatcher } from 'undici';
import type { Json, Millis, Timers } from '../../kernel/index.js';
import type { Token } from '../life/index.js';

/** ms that a call may take. */
const PATIENCE: Millis = 5000;
/** Bytes of an answer. Reading more would hold up the requests of others; 1,400 components fit. */
const LONGEST = 2 ** 20;

export interface HermesRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly token?: Token;
  readonly body?: object;
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
  readonly timers: Timers;
}

/** Requests to Hermes: each ends within five seconds, and none keeps a connection. */
export class HermesClient {
  readonly url: string;
  // Of our own: the one that the process shares may lead through a proxy.
  private readonly agent = new Agent({ pipelining: 0, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } });

  constructor(private readonly options: HermesClientOptions) {
    this.url = options.url;
  }

  /** Throws `NoAnswer`. Follows one redirect, to Hermes itself only: the token goes nowhere else. */
  async ask(wanted: HermesRequest, signal?: AbortSignal): Promise<HermesAnswer> {
    const { timers } = this.options;
    const deadline = new AbortController();
    const bell = timers.at(timers.now() + PATIENCE, () => deadline.abort());
    const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
    try {
      const answer = await this.send(wanted, either);
      const path = this.redirect(answer);
      if (path === undefined) return await read(answer);
      await answer.body.dump();
      return await read(await this.send({ ...wanted, path }, either));
    } catch (error) {
      throw new NoAnswer(deadline.signal.aborted ? `no answer within ${PATIENCE / 1000} s` : reasonOf(error));
    } finally {
      bell.cancel();
    }
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private send({ method, path, token, body }: HermesRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return request(this.url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { 'X-Authentication-Token': token.reveal() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      dispatcher: this.agent,
    });
  }

  private redirect({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
    const { location } = headers;
    if ((statusCode !== 307 && statusCode !== 308) || typeof location !== 'string') return undefined;
    if (!URL.canParse(location, this.url)) return undefined;
    const { origin, pathname, search } = new URL(location, this.url);
    if (origin !== new URL(this.url).origin) return undefined;
    return pathname + search;
  }
}

/** What Node says of it. A request never stands in there, so no token does. */
const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || 'no answer';
};

const read = async ({ statusCode, body }: Dispatcher.ResponseData): Promise<HermesAnswer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) throw new Error(`its answer has more than ${LONGEST} bytes`);
    chunks.push(chunk);
  }
  return { status: statusCode, body: parse(Buffer.concat(chunks).toString('utf8')) };
};

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
