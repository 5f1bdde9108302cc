import { messageOf, type Json } from '../../kernel/index.js';
import { fatal, transient, type TaskContext } from '../contract/index.js';
import { reasonOf } from '../host/failure-of.js';
import { Answers } from './answers.js';
import { failureFromWire } from './failure-on-the-wire.js';
import type { IsolationLimits } from './limits.js';
import { MessageReader } from './message-reader.js';
import { Misbehaved, type WorkerPool } from './worker-pool.js';
import type { FromHost, FromWorker, Job } from './wire.js';
import type { Listener, WorkerLine } from './worker-line.js';

type Asked = Extract<FromWorker, { id: number }>;

/** Characters of the reason of a death. */
const REASON_SHOWN = 500;
/** Pings without an answer that make a worker hang. */
const MOST_MISSED = 4;
/** ms for a worker that has nothing to do to take a job; what an earlier attempt left behind may keep it from that. */
const TAKES_WITHIN = 2000;

export type AttemptEnd =
  | { readonly is: 'done'; readonly output: Json }
  | { readonly is: 'failed'; readonly error: unknown }
  /** The worker died before any code of the plugin ran for this attempt. */
  | { readonly is: 'not_started'; readonly error: unknown; readonly wasUsed: boolean };

interface AttemptParts {
  readonly pool: WorkerPool;
  readonly limits: IsolationLimits;
  readonly job: Job;
  /** What the attempt may ask for; nothing when the plugin is only to describe itself. */
  readonly context: TaskContext | undefined;
  /** Ends the attempt, politely at first. */
  readonly signal: AbortSignal;
}

/** One job in a worker: the line to it, and the clocks that it runs against. */
export class IsolatedAttempt implements Listener {
  private line: WorkerLine | undefined;
  private reader: MessageReader | undefined;
  private readonly answers: Answers | undefined;
  private readonly kill = new AbortController();
  private readonly timers = new Set<NodeJS.Timeout>();
  private isTimed = false;
  private missed = 0;
  private end: AttemptEnd | undefined;
  private settle: (end: AttemptEnd) => void = () => undefined;

  /** How it ended; the worker may still tidy up. */
  readonly ended: Promise<AttemptEnd>;
  /** Fulfils when the worker is ready for something else, or is no more. */
  readonly left: Promise<void>;

  constructor(private readonly parts: AttemptParts) {
    const { pool, job, context, signal, limits } = parts;
    this.answers = context && new Answers(context, limits.maxOutputBytes, (message) => this.tell(message));
    this.ended = new Promise((resolve) => (this.settle = resolve));
    this.expectStart(limits.patience);
    signal.addEventListener('abort', this.onAbort, { once: true });
    this.left = this.follow(pool.run(job, this, this.kill.signal));
  }

  begins(line: WorkerLine, token: string): void {
    const { limits, signal } = this.parts;
    this.line = line;
    this.reader = new MessageReader(limits.maxOutputBytes, token);
    if (signal.aborted) this.tell({ is: 'abort' });
    if (!line.isUsed) return;
    this.expectStart(Math.min(TAKES_WITHIN, limits.patience));
    this.started();
  }

  closed(): void {
    // A dead worker is reported by then.
    this.after(this.parts.limits.grace, () => this.finish(protocol('it closed its line')));
  }

  private readonly onAbort = (): void => {
    this.tell({ is: 'abort' });
    this.after(this.parts.limits.grace, () => this.finish(new Error('aborted')));
  };

  private async follow(running: Promise<void>): Promise<void> {
    let death: unknown;
    try {
      await running;
      death = crashed('it ended without an answer');
    } catch (error) {
      death = this.deathOf(error);
    }
    // What it said before it died may still be on its way: it counts.
    this.line?.leave();
    this.over(this.endOf(death));
    this.parts.signal.removeEventListener('abort', this.onAbort);
    this.stopTimers();
  }

