import type { FastifyReply } from 'fastify';
import { HarmoniaError } from '../../kernel/index.js';
import { internalError } from '../rest/error/internal-error.js';
import { Outbox } from './outbox.js';
import type { StreamLimits } from './stream-limits.js';

/** ms after which a client comes back by itself. */
const RETRY = 2000;
/** ms that a client which is dropped gets to read why. */
const LAST_WORDS = 5000;

/** Writes server-sent events to one client. */
export class EventStream {
  readonly outbox: Outbox;
  private readonly keepalive: NodeJS.Timeout;
  private readonly onEnded: (() => void)[] = [];
  private hasEnded = false;

  constructor(
    private readonly reply: FastifyReply,
    limits: StreamLimits,
  ) {
    reply.hijack();
    const { raw } = reply;
    this.outbox = new Outbox(() => raw.writableLength, limits);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      ...(reply.getHeaders() as Record<string, string>),
    });
    this.keepalive = setInterval(() => this.beat(), limits.keepalive);
    raw.on('close', () => this.ended());
    // Nothing may follow the headers of a HEAD request.
    if (reply.request.method === 'HEAD') this.end();
    else this.write(`retry: ${RETRY}\n\n`);
  }

  /** Answers the bytes that were handed over. */
  send(event: string, data: object, place?: string): number {
    return this.write(
      `${place === undefined ? '' : `id: ${place}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    );
  }

  onEnd(listener: () => void): void {
    this.onEnded.push(listener);
  }

  end(): void {
    if (this.hasEnded) return;
    this.ended();
    this.reply.raw.end();
    // One that reads nothing would hold what waits for it for ever.
    setTimeout(() => this.reply.raw.destroy(), LAST_WORDS).unref();
  }

  /** Says why, and ends. */
  drop(error: unknown): void {
    const { code, message } = error instanceof HarmoniaError ? error : internalError(error);
    this.send('error', { code, message });
    this.end();
  }

  private write(text: string): number {
    if (this.hasEnded) return 0;
    this.reply.raw.write(text, () => this.outbox.flushed());
    this.keepalive.refresh();
    return text.length;
  }

  private ended(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearInterval(this.keepalive);
    this.outbox.close();
    for (const listener of this.onEnded) listener();
  }

  private beat(): void {
    if (this.outbox.hasRoom()) this.send('keepalive', {});
  }
}
