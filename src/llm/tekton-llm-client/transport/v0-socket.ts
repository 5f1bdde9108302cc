import type { RawData, WebSocket } from 'ws';
import type { Timers } from '../../../engine/ports/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { ConnectionError, type TektonLLMError } from '../errors.js';
import { ChunkQueue } from './chunk-queue.js';
import type { Endpoint } from './endpoint.js';

/** ms that a server gets to acknowledge the registration; old ones never do, and work all the same. */
const ACKNOWLEDGED = 500;
/** Bytes of one frame, and of the frames of one request. */
const MAX_FRAME = 4 * 2 ** 20;
/** `WebSocket.OPEN`: the library is loaded when the first socket is opened. */
const OPEN = 1;
/** ms to open it. */
const HANDSHAKE = 5000;
/** ms without requests after which the socket is closed. */
const IDLE = 60_000;

export interface V0LineParts {
  readonly endpoint: Endpoint;
  /** `ws://localhost:8003/ws` */
  readonly url: string;
  readonly componentId: string;
  readonly timers: Timers;
}

const frameOf = (data: RawData): JsonObject | undefined => {
  try {
    const frame = JSON.parse((data as Buffer).toString('utf8')) as Json;
    return isJsonObject(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
};

interface Asked {
  readonly frames: ChunkQueue<JsonObject>;
  size: number;
}

/**
 * One socket to a server of the old protocol, shared by many requests, which are told apart by `request_id`. It is
 * opened when it is needed and closed when it has been idle for a minute; when it breaks, so do the requests on it.
 */
export class V0Line {
  private readonly asked = new Map<string, Asked>();
  private socket: Promise<WebSocket> | undefined;
  private idle = { cancel: (): void => undefined };

  constructor(private readonly parts: V0LineParts) {}

  /** The socket, registered. Throws `ConnectionError`. */
  open(): Promise<WebSocket> {
    if (this.socket) return this.socket;
    const socket = this.connect();
    this.socket = socket;
    socket.catch(() => {
      if (this.socket === socket) this.socket = undefined;
    });
    return socket;
  }

  /** Sends a request and gives the frames that answer it, until one who reads has had enough. */
  async *ask(frame: JsonObject & { readonly request_id: string }, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const socket = await this.open();
    const id = frame.request_id;
    const frames = new ChunkQueue<JsonObject>();
    const onAbort = (): void => frames.fail(signal.reason);
    this.asked.set(id, { frames, size: 0 });
    this.idle.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    let isDone = false;
    try {
      if (signal.aborted) throw signal.reason;
      socket.send(JSON.stringify(frame));
      for await (const answer of frames) {
        isDone = isLast(answer);
        yield answer;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.asked.delete(id);
      if (!isDone && socket.readyState === OPEN) socket.send(JSON.stringify({ type: 'CANCEL', request_id: id }));
      if (this.asked.size === 0) this.rest();
    }
  }

  async close(): Promise<void> {
    this.idle.cancel();
    (await this.socket?.catch(() => undefined))?.terminate();
    this.socket = undefined;
  }

  private rest(): void {
    const { timers } = this.parts;
    this.idle.cancel();
    this.idle = timers.at(timers.now() + IDLE, () => void this.close());
  }

  private async connect(): Promise<WebSocket> {
    const { endpoint, url, componentId } = this.parts;
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(url, {
      headers: endpoint.credentials(),
      maxPayload: MAX_FRAME,
      followRedirects: false,
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) => reject(this.broken(error.message, false)));
      socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
        socket.terminate();
        reject(this.broken(`it refused the socket (HTTP ${statusCode})`, false));
      });
    });
    // Without a listener an error of the socket would end the process; `close` follows it.
    socket.on('error', () => undefined);
    socket.on('close', () => this.lose(socket));
    socket.on('message', (data) => this.take(socket, data));
    await this.register(socket, componentId);
    this.rest();
    return socket;
  }

  private async register(socket: WebSocket, componentId: string): Promise<void> {
    const { timers } = this.parts;
    let stop = (): void => undefined;
    const acknowledged = new Promise<void>((resolve) => {
      const onMessage = (data: RawData): void => {
        if (frameOf(data)?.type === 'REGISTER_ACK') resolve();
      };
      const timer = timers.at(timers.now() + ACKNOWLEDGED, resolve);
      socket.on('message', onMessage).once('close', resolve);
      stop = () => {
        timer.cancel();
        socket.off('message', onMessage).off('close', resolve);
      };
    });
    socket.send(JSON.stringify({ type: 'REGISTER', component_id: componentId, capabilities: ['chat', 'stream'] }));
    await acknowledged;
    stop();
    if (socket.readyState !== OPEN) throw this.broken('it closed the socket', false);
  }

  private take(socket: WebSocket, data: RawData): void {
    const frame = frameOf(data);
    if (frame?.type === 'PING') socket.send(JSON.stringify({ type: 'PONG' }));
    const asked = typeof frame?.request_id === 'string' ? this.asked.get(frame.request_id) : undefined;
    if (!frame || !asked) return;
    asked.size += (data as Buffer).length;
    if (asked.size > MAX_FRAME)
      asked.frames.fail(this.parts.endpoint.fail(`its answer has more than ${MAX_FRAME} bytes`));
    else asked.frames.push(frame);
    if (isLast(frame)) asked.frames.close();
  }

  private lose(socket: WebSocket): void {
    void this.socket?.then((current) => {
      if (current === socket) this.socket = undefined;
    });
    const error = this.broken('the socket was closed', true);
    for (const { frames } of this.asked.values()) frames.fail(error);
  }

  private broken(reason: string, sent: boolean): TektonLLMError {
    const { endpoint } = this.parts;
    return new ConnectionError({ transport: endpoint.transport, reason: endpoint.spoken(reason) }, sent);
  }
}

/** Nothing follows it. */
const isLast = ({ type, done }: JsonObject): boolean => type === 'RESPONSE' || type === 'ERROR' || done === true;
