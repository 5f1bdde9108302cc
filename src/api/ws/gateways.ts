import { Inject, Injectable } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { HarmoniaError, parseUuid, type Clock, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { MessageDesk, Shutdown, TalkSubject } from '../../tekton/ports/index.js';
import { ExecutionView } from '../rest/execution/execution-view.js';
import type { Viewer } from '../access/viewer.js';
import { Clients } from '../streams/clients.js';
import { EventFeed, type WorkflowEvent } from '../streams/event-feed.js';
import { ExecutionHistory } from '../streams/execution-history.js';
import { placeAt, type Place } from '../streams/place.js';
import type { StreamLimits } from '../streams/stream-limits.js';
import { CLOCK, ENGINE, FEED, MESSAGES, SHUTDOWN, STREAMS } from '../tokens.js';
import { ClientSession, MAX_FRAME, type SessionParts } from './client-session.js';
import type { PatternRequest } from './pattern-ws-adapter.js';

/**
 * What a socket may hold of a frame that has not come to its end: of ten thousand sockets each may. A longer frame closes
 * its socket with 1009, one in more pieces with 1008. Compressed frames are not taken: each socket would need some 300 KB.
 */
const OPTIONS = {
  maxPayload: 2 * MAX_FRAME,
  maxFragments: 1024,
  maxBufferedChunks: 4096,
  perMessageDeflate: false,
} as const;

/** A client that has just come; `own`: the execution that its path names. */
interface Connected {
  readonly socket: WebSocket;
  readonly request: PatternRequest;
  readonly own?: Uuid | undefined;
}

/** Makes sessions: what every gateway does with a new client. */
@Injectable()
export class Sessions {
  readonly parts: SessionParts;

  constructor(
    @Inject(ENGINE) engine: Engine,
    @Inject(FEED) feed: EventFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(STREAMS) limits: StreamLimits,
    private readonly clients: Clients,
    view: ExecutionView,
    history: ExecutionHistory,
  ) {
    this.parts = { engine, view, feed, history, clock, limits };
  }

  /** Opens a session and does its first work; what that throws closes the socket with a reason. */
  async open(
    { socket, request, own }: Connected,
    work: (session: ClientSession, viewer: Viewer) => Promise<void> | void,
  ): Promise<void> {
    // What is wrong with a connection ends that connection: ws closes it with the code that fits.
    socket.on('error', () => undefined);
    const viewer = viewerOf(request);
    const session = new ClientSession(socket, this.parts, { own, viewer });
    try {
      session.whenClosed(this.clients.enter(request));
      await work(session, viewer);
    } catch (error) {
      session.drop(error);
    }
  }
}

/** Every request that is let in has one. */
const viewerOf = ({ viewer }: PatternRequest): Viewer => {
  if (!viewer) throw new Error('nobody has looked at who opened this');
  return viewer;
};

/** Where the client wants to begin. */
const sinceOf = ({ url = '/' }: PatternRequest): Place | undefined => {
  const since = new URL(url, 'ws://harmonia').searchParams.get('since');
  return placeAt(since ?? undefined, '/since');
};

/** Events of one execution; the client is subscribed by connecting. */
@WebSocketGateway({ path: '/ws/executions/:id', ...OPTIONS })
export class ExecutionGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    const text = request.pathParameters?.id ?? '';
    const id = parseUuid(text);
    return this.sessions.open({ socket, request, own: id }, async (session, viewer) => {
      if (id === undefined) throw new HarmoniaError('execution_not_found', { id: text.slice(0, 100) });
      const since = sinceOf(request);
      await viewer.mustSee(id);
      await this.sessions.parts.view.mustHaveJournal(id);
      await session.follow(id, since);
    });
  }
}

/** Events of all executions, by global position. */
@WebSocketGateway({ path: '/ws/events', ...OPTIONS })
export class EventsGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    return this.sessions.open({ socket, request }, (session) => session.followAll(sinceOf(request)));
  }
}

/** No events until the client asks for some; messages are answered. Who may stop the service may do it here, as the platform's stop command tries. */
@WebSocketGateway({ path: '/ws', ...OPTIONS })
export class RootGateway implements OnGatewayConnection {
  constructor(
    private readonly sessions: Sessions,
    @Inject(SHUTDOWN) private readonly shutdown: Shutdown,
    @Inject(MESSAGES) private readonly messages: MessageDesk,
  ) {}

  handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    const { headers, socket: connection } = request;
    const caller = { address: connection.remoteAddress, headers, way: 'WebSocket /ws' };
    return this.sessions.open({ socket, request }, (session) => {
      session.obeyShutdown(() => this.shutdown.ask(caller));
      // A socket is a talk.
      let about: TalkSubject = {};
      session.chatWith(async (message, may) => {
        const answer = await this.messages.answer(message, { may, about });
        about = answer.about;
        return answer.response;
      });
    });
  }
}

/** Changes of workflow definitions. */
@WebSocketGateway({ path: '/ws/workflows', ...OPTIONS })
export class WorkflowsGateway implements OnGatewayConnection {
  constructor(private readonly sessions: Sessions) {}

  handleConnection(socket: WebSocket, request: PatternRequest): Promise<void> {
    return this.sessions.open({ socket, request }, (session, viewer) => {
      const tell = (event: WorkflowEvent): void => {
        if (viewer.seesNamed(event.name)) session.tell(event);
      };
      session.whenClosed(this.sessions.parts.feed.listenToWorkflows(tell));
    });
  }
}
