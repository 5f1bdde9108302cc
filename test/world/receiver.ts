import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that came. */
export interface Letter {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type AnswerLetter = (response: ServerResponse, letter: Letter) => void;

/** A receiver of webhooks on loopback: keeps what came, and answers as it is told. */
export class Receiver {
  readonly letters: Letter[] = [];
  answer: AnswerLetter = (response) => void response.writeHead(204).end();
  private waiting: (() => void)[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const letter = { path: request.url ?? '', headers: request.headers, body };
        this.letters.push(letter);
        for (const wake of this.waiting.splice(0)) wake();
        this.answer(response, letter);
      });
    });
  }

  static async start(port = 0): Promise<Receiver> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/in`;
  }

  get bodies(): Record<string, unknown>[] {
    return this.letters.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  /** Fulfils when so many have come. */
  async received(count: number): Promise<readonly Letter[]> {
    while (this.letters.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.letters;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
