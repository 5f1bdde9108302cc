import { messageOf, type ErrorCode, type Json, type JsonObject, type Millis } from '../../kernel/index.js';
import type { LlmBudgetRefusal, LlmUsage } from '../ports/index.js';

/** What an error of the client tells beside its message. */
export interface LlmErrorFacts {
  /** The transport that failed; absent when none was asked. */
  readonly transport?: string;
  /** HTTP status, when there was one. */
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the other side asked to be left alone. */
  readonly retryAfter?: Millis;
  /** Tokens that were spent all the same. */
  readonly usage?: LlmUsage;
}

/**
 * Base of everything that the client throws on purpose; the names below are those of the Python client. Messages come
 * from the error catalogue. No error holds a secret, a header or the error of a library: what a server says is clipped
 * and scrubbed before it becomes a reason.
 */
export class TektonLLMError extends Error {
  override readonly name: string = 'TektonLLMError';
  readonly transport: string | undefined;
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfter: Millis | undefined;
  readonly usage: LlmUsage | undefined;

  constructor(
    readonly code: ErrorCode,
    params: JsonObject,
    facts: LlmErrorFacts,
  ) {
    super(messageOf(code, { ...(facts.transport !== undefined && { transport: facts.transport }), ...params }));
    this.transport = facts.transport;
    this.status = facts.status;
    this.retryable = facts.retryable;
    this.retryAfter = facts.retryAfter;
    this.usage = facts.usage;
  }
}

interface Failed {
  readonly transport: string;
  readonly reason: string;
}

/** No connection, or one that broke. */
export class ConnectionError extends TektonLLMError {
  override readonly name = 'ConnectionError';

  /** `sent`: the request may have arrived, so it is not sent again by itself. */
  constructor(
    { transport, reason }: Failed,
    readonly sent: boolean,
  ) {
    super('llm_unreachable', { reason }, { transport, retryable: true });
  }
}

/** No answer in time. */
export class TimeoutError extends TektonLLMError {
  override readonly name = 'TimeoutError';

  constructor(transport: string, allowed: Millis) {
    super('llm_timeout', { seconds: Math.round(allowed / 100) / 10 }, { transport, retryable: true });
  }
}

/** 401 or 403. */
export class AuthenticationError extends TektonLLMError {
  override readonly name = 'AuthenticationError';

  constructor(transport: string, status: number) {
    super('llm_unauthorized', { status }, { transport, status, retryable: false });
  }
}

/** 400, 413 or 422: the request is wrong for this transport. */
export class InvalidRequestError extends TektonLLMError {
  override readonly name = 'InvalidRequestError';

  constructor({ transport, reason }: Failed, status?: number) {
    super('llm_invalid_request', { reason }, { transport, ...(status !== undefined && { status }), retryable: false });
  }
}

/** The prompt is larger than what the transport takes. Nothing was sent. */
export class PromptTooLargeError extends TektonLLMError {
  override readonly name = 'InvalidRequestError';

  constructor(transport: string, size: number, limit: number) {
    super('llm_prompt_too_large', { size, limit }, { transport, retryable: false });
  }
}

/** 429. */
export class RateLimitError extends TektonLLMError {
  override readonly name = 'RateLimitError';

  constructor({ transport, reason }: Failed, retryAfter?: Millis) {
    const wait = retryAfter === undefined ? {} : { retryAfter };
    super('llm_rate_limited', { reason }, { transport, status: 429, retryable: true, ...wait });
  }
}

/** 502, 503 or 504; or there is no transport that could be asked. */
export class ServiceUnavailableError extends TektonLLMError {
  override readonly name = 'ServiceUnavailableError';

  constructor(reason: string, facts: Partial<LlmErrorFacts> = {}) {
    const code = facts.transport === undefined ? 'llm_unavailable' : 'llm_failed';
    super(code, { reason }, { retryable: true, ...facts });
  }
}

/** Any other status, or something that is no answer of the dialect. */
export class AdapterError extends TektonLLMError {
  override readonly name = 'AdapterError';

  constructor({ transport, reason }: Failed, status?: number) {
    super('llm_failed', { reason }, { transport, ...(status !== undefined && { status }), retryable: true });
  }

  /** As the Python client calls it. */
  get adapterId(): string | undefined {
    return this.transport;
  }
}

/** An error that came as the text of an answer: some services report success whatever happened behind them. */
export class LeakedError extends TektonLLMError {
  override readonly name = 'AdapterError';

  constructor({ transport, reason }: Failed, usage?: LlmUsage) {
    super('llm_leaked_error', { reason }, { transport, retryable: true, ...(usage && { usage }) });
  }
}

/** A budget has no room for the request. Nothing was sent. */
export class BudgetExceededError extends TektonLLMError {
  override readonly name = 'BudgetExceededError';

  constructor({ scope, unit, limit, spent, asked }: LlmBudgetRefusal) {
    super('llm_budget_exceeded', { scope, unit, limit, spent, asked }, { retryable: false });
  }
}

/** Several transports were tried and all failed. */
export class FallbackError extends TektonLLMError {
  override readonly name = 'FallbackError';

  /** `failures`: in the order of the attempts. */
  constructor(readonly failures: readonly TektonLLMError[]) {
    const reason = failures.map(({ message }) => message.replace(/\.$/, '')).join('; ');
    super('llm_all_failed', { reason }, { retryable: failures.some(({ retryable }) => retryable) });
  }
}

/** What an unusable answer still tells. */
export interface Unusable {
  readonly transport: string;
  readonly model: string;
  readonly reason: string;
  /** The answer, at most 4,000 characters of it. Untrusted. */
  readonly text: string;
  /** What could be read of an answer that was cut. Untrusted, and it need not fit anything. */
  readonly partial?: Json;
  readonly usage?: LlmUsage;
}

/** The model answered, and it is of no use: no JSON, another schema, cut, or a refusal (`llm_refused`). */
export class UnusableAnswerError extends TektonLLMError {
  override readonly name = 'UnusableAnswerError';
  readonly text: string;
  readonly partial: Json | undefined;

  constructor(code: 'llm_unusable_answer' | 'llm_refused', unusable: Unusable) {
    const { transport, model, reason, text, partial, usage } = unusable;
    super(code, { model, reason }, { transport, retryable: code !== 'llm_refused', ...(usage && { usage }) });
    this.text = text.slice(0, 4000);
    this.partial = partial;
  }
}
