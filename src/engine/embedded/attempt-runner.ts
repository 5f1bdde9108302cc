import type { Uuid } from '../../kernel/index.js';
import type { Failure, RunOrder, RunRequest } from '../core/index.js';
import type { AttemptListener, AttemptOutcome, LogLine, Notifier, TaskRunner, Timers } from '../ports/index.js';
import type { Untimed } from './inbox.js';
import type { LiveExecution } from './live-execution.js';

/** Where results and log lines go. */
export interface AttemptSink {
  note(execution: Uuid, request: Untimed<RunRequest>): void;
  log(line: LogLine): void;
}

/** Why an attempt was told to stop, as its signal's reason. */
export type StopReason = 'stopped' | 'shutdown';

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
    const before = live.attempts.get(order.step);
    if (before?.attempt === order.attempt) {
      // Ordered again by a resume: its deadline may have passed unheard while the execution was paused.
      before.deadline?.cancel();
      before.deadline = this.armDeadline(live, order);
      return;
    }
    const controller = new AbortController();
    const deadline = this.armDeadline(live, order);
    const { generation, attempt, step } = order;
    live.attempts.set(step, { attempt, controller, deadline });
    this.inFlight += 1;
    const request = {
      executionId: live.id,
      address: step,
      generation,
      attempt,
      type: order.type,
      input: order.input,
      secrets: order.secrets,
      firstStartedAt: order.firstStartedAt,
      deadline: order.deadline,
    };
    const outcome = this.begin(request, controller.signal, this.listener(live, order));
    if (outcome instanceof Promise) {
      outcome.then(
        (ended) => this.end(live, order, ended),
        (error: unknown) => this.end(live, order, { is: 'failed', failure: brokenRunner(error) }),
      );
    } else this.end(live, order, outcome);
  }

  /** A runner that throws although it promised not to must not stop the driver. */
  private begin(...request: Parameters<TaskRunner['run']>): ReturnType<TaskRunner['run']> {
    try {
      return this.runner.run(...request);
    } catch (error) {
      return { is: 'failed', failure: brokenRunner(error) };
    }
  }

  /** Aborts an attempt whose step went on without it. */
  stop(live: LiveExecution, step: string, attempt: number): void {
    const running = live.attempts.get(step);
    if (running?.attempt !== attempt) return;
    live.attempts.delete(step);
    running.deadline?.cancel();
    this.release();
    running.controller.abort('stopped' satisfies StopReason);
  }

  /** Aborts everything without recording it: the attempts are lost, and made again after the restart. */
  abandon(executions: Iterable<LiveExecution>): void {
    for (const live of executions) {
      for (const running of live.attempts.values()) {
        running.deadline?.cancel();
        this.release();
        running.controller.abort('shutdown' satisfies StopReason);
      }
      live.attempts.clear();
    }
  }

  private end(live: LiveExecution, order: RunOrder, outcome: AttemptOutcome): void {
    const { step, generation, attempt } = order;
    const running = live.attempts.get(step);
    if (running?.attempt !== attempt) return; // stopped meanwhile
    live.attempts.delete(step);
    running.deadline?.cancel();
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

  /** What an attempt says counts while it runs: later, its execution may have been deleted. */
  private listener(live: LiveExecution, { step, attempt }: RunOrder): AttemptListener {
    const runs = (): boolean => live.attempts.get(step)?.attempt === attempt;
    return {
      log: (level, message, details) => {
        if (!runs()) return;
        this.sink?.log({ handle: live.handle, at: this.timers.now(), level, step, attempt, message, details });
      },
      progress: (fraction, message) => {
        if (!runs()) return;
        const said = message === undefined ? {} : { message };
        this.notifier.progress({ execution: live.id, step, attempt, fraction, ...said });
      },
    };
  }
}

const brokenRunner = (error: unknown): Failure => ({
  kind: 'transient',
  code: 'task_threw',
  message: `The task threw: ${error instanceof Error ? error.message : String(error)}.`,
});
