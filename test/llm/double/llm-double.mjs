// A server on loopback that speaks as Rhetor, as the old client's server, or as OpenAI, and fails as it is told.
// It knows nothing of jest: tests, benches and the evaluation use it alike.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { asBehaviour } from './behaviour.mjs';
import { clientV0, clientV0Socket } from './client-v0.mjs';
import { openAiChat } from './openai-chat.mjs';
import { rhetorToday } from './rhetor-today.mjs';

const DIALECTS = { rhetor: rhetorToday, v0: clientV0, openai: openAiChat };

const bodyOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
};

export class LlmDouble {
  requests = [];
  frames = [];
  seen = [];
  assigned = undefined;
  model = () => 'Hello from the double.';
  #script = [];
  #waiting = [];
  #sockets = new Set();

  constructor(server, sockets, options) {
    this.server = server;
    this.socketServer = sockets;
    this.options = options;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      response.on('error', () => undefined);
      void this.#serve(request, response).catch(() => request.destroy());
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start({ port = 0, ...options } = {}) {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new LlmDouble(server, new WebSocketServer({ noServer: true }), { speaks: ['rhetor'], ...options });
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  get openaiUrl() {
    return `${this.url}/v1`;
  }

  get socketUrl() {
    return `${this.url.replace('http', 'ws')}/ws`;
  }

  script(...behaviours) {
    this.#script.push(...behaviours.map(asBehaviour));
    return this;
  }

  next(seen) {
    this.seen.push(seen);
    const behaviour = this.#script.shift() ?? asBehaviour(this.model(seen));
    this.#wake();
    return behaviour;
  }

  async asked(count) {
    while (this.seen.length < count) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  async called(count) {
    while (this.requests.length < count) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async stop() {
    for (const client of this.socketServer.clients) client.terminate();
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request, response) {
    const path = new URL(request.url, 'http://double').pathname;
    const body = await bodyOf(request);
    const letter = { method: request.method, path, headers: request.headers, body };
    this.requests.push(letter);
    this.#wake();
    if (this.options.isDeaf) return;
    const isKnown = this.options.lacks?.includes(path) !== true;
    if (isKnown && this.options.speaks.some((dialect) => DIALECTS[dialect](this, letter, response))) return;
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"detail":"Not Found"}');
  }

  #upgrade(request, socket, head) {
    this.requests.push({ method: 'UPGRADE', path: request.url, headers: request.headers, body: {} });
    this.socketServer.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined);
      if (this.options.speaks.includes('v0')) return clientV0Socket(this, client);
      // Rhetor's own socket fails at every message.
      client.on('message', () => client.send(JSON.stringify({ type: 'error', error: 'no attribute stream_chat' })));
    });
  }
}
