import type { SchemaChecker } from '../../engine/core/index.js';
import type { Timers } from '../../engine/ports/index.js';
import type { Degraded, LlmBudgets, LlmLedger, ResponseCache } from '../ports/index.js';
import type { AbortSignalLike } from '../../plugin/contract/index.js';
import type { JsonObject, Millis } from '../../kernel/index.js';

/** What the client is made with. Names are those of the JavaScript client of Tekton, with what it lacked. */
export interface TektonLLMClientOptions {
  /** Who asks. Default `harmonia`. */
  readonly componentId?: string;
  /**
   * Which ways are tried. `auto` (default): Rhetor, then the OpenAI-compatible endpoint, each when it is configured;
   * `rhetor`, `openai`: that one alone; `off`: none. Nothing is asked of an address that nobody gave.
   */
  readonly mode?: 'auto' | 'rhetor' | 'openai' | 'off';
  /** `http://localhost:8003`. Absent: there is no Rhetor. */
  readonly rhetorUrl?: string;
  /** Default: from `rhetorUrl`, with `ws` for `http` and the path `/ws`. */
  readonly rhetorWsUrl?: string;
  /** Sent to Rhetor as `Authorization: Bearer …`. */
  readonly authToken?: string;
  /** Whether the WebSocket of the old protocol is tried, after its HTTP. Default false. */
  readonly webSocket?: boolean;
  /** Whether prompts with data of executions may go to Rhetor, behind which agents may act on them. Default false. */
  readonly rhetorPayloads?: boolean;
  /** Absent: there is no such endpoint. */
  readonly openai?: { readonly baseUrl: string; readonly apiKey?: string };
  /** Provider that is asked for in the old protocol. Default `anthropic`. */
  readonly providerId?: string;
  /** Default: what Rhetor assigns to Harmonia, or the only one that the endpoint offers. */
  readonly modelId?: string;
  /** Seconds for one request, over all transports and attempts together. Default 20. */
  readonly timeout?: number;
  /** Times that a request is sent again to one transport: 0 or 1. Default 1. */
  readonly maxRetries?: 0 | 1;
  readonly temperature?: number;
  /** Tokens of an answer. */
  readonly maxTokens?: number;
  readonly stopSequences?: readonly string[];
}

/** What the client needs of the world. */
export interface TektonLLMSurroundings {
  readonly timers: Timers;
  readonly schemas: SchemaChecker;
  /** UUIDs. */
  readonly newId: () => string;
  /** 0 (inclusive) to 1. */
  readonly random: () => number;
  /** Default: calls are not written down. */
  readonly ledger?: LlmLedger;
  /** Default: everything may be spent. */
  readonly budgets?: LlmBudgets;
  /** Default: in memory, for an hour. */
  readonly cache?: ResponseCache;
  /** What went wrong without anybody being there to hear of it. Default: nobody is told. */
  readonly onTrouble?: (what: string, error: unknown) => void;
}

/** Options of one request, by the names of the JavaScript client. */
export interface GenerateOptions {
  readonly systemPrompt?: string;
  /** Kept for callers of the old client; transports of the old protocol get it. */
  readonly contextId?: string;
  readonly modelId?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly stopSequences?: readonly string[];
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  /** Seconds. Default: the client's. */
  readonly timeout?: number;
  /** As in `LlmRequest`. */
  readonly purpose?: string;
  readonly traceId?: string;
  readonly tenant?: string;
  readonly workflow?: string;
  readonly promptVersion?: string;
  readonly bearsPayload?: boolean;
  readonly reuse?: boolean;
  readonly signal?: AbortSignalLike;
}

/** Options of a stream. */
export interface StreamOptions extends GenerateOptions {
  readonly onComplete?: (response: CompletionResponse) => void;
  readonly onError?: (error: Error) => void;
}

/** Options of a structured answer. */
export interface StructuredOptions extends GenerateOptions {
  /** JSON Schema (2020-12) of the value. */
  readonly schema: JsonObject;
  /** Shown to the model. Default `answer`. */
  readonly schemaName?: string;
}

/** Tokens, by the names of the wire. */
export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cached_tokens: number;
  /** The provider did not say: these are guesses. */
  readonly estimated: boolean;
}

/** A whole answer, as callers of the JavaScript client know it, with what it lacked. */
export interface CompletionResponse {
  readonly content: string;
  readonly model: string;
  readonly provider: string;
  readonly finishReason: 'stop' | 'length' | 'refusal';
  readonly usage: CompletionUsage;
  readonly contextId: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly transport: string;
  /** `cache`: the answer to an equal request. */
  readonly source: 'model' | 'cache';
  /** Present when it is less than what was asked for. */
  readonly degraded?: Degraded;
  readonly latency: Millis;
  readonly attempts: number;
  /** Ids of the calls in the ledger. */
  readonly calls: readonly string[];
}

/** An answer with the value that was asked for. */
export interface StructuredResponse<T> extends CompletionResponse {
  /** It fits the schema; that `T` says the same is the caller's word. */
  readonly value: T;
}

/** A piece of an answer. The last has `done`, and `error` when the answer did not end well. */
export interface StreamingChunk {
  readonly chunk: string;
  readonly contextId: string;
  readonly model: string;
  readonly provider: string;
  readonly timestamp: string;
  readonly done: boolean;
  readonly error?: string;
}

/** A provider and its models. */
export interface Provider {
  readonly name: string;
  readonly available: boolean;
  readonly models: readonly {
    readonly id: string;
    readonly name: string;
    readonly context_length?: number;
    readonly capabilities?: readonly string[];
  }[];
}

/** What can be asked, as the transports list it. Empty when none does: nothing is made up. */
export interface AvailableProviders {
  readonly providers: Readonly<Record<string, Provider>>;
  /** Empty when there is none. */
  readonly default_provider: string;
  readonly default_model: string;
}
