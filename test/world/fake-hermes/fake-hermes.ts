// A Hermes of our own: a real HTTP server that behaves as the real one was seen to (tekton-platform.md §2-4, §7; the
// transcripts are replayed against it in test/shared), and worse when it is told to.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../src/kernel/index.js';
import { Registry } from './registry.js';
import { answerTo, type Asked, type Insides, type Said } from './routes.js';
import { Tools } from './tools.js';

export interface Heard extends Asked {
  /** `POST /api/heartbeat` */
  readonly call: string;
  /** Undefined: there was none, or it was no JSON. */
  readonly body: JsonObject | undefined;
}

/** `hang`: no answer ever; `hold`: none before `release`; `drop`: the connection is cut; `noise`: bytes that are no HTTP. */
export type Fault = 'hang' | 'hold' | 'drop' | 'noise' | Said;

export interface FakeHermesOptions {
  /** ms since the epoch. Default: the machine's. */
  readonly now?: () => number;
  /** Tools that are there from the start. Default: none. */
  readonly builtIn?: readonly JsonObject[];
  /** Default: a free one. */
  readonly port?: number;
}

interface Wish {
  readonly call: string;
  readonly count: number;
  readonly granted: () => void;
}

export class FakeHermes {
  /** Every request, in order. */
  readonly heard: Heard[] = [];
  /** s that tokens are good from now on. */
  tokenLife = 3600;
  readonly registry: Registry;
  readonly tools: Tools;
  private readonly faults = new Map<string, { readonly fault: Fault; left: number }>();
  private wishes: Wish[] = [];
  private held: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    { now = Date.now, builtIn = [] }: FakeHermesOptions,
  ) {
    const seconds = (): number => now() / 1000;
    this.registry = new Registry(seconds);
    this.tools = new Tools(seconds, builtIn);
    const { registry, tools } = this;
    const insides: Insides = { registry, tools, seconds, tokenLife: () => this.tokenLife };
    server.on('request', (request, response) => void this.serve(request, response, insides));
  }

  static async start(options: FakeHermesOptions = {}): Promise<FakeHermes> {
    const server = createServer();
    const hermes = new FakeHermes(server, options);
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return hermes;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The process dies and another one starts: what was in memory is gone, tokens stay good. */
  restart(builtIn?: readonly JsonObject[]): void {
    this.registry.clear();
    this.tools.clear(builtIn);
  }

  /** The next `times` requests of a call, such as `POST /api/register`, or of all (`*`), get this instead of an answer. */
  fail(call: string, fault: Fault, times = Infinity): void {
    this.faults.set(call, { fault, left: times });
  }

  /** From now on it answers as it should. */
  heal(): void {
    this.faults.clear();
  }

  /** Answers what was held. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** Requests of a call so far. */
  calls(call: string): readonly Heard[] {
    return this.heard.filter((one) => one.call === call);
  }

  /** Fulfils when a call has come `count` times. */
  received(call: string, count = 1): Promise<void> {
    return new Promise((granted) => {
      this.wishes.push({ call, count, granted });
      this.grant();
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse, insides: Insides): Promise<void> {
    const asked = await read(request);
    if (asked === undefined) return;
    this.heard.push(asked);
    this.grant();
    const fault = this.nextFault(asked.call);
    if (fault === 'hang') return;
    if (fault === 'drop') return void request.socket.destroy();
    if (fault === 'noise') return void request.socket.end('\u0000\u0001 this is no HTTP\r\n\r\n');
    const origin = `http://${asked.headers.host ?? ''}`;
    if (fault === 'hold') await new Promise<void>((resolve) => this.held.push(resolve));
    say(response, typeof fault === 'object' ? fault : answerTo(asked, insides, origin), asked);
  }

  private nextFault(call: string): Fault | undefined {
    const found = this.faults.get(call) ?? this.faults.get('*');
    if (!found || found.left <= 0) return undefined;
    found.left -= 1;
    return found.fault;
  }

  private grant(): void {
    const [met, open] = [[], []] as [Wish[], Wish[]];
    for (const wish of this.wishes) (this.calls(wish.call).length >= wish.count ? met : open).push(wish);
    this.wishes = open;
    for (const { granted } of met) granted();
  }
}

/** Undefined: whoever asked has gone. */
const read = async (request: IncomingMessage): Promise<Heard | undefined> => {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  } catch {
    return undefined;
  }
  const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://x');
  const method = request.method ?? '';
  const headers = request.headers as Record<string, string | undefined>;
  return { call: `${method} ${path}`, method, path, query, headers, text, body: bodyOf(text) };
};

const bodyOf = (text: string): JsonObject | undefined => {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
};

const say = (response: ServerResponse, { status, body, headers }: Said, { headers: asked }: Heard): void => {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' }),
    'content-length': Buffer.byteLength(text),
    // Any origin, as Starlette says it.
    ...(asked.origin !== undefined && {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
    }),
    ...headers,
  });
  response.end(text);
};
