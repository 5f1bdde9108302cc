import type { Clock, Millis } from '../../../kernel/index.js';
import { FrameRate } from './frame-rate.js';

/** What the intake needs of a socket: one of the library `ws`. */
export interface IntakeSocket {
  readonly isPaused: boolean;
  pause(): void;
  resume(): void;
  ping(): void;
  terminate(): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'ping' | 'pong', listener: () => void): unknown;
}

export interface SocketIntakeOptions {
  /** Handles one message. Never rejects. */
  readonly receive: (data: unknown, isBinary: boolean) => Promise<void>;
  /** Frames a second, pings and pongs among them, that are read; beyond it the client is read more slowly and loses nothing. */
  readonly maxFrameRate: number;
  /** ms between two pings; a client that has not answered the last one by then is cut off. */
  readonly heartbeat: Millis;
  readonly clock: Clock;
}

/** Messages of one client that may wait for their answers; the rest stays in its socket. */
const MAX_UNANSWERED = 16;

/**
 * What comes from one client of a WebSocket: its messages are handled one after the other, in the order in which they
 * came. Neither a client that sends more than can be handled, nor one that is gone without a word, costs anything.
 */
export class SocketIntake {
  private handled: Promise<void> = Promise.resolve();
  private unanswered = 0;
  private readonly rate: FrameRate;
  /** Runs while nothing is read because too many frames came. */
  private pace: NodeJS.Timeout | undefined;
  private readonly heartbeat: NodeJS.Timeout;
  private isAlive = true;
  private isStopped = false;

  constructor(
    private readonly socket: IntakeSocket,
    private readonly options: SocketIntakeOptions,
  ) {
    this.rate = new FrameRate(options.maxFrameRate, options.clock.now());
    socket.on('ping', () => this.counted());
    socket.on('pong', () => {
      this.isAlive = true;
      this.counted();
    });
    socket.on('message', (data, isBinary) => this.arrived(data, isBinary));
    this.heartbeat = setInterval(() => this.beat(), options.heartbeat);
  }

  /** The socket is closed. */
  stop(): void {
    this.isStopped = true;
    clearInterval(this.heartbeat);
    clearTimeout(this.pace);
  }

  private arrived(data: unknown, isBinary: boolean): void {
    this.counted();
    this.unanswered += 1;
    if (this.unanswered === MAX_UNANSWERED) this.socket.pause();
    this.handled = this.handled
      .then(() => this.options.receive(data, isBinary))
      .finally(() => {
        this.unanswered -= 1;
        this.readOn();
      });
  }

  /** A frame has come, of whatever kind. */
  private counted(): void {
    this.rate.count(this.options.clock.now());
    this.keepPace();
  }

  private keepPace(): void {
    if (this.pace !== undefined || this.isStopped) return;
    const wait = this.rate.wait(this.options.clock.now());
    if (wait === 0) return this.readOn();
    this.socket.pause();
    this.pace = setTimeout(() => {
      this.pace = undefined;
      this.keepPace();
    }, wait);
  }

  private readOn(): void {
    if (this.unanswered < MAX_UNANSWERED && this.pace === undefined && this.socket.isPaused) this.socket.resume();
  }

  private beat(): void {
    if (!this.isAlive) return this.socket.terminate();
    this.isAlive = false;
    this.socket.ping();
  }
}
