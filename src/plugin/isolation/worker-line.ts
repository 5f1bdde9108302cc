import { randomUUID } from 'node:crypto';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Allowance } from './allowance.js';
import type { Envelope, FromHost, LineEnd } from './wire.js';

/** Messages from a worker in which no attempt runs. */
const WHEN_IDLE = { burst: 1000, perSecond: 100 };

/** Who listens to a worker: the attempt that runs in it. */
export interface Listener {
  /** The job is being handed to the worker of this line. What carries the token comes from the attempt itself. */
  begins(line: WorkerLine, token: string): void;
  hear(message: unknown): void;
  /** The other end was closed: the worker is dead, or means harm. */
  closed(): void;
}

/**
 * The line to one worker, over which its attempts speak one after the other: a channel for each would cost more than the
 * attempt. Each has a token of its own that only the trusted part of the worker knows, so none can speak for another.
 */
export class WorkerLine {
  private readonly port: MessagePort;
  private remote: MessagePort | undefined;
  private readonly begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly whenIdle = new Allowance(WHEN_IDLE, performance.now());
  private number = 0;
  private listener: Listener | undefined;

  constructor(private readonly misbehaved: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.remote = port2;
    port1.on('message', (message) => this.hear(message));
    // Not even a message; it is judged as what it is.
    port1.on('messageerror', () => this.hear(undefined));
    port1.on('close', () => this.listener?.closed());
    // A worker that has nothing to do keeps nobody alive.
    port1.unref();
  }

  /** Whether a job was handed out before: then the plugin is loaded. */
  get isUsed(): boolean {
    return this.number > 1;
  }

  /** Whether the worker has come so far that code of the plugin runs for the job. */
  get hasBegun(): boolean {
    return Atomics.load(this.begun, 0) === this.number;
  }

  /** What the worker is given for its next job. */
  begin(listener: Listener): Omit<Envelope, 'job'> {
    const token = randomUUID();
    this.number += 1;
    this.listener = listener;
    listener.begins(this, token);
    const { number, remote: port, begun } = this;
    return { number, token, ...(port && { line: { port, begun } satisfies LineEnd }) };
  }

  /** The worker has its end of the line. */
  handedOver(): void {
    this.remote = undefined;
  }

  tell(message: FromHost): void {
    this.port.postMessage({ to: this.number, message });
  }

  /** What is still on its way is heard; after that nobody listens. */
  leave(): void {
    for (let left = receiveMessageOnPort(this.port); left; left = receiveMessageOnPort(this.port))
      this.hear(left.message);
    this.listener = undefined;
  }

  close(): void {
    this.port.close();
  }

  private hear(message: unknown): void {
    if (this.listener) this.listener.hear(message);
    else if (!this.whenIdle.take(1, performance.now())) this.misbehaved();
  }
}
