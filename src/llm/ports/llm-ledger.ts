import type { ErrorCode, Instant, Millis } from '../../kernel/index.js';

/** Tokens of a call, or of several. */
export interface LlmUsage {
  /** Tokens of what was asked, those read from the provider's cache included. */
  readonly prompt: number;
  /** Tokens of the answer. */
  readonly completion: number;
  /** Tokens of `prompt` that the provider had in its cache. 0 when it does not say. */
  readonly cached: number;
  /** As the provider counts it; else `prompt + completion`. */
  readonly total: number;
  /** True: the provider did not say, and these are guesses from the texts. */
  readonly estimated: boolean;
}

/** What became of a call. */
export type LlmOutcome =
  | { readonly is: 'answered' }
  /** The model would not. */
  | { readonly is: 'refused' }
  /** The answer reached the limit of its tokens. */
  | { readonly is: 'cut' }
  /** It answered, but not what was asked for: no JSON, another schema. */
  | { readonly is: 'unusable'; readonly reason: string }
  /** It gave no answer. */
  | { readonly is: 'failed'; readonly code: ErrorCode }
  /** Nobody waits for the answer any more. */
  | { readonly is: 'canceled' };

/** One request that left this process for a model: each retry and each round of repair is a call of its own. */
export interface LlmCall {
  /** A UUID. Answers name the calls that they took. */
  readonly id: string;
  /** When it was sent. */
  readonly at: Instant;
  readonly tenant: string;
  /** The workflow that it was for, when it was for one. */
  readonly workflow: string | undefined;
  /** What it was for: `optimize`, `task`. */
  readonly purpose: string;
  /** Ties calls of one request together. */
  readonly traceId: string | undefined;
  /** Version, or hash, of the prompt that was used. */
  readonly promptVersion: string | undefined;
  /** `rhetor/generate-v1`, `openai-compatible`. */
  readonly transport: string;
  readonly provider: string;
  /** `unknown` when the transport does not say, or says what is known to be made up. */
  readonly model: string;
  readonly usage: LlmUsage;
  readonly latency: Millis;
  readonly outcome: LlmOutcome;
}

/**
 * Is told of every call, once, when it has ended. What a call cost is the ledger's to say: it knows the prices. A
 * ledger that fails is reported, and the call goes on.
 */
export interface LlmLedger {
  record(call: LlmCall): void | Promise<void>;
}
