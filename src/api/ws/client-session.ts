import { v7 as newId } from 'uuid';
import type { WebSocket } from 'ws';
import { HarmoniaError, isoInstant, type Clock, type ErrorCode, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { Permission } from '../../access/ports/index.js';
import type { Viewer } from '../access/viewer.js';
import type { ExecutionView } from '../rest/execution/execution-view.js';
import { internalError } from '../rest/error/internal-error.js';
import type { EventFeed } from '../streams/event-feed.js';
import type { ExecutionHistory } from '../streams/execution-history.js';
import { Outbox } from '../streams/outbox.js';
import { compare, textOf, type Place } from '../streams/place.js';
import type { StreamLimits } from '../streams/stream-limits.js';
import { Subscription } from '../streams/subscription.js';
import { CLOSE_CODES, SocketIntake } from '../../tekton/utilities/websocket/index.js';
import { parseFrame, type ClientFrame } from './client-frame.js';

export interface SessionParts {
  readonly engine: Engine;
  readonly view: ExecutionView;
  readonly feed: EventFeed;
  readonly history: ExecutionHistory;
  readonly clock: Clock;
  readonly limits: StreamLimits;
}

/** Who a session is of. */
/** Answers a message of somebody who may do what `may` lets pass. */
export type Chat = (message: string, may: (permission: Permission) => void) => Promise<string>;

export interface SessionOwner {
  /** The execution of the path, which frames without one speak of. */
  readonly own: Uuid | undefined;
  readonly viewer: Viewer;
}

/** Bytes of one frame of a client that are read. */
export const MAX_FRAME = 64 * 1024;

/** Close codes; docs/guides/api.md lists them. */
export const CLOSE = {
  unsubscribed: CLOSE_CODES.done,
  refused: CLOSE_CODES.refused,
  failed: CLOSE_CODES.failed,
  tooSlow: 1013,
  full: 1013,
  notFound: 4404,
} as const;

/** One connected client and what it listens to. */
export class ClientSession {
  readonly id = newId();
  readonly outbox: Outbox;
  private readonly subscriptions = new Map<Uuid | undefined, Subscription>();
  private readonly onClosed: (() => void)[] = [];
  private readonly intake: SocketIntake;
  private stopService: (() => void) | undefined;
  private isClosed = false;
  private readonly own: Uuid | undefined;
  private readonly viewer: Viewer;
  /** Answers what people write here; undefined: nobody does. */
  private chat: Chat | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: SessionParts,
    { own, viewer }: SessionOwner,
  ) {
    this.own = own;
    this.viewer = viewer;
    this.outbox = new Outbox(() => socket.bufferedAmount, parts.limits);
    const receive = (data: unknown, isBinary: boolean): Promise<void> => this.receive(data, isBinary);
    const { maxFrameRate, heartbeat } = parts.limits;
    this.intake = new SocketIntake(socket, { receive, maxFrameRate, heartbeat, clock: parts.clock });
    socket.on('close', () => this.closed());
    this.onClosed.push(viewer.follow((error) => this.drop(error)));
    this.send({ type: 'connected', message: 'Connected to Harmonia', client_id: this.id, timestamp: this.now() });
  }

  whenClosed(work: () => void): void {
    this.onClosed.push(work);
  }

  /** `stop` throws when this client may not stop the service. Without it no client may. */
  obeyShutdown(stop: () => void): void {
    this.stopService = stop;
  }

  chatWith(answer: Chat): void {
    this.chat = answer;
  }

  /** Hands a frame over and answers its bytes. */
  send(frame: object): number {
    if (this.socket.readyState !== this.socket.OPEN) return 0;
    const text = JSON.stringify(frame);
    this.socket.send(text, () => this.outbox.flushed());
    return text.length;
  }

  /** A frame that is not replayed: a client without room for it is dropped. */
  tell(frame: object): void {
    if (this.outbox.hasRoom()) this.send(frame);
    else this.drop(this.tooSlow());
  }

  error(code: ErrorCode, message: string, requestId?: string): void {
    this.tell({ type: 'error', code, message, ...(requestId !== undefined && { requestId }) });
  }

  /** Says why, and closes. */
  drop(error: unknown): void {
    const known = this.known(error);
    this.send({ type: 'error', code: known.code, message: known.message });
    this.socket.close(closeCode(known), known.code);
    // One that reads nothing answers no close frame either: the socket's own timeout ends it.
    this.closed();
  }

  /** Sends the state, then every event of the execution after a place; without one, what comes after the state. */
  async follow(execution: Uuid, asked: Place | undefined): Promise<void> {
    if (this.subscriptions.has(undefined))
      throw new HarmoniaError('conflict', { reason: 'This socket has the events of all executions already' });
    this.subscriptions.get(execution)?.stop();
    this.subscriptions.delete(execution);
    const { maxSubscriptions: limit } = this.parts.limits;
    if (this.subscriptions.size >= limit)
      throw new HarmoniaError('limit_reached', { subject: 'Subscriptions of one socket', limit });
    const { state, sequence } = await this.parts.view.snapshot(execution);
    if (this.isClosed) return;
    this.send({ type: 'state', ...state, timestamp: this.now() });
    this.subscribe(execution, startOf(asked, { at: sequence }));
  }

  /** Says from which place on, so that who loses the socket before the first event knows where to go on. */
  async followAll(asked: Place | undefined): Promise<void> {
    const end = await this.parts.history.end(undefined);
    if (this.isClosed) return;
    const from = startOf(asked, end);
    this.send({ type: 'subscribed', execution_id: null, since: textOf(from), timestamp: this.now() });
    this.subscribe(undefined, from);
  }

  private subscribe(execution: Uuid | undefined, from: Place): void {
    const subscription = new Subscription(this.parts.feed, this.parts.history, {
      ...(execution !== undefined && { execution }),
      from,
      sees: (workflow) => this.viewer.sees(workflow),
      outbox: this.outbox,
      send: (event) => this.send(event),
      tooSlow: () => this.drop(this.tooSlow()),
      failed: (error) => this.drop(error),
    });
    this.subscriptions.set(execution, subscription);
    subscription.start();
  }

  private async receive(data: unknown, isBinary: boolean): Promise<void> {
    if (this.isClosed) return;
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    if (isBinary) return this.error('invalid_request', 'Frames are text, this one is binary.');
    if (bytes.length > MAX_FRAME) return this.error('payload_too_large', `A frame has at most ${MAX_FRAME} bytes.`);
    const parsed = parseFrame(bytes.toString('utf8'));
    if (!parsed.ok) return this.error('invalid_request', parsed.error.message, parsed.error.requestId);
    try {
      await this.obey(parsed.value);
    } catch (error) {
      const { code, message } = this.known(error);
      this.error(code, message, parsed.value.requestId);
    }
  }

  private async obey(frame: ClientFrame): Promise<void> {
    const { requestId } = frame;
    const echo = requestId === undefined ? {} : { requestId };
    switch (frame.type) {
      case 'ping':
        return this.tell({ type: 'pong', timestamp: this.now(), ...echo });
      case 'subscribe':
        await this.viewer.mustSee(frame.execution);
        await this.parts.view.mustHaveJournal(frame.execution);
        this.tell({ type: 'subscribed', execution_id: frame.execution, timestamp: this.now(), ...echo });
        return this.follow(frame.execution, frame.since);
      case 'unsubscribe':
        return this.unsubscribe(frame.execution, echo);
      case 'shutdown':
        return this.shutdown(echo);
      case 'chat':
        return this.talk(frame.message, echo);
      default:
        return this.steer(frame.type, frame.execution ?? this.own, echo);
    }
  }

  private shutdown(echo: object): void {
    if (this.stopService === undefined)
      throw new HarmoniaError('invalid_request', { reason: 'the service is stopped on /ws' });
    this.stopService();
    this.tell({ type: 'shutdown', status: 'accepted', message: 'Harmonia stops', timestamp: this.now(), ...echo });
  }

  /** Who writes hears of a refusal as of an answer: by the id of the request. */
  private async talk(message: string, echo: object): Promise<void> {
    const { chat } = this;
    if (!chat) throw new HarmoniaError('invalid_request', { reason: 'messages are answered at /ws' });
    try {
      const answer = await this.viewer.act('chat', (may) => chat(message, may));
      this.tell({ type: 'chat', message: answer, timestamp: this.now(), ...echo });
    } catch (error) {
      const { code, message: reason } = this.known(error);
      this.tell({ type: 'chat', error: true, code, message: reason, timestamp: this.now(), ...echo });
    }
  }

  private unsubscribe(execution: Uuid | undefined, echo: object): void {
    const target = execution ?? this.own;
    this.subscriptions.get(target)?.stop();
    this.subscriptions.delete(target);
    this.tell({
      type: 'unsubscribed',
      message: 'Unsubscribed',
      execution_id: target ?? null,
      timestamp: this.now(),
      ...echo,
    });
    if (execution === undefined) this.socket.close(CLOSE.unsubscribed, 'unsubscribed');
  }

  private async steer(action: 'pause' | 'resume' | 'cancel', execution: Uuid | undefined, echo: object): Promise<void> {
    if (execution === undefined)
      throw new HarmoniaError('invalid_request', { reason: 'the frame names no execution_id' });
    await this.viewer.steer(action, execution, async () => {
      await this.parts.view.mustFind(execution);
      await this.parts.engine[action](execution);
    });
    this.tell({ type: 'accepted', action, execution_id: execution, timestamp: this.now(), ...echo });
  }

  private closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.intake.stop();
    this.outbox.close();
    for (const subscription of this.subscriptions.values()) subscription.stop();
    this.subscriptions.clear();
    for (const work of this.onClosed) work();
  }

  private tooSlow(): HarmoniaError {
    return new HarmoniaError('too_slow', { limit: this.parts.limits.maxPending });
  }

  private known(error: unknown): HarmoniaError {
    return error instanceof HarmoniaError ? error : internalError(error);
  }

  private now(): string {
    return isoInstant(this.parts.clock.now());
  }
}

/** What lies beyond the end of what is stored is taken for the end. */
const startOf = (asked: Place | undefined, end: Place): Place =>
  asked === undefined || compare(asked, end) > 0 ? end : asked;

const closeCode = ({ code, status }: HarmoniaError): number => {
  if (code === 'too_slow') return CLOSE.tooSlow;
  if (code === 'limit_reached') return CLOSE.full;
  if (status === 404) return CLOSE.notFound;
  return status < 500 ? CLOSE.refused : CLOSE.failed;
};