  private deathOf(error: unknown): unknown {
    if (error instanceof Misbehaved) return protocol(error.message);
    if ((error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return transient(
        'worker_out_of_memory',
        messageOf('worker_out_of_memory', { limit: this.parts.limits.maxHeapMb }),
      );
    return crashed(reasonOf(error));
  }

  hear(message: unknown): void {
    // A worker that is about to be ended is not listened to.
    if (this.kill.signal.aborted || !this.reader) return;
    const read = this.reader.read(message);
    if (read.is === 'refused') return this.finish(protocol(read.reason));
    if (read.is === 'piece') return this.expect(this.end !== undefined || this.answers?.piece(read.id, read.bytes));
    if (read.is === 'message') this.heard(read.message);
  }

  private heard(message: FromWorker): void {
    if (message.is === 'discard') return this.kill.abort();
    if (message.is === 'pong') {
      this.missed = 0;
      return;
    }
    if (this.end !== undefined) return;
    const { context } = this.parts;
    switch (message.is) {
      case 'started':
        return this.started();
      case 'done':
        return this.over({ is: 'done', output: message.output });
      case 'failed':
        return this.over({ is: 'failed', error: failureFromWire(message.failure) });
      case 'log':
        return context?.log(message.level, message.message, message.details);
      case 'progress':
        return context?.progress(message.fraction, message.message);
      case 'heartbeat':
        return context?.heartbeat();
      default:
        return this.asked(message);
    }
  }

  private asked(message: Asked): void {
    const { answers } = this;
    switch (message.is) {
      case 'ask':
        return answers?.ask(message.id, message.question);
      case 'cancel':
        return answers?.cancel(message.id);
      case 'read':
        return answers?.read(message.id);
      // Late answers to what was cancelled are no crime.
      case 'worked':
        return void answers?.worked(message);
      case 'broken':
        return void answers?.broken(message);
    }
  }

  /** Bytes come only when they were asked for. */
  private expect(isExpected: boolean | undefined): void {
    if (isExpected !== true) this.finish(protocol('it sent bytes that nobody asked for'));
  }

  private started(): void {
    if (this.isTimed) return;
    this.isTimed = true;
    const { hungAfter, maxSeconds } = this.parts.limits;
    this.watch(hungAfter);
    if (maxSeconds === undefined) return;
    this.after(maxSeconds * 1000, () => {
      this.over({ is: 'failed', error: transient('timeout', messageOf('timeout', { seconds: maxSeconds })) });
      this.onAbort();
    });
  }

  /** A worker that does not come to begin is ended. Counts turns, as `watch` does. */
  private expectStart(patience: number, turns = MOST_MISSED): void {
    this.after(patience / MOST_MISSED, () => {
      if (this.line?.hasBegun === true) return;
      if (turns === 1) this.hung(patience);
      else this.expectStart(patience, turns - 1);
    });
  }

  /** Counts turns of this event loop, not time: when this process was busy itself, the worker is not to blame. */
  private watch(hungAfter: number): void {
    this.after(hungAfter / MOST_MISSED, () => {
      if (this.missed >= MOST_MISSED) return this.hung(hungAfter);
      this.missed += 1;
      this.tell({ is: 'ping' });
      this.watch(hungAfter);
    });
  }

  private hung(length: number): void {
    this.finish(transient('worker_hung', messageOf('worker_hung', { seconds: length / 1000 })));
  }

  private after(length: number, callback: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      callback();
    }, length);
    this.timers.add(timer);
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private tell(message: FromHost): void {
    this.line?.tell(message);
  }

  private endOf(error: unknown): AttemptEnd {
    const { line } = this;
    if (line?.hasBegun === true) return { is: 'failed', error };
    return { is: 'not_started', error, wasUsed: line?.isUsed === true };
  }

  /** Ends the worker, and the attempt when it has not ended. */
  private finish(error: unknown): void {
    this.over(this.endOf(error));
    this.kill.abort();
  }

  private over(end: AttemptEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.answers?.end();
    this.settle(end);
    // It has yet to tidy up.
    this.after(this.parts.limits.grace, () => this.kill.abort());
  }
}

const crashed = (reason: string): unknown =>
  transient('worker_crashed', messageOf('worker_crashed', { reason: reason.slice(0, REASON_SHOWN) }));

const protocol = (reason: string): unknown => fatal('worker_protocol', messageOf('worker_protocol', { reason }));
