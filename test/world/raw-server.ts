import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server on loopback that says whatever it is told to, protocol or not. */
export class RawServer {
  readonly sockets: Socket[] = [];
  /** Everything that clients said, in order. */
  heard = '';

  private constructor(private readonly server: Server) {}

  static async start(answer: (socket: Socket, server: RawServer) => void): Promise<RawServer> {
    const server = createServer();
    const raw = new RawServer(server);
    server.on('connection', (socket) => {
      raw.sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => (raw.heard += chunk.toString('latin1')));
      socket.once('data', () => answer(socket, raw));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return raw;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Fulfils when every connection so far is closed. */
  async closed(): Promise<void> {
    const open = this.sockets.filter((socket) => !socket.closed);
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
