import type { JsonObject } from '../../../kernel/index.js';
import { AdapterError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { LlmTransport, TransportAnswer, TransportChunk } from './transport.js';
import type { V0Line } from './v0-socket.js';
import type { V0Parts } from './v0-http.js';
import { v0Answer, v0Body, v0Chunk, type V0Speaker } from './v0-wire.js';

export interface V0WebSocketParts extends Omit<V0Parts, 'server'> {
  readonly line: V0Line;
  readonly newId: () => string;
}

/** The protocol of the old tekton-llm-client over its WebSocket. */
export const v0WebSocket = ({ endpoint, party, line, newId }: V0WebSocketParts): LlmTransport => {
  const speaker: V0Speaker = { transport: endpoint.transport, spoken: (text) => endpoint.spoken(text) };
  const frameOf = (type: string, request: LlmRequest): JsonObject & { readonly request_id: string } => {
    const { streaming: _streaming, ...body } = v0Body(request, party);
    return { type, request_id: newId(), ...body };
  };
  const checked = (frame: JsonObject): JsonObject => {
    if (frame.type !== 'ERROR') return frame;
    const { error = 'no reason given' } = frame;
    const reason = speaker.spoken(typeof error === 'string' ? error : JSON.stringify(error));
    throw new AdapterError({ transport: endpoint.transport, reason });
  };
  const complete = async (request: LlmRequest, signal: AbortSignal): Promise<TransportAnswer> => {
    for await (const frame of line.ask(frameOf('CHAT', request), signal)) {
      if (checked(frame).type === 'RESPONSE') return v0Answer(frame, speaker);
    }
    throw endpoint.fail('it sent no response');
  };
  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<TransportChunk> {
    for await (const frame of line.ask(frameOf('CHAT_STREAM', request), signal)) {
      if (checked(frame).type === 'CHUNK') yield* v0Chunk(frame, speaker);
    }
  }
  return {
    id: endpoint.transport,
    address: endpoint.address,
    mayAct: true,
    looksCheaply: true,
    honoursModel: true,
    probe: async () => {
      await line.open();
      return { ok: true, detail: 'the socket is open' };
    },
    complete,
    stream,
    close: () => line.close(),
  };
};
