import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { LlmMessage, LlmRequest } from '../request.js';

/** How an endpoint wants to be asked. What it rejects is not tried again. */
export interface Manners {
  /** How answers of a schema are asked for: by the schema, by "JSON" and words, by words alone. */
  readonly format: 'json_schema' | 'json_object' | 'text';
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  readonly streamUsage: boolean;
}

/** `max_tokens` is what most servers know; OpenAI's own newer models reject it. */
export const firstManners = (base: string): Manners => ({
  format: 'json_schema',
  limit: /^https:\/\/api\.openai\.com(?:[:/]|$)/.test(base) ? 'max_completion_tokens' : 'max_tokens',
  temperature: true,
  streamUsage: true,
});

const LOWER = { json_schema: 'json_object', json_object: 'text', text: undefined } as const;

/** The next way to ask for a schema; undefined: there is none. */
export const lowerFormat = (manners: Manners): Manners | undefined => {
  const format = LOWER[manners.format];
  return format && { ...manners, format };
};

/** Other manners after the endpoint has refused a request with this reason; undefined: it is not about manners. */
export const otherManners = (manners: Manners, reason: string, request: LlmRequest): Manners | undefined => {
  const is = (pattern: RegExp): boolean => pattern.test(reason);
  if (request.schema && is(/response_format|json_schema|json_object|structured output|\bschema\b/i))
    return lowerFormat(manners);
  if (request.maxOutputTokens !== undefined && manners.limit === 'max_tokens' && is(/max_tokens/i))
    return { ...manners, limit: 'max_completion_tokens' };
  if (
    request.maxOutputTokens !== undefined &&
    manners.limit === 'max_completion_tokens' &&
    is(/max_completion_tokens/i)
  )
    return { ...manners, limit: 'max_tokens' };
  if (request.temperature !== undefined && manners.temperature && is(/temperature/i))
    return { ...manners, temperature: false };
  if (manners.streamUsage && is(/stream_options|include_usage/i)) return { ...manners, streamUsage: false };
  return undefined;
};

/** OpenAI wants `anyOf` where JSON Schema says `oneOf`; whether exactly one fits is checked here afterwards. */
const withAnyOf = (schema: Json): Json => {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(withAnyOf);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key === 'oneOf' && Array.isArray(value) && !('anyOf' in schema) ? 'anyOf' : key,
      withAnyOf(value),
    ]),
  );
};

const isObjectSchema = (schema: JsonObject): boolean => schema.type === 'object' || 'properties' in schema;

/** Whether a schema keeps to what strict mode takes: objects closed, with all properties required. */
const isStrict = (schema: Json): boolean => {
  if (Array.isArray(schema)) return (schema as readonly Json[]).every(isStrict);
  if (!isJsonObject(schema)) return true;
  if (isObjectSchema(schema)) {
    const { properties = {}, required = [], additionalProperties } = schema;
    const names = isJsonObject(properties) ? Object.keys(properties) : [];
    const needed = new Set(Array.isArray(required) ? (required as readonly Json[]) : []);
    if (additionalProperties !== false || !names.every((name) => needed.has(name))) return false;
  }
  return Object.values(schema).every(isStrict);
};

/** The schema in words, where the endpoint takes none. */
export const schemaInWords = (schema: JsonObject): string =>
  `Answer with JSON only: one value that fits this JSON Schema, without any words around it.\n${canonicalJson(schema)}`;

const messagesOf = (request: LlmRequest, { format }: Manners): readonly LlmMessage[] => {
  const { schema, messages } = request;
  if (!schema || format === 'json_schema') return messages;
  const words = schemaInWords(schema.jsonSchema);
  const [first, ...rest] = messages;
  if (first?.role === 'system') return [{ role: 'system', content: `${first.content}\n\n${words}` }, ...rest];
  return [{ role: 'system', content: words }, ...messages];
};

const formatOf = (
  { schema }: LlmRequest,
  { format }: Manners,
): Pick<ChatCompletionCreateParamsBase, 'response_format'> => {
  if (!schema || format === 'text') return {};
  if (format === 'json_object') return { response_format: { type: 'json_object' } };
  const wanted = withAnyOf(schema.jsonSchema) as Record<string, unknown>;
  const strict = isStrict(schema.jsonSchema);
  return { response_format: { type: 'json_schema', json_schema: { name: schema.name, schema: wanted, strict } } };
};

/** What is sent to `/chat/completions`. */
export const completionBody = (
  request: LlmRequest,
  manners: Manners,
  model: string,
): Omit<ChatCompletionCreateParamsBase, 'stream'> => ({
  model,
  messages: messagesOf(request, manners).map(({ role, content }) => ({ role, content })),
  ...(request.temperature !== undefined && manners.temperature && { temperature: request.temperature }),
  ...(request.maxOutputTokens !== undefined && { [manners.limit]: request.maxOutputTokens }),
  ...(request.stop !== undefined && { stop: [...request.stop] }),
  ...(request.topP !== undefined && { top_p: request.topP }),
  ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
  ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
  ...formatOf(request, manners),
});
