import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { LlmRequest } from '../request.js';
import type { Endpoint } from './endpoint.js';
import type { RhetorServer } from './rhetor-server.js';
import type { LlmTransport, OfferedModel, TransportChunk } from './transport.js';
import { v0Answer, v0Body, v0Chunk, type V0Party, type V0Speaker } from './v0-wire.js';

export interface V0Parts {
  readonly server: RhetorServer;
  readonly endpoint: Endpoint;
  readonly party: V0Party;
}

const parsed = (data: string, endpoint: Endpoint): Json => {
  try {
    return JSON.parse(data) as Json;
  } catch {
    throw endpoint.fail(`it sent a chunk that is no JSON: ${endpoint.spoken(data)}`);
  }
};

/** Models as `GET /api/v1/providers` lists them. */
export const providerModels = (body: Json): readonly OfferedModel[] => {
  const providers = isJsonObject(body) && isJsonObject(body.providers) ? body.providers : {};
  return Object.entries(providers).flatMap(([provider, one]) => {
    const models = isJsonObject(one) && Array.isArray(one.models) ? (one.models as readonly Json[]) : [];
    return models.flatMap((model): OfferedModel[] => {
      if (!isJsonObject(model) || typeof model.id !== 'string') return [];
      const { id, name, context_length: length, capabilities } = model;
      return [
        {
          ...{ provider, id },
          ...(typeof name === 'string' && { name }),
          ...(typeof length === 'number' && { contextLength: length }),
          ...(Array.isArray(capabilities) && { capabilities: capabilities.map(String) }),
        },
      ];
    });
  });
};

/** The protocol of the old tekton-llm-client over HTTP and server-sent events. */
export const v0Http = ({ server, endpoint, party }: V0Parts): LlmTransport => {
  const speaker: V0Speaker = { transport: endpoint.transport, spoken: (text) => endpoint.spoken(text) };
  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<TransportChunk> {
    const body = { ...v0Body(request, party), streaming: true };
    for await (const data of endpoint.events('/api/v1/chat/stream', { body, signal, headers: request.headers })) {
      // Some servers end with this and no `done`.
      if (data === '[DONE]') {
        yield { is: 'end', finish: 'stop', model: undefined, provider: 'rhetor', usage: undefined };
        return;
      }
      const chunks = v0Chunk(parsed(data, endpoint), speaker);
      yield* chunks;
      if (chunks.at(-1)?.is === 'end') return;
    }
  }
  return {
    id: endpoint.transport,
    address: endpoint.address,
    mayAct: true,
    looksCheaply: true,
    honoursModel: true,
    probe: async () => (await server.look()).v0,
    complete: async (request, signal) =>
      v0Answer(
        await endpoint.json('/api/v1/chat', { body: v0Body(request, party), signal, headers: request.headers }),
        speaker,
      ),
    stream,
    models: async (signal) => providerModels(await endpoint.json('/api/v1/providers', { signal })),
  };
};
