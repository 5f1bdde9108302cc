import { MessagePort } from 'node:worker_threads';
import type { Failure } from '../../../engine/core/index.js';
import { failureFromWire, failureToWire } from '../failure-on-the-wire.js';
import { PIECE, PIECE_HEAD, TOKEN, type FromHost, type FromWorker, type Question } from '../wire.js';

// Taken before any code of the plugin runs: it may replace them for itself, not for the line to the host.
const { stringify } = JSON;
const { apply } = Reflect;
// eslint-disable-next-line @typescript-eslint/unbound-method
const { postMessage } = MessagePort.prototype;

/** What waits for an answer, and what the host may want meanwhile. */
interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly work?: () => Promise<unknown>;
  readonly pieces?: AsyncIterator<Uint8Array>;
}

interface Reader {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The line of one job to the host, over the port that the thread has. */
export class HostLine {
  readonly #token: string;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly readers = new Map<number, Reader>();
  private abort: AbortController | undefined;
  private isAborted = false;
  private isOver = false;

  constructor(
    private readonly port: MessagePort,
    token: string,
  ) {
    this.#token = token;
  }

  /** Made when it is asked for: most tasks do not. */
  get signal(): AbortSignal {
    this.abort ??= new AbortController();
    if (this.isAborted) this.abort.abort();
    return this.abort.signal;
  }

  /** What is said from now on would come too late. */
  end(): void {
    this.isOver = true;
  }

  say(message: FromWorker): void {
    this.post(this.#token + stringify(message));
  }

  /** Asks the host. `onId` is told the id, by which the question can be cancelled and a body be read. */
  ask(
    question: Question,
    more: Pick<Pending, 'work' | 'pieces'> & { onId?: (id: number) => void } = {},
  ): Promise<unknown> {
    const id = ++this.lastId;
    const { onId, ...wanted } = more;
    const answer = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject, ...wanted }));
    this.say({ is: 'ask', id, question });
    onId?.(id);
    return answer;
  }

  /** The next piece of the body of an answer; nothing at its end. */
  read(id: number): Promise<Uint8Array | undefined> {
    const piece = new Promise<Uint8Array | undefined>((resolve, reject) => this.readers.set(id, { resolve, reject }));
    this.say({ is: 'read', id });
    return piece;
  }

  private post(message: string | Uint8Array): void {
    if (!this.isOver) apply(postMessage, this.port, [message]);
  }

  receive(message: FromHost): void {
    switch (message.is) {
      case 'ping':
        return this.say({ is: 'pong' });
      case 'abort':
        this.isAborted = true;
        return this.abort?.abort();
      case 'answer':
        return this.settled(message.id)?.resolve(message.value);
      case 'refusal':
        return this.refused(message.id, message.failure);
      case 'work':
        return void this.work(message.id);
      case 'pull':
        return void this.give(message.id);
      case 'chunk':
        this.readers.get(message.id)?.resolve(message.bytes);
        this.readers.delete(message.id);
    }
  }

  private settled(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private refused(id: number, failure: Failure): void {
    const waiting = this.settled(id) ?? this.readers.get(id);
    this.readers.delete(id);
    waiting?.reject(failureFromWire(failure));
  }

  private async work(id: number): Promise<void> {
    try {
      const result = await this.pending.get(id)?.work?.();
      this.say({ is: 'worked', id, result: (result ?? null) as never });
    } catch (error) {
      this.say({ is: 'broken', id, failure: failureToWire(error) });
    }
  }

  /** One piece of what is sent. Large ones are cut up by the source. */
  private async give(id: number): Promise<void> {
    try {
      const next = await this.pending.get(id)?.pieces?.next();
      if (next === undefined || next.done === true) return this.say({ is: 'worked', id });
      const frame = Buffer.alloc(PIECE_HEAD + next.value.byteLength);
      frame.write(this.#token, 'latin1');
      frame.writeUInt32BE(id, TOKEN);
      frame.set(next.value, PIECE_HEAD);
      this.post(frame);
    } catch (error) {
      this.say({ is: 'broken', id, failure: failureToWire(error) });
    }
  }
}

/** Pieces of at most `PIECE` bytes. */
export async function* inPieces(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength; at += PIECE) yield chunk.subarray(at, at + PIECE);
  }
}
