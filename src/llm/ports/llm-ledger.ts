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

/** Whom a call is for, and who pays. */
export interface LlmCaller {
  readonly tenant: string;
  /** The workflow that it was for, when it was for one. */
  readonly workflow: string | undefined;
  /** What it was for: `optimize`, `task`. */
  readonly purpose: string;
  /** Ties calls of one request together. */
  readonly traceId: string;
  /** Version, or hash, of the prompt that was used. */
  readonly promptVersion: string | undefined;
}

/** One request that left this process for a model: each retry and each round of repair is a call of its own. */
export interface LlmCall extends LlmCaller {
  /** A UUID. Answers name the calls that they took. */
  readonly id: string;
  /** When it was sent. */
  readonly at: Instant;
  /** `rhetor/generate-v1`, `openai-compatible`. */
  readonly transport: string;
  readonly provider: string;
  /**
   * `unknown` when the transport does not say, or says what is known to be made up. Of a call that gave no answer: the one
   * that was asked for, where the transport hands names on.
   */
  readonly model: string;
  readonly usage: LlmUsage;
  readonly latency: Millis;
  readonly outcome: LlmOutcome;
}

/** What an answer was worth to who asked: known only after it was read. */
export interface LlmWorth {
  /** Things in it that were taken. */
  readonly accepted: number;
  /** Things that were not, by the gate that they failed. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Lines that were nothing that was asked for. */
  readonly unusable: number;
}

/**
 * Is told of every call, once, when it has ended. What a call cost is the ledger's to say: it knows the prices. A
 * ledger that fails is reported, and the call goes on.
 */
export interface LlmLedger {
  record(call: LlmCall): void | Promise<void>;
}

/** Is told, after a call was recorded, what its answer was worth. A call that there is none of is no mistake. */
export interface LlmWorths {
  amend(call: string, worth: LlmWorth): void | Promise<void>;
}

/** A call that is about to be sent. */
export interface LlmIntent extends LlmCaller {
  readonly id: string;
  readonly at: Instant;
  /** The one that it is to be sent to. */
  readonly transport: string;
  /** As it was asked for; undefined: the transport chooses. */
  readonly model: string | undefined;
  /** Guessed tokens of what is asked. */
  readonly prompt: number;
  /** Most tokens of the answer; guessed where the request sets no limit. */
  readonly completion: number;
  /** What all calls of this request together may take. */
  readonly budget: LlmBudget | undefined;
}

/** What may be spent. */
export interface LlmBudget {
  /** Tokens of prompts and answers. */
  readonly tokens?: number | undefined;
  /** In the currency of the prices. Calls of models without a known price do not count. */
  readonly cost?: number | undefined;
}

/** A budget that a call does not fit into. */
export interface LlmBudgetRefusal {
  readonly scope: 'the request' | 'the workflow for today' | 'the tenant for today';
  readonly unit: string;
  readonly limit: number;
  /** Spent, and promised to calls under way. */
  readonly spent: number;
  /** What this call may take. */
  readonly asked: number;
}

/** Looks before each call whether there is money for it. */
export interface LlmBudgets {
  /**
   * Undefined: it may be sent, is written down, and what it may take is set aside until it is recorded. Nothing of a refused
   * call is kept. Throws when the books can not be read or written: nothing is sent then.
   */
  admit(intent: LlmIntent): LlmBudgetRefusal | undefined;
}
