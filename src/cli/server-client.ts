import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';

/** What a server answered that is no success. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';

  constructor(
    readonly status: number,
    message: string,
    readonly faults: readonly { readonly pointer: string; readonly message: string }[],
  ) {
    super(message);
  }
}

const refusal = (status: number, body: Json): ServerRefusal => {
  const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : {};
  const details = isJsonObject(error.details) ? error.details : {};
  const faults = Array.isArray(details.faults) ? (details.faults as { pointer: string; message: string }[]) : [];
  const message = typeof error.message === 'string' ? error.message : `the server answered ${status}`;
  return new ServerRefusal(status, typeof error.code === 'string' ? `${message} [${error.code}]` : message, faults);
};

/** A Harmonia service, as a command sees it. */
export class ServerClient {
  constructor(readonly url: string) {}

  get(path: string): Promise<JsonObject> {
    return this.send('GET', path);
  }

  post(path: string, body: Json = {}): Promise<JsonObject> {
    return this.send('POST', path, body);
  }

  /** Server-sent events of a path, one object each, until the server ends them. */
  async *events(path: string): AsyncGenerator<JsonObject> {
    const response = await this.fetch(path, { headers: { accept: 'text/event-stream' } });
    if (!response.ok) throw refusal(response.status, (await response.json()) as Json);
    let buffered = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      buffered += decoder.decode(chunk, { stream: true });
      const frames = buffered.split('\n\n');
      buffered = frames.pop() ?? '';
      for (const frame of frames) {
        const data = frame.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));
        const event = data.length > 0 ? (JSON.parse(data.join('\n')) as Json) : null;
        if (isJsonObject(event)) yield event;
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
    try {
      return await fetch(new URL(path, this.url), init);
    } catch (error) {
      const cause = (error as { cause?: { message?: string } }).cause?.message ?? (error as Error).message;
      throw new Error(`no Harmonia at ${this.url}: ${cause}. Start one with: harmonia serve`, { cause: error });
    }
  }
}
