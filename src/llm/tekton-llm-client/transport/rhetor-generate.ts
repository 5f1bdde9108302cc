import { isJsonObject, type Json } from '../../../kernel/index.js';
import { leakedError } from '../answer/leaked-error.js';
import { LeakedError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { Endpoint } from './endpoint.js';
import { checkPromptSize } from './rhetor-limits.js';
import { folded, type RhetorServer } from './rhetor-server.js';
import type { LlmTransport, TransportAnswer } from './transport.js';

/** Rhetor routes by these; it drops the other parameters, which are sent for the day that it does not. */
export const rhetorBody = ({ temperature, maxOutputTokens, model }: LlmRequest): Record<string, Json> => ({
  component: 'harmonia',
  capability: 'planning',
  ...(model !== undefined && { model }),
  ...(temperature !== undefined && { temperature }),
  ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
});

/** The text of an answer of Rhetor. Its `model` is a constant and its `usage` counts words: neither is taken over. */
export const rhetorAnswer = (endpoint: Endpoint, body: Json, text: Json | undefined): TransportAnswer => {
  if (typeof text !== 'string') throw endpoint.fail(`its answer has no text: ${endpoint.spoken(JSON.stringify(body))}`);
  const leaked = leakedError(text);
  if (leaked !== undefined) throw new LeakedError({ transport: endpoint.transport, reason: endpoint.spoken(leaked) });
  if (text.trim() === '') throw endpoint.fail('its answer is empty');
  return { text, finish: 'stop', model: undefined, provider: 'rhetor', usage: undefined };
};

/** `POST /api/v1/generate` of today's Rhetor: of a request one text gets through, so all turns are folded into it. */
export const rhetorGenerate = (server: RhetorServer, endpoint: Endpoint): LlmTransport => ({
  id: endpoint.transport,
  address: endpoint.address,
  mayAct: true,
  looksCheaply: true,
  honoursModel: false,
  probe: async () => (await server.look()).today,
  complete: async (request, signal) => {
    const prompt = folded(request);
    checkPromptSize(endpoint.transport, prompt);
    const body = await endpoint.json('/api/v1/generate', {
      body: { prompt, ...rhetorBody(request) },
      signal,
      headers: request.headers,
    });
    return rhetorAnswer(endpoint, body, isJsonObject(body) ? body.response : undefined);
  },
});
