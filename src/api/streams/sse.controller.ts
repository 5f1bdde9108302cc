import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fault, HarmoniaError, type Json, type Uuid } from '../../kernel/index.js';
import { ExecutionView } from '../rest/execution-view.js';
import { requestFault, uuidAt } from '../rest/validation.js';
import { FEED } from '../tokens.js';
import { EventFeed, isPublicEvent, type LiveEvent } from './event-feed.js';
import { ExecutionHistory } from './execution-history.js';
import { Subscription, type From } from './subscription.js';

/** ms of silence after which a keepalive is sent. */
const KEEPALIVE = 30_000;
/** Bytes that may wait for a slow client. */
const MAX_PENDING = 4 * 2 ** 20;
/** ms after which a client comes back by itself. */
const RETRY = 2000;
const FINAL: ReadonlySet<string> = new Set(['workflow_completed', 'workflow_failed', 'workflow_canceled']);

/** Writes server-sent events to one client. */
class EventStream {
  private readonly keepalive: NodeJS.Timeout;
  private closed = false;

  constructor(private readonly reply: FastifyReply) {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      ...(reply.getHeaders() as Record<string, string>),
    });
    raw.write(`retry: ${RETRY}\n\n`);
    this.keepalive = setInterval(() => this.send('keepalive', {}), KEEPALIVE);
    raw.on('close', () => this.end());
  }

  /** False when the client does not keep up. */
  send(event: string, data: object, id?: number | string): boolean {
    if (this.closed) return true;
    const place = id === undefined ? '' : `id: ${id}\n`;
    this.reply.raw.write(`${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    return this.reply.raw.writableLength <= MAX_PENDING;
  }

  tooSlow(): void {
    this.send('error', { code: 'too_slow', message: 'This client reads too slowly; reconnect with Last-Event-ID.' });
    this.end();
  }

  onEnd(listener: () => void): void {
    this.reply.raw.on('close', listener);
  }

  end(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.keepalive);
    this.reply.raw.end();
  }
}

const placeOf = (since: string | undefined, lastEventId: string | undefined): From => {
  const text = lastEventId ?? since;
  if (text === undefined) return { is: 'now' };
  if (!/^\d{1,15}$/.test(text)) throw requestFault(fault('wrong_type', '/since', { expected: 'a whole number' }));
  return { is: 'after', place: Number(text) };
};

const statusesOf = (whole: Readonly<Record<string, Json>>): Json => whole.task_statuses ?? {};

/** Server-sent events: of one execution, or of all. Every event once, in order, from `since` or `Last-Event-ID`. */
@ApiTags('streams')
@Controller()
export class SseController {
  constructor(
    @Inject(FEED) private readonly feed: EventFeed,
    private readonly history: ExecutionHistory,
    private readonly view: ExecutionView,
  ) {}

  @Get('events/executions/:id')
  @ApiOperation({ summary: 'The events of an execution; ends after its last.' })
  @ApiProduces('text/event-stream')
  async execution(
    @Param('id') text: string,
    @Query('since') since: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const id = uuidAt(text, '/id');
    const from = placeOf(since, lastEventId);
    const record = await this.view.mustHaveJournal(id);
    // A terminal execution without a place has nothing to say any more but its end.
    const start: From = from.is === 'now' && record.endedAt !== undefined ? { is: 'after', place: 0 } : from;
    const stream = new EventStream(reply);
    stream.send('connected', { execution_id: id });
    const whole = await this.view.whole(id);
    stream.send('state', { execution_id: id, status: record.status, tasks: statusesOf(whole) });
    await this.follow(stream, start, id);
  }

  @Get('events')
  @ApiOperation({ summary: 'The events of all executions; ids are global positions.' })
  @ApiProduces('text/event-stream')
  async all(
    @Query('since') since: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() _request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const from = placeOf(since, lastEventId);
    const stream = new EventStream(reply);
    stream.send('connected', {});
    await this.follow(stream, from, undefined);
  }

  private async follow(stream: EventStream, from: From, execution: Uuid | undefined): Promise<void> {
    const take = (event: LiveEvent): boolean => {
      const place = isPublicEvent(event) ? (execution === undefined ? event.position : event.sequence) : undefined;
      const kept = stream.send(event.event_type, event, place);
      if (execution !== undefined && FINAL.has(event.event_type)) {
        stream.send('end', { execution_id: execution });
        stream.end();
      }
      return kept;
    };
    const scope = execution === undefined ? {} : { execution };
    const subscription = new Subscription(this.feed, this.history, {
      ...scope,
      from,
      take,
      overrun: () => stream.tooSlow(),
    });
    stream.onEnd(() => subscription.stop());
    await subscription.start().catch((error: unknown) => {
      stream.send('error', {
        code: error instanceof HarmoniaError ? error.code : 'internal_error',
        message: 'The history cannot be read.',
      });
      stream.end();
    });
  }
}
