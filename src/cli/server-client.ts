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

export const noServer = (url: string, why: string, cause: unknown): NoServer => {
  const advice = 'Start one with: harmonia serve, or say where it is: --url, HARMONIA_PORT';
  return new NoServer(`no Harmonia at ${url}: ${why}. ${advice}`, { cause });
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

interface Sent {
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A Harmonia service, as a command sees it. */
export class ServerClient {
  constructor(
    readonly url: string,
    /** A key or token that goes with every request. */
    readonly credential?: string,
  ) {}

  get(path: string): Promise<JsonObject> {
    return this.send('GET', path);
  }

  post(path: string, body: Json = {}): Promise<JsonObject> {
    return this.send('POST', path, { body });
  }

  put(path: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<JsonObject> {
    return this.send('PUT', path, { body, headers });
  }

  delete(path: string): Promise<JsonObject> {
    return this.send('DELETE', path);
  }

  private async send(method: string, path: string, { body, headers }: Sent = {}): Promise<JsonObject> {
    const response = await this.fetch(path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
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
      const why = (error as { cause?: { message?: string } }).cause?.message ?? (error as Error).message;
      throw noServer(this.url, why, error);
    }
  }
}
