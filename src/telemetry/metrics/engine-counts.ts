import { endOf, findStep, type RunEvent, type RunState } from '../../engine/core/index.js';
import type {
  Attempt,
  AttemptControl,
  AttemptOutcome,
  Batch,
  EngineMeter,
  Notifier,
  ProgressReport,
  Publication,
  TaskRunner,
} from '../../engine/ports/index.js';
import type { Millis } from '../../kernel/index.js';
import { Apart, counter, Distribution, histogram, SHORT_TIMES, Tally, TASK_TIMES, type Family } from './tally.js';

const ENDS = ['completed', 'failed', 'canceled'] as const;
const TASK_ENDS = ['completed', 'cached', 'failed', 'skipped'] as const;
const ATTEMPT_ENDS = ['completed', 'transient', 'fatal', 'timeout', 'canceled', 'lost'] as const;
/** Seconds. */
const EXECUTION_TIMES = [0.01, 0.1, 1, 10, 60, 300, 1800, 7200, 86_400];
const SIZES = [1, 2, 5, 10, 50, 100, 500, 1000, 5000];

class TypeCounts {
  /** Tasks that completed with an attempt: nearly all of what happens, and therefore a plain number. */
  done = 0;
  readonly tasks = new Tally(TASK_ENDS);
  readonly attempts = new Tally(ATTEMPT_ENDS);
  readonly times = new Distribution(TASK_TIMES);

  settle(): this {
    this.tasks.add('completed', this.done);
    this.attempts.add('completed', this.done);
    this.done = 0;
    return this;
  }
}

class TimedRunner implements TaskRunner {
  constructor(
    private readonly runner: TaskRunner,
    private readonly types: Apart<TypeCounts>,
  ) {}

  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome> {
    const begun = performance.now();
    const outcome = this.runner.run(attempt, control);
    if (outcome instanceof Promise) this.follow(outcome, attempt.type, begun);
    else this.types.of(attempt.type).times.add((performance.now() - begun) / 1000);
    return outcome;
  }

  private follow(outcome: Promise<AttemptOutcome>, type: string, begun: Millis): void {
    const done = (): void => this.types.of(type).times.add((performance.now() - begun) / 1000);
    outcome.then(done, done);
  }
}

/**
 * Counts what the engine does, as it is committed. On the hot path: an event costs a look at its type, that of a task
 * the look for its step, and an addition.
 */
export class EngineCounts implements Notifier, EngineMeter {
  private started = 0;
  private readonly ends = new Tally(ENDS);
  private readonly executionTimes = new Distribution(EXECUTION_TIMES);
  private readonly types = new Apart(() => new TypeCounts());
  private readonly waits = new Distribution(SHORT_TIMES);
  private readonly commits = new Distribution(SHORT_TIMES);
  private readonly sizes = new Distribution(SIZES);
  private failedCommits = 0;

  publish(publications: readonly Publication[]): void {
    for (const { state, events } of publications) for (const { recorded } of events) this.count(recorded.event, state);
  }

  progress(_report: ProgressReport): void {
    // Says nothing that is counted.
  }

  waited(time: Millis): void {
    this.waits.add(time / 1000);
  }

  committed(took: Millis, { transitions }: Batch): void {
    this.commits.add(took / 1000);
    let events = 0;
    for (const transition of transitions) events += transition.events.length;
    this.sizes.add(events);
  }

  commitFailed(): void {
    this.failedCommits += 1;
  }

  /** The same runner; how long its attempts take is measured. */
  timed(runner: TaskRunner): TaskRunner {
    return new TimedRunner(runner, this.types);
  }

  families(): readonly Family[] {
    return [...this.aboutExecutions(), ...this.aboutTasks(), ...this.aboutCommits()];
  }

  private count(event: RunEvent, state: RunState): void {
    switch (event.type) {
      case 'step_completed':
        return this.completed(event, state);
      case 'step_failed': {
        const counts = this.countsOf(event.step, state);
        counts?.tasks.add('failed');
        if (event.attempt > 0) counts?.attempts.add(event.failure.kind);
        return;
      }
      case 'attempt_failed':
        return this.countsOf(event.step, state)?.attempts.add(event.failure.kind);
      case 'attempt_lost':
        return this.countsOf(event.step, state)?.attempts.add('lost');
      case 'step_skipped':
        return this.countsOf(event.step, state)?.tasks.add('skipped');
      case 'execution_started':
        this.started += 1;
        return;
      case 'execution_completed':
      case 'execution_failed':
      case 'execution_canceled':
        return this.ended(event, state);
      default:
    }
  }

  private completed(event: Extract<RunEvent, { type: 'step_completed' }>, state: RunState): void {
    const counts = this.countsOf(event.step, state);
    if (!counts) return;
    if (event.attempt > 0) counts.done += 1;
    else counts.tasks.add(event.cached === true ? 'cached' : 'completed');
  }

  private ended(event: RunEvent, { timedFrom }: RunState): void {
    const end = endOf(event);
    if (!end) return;
    this.ends.add(end.is);
    this.executionTimes.add((event.at - timedFrom) / 1000);
  }

  /** Undefined for what runs no task: constructs, waits. */
  private countsOf(address: string, state: RunState): TypeCounts | undefined {
    const work = findStep(state, address)?.task.work;
    return work?.is === 'task' ? this.types.of(work.type) : undefined;
  }

  private aboutExecutions(): Family[] {
    return [
      counter(
        {
          name: 'harmonia_executions_started_total',
          help: 'Executions that began since the service started.',
        },
        [{ labels: {}, value: this.started }],
      ),
      counter(
        { name: 'harmonia_executions_ended_total', help: 'Executions that ended, by outcome.', labels: ['outcome'] },
        this.ends.samples('outcome'),
      ),
      histogram({ name: 'harmonia_execution_duration_seconds', help: 'From start, or reopening, to end.' }, (name) =>
        this.executionTimes.samples(name),
      ),
    ];
  }

  private aboutTasks(): Family[] {
    const types = [...this.types.entries()].map(([type, counts]) => [type, counts.settle()] as const);
    return [
      counter(
        { name: 'harmonia_tasks_total', help: 'Tasks that ended, by type and outcome.', labels: ['type', 'outcome'] },
        types.flatMap(([type, { tasks }]) => tasks.samples('outcome', { type })),
      ),
      counter(
        {
          name: 'harmonia_task_attempts_total',
          help: 'Attempts that ended, by type of task and outcome; lost: the process died meanwhile.',
          labels: ['type', 'outcome'],
        },
        types.flatMap(([type, { attempts }]) => attempts.samples('outcome', { type })),
      ),
      histogram(
        {
          name: 'harmonia_task_attempt_duration_seconds',
          help: 'How long attempts ran, by type of task.',
          labels: ['type'],
        },
        (name) => types.flatMap(([type, { times }]) => times.samples(name, { type })),
      ),
      histogram(
        { name: 'harmonia_queue_wait_seconds', help: 'How long steps that were ready waited for a slot.' },
        (name) => this.waits.samples(name),
      ),
    ];
  }

  private aboutCommits(): Family[] {
    return [
      histogram({ name: 'harmonia_commit_duration_seconds', help: 'How long group commits took.' }, (name) =>
        this.commits.samples(name),
      ),
      histogram({ name: 'harmonia_commit_events', help: 'Journal events of one group commit.' }, (name) =>
        this.sizes.samples(name),
      ),
      counter({ name: 'harmonia_commit_failures_total', help: 'Group commits that the store refused.' }, [
        { labels: {}, value: this.failedCommits },
      ]),
    ];
  }
}
