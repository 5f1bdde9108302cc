import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What an answer must at least take from us, in bytes a ms: a reader slower than that only holds memory. */
const SLOWEST = 16;
/** Bytes that the system holds for a connection in any case. */
const SMALL = 64 * 1024;

/**
 * Knows which connections have a request under way, and cuts those whose peer does not read what it asked for: when
 * nothing moves for `patience` ms although bytes wait, and when an answer as a whole takes far too long.
 */
export class Exchanges {
  private readonly open = new WeakMap<Duplex, Set<ServerResponse>>();

  constructor(
    private readonly patience: number,
    private readonly slowest = SLOWEST,
  ) {}

  watch(server: Server): void {
    server.on('request', (request, response) => this.began(request, response));
    // The timer of a socket sees that bytes move; it is Node that begins it anew then.
    server.setTimeout(this.patience, (socket) => {
      // Idle after a request. One that never sent any has a deadline of its own for that, and is told so.
      const isIdle = this.open.get(socket)?.size === 0;
      if (socket.writableLength > 0 || isIdle) socket.destroy();
    });
  }

  /** Whether bytes of an answer are on their way, so that no other may come between. */
  isAnswering(socket: Duplex): boolean {
    return [...(this.open.get(socket) ?? [])].some(({ headersSent }) => headersSent);
  }

  private began({ socket }: IncomingMessage, response: ServerResponse): void {
    const open = this.open.get(socket) ?? new Set();
    this.open.set(socket, open.add(response));
    response.once('prefinish', () => this.mustBeTaken(response));
    response.once('close', () => open.delete(response));
  }

  private mustBeTaken(response: ServerResponse): void {
    const waiting = response.writableLength;
    if (waiting < SMALL) return;
    const deadline = setTimeout(() => response.destroy(), this.patience + waiting / this.slowest).unref();
    response.once('close', () => clearTimeout(deadline));
  }
}
