import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../kernel/index.js';
import type { AttemptOutcome } from '../../engine/ports/index.js';
import { LAST_WORDS, type AttemptJob, type AttemptMessage, type AttemptOrder, type CallMessage } from './messages.js';
import { CannotCertify } from './patience.js';

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly is: 'ended'; readonly outcome: AttemptOutcome; readonly boundaries: readonly string[] }
  /** It killed itself there. */
  | { readonly is: 'killed'; readonly at: string }
  /** It ended otherwise: by `process.exit`, an error that nobody caught. */
  | { readonly is: 'died'; readonly how: string };

/** What outlives the process of an attempt. */
export interface Keeper {
  record(key: string, result: Json): void;
  call(message: CallMessage): Promise<Json>;
}

interface Process {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  /** What it said last on its error output. */
  readonly said: () => string;
}

const ENTRY = fileURLToPath(new URL('./attempt-process.js', import.meta.url));
/** Processes that wait, the plugin loaded: starting one takes longer than an attempt. */
const WAITING = 1;
const KEPT_OUTPUT = 2000;
/** ms for what a process has written before it ended. */
const DRAINING = 500;

const textOf = (stream: Readable | null, keep: number): (() => string) => {
  let text = '';
  stream?.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(-keep)));
  return () => text;
};

/** Makes attempts, each in a fresh process: what a process remembered is gone after a crash. */
export class AttemptProcesses {
  private readonly waiting: Process[] = [];
  private readonly living = new Set<ChildProcess>();

  /** `patience`: ms that an attempt may take. */
  constructor(
    private readonly directory: string,
    private readonly patience: number,
  ) {}

  async run(job: AttemptJob, keeper: Keeper): Promise<AttemptEnd> {
    while (this.waiting.length <= WAITING) this.waiting.push(this.start());
    const process = this.waiting.shift() as Process;
    await process.ready;
    return this.attempt(process, job, keeper);
  }

  close(): void {
    for (const child of this.living) child.kill('SIGKILL');
  }

  private start(): Process {
    const child = fork(ENTRY, [this.directory], { stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'] });
    this.living.add(child);
    child.once('close', () => this.living.delete(child));
    child.stdout?.resume();
    const said = textOf(child.stderr, KEPT_OUTPUT);
    const ready = new Promise<void>((resolve, reject) => {
      child.once('message', (message: AttemptMessage) => {
        if (message.is === 'ready') resolve();
        else reject(new CannotCertify(message.is === 'unusable' ? message.reasons.join('; ') : 'the process is odd'));
      });
      child.once('close', () => reject(new CannotCertify(`the plugin does not load: ${said()}`)));
    });
    // It may fail before anybody waits for it.
    ready.catch(() => undefined);
    return { child, ready, said };
  }

  private async attempt({ child, said }: Process, job: AttemptJob, keeper: Keeper): Promise<AttemptEnd> {
    const place = textOf(child.stdio[LAST_WORDS] as Readable, KEPT_OUTPUT);
    let end: AttemptEnd | undefined;
    let isLate = false;
    child.on('message', (message: AttemptMessage) => {
      if (message.is === 'ended') {
        end = message;
        child.kill('SIGKILL');
      } else void answer(child, message, keeper);
    });
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, this.patience);
    tell(child, { is: 'run', job });
    const closed = once(child, 'close');
    const [code] = (await once(child, 'exit')) as [number | null];
    // A process that it started may hold its pipes open.
    await Promise.race([closed, sleep(DRAINING)]);
    clearTimeout(timer);
    if (end) return end;
    if (place() !== '') return { is: 'killed', at: place() };
    if (isLate) return { is: 'died', how: `it did not end within ${this.patience / 1000} s` };
    return { is: 'died', how: `its process ended with code ${String(code)} ${said()}`.trim() };
  }
}

/** Who is being killed hears nothing any more. */
const tell = (child: ChildProcess, order: AttemptOrder): void => {
  if (child.connected) child.send(order, () => undefined);
};

const answer = async (child: ChildProcess, message: AttemptMessage, keeper: Keeper): Promise<void> => {
  if (message.is === 'record') {
    keeper.record(message.key, message.result);
    tell(child, { is: 'answer', id: message.id, result: null });
  }
  if (message.is !== 'call') return;
  const { id } = message;
  try {
    tell(child, { is: 'answer', id, result: await keeper.call(message) });
  } catch (error) {
    const { code = 'task_threw', kind } = error as { code?: unknown; kind?: unknown };
    const words = { code: String(code), message: (error as Error).message };
    tell(child, { is: 'refusal', id, kind: kind === 'fatal' ? 'fatal' : 'transient', ...words });
  }
};
