import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) /;

/** What a server wrote on one connection, the first answer of it. */
const firstAnswer = (text: string): RawAnswer | undefined => {
  const [, status] = STATUS_LINE.exec(text) ?? [];
  const end = text.indexOf('\r\n\r\n');
  if (status === undefined || end === -1) return undefined;
  return { status: Number(status), head: text.slice(0, end).toLowerCase(), body: text.slice(end + 4) };
};

/** A client that writes bytes, whether they are HTTP or not. */
export class RawClient {
  private received = Buffer.alloc(0);
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async open(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    const client = new RawClient(socket);
    await Promise.race([once(socket, 'connect').catch(() => undefined), client.closed]);
    return client;
  }

  /** Writes everything at once; the first answer, once the server has closed the connection. */
  static async ask(port: number, bytes: string | Buffer): Promise<RawAnswer | undefined> {
    const client = await RawClient.open(port);
    client.socket.write(bytes);
    await client.closed;
    return client.answer;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  get answer(): RawAnswer | undefined {
    return firstAnswer(this.text);
  }

  /** Until the text that came fits; undefined when the connection is closed before. */
  async until(fits: (text: string) => boolean): Promise<string | undefined> {
    let isClosed = false;
    void this.closed.then(() => (isClosed = true));
    while (!fits(this.text)) {
      if (isClosed) return undefined;
      await Promise.race([once(this.socket, 'data').catch(() => undefined), this.closed]);
    }
    return this.text;
  }

  /** Writes pieces as long as the server takes them; how many it took. */
  async drip(pieces: number, piece: string, pause: number): Promise<number> {
    for (let sent = 0; sent < pieces; sent++) {
      if (this.socket.destroyed || !this.socket.writable) return sent;
      this.socket.write(piece);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, pause)), this.closed]);
    }
    return pieces;
  }
}
