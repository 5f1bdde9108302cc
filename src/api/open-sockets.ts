import { Server as TcpServer, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** ms that clients get to close what is open when the service goes. */
const FAREWELL = 100;
/** ms that a client which asked for the connection to be closed gets to do it. */
const PATIENCE = 1000;

/** Whether a client sees the end of an answer without the end of the connection. */
const hasLength = (response: ServerResponse): boolean =>
  response.hasHeader('content-length') || response.chunkedEncoding;

/**
 * Who closes a TCP connection first keeps its address for a minute (TIME_WAIT), and the launcher of the platform takes a
 * port with such an address for one in use. So clients close first, and what is open at the end is reset.
 */
@Injectable()
export class OpenSockets {
  private readonly open = new Set<Socket>();

  watch(fastify: FastifyInstance): void {
    fastify.server.on('connection', (socket: Socket) => this.track(socket));
    fastify.addHook('onRequest', (request, reply, done) => {
      // Listening at `localhost` means two servers, of which Fastify shows one.
      this.track(request.socket);
      if (!reply.raw.shouldKeepAlive) letClientCloseFirst(request.socket, reply.raw);
      done();
    });
    fastify.addHook('preClose', async () => {
      // The method of HTTP servers would close idle connections at once.
      TcpServer.prototype.close.call(fastify.server);
      await this.farewell();
      this.reset();
    });
  }

  /** Lets go of every connection. */
  reset(): void {
    for (const socket of this.open) socket.resetAndDestroy();
  }

  private track(socket: Socket): void {
    if (this.open.has(socket)) return;
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
  }

  private async farewell(): Promise<void> {
    const closed = Promise.all([...this.open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    let patience: NodeJS.Timeout | undefined;
    const tooLong = new Promise((resolve) => (patience = setTimeout(resolve, FAREWELL)));
    await Promise.race([closed, tooLong]);
    clearTimeout(patience);
  }
}

/** Node closes after the last answer. This waits for the client, which closes at once as a rule. */
const letClientCloseFirst = (socket: Socket, response: ServerResponse): void => {
  const close = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    if (!hasLength(response) || socket.readableEnded || socket.destroyed) return close();
    const timer = setTimeout(close, PATIENCE).unref();
    socket.once('close', () => clearTimeout(timer));
  };
};
