import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { HarmoniaError } from '../../kernel/index.js';
import type { Viewer } from '../access/viewer.js';
import { checkHead } from '../limits/limit-requests.js';
import { answerRaw } from '../limits/raw-answer.js';
import { internalError } from '../rest/error/internal-error.js';

/** A request whose path fits a pattern carries the parameters of the pattern. */
export interface PatternRequest extends IncomingMessage {
  pathParameters?: Readonly<Record<string, string>>;
  /** What the client may see and do. */
  viewer?: Viewer;
}

/** Why somebody may not open a WebSocket. */
export interface SocketRefusal {
  readonly error: HarmoniaError;
  readonly headers: Readonly<Record<string, string>>;
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

interface Handshake {
  readonly request: PatternRequest;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What is thrown of a request that nobody can read is no fault of ours. */
const refusalOf = (error: unknown): HarmoniaError => {
  if (error instanceof HarmoniaError) return error;
  if (error instanceof URIError || error instanceof TypeError)
    return new HarmoniaError('invalid_request', { reason: 'its address can not be read' });
  return internalError(error);
};

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
    httpServer.on('upgrade', (request: PatternRequest, socket: Duplex, head: Buffer) => {
      // A peer that goes away during the handshake must not take the process with it.
      socket.on('error', () => socket.destroy());
      this.upgrade(port, { request, socket, head }).catch((error: unknown) => answerRaw(socket, refusalOf(error)));
    });
    return httpServer;
  }

  private async upgrade(port: number, { request, socket, head }: Handshake): Promise<void> {
    checkHead(request);
    const { origin } = request.headers;
    if (origin !== undefined && !this.origins.includes('*') && !this.origins.includes(origin))
      throw new HarmoniaError('foreign_origin', { origin: origin.slice(0, 200) });
    const { pathname } = new URL(request.url ?? '/', 'ws://harmonia');
    for (const server of (this.wsServersRegistry.get(port) ?? []) as Route['server'][]) {
      const parameters = parametersOf(server.path, pathname);
      if (!parameters) continue;
      const refusal = await this.admit(request, server.path);
      if (refusal) return answerRaw(socket, refusal.error, refusal.headers);
      request.pathParameters = parameters;
      server.handleUpgrade(request, socket, head, (client) => {
        this.connections.set(client, request.socket);
        server.emit('connection', client, request);
      });
      return;
    }
    throw new HarmoniaError('route_not_found', { method: 'a WebSocket at', path: pathname.slice(0, 200) });
  }
}
