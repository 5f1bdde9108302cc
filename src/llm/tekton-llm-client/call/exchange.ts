import type { Millis } from '../../../kernel/index.js';
import { estimateMessages } from '../answer/token-estimate.js';
import {
  BudgetExceededError,
  ConnectionError,
  RateLimitError,
  ServiceUnavailableError,
  TektonLLMError,
  TimeoutError,
} from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { TransportAnswer } from '../transport/transport.js';
import { verdictOf, type Verdict } from './breaker.js';
import { NO_USAGE, usageOf, type CallBook, type OpenCall } from './call-book.js';
import type { Deadline } from './deadline.js';
import type { Route } from './route.js';
import type { LlmUsage } from '../../ports/index.js';

/** Pause before the one retry: this, ± half of it. */
const PAUSE: Millis = 200;
/** A `Retry-After` that is worth waiting for here. */
const SHORT: Millis = 2000;
/** A transport that had less time than this has not shown that it hangs: callers may ask for any deadline. */
const FAIR: Millis = 2000;

/** An answer, and the call that gave it: whoever reads the answer says whether it was of use. */
export interface Exchanged {
  readonly answer: TransportAnswer;
  readonly usage: LlmUsage;
  readonly call: OpenCall;
  readonly attempts: number;
}

/** One request to one transport. */
export interface Asking {
  readonly route: Route;
  readonly request: LlmRequest;
  readonly slice: Deadline;
}

/** A call that gave no answer, or a part of one. */
export interface FailedCall {
  readonly asking: Asking;
  readonly call: OpenCall;
  /** What it had. */
  readonly allowed: Millis;
  /** What had come of the answer. */
  readonly text?: string;
}

export interface ExchangeParts {
  readonly book: CallBook;
  /** 0 (inclusive) to 1. */
  readonly random: () => number;
  /** 0 or 1. */
  readonly retries: number;
  /** A service that was sent a secret may say it in an answer, or call its model so. */
  readonly mask: (text: string) => string;
}

/** How long to wait before the same request is sent again; undefined: not at all. */
const retryPause = (error: unknown, random: () => number): Millis | undefined => {
  const jitter = PAUSE * (0.5 + random());
  if (error instanceof ConnectionError) return error.sent ? undefined : jitter;
  if (!(error instanceof ServiceUnavailableError || error instanceof RateLimitError)) return undefined;
  const { retryAfter } = error;
  if (retryAfter === undefined) return error instanceof RateLimitError ? undefined : jitter;
  return retryAfter <= SHORT ? retryAfter + jitter / 2 : undefined;
};

/** The error that a wait ended with: a caller who called off gets their own reason back. */
const endOf = (error: unknown, { route, slice }: Asking, allowed: Millis): unknown =>
  slice.isOver ? new TimeoutError(route.transport.id, allowed) : error;

/** Sends requests: within the slice, through the breaker, with one retry where a retry helps. Writes each call down. */
export class Exchange {
  constructor(private readonly parts: ExchangeParts) {}

  /** Throws a `TektonLLMError`, or the reason of the caller's signal. */
  async send(asking: Asking): Promise<Exchanged> {
    return this.retried(asking, async () => {
      const { route, request, slice } = asking;
      const allowed = slice.left;
      const call = this.parts.book.begin(request, route.transport);
      try {
        const answer = this.masked(await slice.race(route.transport.complete(request, slice.signal)));
        route.tell({ is: 'works' });
        return { answer, usage: usageOf(request, answer.text, answer.usage), call };
      } catch (thrown) {
        throw this.failed(thrown, { asking, call, allowed });
      }
    });
  }

  private resting(route: Route): ServiceUnavailableError {
    return new ServiceUnavailableError(route.refusal()?.reason ?? 'it rests', { transport: route.transport.id });
  }

  /** An answer, or its end, without our secrets. */
  masked<T extends { readonly text?: string; readonly model?: string | undefined; readonly provider?: string }>(
    answer: T,
  ): T {
    const { mask } = this.parts;
    const { text, model, provider } = answer;
    return {
      ...answer,
      ...(text !== undefined && { text: mask(text) }),
      ...(model !== undefined && { model: mask(model) }),
      ...(provider !== undefined && { provider: mask(provider) }),
    };
  }

  /** Ends a call that failed, and tells the breaker. */
  failed(thrown: unknown, { asking, call, allowed, text = '' }: FailedCall): unknown {
    const { route, request, slice } = asking;
    const error = endOf(thrown, asking, allowed);
    const isOurs = error instanceof TektonLLMError;
    const outcome = isOurs ? ({ is: 'failed', code: error.code } as const) : ({ is: 'canceled' } as const);
    const verdict: Verdict =
      isOurs && !(error instanceof TimeoutError && allowed < FAIR) ? verdictOf(error) : { is: 'unknown' };
    route.tell(slice.signal.aborted && !slice.isOver ? { is: 'unknown' } : verdict, error);
    const spent = isOurs ? spentOn(error, request) : askedFor(request);
    call.end(outcome, { usage: text === '' ? spent : usageOf(request, text, undefined) });
    return error;
  }

  /** Runs an attempt, and once more after a pause when the error is one that passes. */
  async retried<T extends object>(
    asking: Asking,
    attempt: () => Promise<T>,
  ): Promise<T & { readonly attempts: number }> {
    const { route, slice } = asking;
    let failed: unknown;
    for (let attempts = 1; ; attempts++) {
      if (!route.admit()) throw failed ?? this.resting(route);
      try {
        return { ...(await attempt()), attempts };
      } catch (error) {
        // It was let through, and nothing was sent.
        if (error instanceof BudgetExceededError) route.tell({ is: 'unknown' });
        const pause = attempts > this.parts.retries ? undefined : retryPause(error, this.parts.random);
        if (pause === undefined || pause >= slice.left || route.rests > pause) throw error;
        failed = error;
        await slice.pause(pause);
      }
    }
  }
}

/** The prompt was sent, and perhaps read. */
const askedFor = (request: LlmRequest): LlmUsage => {
  const prompt = estimateMessages(request.messages);
  return { prompt, completion: 0, cached: 0, total: prompt, estimated: true };
};

/** What a call that failed may have taken: as reported; else the prompt, where a model may have read it. */
const spentOn = (error: TektonLLMError, request: LlmRequest): LlmUsage => {
  if (error.usage) return error.usage;
  const mayHaveRead = error instanceof TimeoutError || (error instanceof ConnectionError && error.sent);
  return mayHaveRead || error.code === 'llm_leaked_error' ? askedFor(request) : NO_USAGE;
};
