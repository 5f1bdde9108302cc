import { messageOf, type Uuid } from '../../../kernel/index.js';
import type { Failure, RunOrder, RunRequest } from '../../core/index.js';
import type { Attempt, AttemptOutcome, LogLine, Notifier, TaskRunner, Timers } from '../../ports/index.js';
import type { Reply, Untimed } from '../inbox.js';
import type { LiveExecution } from '../live-execution.js';
import { RunningAttempt, type AttemptVoice } from './running-attempt.js';

/** Where results and log lines go. */
export interface AttemptSink {
  /** `reply`: who waits until it is written. */
  note(execution: Uuid, request: Untimed<RunRequest>, reply?: Reply): void;
  log(line: LogLine): void;
}

/** Runs the attempts of this process and reports how they end. A result that comes after `stop` is dropped. */
export class AttemptRunner {
  private sink: AttemptSink | undefined;
  private inFlight = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly runner: TaskRunner,
    private readonly timers: Timers,
    private readonly notifier: Notifier,
  ) {}

  connect(sink: AttemptSink): void {
    this.sink = sink;
  }

  /** Attempts that run. */
  get count(): number {
    return this.inFlight;
  }

  /** Fulfils when no attempt runs. */
  whenIdle(): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  run(live: LiveExecution, order: RunOrder): void {
    const running = new RunningAttempt(order, live.voice ?? this.voiceOf(live));
    running.deadline = this.armDeadline(live, order);
    this.watch(live, order, running);
    live.attempts.set(order.step, running);
    this.inFlight += 1;
    const outcome = this.begin(live, order, running);
    if (outcome instanceof Promise) {
      outcome.then(
        (ended) => this.end(live, order, ended),
        (error: unknown) => this.end(live, order, { is: 'failed', failure: brokenRunner(error) }),
      );
    } else this.end(live, order, outcome);
  }

  /** A runner that throws although it promised not to must not stop the driver. */
  private begin(live: LiveExecution, order: RunOrder, running: RunningAttempt): ReturnType<TaskRunner['run']> {
    const { workflow, trace } = live.state;
    const { id: workflowId, plugins } = workflow;
    const attempt: Attempt = {
      executionId: live.id,
      workflowId,
      address: order.step,
      generation: order.generation,
      attempt: order.attempt,
      type: order.type,
      input: order.input,
      secrets: order.secrets,
      ...(order.credentials && { credentials: order.credentials }),
      ...(plugins !== undefined && { plugins }),
      firstStartedAt: order.firstStartedAt,
      results: order.results,
      deadline: order.deadline,
      ...(trace && { trace }),
    };
    try {
      return this.runner.run(attempt, running);
    } catch (error) {
      return { is: 'failed', failure: brokenRunner(error) };
    }
  }

  /** Aborts an attempt whose step went on without it. */
  stop(live: LiveExecution, step: string, attempt: number): void {
    const running = live.attempts.get(step);
    if (running?.order.attempt !== attempt) return;
    live.attempts.delete(step);
    this.release();
    const { deadline } = running.order;
    running.stop(deadline !== undefined && this.timers.now() >= deadline ? 'timeout' : 'stopped');
  }

  /** Aborts everything without recording it: the attempts are lost, and made again after the restart. */
  abandon(executions: Iterable<LiveExecution>): void {
    for (const live of executions) {
      const attempts = [...live.attempts.values()];
      live.attempts.clear();
      for (const running of attempts) {
        this.release();
        running.stop('shutdown');
      }
    }
  }

  private end(live: LiveExecution, order: RunOrder, outcome: AttemptOutcome): void {
    const { step, generation, attempt } = order;
    const running = live.attempts.get(step);
    if (running?.order.attempt !== attempt) return; // stopped meanwhile
    live.attempts.delete(step);
    running.end();
    this.release();
    const about = { step, generation, attempt };
    this.sink?.note(
      live.id,
      outcome.is === 'completed'
        ? { is: 'succeed', ...about, output: outcome.output }
        : { is: 'fail', ...about, failure: outcome.failure },
    );
  }

  private release(): void {
    this.inFlight -= 1;
    if (this.inFlight > 0) return;
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }

  private armDeadline(
    live: LiveExecution,
    { deadline, step, generation, attempt }: RunOrder,
  ): ReturnType<Timers['at']> | undefined {
    if (deadline === undefined) return undefined;
    const request = { is: 'expire', step, generation, attempt } as const;
    return this.timers.at(deadline, () => this.sink?.note(live.id, request));
  }

  /** An attempt that gives no sign of life for so long has failed, and is made again by its policy. */
  private watch(live: LiveExecution, order: RunOrder, running: RunningAttempt): void {
    const { heartbeat, step, generation, attempt } = order;
    if (heartbeat === undefined) return;
    const { signs } = running;
    running.watch = this.timers.at(this.timers.now() + heartbeat, () => {
      if (running.signs !== signs) return this.watch(live, order, running);
      const failure = noSignOfLife(heartbeat);
      this.sink?.note(live.id, { is: 'fail', step, generation, attempt, failure });
    });
  }

  private voiceOf(live: LiveExecution): AttemptVoice {
    live.voice = {
      log: ({ order: { step, attempt } }, line) =>
        this.sink?.log({ handle: live.handle, at: this.timers.now(), step, attempt, ...line }),
      progress: ({ order: { step, attempt } }, fraction, message) => {
        const said = message === undefined ? {} : { message };
        this.notifier.progress({ execution: live.id, step, attempt, fraction, ...said });
      },
      record: ({ order: { step, generation, attempt } }, key, result) =>
        new Promise((resolve, reject) => {
          const request = { is: 'record', step, generation, attempt, key, result } as const;
          this.sink?.note(live.id, request, { accept: () => resolve(), refuse: reject });
        }),
      use: ({ order: { step, generation, attempt } }, report, usage) =>
        new Promise((resolve, reject) => {
          const request = { is: 'use', by: { step, generation, attempt }, report, usage } as const;
          this.sink?.note(live.id, request, { accept: () => resolve(), refuse: reject });
        }),
    };
    return live.voice;
  }
}

const noSignOfLife = (length: number): Failure => ({
  kind: 'timeout',
  code: 'heartbeat_missed',
  message: messageOf('heartbeat_missed', { seconds: length / 1000 }),
});

const brokenRunner = (error: unknown): Failure => ({
  kind: 'transient',
  code: 'task_threw',
  message: `The task threw: ${error instanceof Error ? error.message : String(error)}.`,
});
