import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo, Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config, readConfig } from '../../src/config/index.js';
import type { StreamLimits } from '../../src/api/index.js';
import type { Clients } from '../../src/api/streams/clients.js';
import type { CredentialKeeper } from '../../src/credential/ports/index.js';
import type { Harmonia } from '../../src/harmonia.js';
import type { createService } from '../../src/main.js';
import type { HARMONIA } from '../../src/nest/index.js';
import type { JsonObject } from '../../src/kernel/index.js';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject & { readonly data?: never };
  readonly headers: Headers;
}

interface ServiceCode {
  readonly createService: typeof createService;
  readonly readConfig: typeof readConfig;
  readonly Clients: typeof Clients;
  readonly HARMONIA: typeof HARMONIA;
}

declare global {
  /** `service-environment.mjs` has it. */
  var builtService: (() => Promise<ServiceCode>) | undefined;
}

const sourceOfService = async (): Promise<ServiceCode> => ({
  ...(await import('../../src/main.js')),
  ...(await import('../../src/config/index.js')),
  ...(await import('../../src/api/streams/clients.js')),
  ...(await import('../../src/nest/index.js')),
});

/** The real service on a free port of loopback, over a directory of its own. */
export class TestService {
  private constructor(
    private readonly code: ServiceCode,
    private readonly app: NestFastifyApplication,
    private readonly about: { port: number; directory: string; sockets: ReadonlySet<Socket> },
  ) {}

  static async start(
    environment: Record<string, string> = {},
    {
      directory,
      streams,
      port: wanted = 0,
      plugins = {},
      withinSuite = false,
    }: {
      directory?: string;
      streams?: Partial<StreamLimits>;
      port?: number;
      plugins?: Config['plugins'];
      /** It is made of modules of the suite, and so has its clock, which the suite may turn. */
      withinSuite?: boolean;
    } = {},
  ): Promise<TestService> {
    const code = await ((withinSuite ? undefined : globalThis.builtService) ?? sourceOfService)();
    const data = directory ?? (await mkdtemp(join(tmpdir(), 'harmonia-test-')));
    const base = code.readConfig({
      HARMONIA_PORT: '0',
      HARMONIA_LOG_LEVEL: 'error',
      HARMONIA_SHUTDOWN_SECONDS: '1',
      ...environment,
    });
    const config: Config = { ...base, dataDirectory: data, plugins: { ...base.plugins, ...plugins } };
    const app = await code.createService(config, streams);
    const sockets = new Set<Socket>();
    app.getHttpServer().on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await app.listen(wanted, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestService(code, app, { port, directory: data, sockets });
  }

  get port(): number {
    return this.about.port;
  }

  get directory(): string {
    return this.about.directory;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends JSON; a text goes as it is. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(this.url + path, {
      method,
      headers: { ...type, ...headers },
      ...(text !== undefined && { body: text }),
    });
    const answer = await response.text();
    return {
      status: response.status,
      body: answer.startsWith('{') ? (JSON.parse(answer) as Answer['body']) : { text: answer },
      headers: response.headers,
    };
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  /** Keeps a workflow and answers its id. */
  async workflow(document: unknown): Promise<string> {
    const { status, body } = await this.post('/api/v1/workflows', document);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.workflow_id as string;
  }

  /** Runs a workflow to its end and answers the execution as the API shows it. */
  async complete(workflow: string, input: object = {}): Promise<JsonObject> {
    const { body } = await this.post('/api/v1/executions', {
      workflow_id: workflow,
      input,
      execution_options: { async: false },
    });
    return body.data as never;
  }

  /** `GET /api/v1/workflows/:id`, and so on: what the router knows. HEAD and OPTIONS are left out. */
  routes(): string[] {
    const tree = this.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const stems: string[] = [];
    return tree.split('\n').flatMap((line) => {
      const [, indent = '', segment = '', methods = ''] = /^([│ ]*)[├└]── (\S*) \(([^)]*)\)$/.exec(line) ?? [];
      if (segment === '') return [];
      const depth = indent.length / 4;
      const path = (depth === 0 ? '' : (stems[depth - 1] ?? '')) + segment;
      stems[depth] = path;
      return methods
        .split(', ')
        .filter((method) => ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].includes(method))
        .map((method) => `${method} ${path}`);
    });
  }

  /** Bytes that the service has handed to its sockets and that are not sent. */
  pendingBytes(): number {
    return [...this.about.sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
  }

  /** What the service keeps, in clear. */
  credentials(): CredentialKeeper {
    return this.app.get<Harmonia>(this.code.HARMONIA, { strict: false }).credentials;
  }

  /** Clients of streams that the service serves. */
  streamClients(): number {
    return this.app.get(this.code.Clients, { strict: false }).count;
  }

  async stop(keep = false): Promise<void> {
    await this.app.close();
    if (!keep) await rm(this.directory, { recursive: true, force: true });
  }
}
