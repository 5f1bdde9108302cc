import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/kernel/index.js';

const PROGRAM = fileURLToPath(new URL('../../bin/harmonia.js', import.meta.url));

export interface ProcessAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Headers;
}

/** Asks again until the answer is good. */
export const eventually = async <T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> => {
  for (let answer = await ask(); ; answer = await ask()) {
    if (isGood(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** The built service as users run it: `harmonia serve` in a process of its own, spoken to over HTTP. */
export class ServiceProcess {
  private output = '';
  /** Sent with every request. */
  headers: Readonly<Record<string, string>> = {};
  private readonly exit: Promise<{ code: number | null; signal: string | null }>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    this.exit = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
  }

  /** Starts it over a data directory; `before`: a command that it runs under, `prlimit` and its arguments. */
  static spawn(
    directory: string,
    before: readonly string[] = [],
    settings: Readonly<Record<string, string>> = {},
  ): ServiceProcess {
    const line = [...before, process.execPath, PROGRAM, 'serve'];
    const environment = { HARMONIA_DATA_DIR: directory, HARMONIA_PORT: '0', HARMONIA_SHUTDOWN_SECONDS: '0' };
    const child = spawn(line[0] as string, line.slice(1), {
      env: { ...process.env, ...environment, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child);
  }

  static async start(directory: string, settings: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(directory, [], settings);
    await service.listening();
    return service;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get said(): string {
    return this.output;
  }

  get url(): string {
    const found = /listens on (http:\S+?),/.exec(this.output)?.[1];
    if (found === undefined) throw new Error(`it does not listen:\n${this.output}`);
    return found;
  }

  /** Until it listens. Throws when it ends before. */
  async listening(): Promise<void> {
    const isOver = this.exit.then(() => true);
    while (!this.output.includes('listens on')) {
      const more = Promise.race([once(this.child.stdout as never, 'data').then(() => false), isOver]);
      if (await more) throw new Error(`it ended:\n${this.output}`);
    }
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ProcessAnswer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...this.headers, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { status, headers: given } = response;
    return { status, body: (await response.json()) as JsonObject, headers: given };
  }

  get(path: string): Promise<ProcessAnswer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<ProcessAnswer> {
    return this.send('POST', path, body, headers);
  }

  /** Keeps a workflow; its id. */
  async workflow(document: object): Promise<string> {
    const { status, body } = await this.post('/api/v1/workflows', document);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.workflow_id as string;
  }

  /** Starts an execution; its id. */
  async startExecution(workflow: string): Promise<string> {
    const { status, body } = await this.post('/api/v1/executions', { workflow_id: workflow, input: {} });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.execution_id as string;
  }

  async statusOf(execution: string): Promise<string> {
    const { body } = await this.get(`/api/v1/executions/${execution}`);
    return (body.data as JsonObject).status as string;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** How it ended, once it has. */
  ended(): Promise<{ code: number | null; signal: string | null }> {
    return this.exit;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }
}
