import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import { Viewers, type Viewer } from '../access/viewer.js';
import { Streamed } from '../rest/dto/described.js';
import { ExecutionView } from '../rest/execution/execution-view.js';
import { uuidAt } from '../rest/validation.js';
import { FEED, STREAMS } from '../tokens.js';
import { Clients } from './clients.js';
import { EventFeed, type LiveEvent } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { ExecutionHistory } from './execution-history.js';
import { BEGINNING, compare, placeAt, textOf, type Place } from './place.js';
import type { StreamLimits } from './stream-limits.js';
import { Subscription } from './subscription.js';

const FINAL: ReadonlySet<string> = new Set(['workflow_completed', 'workflow_failed', 'workflow_canceled']);
const SINCE = {
  name: 'since',
  required: false,
  description: 'Go on after this place: the id of the last event that was seen, or 0 for all.',
};
const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  required: false,
  description: 'The same, as a browser sends it; it wins.',
};

interface Followed {
  readonly viewer: Viewer;
  readonly execution?: Uuid;
  readonly workflow?: Uuid;
  readonly from: Place;
  /** The stream ends when everything that is stored was sent. */
  readonly isOver?: boolean;
}

/** Where a stream goes on. What lies beyond the end of what is stored is taken for the end. */
const startOf = (asked: Place | undefined, end: Place, otherwise: Place): Place => {
  if (asked === undefined) return otherwise;
  return compare(asked, end) > 0 ? end : asked;
};

/** Server-sent events: of one execution, of one workflow, or of all. Every event once, in order. */
@ApiTags('streams')
@Controller()
export class SseController {
  constructor(
    @Inject(FEED) private readonly feed: EventFeed,
    @Inject(STREAMS) private readonly limits: StreamLimits,
    private readonly clients: Clients,
    private readonly history: ExecutionHistory,
    private readonly view: ExecutionView,
    private readonly viewers: Viewers,
  ) {}

  @Get('events/executions/:id')
  @ApiOperation({
    summary: 'The events of an execution: connected, keepalive, state, its events, and `end` after the last.',
  })
  @ApiQuery(SINCE)
  @ApiHeader(LAST_EVENT_ID)
  @Streamed()
  async execution(
    @Param('id') text: string,
    @Query('since') since: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const id = uuidAt(text, '/id');
    const asked = this.asked(since, lastEventId);
    await this.view.mustHaveJournal(id);
    const { state, sequence, ended } = await this.view.snapshot(id);
    const end = { at: sequence };
    // An ended execution has nothing to say any more but all of it.
    const from = startOf(asked, end, ended ? BEGINNING : end);
    const { stream, viewer } = this.open(reply);
    stream.send('connected', { execution_id: id });
    stream.send('keepalive', {});
    stream.send('state', state);
    this.follow(stream, { viewer, execution: id, from, isOver: ended });
  }

  @Get('events/workflows/:id')
  @ApiOperation({ summary: 'The events of all executions of a workflow; ids are global positions.' })
  @ApiQuery(SINCE)
  @ApiHeader(LAST_EVENT_ID)
  @Streamed()
  async workflow(
    @Param('id') text: string,
    @Query('since') since: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const workflow = uuidAt(text, '/id');
    await this.view.mustFindWorkflow(workflow);
    await this.followAll(this.asked(since, lastEventId), reply, { workflow });
  }

  @Get('events')
  @ApiOperation({ summary: 'The events of all executions; ids are global positions.' })
  @ApiQuery(SINCE)
  @ApiHeader(LAST_EVENT_ID)
  @Streamed()
  all(
    @Query('since') since: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.followAll(this.asked(since, lastEventId), reply, {});
  }

  private asked(since: string | undefined, lastEventId: string | undefined): Place | undefined {
    return placeAt(lastEventId, '/headers/Last-Event-ID') ?? placeAt(since, '/since');
  }

  private async followAll(
    asked: Place | undefined,
    reply: FastifyReply,
    { workflow }: { workflow?: Uuid },
  ): Promise<void> {
    const end = await this.history.end(undefined);
    const { stream, viewer } = this.open(reply);
    const from = startOf(asked, end, end);
    const of = workflow !== undefined && { workflow_id: workflow };
    // Who loses the stream before the first event knows where to go on.
    stream.send('connected', { ...of, since: textOf(from) });
    this.follow(stream, { viewer, ...(workflow !== undefined && { workflow }), from });
  }

  private open(reply: FastifyReply): { readonly stream: EventStream; readonly viewer: Viewer } {
    const { caller, sight, ip: peer, routeOptions } = reply.request;
    if (!caller) throw new Error('nobody has looked at who opened this');
    const viewer = this.viewers.of({ caller, sight, peer, route: routeOptions.url ?? '' });
    const leave = this.clients.enter(reply.request.raw);
    const stream = new EventStream(reply, this.limits);
    stream.onEnd(leave);
    stream.onEnd(viewer.follow((error) => stream.drop(error)));
    return { stream, viewer };
  }

  private follow(stream: EventStream, { isOver = false, viewer, ...followed }: Followed): void {
    const finish = (): void => {
      stream.send('end', { execution_id: followed.execution });
      stream.end();
    };
    const subscription = new Subscription(this.feed, this.history, {
      ...followed,
      sees: (workflow) => viewer.sees(workflow),
      outbox: stream.outbox,
      send: (event: LiveEvent, place) => {
        const bytes = stream.send(event.event_type, event, place);
        if (followed.execution !== undefined && FINAL.has(event.event_type)) finish();
        return bytes;
      },
      caughtUp: () => {
        if (isOver) finish();
      },
      tooSlow: () => stream.drop(new HarmoniaError('too_slow', { limit: this.limits.maxPending })),
      failed: (error) => stream.drop(error),
    });
    stream.onEnd(() => subscription.stop());
    subscription.start();
  }
}
