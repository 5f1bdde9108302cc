import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
} from '@langchain/core/language_models/chat_models';
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { RunnableLambda } from '@langchain/core/runnables';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { AIMessage, AIMessageChunk, type BaseMessage } from 'langchain';
import type { JsonObject } from '../../kernel/index.js';
import type { LlmResult } from './call/result.js';
import type { StreamPiece } from './call/streamer.js';
import { InvalidRequestError } from './errors.js';
import type { LlmMessage, LlmRequest } from './request.js';

/** What the model needs of the client. */
export interface ChatBackend {
  ask(request: LlmRequest): Promise<LlmResult>;
  stream(request: LlmRequest): AsyncGenerator<StreamPiece, void, undefined>;
}

export interface ChatTektonLLMParams extends BaseChatModelParams {
  readonly client: ChatBackend;
  /** What every request has: purpose, tenant, model, temperature. */
  readonly request?: Omit<LlmRequest, 'messages' | 'signal'>;
}

/** A schema that its owner can check too, as those of zod. */
interface Parses {
  parse(value: unknown): unknown;
}

const ROLES: Readonly<Record<string, LlmMessage['role']>> = { system: 'system', human: 'user', ai: 'assistant' };

const turnsOf = (messages: readonly BaseMessage[]): readonly LlmMessage[] =>
  messages.map((message) => {
    const role = ROLES[message.type];
    if (role === undefined)
      throw new InvalidRequestError({ transport: 'ChatTektonLLM', reason: `it takes no ${message.type} messages` });
    return { role, content: message.text };
  });

const usageOf = ({ usage }: LlmResult) => ({
  input_tokens: usage.prompt,
  output_tokens: usage.completion,
  total_tokens: usage.total,
});

const metadataOf = ({ model, provider, transport, finish, source, degraded, usage }: LlmResult) => ({
  ...{ model_name: model, model_provider: provider, transport, finish_reason: finish, source },
  usage_estimated: usage.estimated,
  ...(degraded && { degraded }),
});

/**
 * The client as a chat model of LangChain: `invoke`, `stream`, `batch`, `withFallbacks` and `withStructuredOutput` work
 * as with any other. Retries, deadlines and breakers are the client's; those of LangChain are off. It binds no tools.
 */
export class ChatTektonLLM extends BaseChatModel<BaseChatModelCallOptions, AIMessageChunk> {
  readonly #client: ChatBackend;
  readonly #request: Omit<LlmRequest, 'messages' | 'signal'>;

  static override lc_name(): string {
    return 'ChatTektonLLM';
  }

  constructor({ client, request = {}, ...params }: ChatTektonLLMParams) {
    super({ ...params, maxRetries: 0 });
    this.#client = client;
    this.#request = request;
  }

  override _llmType(): string {
    return 'tekton';
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const result = await this.#client.ask(this.requestOf(messages, options));
    const message = new AIMessage({
      content: result.text,
      usage_metadata: usageOf(result),
      response_metadata: metadataOf(result),
    });
    const { prompt: promptTokens, completion: completionTokens, total: totalTokens } = result.usage;
    return {
      generations: [{ text: result.text, message }],
      llmOutput: { tokenUsage: { promptTokens, completionTokens, totalTokens } },
    };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const piece of this.#client.stream(this.requestOf(messages, options))) {
      if (piece.is === 'text') {
        yield new ChatGenerationChunk({ text: piece.text, message: new AIMessageChunk({ content: piece.text }) });
        await runManager?.handleLLMNewToken(piece.text);
        continue;
      }
      const { result } = piece;
      const end = { content: '', usage_metadata: usageOf(result), response_metadata: metadataOf(result) };
      yield new ChatGenerationChunk({ text: '', message: new AIMessageChunk(end) });
    }
  }

  /**
   * Answers the value instead of a message: it was asked for, mended and checked by the client. `schema` is a JSON
   * Schema, or one of zod, which has the last word. With `includeRaw` as `{raw, parsed}`.
   */
  override readonly withStructuredOutput: BaseChatModel['withStructuredOutput'] = ((
    schema: object,
    { name = 'answer', includeRaw = false }: StructuredOutputMethodOptions<boolean> = {},
  ) => {
    const parses = 'parse' in schema && typeof schema.parse === 'function' ? (schema as Parses) : undefined;
    const jsonSchema = toJsonSchema(schema) as JsonObject;
    const func = async (input: BaseLanguageModelInput, options: { signal?: AbortSignal }): Promise<unknown> => {
      const messages = BaseChatModel._convertInputToPromptValue(input).toChatMessages();
      const request = this.requestOf(messages, options);
      const result = await this.#client.ask({ ...request, schema: { name, jsonSchema } });
      const parsed = parses ? parses.parse(result.value) : result.value;
      return includeRaw
        ? { raw: new AIMessage({ content: result.text, usage_metadata: usageOf(result) }), parsed }
        : parsed;
    };
    return new RunnableLambda({ func });
  }) as unknown as BaseChatModel['withStructuredOutput'];

  private requestOf(messages: readonly BaseMessage[], options: { signal?: AbortSignal; stop?: string[] }): LlmRequest {
    return {
      ...this.#request,
      messages: turnsOf(messages),
      ...(options.stop && { stop: options.stop }),
      ...(options.signal && { signal: options.signal }),
    };
  }
}
