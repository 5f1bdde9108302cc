import { v7 as newId } from 'uuid';
import type { RawData, WebSocket } from 'ws';
import { HarmoniaError, isoInstant, type Clock, type ErrorCode, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { ExecutionView } from '../rest/execution-view.js';
import type { EventFeed, LiveEvent } from '../streams/event-feed.js';
import type { ExecutionHistory } from '../streams/execution-history.js';
import { Subscription, type From } from '../streams/subscription.js';
import { parseFrame, type ClientFrame } from './client-frame.js';

export interface SessionParts {
  readonly engine: Engine;
  readonly view: ExecutionView;
  readonly feed: EventFeed;
  readonly history: ExecutionHistory;
  readonly clock: Clock;
}

/** Bytes that may wait for a slow client. */
const MAX_PENDING = 4 * 2 ** 20;
/** ms between heartbeats; a client that misses one is gone. */
const HEARTBEAT = 25_000;
/** Subscriptions of one client. */
const MAX_SUBSCRIPTIONS = 1000;

/** Close codes: try again later, and (ours) no such execution. */
export const CLOSE = { tooSlow: 1013, notFound: 4404, unsubscribed: 1000 } as const;

/** One connected client and what it listens to. */
export class ClientSession {
  readonly id = newId();
  private readonly subscriptions = new Map<Uuid | undefined, Subscription>();
  private readonly onClosed: (() => void)[] = [];
  private readonly heartbeat: NodeJS.Timeout;
  private alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: SessionParts,
    /** The execution of the path, which frames without one speak of. */
    private readonly own: Uuid | undefined,
  ) {
    socket.on('pong', () => (this.alive = true));
    socket.on('message', (data: RawData) => void this.receive(data));
    socket.on('close', () => this.closed());
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT);
    this.send({ type: 'connected', message: 'Connected to Harmonia', client_id: this.id, timestamp: this.now() });
  }

  whenClosed(work: () => void): void {
    this.onClosed.push(work);
  }

  /** Sends a frame. False when the client does not keep up. */
  send(frame: object): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return true;
    this.socket.send(JSON.stringify(frame));
    return this.socket.bufferedAmount <= MAX_PENDING;
  }

  error(code: ErrorCode, message: string, requestId?: string): void {
    this.send({ type: 'error', code, message, ...(requestId !== undefined && { requestId }) });
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  tooSlow(): void {
    this.error('too_slow', 'This client reads too slowly; reconnect with `since`.');
    this.close(CLOSE.tooSlow, 'too_slow');
  }

  /** Sends the state, then every event of the execution from `from` on. */
  async follow(execution: Uuid, from: From): Promise<void> {
    if (this.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return this.error('conflict', `One client may follow ${MAX_SUBSCRIPTIONS} executions.`);
    }
    this.subscriptions.get(execution)?.stop();
    const subscription = this.subscribe(execution, from);
    this.subscriptions.set(execution, subscription);
    const whole = await this.parts.view.whole(execution);
    this.send({
      type: 'state',
      execution_id: execution,
      status: whole.status,
      tasks: whole.task_statuses,
      progress: whole.progress,
      timestamp: this.now(),
    });
    await subscription.start();
  }

  async followAll(from: From): Promise<void> {
    const subscription = this.subscribe(undefined, from);
    this.subscriptions.set(undefined, subscription);
    await subscription.start();
  }

  private subscribe(execution: Uuid | undefined, from: From): Subscription {
    const take = (event: LiveEvent): boolean => this.send(event);
    const overrun = (): void => this.tooSlow();
    const scope = execution === undefined ? {} : { execution };
    return new Subscription(this.parts.feed, this.parts.history, { ...scope, from, take, overrun });
  }

  private async receive(data: RawData): Promise<void> {
    const parsed = parseFrame(Buffer.isBuffer(data) ? data.toString('utf8') : '');
    if (!parsed.ok) return this.error('invalid_request', parsed.error.message, parsed.error.requestId);
    try {
      await this.obey(parsed.value);
    } catch (error) {
      const known =
        error instanceof HarmoniaError ? error : new HarmoniaError('internal_error', { reference: this.id });
      this.error(known.code, known.message, parsed.value.requestId);
    }
  }

  private async obey(frame: ClientFrame): Promise<void> {
    const { requestId } = frame;
    const echo = requestId === undefined ? {} : { requestId };
    switch (frame.type) {
      case 'ping':
        this.send({ type: 'pong', timestamp: this.now(), ...echo });
        return;
      case 'subscribe':
        await this.parts.view.mustFind(frame.execution);
        this.send({ type: 'subscribed', execution_id: frame.execution, ...echo });
        return this.follow(
          frame.execution,
          frame.since === undefined ? { is: 'now' } : { is: 'after', place: frame.since },
        );
      case 'unsubscribe':
        return this.unsubscribe(frame.execution, echo);
      default:
        return this.steer(frame.type, frame.execution ?? this.own, echo);
    }
  }

  private unsubscribe(execution: Uuid | undefined, echo: object): void {
    const target = execution ?? this.own;
    this.subscriptions.get(target)?.stop();
    this.subscriptions.delete(target);
    this.send({
      type: 'unsubscribed',
      message: 'Unsubscribed',
      execution_id: target ?? null,
      timestamp: this.now(),
      ...echo,
    });
    if (execution === undefined) this.close(CLOSE.unsubscribed, 'unsubscribed');
  }

  private async steer(action: 'pause' | 'resume' | 'cancel', execution: Uuid | undefined, echo: object): Promise<void> {
    if (execution === undefined)
      throw new HarmoniaError('invalid_request', { reason: 'the frame names no execution_id' });
    await this.parts.view.mustFind(execution);
    await this.parts.engine[action](execution);
    this.send({ type: 'accepted', action, execution_id: execution, timestamp: this.now(), ...echo });
  }

  private beat(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }

  private closed(): void {
    clearInterval(this.heartbeat);
    for (const subscription of this.subscriptions.values()) subscription.stop();
    this.subscriptions.clear();
    for (const work of this.onClosed) work();
  }

  private now(): string {
    return isoInstant(this.parts.clock.now());
  }
}
