import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';

interface Advice {
  readonly cure: string | undefined;
  readonly faults: readonly { readonly pointer: string; readonly message: string }[];
}

/** What a server answered that is no success. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';

  constructor(
    readonly status: number,
    message: string,
    readonly advice: Advice,
  ) {
    super(message);
  }
}

/** Nobody answers there. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
}

export interface SentEvent {
  readonly id: string | undefined;
  readonly data: JsonObject;
}

const parseFrame = (frame: string): SentEvent | undefined => {
  const lines = frame.split('\n');
  const field = (name: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []));
  const data = field('data');
  const event = data.length > 0 ? (JSON.parse(data.join('\n')) as Json) : null;
  return isJsonObject(event) ? { id: field('id')[0], data: event } : undefined;
};

const refusal = (status: number, body: Json): ServerRefusal => {
  const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : {};
  const details = isJsonObject(error.details) ? error.details : {};
  const faults = Array.isArray(details.faults) ? (details.faults as Advice['faults']) : [];
  const message = typeof error.message === 'string' ? error.message : `the server answered ${status}`;
  const cure = typeof details.cure === 'string' && faults.length === 0 ? details.cure : undefined;
  return new ServerRefusal(status, typeof error.code === 'string' ? `${message} [${error.code}]` : message, {
    cure,
    faults,
  });
};

/** A Harmonia service, as a command sees it. */
export class ServerClient {
  constructor(
    readonly url: string,
    /** A key or token that goes with every request. */
    private readonly credential?: string,
  ) {}

  get(path: string): Promise<JsonObject> {
    return this.send('GET', path);
  }

  post(path: string, body: Json = {}): Promise<JsonObject> {
    return this.send('POST', path, body);
  }

  put(path: string, body: Json): Promise<JsonObject> {
    return this.send('PUT', path, body);
  }

  delete(path: string): Promise<JsonObject> {
    return this.send('DELETE', path);
  }

  /** Server-sent events of a path until the server ends them. `id` is where to go on. */
  async *events(path: string): AsyncGenerator<SentEvent> {
    const response = await this.fetch(path, { headers: { accept: 'text/event-stream' } });
    if (!response.ok) throw refusal(response.status, (await response.json()) as Json);
    let buffered = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      buffered += decoder.decode(chunk, { stream: true });
      const frames = buffered.split('\n\n');
      buffered = frames.pop() ?? '';
      for (const frame of frames) {
        const sent = parseFrame(frame);
        if (sent) yield sent;
      }
    }
  }

  private async send(method: string, path: string, body?: Json): Promise<JsonObject> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await this.fetch(path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json().catch(() => null)) as Json;
    if (!response.ok) throw refusal(response.status, answer);
    return isJsonObject(answer) ? answer : {};
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const shown: Record<string, string> =
      this.credential === undefined ? {} : { authorization: `Bearer ${this.credential}` };
    try {
      return await fetch(new URL(path, this.url), { ...init, headers: { ...shown, ...(init.headers as object) } });
    } catch (error) {
      const cause = (error as { cause?: { message?: string } }).cause?.message ?? (error as Error).message;
      const advice = 'Start one with: harmonia serve, or say where it is: --url, HARMONIA_PORT';
      throw new NoServer(`no Harmonia at ${this.url}: ${cause}. ${advice}`, { cause: error });
    }
  }
}
