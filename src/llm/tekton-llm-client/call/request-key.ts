import { canonicalJson, contentHash, type Json } from '../../../kernel/index.js';
import type { LlmRequest } from '../request.js';

/** Everything that an answer depends on, and whose it is; what it is asked for and how long one waits does not count. */
export const requestKey = (request: LlmRequest, about: { readonly tenant: string; readonly model: string }): string => {
  const { messages, schema, temperature, maxOutputTokens, stop, topP, topK, presencePenalty, frequencyPenalty } =
    request;
  const { promptVersion, bearsPayload } = request;
  const parameters = { temperature, maxOutputTokens, stop, topP, topK, presencePenalty, frequencyPenalty };
  const whole = { messages, schema, parameters, promptVersion, bearsPayload, ...about };
  // Once through JSON: what is undefined is absent.
  return contentHash(canonicalJson(JSON.parse(JSON.stringify(whole)) as Json));
};
