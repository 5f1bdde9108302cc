import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../src/engine/core/index.js';
import { openStorage } from '../../src/persistence/index.js';

const VICTIM = fileURLToPath(new URL('../crash/victim.mjs', import.meta.url));

export interface VictimOptions {
  readonly start?: number;
  /** What is started: a plain graph (default), or one with every construct and wait. */
  readonly workflow?: 'victim' | 'constructs';
  readonly killAt?: number;
  readonly when?: 'before' | 'after';
  readonly effects?: string;
  /** Each execution begins when the one before it has ended. */
  readonly oneByOne?: boolean;
  /** A file that gets a line `execution seq` for each event that was published. */
  readonly told?: string;
  /** Settings of the writer's connection. */
  readonly pragmas?: readonly string[];
}

export interface Died {
  readonly acknowledged: readonly string[];
  /** It came to its end by itself. */
  readonly done: boolean;
  readonly commits: number;
  readonly trouble: readonly string[];
}

export interface VictimLife {
  /** ms after which it is killed. */
  readonly killAfter?: number;
  /** They count from its first acknowledgement: however slow the machine, it has then begun to work. */
  readonly onceAcknowledged?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a victim until it dies, by itself or by `kill -9`. */
export const runVictim = async (
  directory: string,
  options: VictimOptions,
  { killAfter, onceAcknowledged = false, environment = {} }: VictimLife = {},
): Promise<Died> => {
  const child = spawn(process.execPath, [VICTIM, directory, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const acknowledged: string[] = [];
  const trouble: string[] = [];
  let done = false;
  let commits = 0;
  let timer: NodeJS.Timeout | undefined;
  const doom = (): void => {
    if (killAfter !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killAfter);
  };
  if (!onceAcknowledged) doom();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const said = JSON.parse(line) as { acknowledged?: string; done?: boolean; commits?: number; trouble?: string };
    if (said.acknowledged !== undefined && acknowledged.push(said.acknowledged) === 1 && onceAcknowledged) doom();
    if (said.trouble !== undefined) trouble.push(said.trouble);
    done ||= said.done === true;
    commits = said.commits ?? commits;
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  clearTimeout(timer);
  return { acknowledged, done, commits, trouble };
};

/** Counts the effects that tasks report, by key. */
export class Ledger {
  readonly counts = new Map<string, number>();
  /** URLs that tasks were given to tell, by key. */
  readonly urls = new Map<string, string>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<Ledger> {
    const server = createServer((request, response) => {
      let key = '';
      request.on('data', (chunk: Buffer) => (key += chunk.toString('utf8')));
      request.on('end', () => {
        ledger.counts.set(key, (ledger.counts.get(key) ?? 0) + 1);
        const url = request.headers['x-callback'];
        if (typeof url === 'string' && url !== '') ledger.urls.set(key, url);
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ledger = new Ledger(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return ledger;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The journals of a directory, when nobody has it. */
export const readJournals = async (
  directory: string,
  executions: readonly string[],
): Promise<Map<string, readonly RunEvent[]>> => {
  const storage = await openStorage(directory);
  const journals = new Map<string, readonly RunEvent[]>();
  for (const id of executions) {
    const stored = await storage.journal.load(id);
    if (stored)
      journals.set(
        id,
        stored.events.map(({ event }) => event),
      );
  }
  await storage.close();
  return journals;
};

/** What must hold of every journal whatever happened. */
export const journalFaults = (events: readonly RunEvent[]): string[] => {
  const faults: string[] = [];
  const completed = new Set<string>();
  for (const event of events) {
    if (!('step' in event)) continue;
    if (completed.has(event.step)) faults.push(`${event.type} of ${event.step} after it had completed`);
    if (event.type === 'step_completed') completed.add(event.step);
  }
  if (events.at(-1)?.type !== 'execution_completed') faults.push(`ends with ${events.at(-1)?.type}`);
  return faults;
};
