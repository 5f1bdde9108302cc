// The protocol that the old tekton-llm-client documents: HTTP, server-sent events, WebSocket.
import { faulty, json, piecesOf, sendEvents } from './behaviour.mjs';

const failed = (message) => ({ error: message });
const PROVIDERS = {
  providers: {
    anthropic: {
      name: 'Anthropic',
      available: true,
      models: [{ id: 'claude-test', name: 'Claude Test', context_length: 200_000, capabilities: ['chat'] }],
    },
  },
  default_provider: 'anthropic',
  default_model: 'claude-test',
};

const about = (body) => ({
  context_id: body.context_id ?? 'default',
  model: body.model_id ?? 'claude-test',
  provider: body.provider_id ?? 'anthropic',
  timestamp: '2026-11-22T12:00:00Z',
});

const endOf = (behaviour, body) => ({
  ...about(body),
  finish_reason: behaviour.is === 'truncated' ? 'length' : behaviour.is === 'refusal' ? 'refusal' : 'stop',
  ...(behaviour.usage && { usage: behaviour.usage }),
  ...(behaviour.is === 'fallback' && { fallback: true, model: 'fallback' }),
});

const seenOf = (body) => ({
  dialect: 'v0',
  prompt: (body.messages ?? []).filter(({ role }) => role === 'user').at(-1)?.content ?? body.prompt,
  system: body.system_prompt,
  messages: body.messages,
});

/** Answers whether the path is one of the protocol. */
export const clientV0 = (double, { method, path, body }, response) => {
  if (method === 'GET' && path === '/api/v1/health') json(response, 200, { status: 'ok' });
  else if (method === 'GET' && path === '/api/v1/providers') json(response, 200, PROVIDERS);
  else if (method === 'POST' && path === '/api/v1/chat') {
    const behaviour = double.next(seenOf(body));
    if (!faulty(behaviour, response, failed))
      json(response, 200, { content: behaviour.text, ...endOf(behaviour, body) });
  } else if (method === 'POST' && path === '/api/v1/chat/stream') {
    const behaviour = double.next(seenOf(body));
    if (faulty(behaviour, response, failed)) return true;
    const pieces = piecesOf(behaviour.text).map((chunk) => ({ chunk, ...about(body), done: false }));
    const last = { chunk: '', ...endOf(behaviour, body), done: true };
    sendEvents(behaviour, response, { pieces, end: [last, '[DONE]'] });
  } else return false;
  return true;
};

/** One socket, many requests. */
export const clientV0Socket = (double, socket) => {
  const say = (frame) => socket.send(JSON.stringify(frame));
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    double.frames.push(frame);
    const { type, request_id } = frame;
    if (type === 'REGISTER') {
      if (double.options.acknowledges !== false) say({ type: 'REGISTER_ACK', component_id: frame.component_id });
      say({ type: 'PING' });
      return;
    }
    if (!['GENERATE', 'CHAT', 'STREAM', 'CHAT_STREAM'].includes(type)) return;
    const behaviour = double.next(seenOf(frame));
    if (behaviour.is === 'hang') return;
    if (behaviour.is === 'reset') return socket.terminate();
    if (behaviour.is === 'status') return say({ type: 'ERROR', request_id, error: behaviour.message ?? 'scripted' });
    if (behaviour.is === 'garbage') return socket.send('{"type": "RESP');
    if (type === 'GENERATE' || type === 'CHAT')
      return say({ type: 'RESPONSE', request_id, content: behaviour.text, ...endOf(behaviour, frame) });
    const chunks = piecesOf(behaviour.text);
    const sent = behaviour.is === 'cut' ? chunks.slice(0, Math.ceil(chunks.length / 2)) : chunks;
    for (const chunk of sent) say({ type: 'CHUNK', request_id, chunk, ...about(frame), done: false });
    if (behaviour.is === 'cut') return socket.close();
    say({ type: 'CHUNK', request_id, chunk: '', ...endOf(behaviour, frame), done: true });
  });
};
