import { Inject, Injectable, Logger } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { HarmoniaError, parseUuid, type Clock, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import { ExecutionView } from '../rest/execution-view.js';
import { EventFeed } from '../streams/event-feed.js';
import { ExecutionHistory } from '../streams/execution-history.js';
import type { From } from '../streams/subscription.js';
import { CLOCK, ENGINE, FEED } from '../tokens.js';
import { ClientSession, CLOSE, type SessionParts } from './client-session.js';
import type { PatternRequest } from './pattern-ws-adapter.js';

/** Bytes of one frame of a client. */
const MAX_FRAME = 64 * 1024;
const OPTIONS = { maxPayload: MAX_FRAME } as const;

/** Makes sessions: what every gateway does with a new client. */
@Injectable()
export class Sessions {
  private readonly logger = new Logger('WebSocket');
  readonly parts: SessionParts;

  constructor(
    @Inject(ENGINE) engine: Engine,
    @Inject(FEED) feed: EventFeed,
    @Inject(CLOCK) clock: Clock,
    view: ExecutionView,
    history: ExecutionHistory,
  ) {
    this.parts = { engine, view, feed, history, clock };
  }

  open(socket: WebSocket, own?: Uuid): ClientSession {
    // A frame that is too large or broken closes this connection; it is no error of the service.
    socket.on('error', () => socket.terminate());
    return new ClientSession(socket, this.parts, own);
  }

  /** Where the client wants to begin. */
  from(request: PatternRequest): From {
    const since = new URL(request.url ?? '/', 'ws://harmonia').searchParams.get('since');
    if (since === null) return { is: 'now' };
    if (!/^\d{1,15}$/.test(since))
      throw new HarmoniaError('invalid_request', { reason: '`since` must be a whole number' });
    return { is: 'after', place: Number(since) };
  }

  async run(session: ClientSession, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HarmoniaError)) this.logger.error(error);
      const known =
        error instanceof HarmoniaError ? error : new HarmoniaError('internal_error', { reference: session.id });
      session.error(known.code, known.message);
      session.close(known.status === 404 ? CLOSE.notFound : 1008, known.code);
    }
  }
}

/** Events of one execution; the client is subscribed by connecting. */
@WebSocketGateway({ path: '/ws/executions/:id', ...OPTIONS })
export class ExecutionGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  async handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    const text = request.pathParameters?.id ?? '';
    const id = parseUuid(text);
    const session = this.sessions.open(socket, id);
    await this.sessions.run(session, async () => {
      if (id === undefined) throw new HarmoniaError('execution_not_found', { id: text.slice(0, 100) });
      await this.sessions.parts.view.mustFind(id);
      await session.follow(id, this.sessions.from(request));
    });
  }
}

/** Events of all executions, by global position. */
@WebSocketGateway({ path: '/ws/events', ...OPTIONS })
export class EventsGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  async handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    const session = this.sessions.open(socket);
    await this.sessions.run(session, async () => session.followAll(this.sessions.from(request)));
  }
}

/** Changes of workflow definitions. */
@WebSocketGateway({ path: '/ws/workflows', ...OPTIONS })
export class WorkflowsGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  handleConnection(socket: WebSocket): void {
    const session = this.sessions.open(socket);
    const stop = this.sessions.parts.feed.listenToWorkflows((event) => {
      if (!session.send(event)) session.tooSlow();
    });
    session.whenClosed(stop);
  }
}
