import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What an answer must at least take from us, in bytes a ms: a reader slower than that only holds memory. */
const SLOWEST = 16;

/** Whether all of it was handed over, and the peer has not taken it yet. */
const isWaiting = ({ writableEnded, writableFinished }: ServerResponse): boolean => writableEnded && !writableFinished;

/**
 * Knows which connections have a request under way, and cuts those whose peer does not read what it asked for: when
 * nothing moves for `patience` ms although bytes wait, and when an answer as a whole takes far too long.
 */
export class Exchanges {
  /** Answers that have not come to their end, of each connection that ever had a request. */
  private readonly open = new Map<Duplex, ServerResponse[]>();
  /** When an answer has to be taken, of those that were waiting when they were looked at. */
  private deadlines = new Map<ServerResponse, number>();

  constructor(
    private readonly patience: number,
    private readonly slowest = SLOWEST,
  ) {}

  watch(server: Server): void {
    const { open } = this;
    // One function for all answers: this runs with every request.
    const ended = function (this: ServerResponse): void {
      const answers = open.get(this.req.socket);
      answers?.splice(answers.indexOf(this), 1);
    };
    server.on('request', ({ socket }, response: ServerResponse) => {
      const answers = open.get(socket);
      if (answers) answers.push(response);
      else {
        open.set(socket, [response]);
        socket.once('close', () => open.delete(socket));
      }
      response.on('close', ended);
    });
    // The timer of a socket sees that bytes move; it is Node that begins it anew then.
    server.setTimeout(this.patience, (socket) => {
      // Idle after a request. One that never sent any has a deadline of its own for that, and is told so.
      const isIdle = open.get(socket)?.length === 0;
      // Reset, as in `OpenSockets`: the port must not look as if it were in use after a stop.
      if (socket.writableLength > 0 || isIdle) socket.resetAndDestroy();
    });
    const looks = setInterval(() => this.lookAtReaders(performance.now()), this.patience).unref();
    server.once('close', () => clearInterval(looks));
  }

  /** Whether bytes of an answer are on their way, so that no other may come between. */
  isAnswering(socket: Duplex): boolean {
    return this.open.get(socket)?.some(({ headersSent }) => headersSent) === true;
  }

  private lookAtReaders(now: number): void {
    const waiting = new Map<ServerResponse, number>();
    for (const answer of [...this.open.values()].flat()) {
      if (!isWaiting(answer)) continue;
      const deadline = this.deadlines.get(answer) ?? now + answer.writableLength / this.slowest;
      if (now > deadline) answer.destroy();
      else waiting.set(answer, deadline);
    }
    this.deadlines = waiting;
  }
}
