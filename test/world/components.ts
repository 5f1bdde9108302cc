import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../src/kernel/index.js';

/** A request, as a component got it. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Reply = (response: ServerResponse, heard: Heard) => void;

const send = (
  response: ServerResponse,
  status: number,
  body: Json | string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

/** What is answered at some paths; at others the request comes back under `result`. */
const REPLIES: Readonly<Record<string, Reply>> = {
  '/health': (response) => send(response, 200, { status: 'healthy' }),
  '/plain': (response) => send(response, 200, [1, 2]),
  '/wrapped': (response) => send(response, 200, { status: 'success', data: { a: 1 } }),
  '/nothing': (response) => send(response, 204, ''),
  '/no-json': (response) => send(response, 200, '<html>'),
  '/deep': (response) => send(response, 200, `${'['.repeat(5000)}${']'.repeat(5000)}`),
  '/infinite': (response) => send(response, 200, '{"result":1e999}'),
  '/polluting': (response) => send(response, 200, '{"result":{"__proto__":{"polluted":true},"a":1}}'),
  '/reported': (response) => send(response, 200, { status: 'error', error: 'no stock', is_retriable: false }),
  '/bad': (response) => send(response, 400, { detail: 'what is this' }),
  '/broken': (response) => send(response, 500, { error: 'oops' }),
  '/limited': (response) => send(response, 429, {}, { 'retry-after': '7' }),
  '/away': (response) => send(response, 302, {}, { location: 'http://127.0.0.1:1/elsewhere' }),
  '/mirror': (response, heard) =>
    send(response, 400, { error: `you sent ${heard.url} ${JSON.stringify(heard.headers)}` }),
  '/silent': () => undefined,
  '/dead': (response) => response.destroy(),
  '/huge': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (response.write('x'.repeat(2 ** 20)));
      response.once('drain', more);
    };
    response.on('error', () => undefined);
    more();
  },
};

/** A component over real HTTP, on loopback. */
export class ComponentServer {
  readonly heard: Heard[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ComponentServer> {
    const server = createServer();
    const component = new ComponentServer(server);
    server.on('request', (request, response) => void component.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return component;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get last(): Heard {
    const heard = this.heard.at(-1);
    if (!heard) throw new Error('nobody asked');
    return heard;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const heard = { method, url, headers, body: Buffer.concat(chunks).toString() };
    this.heard.push(heard);
    const reply = REPLIES[url.split('?')[0] ?? ''];
    if (reply) reply(response, heard);
    else send(response, 200, { result: { ...heard, list: [{ name: 'first' }] } as unknown as Json });
  }
}
