import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient } from '@tekton/harmonia/plugin';

/** ms that a message needs at most from the end of its stream to the one who waits for it. */
const DELIVERY = 1000;

/** What one task brings along for the requests that it causes, and what becomes of them. */
export class Caller {
  /** What the HTTP of the platform said last, as it said it. */
  failure: unknown;
  private readonly controller = new AbortController();
  private open = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly http: HttpClient) {}

  /** Aborts when no answer can come any more: the library would wait for one until the timeout. */
  get broken(): AbortSignal {
    return this.controller.signal;
  }

  began(): void {
    clearTimeout(this.timer);
    this.open++;
  }

  ended(): void {
    if (--this.open > 0) return;
    this.timer = setTimeout(() => this.broke(new Error('the answer ended early')), DELIVERY);
  }

  broke(error: unknown): void {
    this.failure ??= error;
    this.controller.abort(error);
  }

  done(): void {
    clearTimeout(this.timer);
  }
}

/** A session serves many tasks; each request goes by the HTTP of the one that causes it. */
const callers = new AsyncLocalStorage<Caller>();

export const asCaller = <T>(caller: Caller, work: () => Promise<T>): Promise<T> => callers.run(caller, work);

/** Bytes of one answer. */
const MAX_BYTES = 64 * 2 ** 20;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
const METHOD_NOT_ALLOWED = 405;

async function* watched(body: AsyncIterable<Uint8Array>, caller: Caller): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    caller.broke(error);
    throw error;
  } finally {
    caller.ended();
  }
}

/** `fetch` for the library, by the guarded HTTP of the platform. */
export const guardedFetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
  const { method = 'GET', body, signal } = init;
  // The stream on which a server talks unasked: it would outlive the task, and servers need not offer it.
  if (method === 'GET') return new Response(null, { status: METHOD_NOT_ALLOWED });
  const caller = callers.getStore();
  if (!caller) throw new Error('No task causes this request.');
  caller.began();
  try {
    const answer = await caller.http.request({
      url: String(url),
      method,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof body === 'string' && { body }),
      ...(signal && { signal }),
      maxRedirects: 0,
      maxBytes: MAX_BYTES,
    });
    const { status, headers } = answer;
    if (NO_BODY.has(status)) {
      caller.ended();
      return new Response(null, { status, headers: { ...headers } });
    }
    const stream = ReadableStream.from(watched(answer.body, caller));
    return new Response(stream as never, { status, headers: { ...headers } });
  } catch (error) {
    caller.failure = error;
    caller.ended();
    throw error;
  }
};
