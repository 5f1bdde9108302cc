import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig, type Config } from '../../src/config/index.js';
import { createService } from '../../src/main.js';
import type { JsonObject } from '../../src/kernel/index.js';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject & { readonly data?: never };
  readonly headers: Headers;
}

/** The real service on a free port of loopback, over a directory of its own. */
export class TestService {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly port: number,
    readonly directory: string,
  ) {}

  static async start(environment: Record<string, string> = {}, directory?: string): Promise<TestService> {
    const data = directory ?? (await mkdtemp(join(tmpdir(), 'harmonia-test-')));
    const base = readConfig({
      HARMONIA_PORT: '0',
      HARMONIA_LOG_LEVEL: 'error',
      HARMONIA_SHUTDOWN_SECONDS: '1',
      ...environment,
    });
    const config: Config = { ...base, dataDirectory: data };
    const app = await createService(config);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestService(app, port, data);
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

  async stop(keep = false): Promise<void> {
    await this.app.close();
    if (!keep) await rm(this.directory, { recursive: true, force: true });
  }
}

/** The server-sent events of a path until the server ends them. */
export const readEvents = async (
  url: string,
  headers: Record<string, string> = {},
): Promise<{ id: string | undefined; event: string; data: JsonObject }[]> => {
  const response = await fetch(url, { headers });
  const text = await response.text();
  return text
    .split('\n\n')
    .map(
      (frame) =>
        new Map(
          frame
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
        ),
    )
    .filter((fields) => fields.has('event'))
    .map((fields) => ({
      id: fields.get('id'),
      event: fields.get('event') ?? '',
      data: JSON.parse(fields.get('data') ?? '{}') as JsonObject,
    }));
};
