import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../access/viewer.js';

/** A request whose path fits a pattern carries the parameters of the pattern. */
export interface PatternRequest extends IncomingMessage {
  pathParameters?: Readonly<Record<string, string>>;
  /** What the client may see and do. */
  viewer?: Viewer;
}

/** Why somebody may not open a WebSocket. */
export interface SocketRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Looks at who wants to open a WebSocket on a path; undefined: he may, and the request says what he sees. */
export type AdmitSocket = (request: PatternRequest, route: string) => Promise<SocketRefusal | undefined>;

const GOING_AWAY = 1001;
const CLOSED: WebSocket['readyState'] = 3;
/** ms that clients get to answer the close frame. */
const FAREWELL = 500;

interface Route {
  readonly server: WebSocketServer & { readonly path: string };
}

const parametersOf = (pattern: string, path: string): Record<string, string> | undefined => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) parameters[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return parameters;
};

const refuse = (socket: Duplex, { status, headers, body }: SocketRefusal): void => {
  const type = body === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' };
  const all = { ...headers, ...type, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
};

const withStatus = (status: number): SocketRefusal => ({ status, headers: {}, body: '' });

/** Plain WebSockets on the port of the service, on paths with parameters: the adapter it extends knows exact paths only. */
export class PatternWsAdapter extends WsAdapter {
  private readonly connections = new WeakMap<WebSocket, Socket>();

  constructor(
    app: INestApplicationContext,
    /** Origins from which a browser may connect; `*` is everybody. */
    private readonly origins: readonly string[],
    private readonly admit: AdmitSocket,
  ) {
    super(app);
  }

  /** The gateways read their frames themselves. */
  override bindMessageHandlers(): void {}

  /** What is wrong with a client ends its connection; a stack trace for each would fill the log of everybody. */
  override bindErrorHandler<T>(server: T): T {
    return server;
  }

  /**
   * Tells the clients that the service goes away; who does not answer is cut off. Once both have said so there is nothing
   * more to read, and the connection is reset: closed in order by a server it would leave its address in TIME_WAIT.
   */
  override async close(server: WebSocketServer): Promise<void> {
    for (const client of server.clients) {
      const connection = this.connections.get(client);
      if (connection) connection.end = () => connection.resetAndDestroy();
      client.close(GOING_AWAY, 'shutting_down');
    }
    const clients = [...server.clients].filter(({ readyState }) => readyState !== CLOSED);
    const farewells = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
    let patience: NodeJS.Timeout | undefined;
    const tooLong = new Promise((resolve) => (patience = setTimeout(resolve, FAREWELL)));
    await Promise.race([Promise.all(farewells), tooLong]);
    clearTimeout(patience);
    for (const client of clients) this.connections.get(client)?.resetAndDestroy();
    await super.close(server);
  }

  protected override ensureHttpServerExists(port: number, httpServer?: Server): Server | undefined {
    if (this.httpServersRegistry.has(port) || !httpServer) return undefined;
    this.httpServersRegistry.set(port, httpServer);
    httpServer.on(
      'upgrade',
      (request: PatternRequest, socket: Duplex, head: Buffer) => void this.upgrade(port, { request, socket, head }),
    );
    return httpServer;
  }

  private async upgrade(
    port: number,
    { request, socket, head }: { request: PatternRequest; socket: Duplex; head: Buffer },
  ): Promise<void> {
    // A peer that goes away during the handshake must not take the process with it.
    socket.on('error', () => socket.destroy());
    try {
      const { origin } = request.headers;
      if (origin !== undefined && !this.origins.includes('*') && !this.origins.includes(origin))
        return refuse(socket, withStatus(403));
      const { pathname } = new URL(request.url ?? '/', 'ws://harmonia');
      for (const server of (this.wsServersRegistry.get(port) ?? []) as Route['server'][]) {
        const parameters = parametersOf(server.path, pathname);
        if (!parameters) continue;
        const refusal = await this.admit(request, server.path);
        if (refusal) return refuse(socket, refusal);
        request.pathParameters = parameters;
        server.handleUpgrade(request, socket, head, (client) => {
          this.connections.set(client, request.socket);
          server.emit('connection', client, request);
        });
        return;
      }
      refuse(socket, withStatus(404));
    } catch {
      refuse(socket, withStatus(400));
    }
  }
}
