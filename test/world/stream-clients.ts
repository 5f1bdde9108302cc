import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import WebSocket, { type ClientOptions } from 'ws';
import type { JsonObject } from '../../src/kernel/index.js';

/** What a stream sent, in order, and a way to wait for something in it. */
class Received<T> {
  readonly all: T[] = [];
  private readonly looks = new Set<() => void>();

  push(item: T): void {
    this.all.push(item);
    this.changed();
  }

  changed(): void {
    for (const look of [...this.looks]) look();
  }

  until<R>(found: () => R | undefined): Promise<R> {
    return new Promise((resolve) => {
      const look = (): void => {
        const result = found();
        if (result === undefined) return;
        this.looks.delete(look);
        resolve(result);
      };
      this.looks.add(look);
      look();
    });
  }
}

/** A WebSocket of the service that keeps every frame. */
export class SocketClient {
  private readonly received = new Received<JsonObject>();
  readonly socket: WebSocket;
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), options);
    this.socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString('utf8')) as JsonObject));
    this.socket.on('error', () => undefined);
    this.socket.on('close', (code: number, reason: Buffer) => {
      this.closed = { code, reason: reason.toString('utf8') };
      this.received.changed();
    });
  }

  get frames(): readonly JsonObject[] {
    return this.received.all;
  }

  /** The frames that tell of stored events. */
  get events(): readonly JsonObject[] {
    return this.frames.filter(({ sequence, event_type }) => sequence !== undefined && event_type !== undefined);
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  seen(fits: (frame: JsonObject) => boolean): Promise<JsonObject> {
    return this.received.until(() => this.frames.find(fits));
  }

  type(type: string): Promise<JsonObject> {
    return this.seen((frame) => frame.type === type);
  }

  count(number: number, fits: (frame: JsonObject) => boolean = () => true): Promise<true> {
    return this.received.until(() => (this.frames.filter(fits).length >= number ? true : undefined));
  }

  gone(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.received.until(() => this.closed);
  }

  async leave(): Promise<void> {
    if (this.closed) return;
    this.socket.terminate();
    await this.gone();
  }
}

export interface SentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: JsonObject;
}

const parse = (frame: string): SentEvent | undefined => {
  const fields = new Map(
    frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
  );
  const event = fields.get('event');
  if (event === undefined) return undefined;
  return { id: fields.get('id'), event, data: JSON.parse(fields.get('data') ?? '{}') as JsonObject };
};

/** A client of server-sent events that keeps every event. */
export class EventClient {
  private readonly received = new Received<SentEvent>();
  private buffered = '';
  hasEnded = false;

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.arrived(chunk));
    response.on('error', () => undefined);
    response.on('close', () => {
      this.hasEnded = true;
      this.received.changed();
    });
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventClient> {
    const request = get(url, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    // A connection that is cut is told here and there.
    request.on('error', () => undefined);
    return new EventClient(response);
  }

  /** The events of a path until the server ends them. */
  static async readAll(url: string, headers: Record<string, string> = {}): Promise<readonly SentEvent[]> {
    const client = await EventClient.open(url, headers);
    await client.ended();
    return client.all;
  }

  /** The first stored event of a path that fits. Fails when the server ends them before. */
  static async seen(url: string, fits: (event: JsonObject) => boolean): Promise<JsonObject> {
    const client = await EventClient.open(url);
    await client.until(() => client.hasEnded || client.events.some(fits));
    client.leave();
    const found = client.events.find(fits);
    if (!found) throw new Error(`no such event in ${JSON.stringify(client.events)}`);
    return found;
  }

  get all(): readonly SentEvent[] {
    return this.received.all;
  }

  /** Those that tell of stored events. */
  get events(): readonly JsonObject[] {
    return this.all.flatMap(({ data }) => (data.sequence !== undefined && data.event_type !== undefined ? [data] : []));
  }

  count(number: number, event: string): Promise<true> {
    return this.received.until(() =>
      this.all.filter((sent) => sent.event === event).length >= number ? true : undefined,
    );
  }

  until(fits: () => boolean): Promise<true> {
    return this.received.until(() => (fits() ? true : undefined));
  }

  ended(): Promise<true> {
    return this.received.until(() => (this.hasEnded ? true : undefined));
  }

  leave(): void {
    this.response.destroy();
  }

  private arrived(chunk: string): void {
    this.buffered += chunk;
    const frames = this.buffered.split('\n\n');
    this.buffered = frames.pop() ?? '';
    for (const frame of frames) {
      const event = parse(frame);
      if (event) this.received.push(event);
    }
  }
}
