import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isoInstant, type Clock, type Millis } from '../../../kernel/index.js';
import { isTektonError } from '../errors/index.js';
import { CLOSE_CODES, MAX_FRAME, parseFrame, type Frame } from './frame.js';
import { SocketIntake, type IntakeSocket } from './socket-intake.js';

/** What a hub needs of a socket: one of the library `ws`. */
export interface HubSocket extends IntakeSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'ping' | 'pong' | 'close' | 'error', listener: () => void): unknown;
}

/** A client, as the hub knows it. */
export interface HubClient {
  readonly id: string;
  /** ISO 8601. */
  readonly connected_at: string;
  readonly client_ip: string | undefined;
  readonly client_port: number | undefined;
  readonly authenticated: boolean;
}

/** What is answered: a frame, which gets the `request_id` of the one that asked, or nothing. */
export type FrameHandler = (frame: Frame, client: HubClient) => Promise<Frame | void> | Frame | void;

export interface SocketHubOptions {
  /** By the `type` of frames. */
  readonly handlers?: Readonly<Record<string, FrameHandler>>;
  /** For every other type. Default: an error says that it is unknown. */
  readonly fallback?: FrameHandler;
  /** Whether a client may stay; throwing is trouble of ours. Default: every one may, none is authenticated. */
  readonly authenticate?: (request: IncomingMessage) => Promise<boolean> | boolean;
  /** Frames a second that are read of one client; beyond it, it is read more slowly. Default 1000. */
  readonly maxFrameRate?: number;
  /** ms between two pings; who answers none is gone. Default 25,000. */
  readonly heartbeat?: Millis;
  readonly clock?: Clock;
  readonly newId?: () => string;
  /** Hears of what handlers throw that is no error of the platform. */
  readonly onTrouble?: (error: unknown) => void;
}

interface Member {
  readonly socket: HubSocket;
  readonly client: HubClient;
}

/** Bytes that a client may leave unread; then it is let go. */
const MAX_UNREAD = 4 * 2 ** 20;
/** `WebSocket.OPEN` */
const OPEN = 1;
const MAX_FRAME_RATE = 1000;
const HEARTBEAT: Millis = 25_000;
const SYSTEM_CLOCK: Clock = { now: () => Date.now() };

/**
 * The clients of a component's WebSocket: takes them in, answers their frames by type, tells one or all of them. It is
 * given the sockets of whatever server there is, on the one port of the component.
 */
export class SocketHub {
  private readonly members = new Map<string, Member>();

  constructor(private readonly options: SocketHubOptions = {}) {}

  get count(): number {
    return this.members.size;
  }

  clients(): HubClient[] {
    return [...this.members.values()].map(({ client }) => client);
  }

  /** Takes a client in, or closes its socket: with 1008 when it may not stay, with 1011 when that can not be told. */
  async accept(socket: HubSocket, request: IncomingMessage): Promise<HubClient | undefined> {
    const { authenticate, clock = SYSTEM_CLOCK, newId = randomUUID } = this.options;
    // What is wrong with a connection ends that connection.
    socket.on('error', () => undefined);
    // What it says before it is let in waits.
    socket.pause();
    try {
      if (authenticate && !(await authenticate(request))) {
        this.turnAway(socket, CLOSE_CODES.refused);
        return undefined;
      }
    } catch (error) {
      this.options.onTrouble?.(error);
      this.turnAway(socket, CLOSE_CODES.failed);
      return undefined;
    }
    if (socket.readyState !== OPEN) return undefined;
    const client = Object.freeze({
      ...{ id: newId(), connected_at: isoInstant(clock.now()) },
      ...{ client_ip: request.socket.remoteAddress, client_port: request.socket.remotePort },
      authenticated: authenticate !== undefined,
    });
    this.enter({ socket, client });
    return client;
  }

  /** Whether the client was there to be told. */
  send(id: string, frame: Frame): boolean {
    const member = this.members.get(id);
    if (!member) return false;
    this.tell(member, frame);
    return true;
  }

  /** Tells all but some; how many were told. */
  broadcast(frame: Frame, to: (client: HubClient) => boolean = () => true): number {
    const told = [...this.members.values()].filter(({ client }) => to(client));
    for (const member of told) this.tell(member, frame);
    return told.length;
  }

  /** Lets all of them go. */
  close(): void {
    for (const { socket } of this.members.values()) socket.close(CLOSE_CODES.done);
  }

  private turnAway(socket: HubSocket, code: number): void {
    // A paused socket would not hear the farewell of the other side.
    socket.resume();
    socket.close(code);
  }

  private enter(member: Member): void {
    const { socket, client } = member;
    const { maxFrameRate = MAX_FRAME_RATE, heartbeat = HEARTBEAT, clock = SYSTEM_CLOCK } = this.options;
    const receive = (data: unknown, isBinary: boolean): Promise<void> => this.answer(member, data, isBinary);
    const intake = new SocketIntake(socket, { receive, maxFrameRate, heartbeat, clock });
    socket.on('close', () => {
      intake.stop();
      this.members.delete(client.id);
    });
    this.members.set(client.id, member);
    socket.resume();
  }

  /** Never rejects. */
  private async answer(member: Member, data: unknown, isBinary: boolean): Promise<void> {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    const frame = isBinary || bytes.length > MAX_FRAME ? undefined : parseFrame(bytes.toString('utf8'));
    if (!frame) return this.tell(member, { type: 'error', message: 'A frame is a JSON object with a type.' });
    const { type, request_id: id } = frame;
    const echo: Frame = typeof id === 'string' ? { request_id: id.slice(0, 200) } : {};
    const handler = this.handlerOf(type);
    if (!handler) return this.tell(member, { type: 'error', message: 'The type of the frame is unknown.', ...echo });
    try {
      const answer = await handler(frame, member.client);
      if (answer) this.tell(member, { ...answer, ...echo });
    } catch (error) {
      if (!isTektonError(error)) this.options.onTrouble?.(error);
      const message = isTektonError(error) ? error.message : 'Something went wrong.';
      this.tell(member, { type: 'error', message, ...echo });
    }
  }

  private handlerOf(type: Frame[string] | undefined): FrameHandler | undefined {
    const { handlers = {}, fallback } = this.options;
    const own = typeof type === 'string' && Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    return own ?? fallback;
  }

  private tell({ socket }: Member, frame: Frame): void {
    if (socket.readyState !== OPEN) return;
    if (socket.bufferedAmount > MAX_UNREAD) return socket.terminate();
    socket.send(JSON.stringify(frame));
  }
}
