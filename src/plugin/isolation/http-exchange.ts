import { fatal, type HttpClient, type HttpRequest } from '../contract/index.js';
import { PIECE, type FromHost, type WireRequest, type WireResponse } from './wire.js';

/** Bytes of a body that is sent as a whole. */
const MAX_UPLOAD = 64 * 2 ** 20;

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** One request that a worker asked for: pieces of its body come up when asked for, pieces of the answer go down likewise. */
export class HttpExchange {
  private readonly abort = new AbortController();
  private upload: Waiting | undefined;
  private answer: AsyncIterator<Uint8Array> | undefined;
  private rest: Uint8Array = new Uint8Array();
  private isReading = false;

  constructor(
    private readonly id: number,
    private readonly client: HttpClient,
    private readonly tell: (message: FromHost) => void,
  ) {}

  async send({ upload, body, ...request }: WireRequest): Promise<WireResponse> {
    const whole: HttpRequest['body'] =
      upload === undefined ? body : upload === 'stream' ? this.pieces() : await this.wholeBody();
    const response = await this.client.request({ ...request, body: whole, signal: this.abort.signal });
    this.answer = response.body[Symbol.asyncIterator]();
    return { status: response.status, headers: response.headers, url: response.url };
  }

  /** A piece that was asked for, or the end of the body. Answers false when nobody asked. */
  gave(bytes: Uint8Array | undefined): boolean {
    const { upload } = this;
    this.upload = undefined;
    upload?.resolve(bytes);
    return upload !== undefined;
  }

  broke(error: unknown): boolean {
    const { upload } = this;
    this.upload = undefined;
    upload?.reject(error);
    return upload !== undefined;
  }

  /** The next piece of the answer; nothing at its end. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.isReading || this.answer === undefined) throw fatal('http_error', 'There is no body to be read now.');
    this.isReading = true;
    try {
      if (this.rest.byteLength === 0) {
        const next = await this.answer.next();
        if (next.done === true) return undefined;
        this.rest = next.value;
      }
      const piece = this.rest.subarray(0, PIECE);
      this.rest = this.rest.subarray(PIECE);
      // A view of a large buffer would be copied with all of it.
      return Uint8Array.prototype.slice.call(piece);
    } finally {
      this.isReading = false;
    }
  }

  end(): void {
    this.abort.abort();
    this.broke(new Error('aborted'));
    // Lets go of the connection; what it says to that is nobody's concern.
    this.answer?.return?.().then(undefined, () => undefined);
  }

  private pull(): Promise<Uint8Array | undefined> {
    const piece = new Promise<Uint8Array | undefined>((resolve, reject) => (this.upload = { resolve, reject }));
    this.tell({ is: 'pull', id: this.id });
    return piece;
  }

  private async *pieces(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.pull(); piece !== undefined; piece = await this.pull()) yield piece;
  }

  private async wholeBody(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.pieces()) {
      size += piece.byteLength;
      if (size > MAX_UPLOAD)
        throw fatal('payload_too_large', `A body that is no stream has at most ${MAX_UPLOAD} bytes.`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
}
