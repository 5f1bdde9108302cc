import type { AbortSignalLike } from '../../plugin/contract/index.js';
import type { LlmBudget, LlmCall } from '../ports/index.js';
import type { JsonObject, Millis } from '../../kernel/index.js';

/** A turn of a conversation. */
export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A JSON Schema (2020-12) that the answer should fit. */
export interface LlmSchema {
  /** 1 to 64 letters, digits, `_` or `-`; providers show it to the model. */
  readonly name: string;
  readonly jsonSchema: JsonObject;
}

/** What the answer is shaped by. A transport leaves out what it does not know. */
export interface LlmParameters {
  /** Default: the one that the client is configured with. */
  readonly model?: string;
  /** 0 to 2. Default: the model's. */
  readonly temperature?: number;
  /** Tokens of the answer. Default: the model's. */
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** What is asked of a model. */
export interface LlmRequest extends LlmParameters {
  /** One at least; the last is the user's. */
  readonly messages: readonly LlmMessage[];
  readonly schema?: LlmSchema;
  /** For all attempts over all transports together. Default: the client's, 20 s. */
  readonly deadline?: Millis;
  /** What it is for, as the ledger and the quality breaker know it. Default `chat`. */
  readonly purpose?: string;
  /** Ties calls together in the ledger, and in the budget of one request. Default: one of its own. */
  readonly traceId?: string;
  /** Whose money it is. Part of the key of the cache. Default: the client's `componentId`. */
  readonly tenant?: string;
  readonly workflow?: string;
  /** What its calls together may take. Default: what the budgets of the service say. */
  readonly budget?: LlmBudget;
  /** Version, or hash, of the prompt; part of the key of the cache. */
  readonly promptVersion?: string;
  /**
   * It has data of executions in it: such words go to Rhetor, behind which agents may act on them, only where the
   * operator allows it (`rhetorPayloads`). Default false.
   */
  readonly bearsPayload?: boolean;
  /** May be answered with the answer to an equal request. Default: whether `temperature` is 0. */
  readonly reuse?: boolean;
  /** Opaque to us; sent to the transports of the old protocol. Default: the client's `componentId`. */
  readonly contextId?: string;
  /** Sent with every request for it that goes by HTTP: what it belongs to, as others trace it. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignalLike;
  /** Is told of each call that was sent for it, once that has ended, before the request itself ends. Must not throw. */
  readonly onCall?: (call: LlmCall) => void;
}

/** Why an answer ended: by itself, at its limit of tokens, or because the model would not. */
export type LlmFinish = 'stop' | 'length' | 'refusal';
