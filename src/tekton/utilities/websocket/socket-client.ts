import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { Millis, Timer, Timers } from '../../../kernel/index.js';
import { pauseBefore } from '../backoff/index.js';
import { WebSocketClosedError, WebSocketConnectionError, ServiceTimeoutError } from '../errors/index.js';
import { systemTimers } from '../timers/index.js';
import { CLOSE_CODES, MAX_FRAME, parseFrame, type Frame } from './frame.js';
import { DEFAULT_RECONNECTION, type Reconnection } from './reconnection.js';

export type SocketState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'closing';

export interface SocketClientOptions {
  /** `ws://localhost:8001/ws` */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** ms to open the socket. Default 30,000. */
  readonly connectTimeout?: Millis;
  /** ms between two pings, and for the answer to one. Default 20,000 and 10,000. */
  readonly ping?: { readonly every: Millis; readonly within: Millis };
  /** `false`: a socket that is lost stays so. */
  readonly reconnect?: Partial<Reconnection> | false;
  readonly onConnect?: () => void;
  readonly onMessage?: (frame: Frame) => void;
  /** Told of every loss. */
  readonly onDisconnect?: (code: number) => void;
  /** Also when the last try to come back has failed. */
  readonly onError?: (error: Error) => void;
  /** Default: the timers of the machine, and chance. */
  readonly timers?: Timers;
  readonly chance?: () => number;
}

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

const CONNECT = 30_000;
const PING = { every: 20_000, within: 10_000 };
const REQUEST = 30_000;
const OPEN: WebSocket['readyState'] = 1;

/** A socket that comes back when it is lost. Frames are JSON objects; what is none is left out. */
export class SocketClient {
  private now: SocketState = 'disconnected';
  private socket: WebSocket | undefined;
  private tries = 0;
  private pause: Timer | undefined;
  private heartbeat: Timer | undefined;
  private readonly pending = new Map<string, Pending>();
  private readonly timers: Timers;
  private readonly patience: Reconnection;

  constructor(private readonly options: SocketClientOptions) {
    this.timers = options.timers ?? systemTimers;
    this.patience = { ...DEFAULT_RECONNECTION, ...(options.reconnect === false ? { tries: 0 } : options.reconnect) };
  }

  get state(): SocketState {
    return this.now;
  }

  /** Opens the socket. Throws `WebSocketConnectionError`, and does not try again: who asks is there to decide. */
  async connect(): Promise<void> {
    if (this.now !== 'disconnected') return;
    this.now = 'connecting';
    try {
      await this.open();
    } catch (error) {
      if (this.now === 'connecting') this.now = 'disconnected';
      throw error;
    }
  }

  /** Throws `WebSocketClosedError` when there is no connection. */
  send(frame: Frame): void {
    const { socket } = this;
    if (socket?.readyState !== OPEN) throw new WebSocketClosedError('The socket is not connected.');
    socket.send(JSON.stringify(frame));
  }

  /**
   * Sends a frame with a `request_id` and waits for one with the same. Throws `WebSocketClosedError` when the socket is
   * lost meanwhile, `ServiceTimeoutError` when nothing comes within `timeout` ms.
   */
  request(frame: Frame, timeout: Millis = REQUEST): Promise<Frame> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.pending.delete(id);
        reject(new ServiceTimeoutError(`Nothing was answered within ${timeout} ms.`));
      };
      this.send({ ...frame, request_id: id });
      this.pending.set(id, { resolve, reject, timer: this.timers.at(this.timers.now() + timeout, late) });
    });
  }

  /** Closes the socket for good. */
  close(): void {
    this.pause?.cancel();
    this.heartbeat?.cancel();
    const { socket } = this;
    const isOpen = socket?.readyState === OPEN;
    this.now = isOpen ? 'closing' : 'disconnected';
    if (isOpen) socket.close(CLOSE_CODES.done);
    else socket?.terminate();
  }

  private async open(): Promise<void> {
    const { WebSocket: Socket } = await import('ws');
    if (this.now === 'disconnected') throw new WebSocketClosedError('The socket was closed while it was opened.');
    const { url, token, connectTimeout = CONNECT } = this.options;
    const socket = new Socket(url, {
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...{ maxPayload: MAX_FRAME, handshakeTimeout: connectTimeout, followRedirects: false, perMessageDeflate: false },
    });
    this.socket = socket;
    // The first frame may come with the answer that opens the socket.
    socket.on('message', (data: RawData, isBinary: boolean) => this.receive(data, isBinary));
    await opened(socket).catch((error: unknown) => {
      this.socket = undefined;
      throw error;
    });
    socket.on('error', (error) => this.options.onError?.(error));
    socket.on('close', (code) => this.lost(code));
    this.now = 'connected';
    this.tries = 0;
    this.watch(socket);
    this.options.onConnect?.();
  }

  private receive(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? undefined : parseFrame((data as Buffer).toString('utf8'));
    if (!frame) return;
    const id = frame.request_id;
    const waiting = typeof id === 'string' ? this.pending.get(id) : undefined;
    if (!waiting) return this.options.onMessage?.(frame);
    this.pending.delete(id as string);
    waiting.timer.cancel();
    waiting.resolve(frame);
  }

  /** Pings; one that is not answered in time ends the socket. */
  private watch(socket: WebSocket): void {
    const { every, within } = this.options.ping ?? PING;
    const after = (ms: Millis, work: () => void): void => {
      this.heartbeat = this.timers.at(this.timers.now() + ms, work);
    };
    const beat = (): void => {
      socket.ping();
      after(within, () => socket.terminate());
    };
    socket.on('pong', () => {
      this.heartbeat?.cancel();
      after(every, beat);
    });
    after(every, beat);
  }

  private lost(code: number): void {
    this.heartbeat?.cancel();
    this.socket = undefined;
    for (const { reject, timer } of this.pending.values()) {
      timer.cancel();
      reject(new WebSocketClosedError('The socket was closed.'));
    }
    this.pending.clear();
    const isOver = this.now === 'closing';
    this.now = 'disconnected';
    this.options.onDisconnect?.(code);
    if (!isOver) this.comeBack();
  }

  private comeBack(): void {
    if (this.tries >= this.patience.tries) {
      this.now = 'disconnected';
      if (this.patience.tries > 0)
        this.options.onError?.(
          new WebSocketConnectionError(`The socket could not be opened again in ${this.tries} tries.`),
        );
      return;
    }
    this.tries += 1;
    this.now = 'reconnecting';
    const wait = pauseBefore(this.patience, this.tries, (this.options.chance ?? Math.random)());
    this.pause = this.timers.at(this.timers.now() + wait, () => {
      this.open().catch(() => {
        if (this.now === 'reconnecting') this.comeBack();
      });
    });
  }
}

/** Until a socket is open. Throws `WebSocketConnectionError`. */
const opened = (socket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve);
    // Stays: without a listener an error would end the process. `close` follows it.
    socket.on('error', ({ message }) =>
      reject(new WebSocketConnectionError(`The socket can not be opened: ${message}.`)),
    );
    socket.once('close', () => reject(new WebSocketConnectionError('The socket was closed while it was opened.')));
  });
