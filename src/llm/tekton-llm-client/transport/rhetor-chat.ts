import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { LlmRequest } from '../request.js';
import type { Endpoint } from './endpoint.js';
import { rhetorAnswer, rhetorBody } from './rhetor-generate.js';
import { checkPromptSize } from './rhetor-limits.js';
import { folded, type RhetorServer } from './rhetor-server.js';
import type { LlmTransport, Probed, TransportAnswer } from './transport.js';

export interface RhetorChatParts {
  readonly server: RhetorServer;
  readonly endpoint: Endpoint;
  /** A word that no model can guess. */
  readonly newNonce: () => string;
}

/**
 * `POST /api/v1/chat` of a Rhetor that hands on whole conversations. Today's does not: it drops all but the last turn
 * of the user. So each probe asks for a word that stands in the system message alone; who cannot say it is not used.
 */
export const rhetorChat = ({ server, endpoint, newNonce }: RhetorChatParts): LlmTransport => {
  const complete = async (request: LlmRequest, signal: AbortSignal): Promise<TransportAnswer> => {
    checkPromptSize(endpoint.transport, folded(request));
    const messages: Json = request.messages.map(({ role, content }) => ({ role, content }));
    const sent = { messages, ...rhetorBody(request), capability: 'chat' };
    const body = await endpoint.json('/api/v1/chat', { body: sent, signal, headers: request.headers });
    return rhetorAnswer(endpoint, body, isJsonObject(body) ? (body.content ?? body.response) : undefined);
  };
  const echoes = async (signal: AbortSignal): Promise<Probed> => {
    const nonce = newNonce();
    const { text } = await complete(
      {
        messages: [
          {
            role: 'system',
            content: `The word is ${nonce}. When you are asked for the word, answer it and nothing else.`,
          },
          { role: 'user', content: 'What is the word?' },
        ],
        temperature: 0,
        maxOutputTokens: 64,
      },
      signal,
    );
    if (text.includes(nonce)) return { ok: true, detail: 'it hands on system messages' };
    return { ok: false, detail: 'it does not hand on system messages' };
  };
  return {
    id: endpoint.transport,
    address: endpoint.address,
    mayAct: true,
    looksCheaply: false,
    honoursModel: false,
    probe: async (signal) => {
      const { today } = await server.look();
      return today.ok ? echoes(signal) : today;
    },
    complete,
  };
};
