import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { leakedError } from '../answer/leaked-error.js';
import { AdapterError, LeakedError, type TektonLLMError } from '../errors.js';
import type { LlmFinish, LlmRequest } from '../request.js';
import type { ReportedUsage, TransportAnswer, TransportChunk } from './transport.js';

/** Who speaks, and to whom. */
export interface V0Party {
  readonly componentId: string;
  readonly providerId: string;
}

const optionsOf = (request: LlmRequest): JsonObject => ({
  ...(request.temperature !== undefined && { temperature: request.temperature }),
  ...(request.maxOutputTokens !== undefined && { max_tokens: request.maxOutputTokens }),
  ...(request.stop !== undefined && { stop: request.stop }),
  ...(request.topP !== undefined && { top_p: request.topP }),
  ...(request.topK !== undefined && { top_k: request.topK }),
  ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
  ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
});

/** The body of `POST /api/v1/chat`; system messages are lifted out, as the old client did. */
export const v0Body = (request: LlmRequest, { componentId, providerId }: V0Party): Record<string, Json> => {
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const rest = request.messages.filter(({ role }) => role !== 'system');
  return {
    messages: rest.map(({ role, content }) => ({ role, content })),
    context_id: request.contextId ?? componentId,
    provider_id: providerId,
    ...(request.model !== undefined && { model_id: request.model }),
    ...(system.length > 0 && { system_prompt: system.join('\n\n') }),
    streaming: false,
    options: optionsOf(request),
  };
};

const count = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Tokens as OpenAI and its followers count them; undefined unless both kinds are there. */
export const reportedUsage = (usage: Json | undefined): ReportedUsage | undefined => {
  if (!isJsonObject(usage)) return undefined;
  const prompt = count(usage.prompt_tokens);
  const completion = count(usage.completion_tokens);
  if (prompt === undefined || completion === undefined) return undefined;
  const details = usage.prompt_tokens_details;
  const cached = (isJsonObject(details) ? count(details.cached_tokens) : undefined) ?? 0;
  return { prompt, completion, cached, total: count(usage.total_tokens) ?? prompt + completion };
};

const finishOf = (reason: Json | undefined): LlmFinish => {
  if (reason === 'length' || reason === 'max_tokens') return 'length';
  return reason === 'content_filter' || reason === 'refusal' ? 'refusal' : 'stop';
};

const textOr = (value: Json | undefined, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** How one transport names itself and shows what strangers say. */
export interface V0Speaker {
  readonly transport: string;
  readonly spoken: (text: string) => string;
}

/** The error that an answer or chunk carries. The canned apology of the old client (`fallback`) is one too. */
export const v0Error = (body: JsonObject, { transport, spoken }: V0Speaker): TektonLLMError | undefined => {
  const { error, fallback } = body;
  if (error !== undefined && error !== null && error !== '')
    return new AdapterError({ transport, reason: spoken(typeof error === 'string' ? error : JSON.stringify(error)) });
  if (fallback === true || body.model === 'fallback')
    return new LeakedError({ transport, reason: 'it made up an answer (fallback)' });
  return undefined;
};

const endOf = (body: JsonObject): Omit<TransportAnswer, 'text'> => ({
  finish: finishOf(body.finish_reason),
  model: typeof body.model === 'string' && body.model !== '' ? body.model : undefined,
  provider: textOr(body.provider, 'rhetor'),
  usage: reportedUsage(body.usage),
});

/** A whole answer. */
export const v0Answer = (body: Json, speaker: V0Speaker): TransportAnswer => {
  const { transport } = speaker;
  if (!isJsonObject(body)) throw new AdapterError({ transport, reason: 'its answer is no object' });
  const error = v0Error(body, speaker);
  if (error) throw error;
  const text = body.content;
  if (typeof text !== 'string') throw new AdapterError({ transport, reason: 'its answer has no content' });
  const leaked = leakedError(text);
  if (leaked !== undefined) throw new LeakedError({ transport, reason: speaker.spoken(leaked) });
  return { text, ...endOf(body) };
};

/** What a chunk adds to the answer. */
export const v0Chunk = (body: Json, speaker: V0Speaker): readonly TransportChunk[] => {
  const { transport } = speaker;
  if (!isJsonObject(body)) throw new AdapterError({ transport, reason: 'it sent a chunk that is no object' });
  const error = v0Error(body, speaker);
  if (error) throw error;
  const text = typeof body.chunk === 'string' ? body.chunk : '';
  const said: TransportChunk[] = text === '' ? [] : [{ is: 'text', text }];
  return body.done === true ? [...said, { is: 'end', ...endOf(body) }] : said;
};
