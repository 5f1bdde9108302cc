import { pauseBefore, retryAfter, type Backoff } from '../../tekton/utilities/backoff/index.js';
import { ConfigurationValueError } from '../../tekton/utilities/errors/index.js';
import { targetOf, type HarmoniaClientOptions, type Target } from '../client-options.js';
import { Leash, pause } from './leash.js';
import { refusal, refusalOf, type Refusal } from './refusal.js';

/** What one call may say beside what it asks for. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** In the place of the client's. */
  readonly timeoutMs?: number;
  /** Makes what creates something safe to repeat, also by another process. Default: one of its own for each call. */
  readonly idempotencyKey?: string;
}

/** A request as it is sent, each time anew. */
interface Sending {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: ArrayBuffer | undefined;
}

interface Outcome {
  readonly response: Response | undefined;
  readonly failure: Refusal | undefined;
  /** ms that the other side asks for. */
  readonly asked: number;
}

const TIMEOUT = 30_000;
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** What passes: too much asked, or nobody there at the moment. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Answers that have no body. */
const BARE: ReadonlySet<number> = new Set([204, 205, 304]);
const RETRIES = 3;
const RETRY: Backoff = { first: 250, factor: 2, longest: 10_000, jitter: 0.1 };

/**
 * The way to the service: its address, the credential, a limit of time for each call, and retries of what may be sent
 * twice: reading, PUT and DELETE, and whatever has an `Idempotency-Key`. `Retry-After` is kept; who is asked to wait more
 * than ten seconds is told so instead. Redirects are not followed.
 */
export class Line {
  readonly target: Target;
  readonly #options: HarmoniaClientOptions;
  readonly #ending = new AbortController();

  constructor(options: HarmoniaClientOptions) {
    this.#options = options;
    this.target = targetOf(options);
  }

  /** Signals that end everything. */
  get signals(): readonly (AbortSignal | undefined)[] {
    return [this.#ending.signal, this.#options.signal];
  }

  close(): void {
    this.#ending.abort(new DOMException('The client was closed.', 'AbortError'));
  }

  /** What goes with every request. */
  headers(): Record<string, string> {
    const { credential } = this.target;
    return {
      ...this.#options.headers?.(),
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    };
  }

  /** Opens something that goes on: no limit of time, no retry, the body as it comes. */
  open(path: string, init: RequestInit): Promise<Response> {
    return this.#fetch(this.target.base + path, { ...init, redirect: 'error' });
  }

  /**
   * Sends a request; any status is an answer. Throws what the signals say, else a `Refusal`: of nobody who answers, or
   * not in time.
   */
  async send(request: Request, { signal, timeoutMs }: CallOptions = {}): Promise<Response> {
    const ms = timeoutMs ?? this.#options.timeoutMs ?? TIMEOUT;
    // Its own signal: what openapi-fetch was given.
    const leash = new Leash([...this.signals, request.signal, signal], ms);
    try {
      return await this.#repeat(await this.#sendingOf(request), leash);
    } catch (error) {
      leash.throwIfTold();
      if (!leash.isLate) throw error;
      throw refusal(`Harmonia does not answer within ${ms} ms.`, {
        ...{ code: 'timeout', status: 408 },
        cure: 'Give more time with timeoutMs, or ask without waiting for an end.',
      });
    } finally {
      leash.letGo();
    }
  }

  async #repeat(sending: Sending, leash: Leash): Promise<Response> {
    const { retries = RETRIES } = this.#options;
    const mayRepeat = IDEMPOTENT.has(sending.method) || 'idempotency-key' in sending.headers;
    for (let retry = 1; ; retry++) {
      const { response, failure, asked } = await this.#attempt(sending, leash);
      const isPassing = response === undefined || PASSING.has(response.status);
      if (!isPassing || !mayRepeat || retry > retries || asked > RETRY.longest) {
        if (response) return response;
        throw failure;
      }
      await pause(Math.max(pauseBefore(RETRY, retry, Math.random()), asked), leash.signal);
      if (leash.signal.aborted) throw failure ?? leash.signal.reason;
    }
  }

  /** The whole answer: what breaks off half-way is an attempt that failed. */
  async #attempt({ url, ...init }: Sending, { signal }: Leash): Promise<Outcome> {
    try {
      signal.throwIfAborted();
      const found = await this.#fetch(url, { ...init, signal, redirect: 'error' });
      const { status, statusText, headers } = found;
      const body = BARE.has(status) ? null : await found.arrayBuffer();
      const response = new Response(body, { status, statusText, headers });
      return { response, failure: undefined, asked: retryAfter(headers.get('retry-after') ?? undefined, Date.now()) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { response: undefined, failure: this.unreachable(error), asked: 0 };
    }
  }

  async #sendingOf(request: Request): Promise<Sending> {
    const headers = new Headers(request.headers);
    try {
      for (const [name, value] of Object.entries(this.headers())) headers.set(name, value);
    } catch {
      // The error would show the value.
      throw new ConfigurationValueError('A header of the client can not be sent.');
    }
    return {
      ...{ method: request.method, url: request.url, headers: Object.fromEntries(headers) },
      body: request.body === null ? undefined : await request.arrayBuffer(),
    };
  }

  /** Nobody is there. What the library says may hold anything; its code does not. */
  unreachable(cause: unknown): Refusal {
    const { code } = ((cause as { cause?: unknown } | undefined)?.cause ?? {}) as { code?: unknown };
    const why = typeof code === 'string' && /^[A-Z_0-9]+$/.test(code) ? ` (${code})` : '';
    return refusal(`Harmonia at ${this.target.base} can not be reached${why}.`, {
      ...{ code: 'unreachable', status: 503, cause },
      cure: 'Start it with `harmonia serve`, or give its url.',
    });
  }

  /** An answer that is no success. */
  async refused(response: Response): Promise<Refusal> {
    const { status, headers } = response;
    const body: unknown = await response.json().catch(() => undefined);
    return refusalOf({
      status,
      headers,
      body,
      retryAfterMs: retryAfter(headers.get('retry-after') ?? undefined, Date.now()),
    });
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return (this.#options.fetch ?? globalThis.fetch)(url, init);
  }
}
