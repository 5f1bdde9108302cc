import { isoInstant, type Instant } from '../../kernel/index.js';
import type { LlmResult } from './call/result.js';
import type { AvailableProviders, CompletionResponse, GenerateOptions, Provider } from './options.js';
import type { LlmMessage, LlmRequest } from './request.js';
import type { OfferedModel } from './transport/transport.js';

/** A request in our own words, of the words that callers of the old client use. */
export const requestOf = (messages: readonly LlmMessage[], options: GenerateOptions): LlmRequest => {
  const { systemPrompt, modelId, maxTokens, stopSequences, timeout, ...same } = options;
  const system: LlmMessage[] = systemPrompt === undefined ? [] : [{ role: 'system', content: systemPrompt }];
  return {
    ...same,
    messages: [...system, ...messages],
    ...(modelId !== undefined && { model: modelId }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(stopSequences !== undefined && { stop: stopSequences }),
    ...(timeout !== undefined && { deadline: timeout * 1000 }),
  };
};

export const responseOf = (result: LlmResult, contextId: string, now: Instant): CompletionResponse => {
  const { text, model, provider, finish, usage, transport, source, degraded, latency, attempts, calls } = result;
  const { prompt, completion, cached, total, estimated } = usage;
  return {
    ...{ content: text, model, provider, finishReason: finish, contextId, timestamp: isoInstant(now) },
    usage: {
      ...{ prompt_tokens: prompt, completion_tokens: completion },
      ...{ total_tokens: total, cached_tokens: cached, estimated },
    },
    ...{ transport, source, latency, attempts, calls },
    ...(degraded && { degraded }),
  };
};

const modelOf = ({ id, name = id, contextLength, capabilities }: OfferedModel): Provider['models'][number] => ({
  ...{ id, name },
  ...(contextLength !== undefined && { context_length: contextLength }),
  ...(capabilities && { capabilities }),
});

/** Models by provider, as the old client shows them. */
export const providersOf = (models: readonly OfferedModel[], modelId: string | undefined): AvailableProviders => {
  const names = [...new Set(models.map(({ provider }) => provider))];
  const of = (name: string): Provider => ({
    name,
    available: true,
    models: models.filter(({ provider }) => provider === name).map(modelOf),
  });
  const chosen = models.find(({ id }) => id === modelId) ?? models[0];
  return {
    providers: Object.fromEntries(names.map((name) => [name, of(name)])),
    default_provider: chosen?.provider ?? '',
    default_model: chosen?.id ?? modelId ?? '',
  };
};
