import { messageOf, type Clock, type Instant, type Json, type JsonObject } from '../../kernel/index.js';
import type { CheckedSchema, Failure, SchemaChecker } from '../../engine/core/index.js';
import type { Attempt, AttemptListener, AttemptOutcome, TaskRunner } from '../../engine/ports/index.js';
import { isTaskFailure, type LogLevel, type TaskContext, type TaskServices } from '../contract/index.js';
import { fillSecrets } from './fill-secrets.js';
import { maskingOf, type Masking } from './masking.js';
import { checkOutput } from './output.js';
import type { PluginRegistry, RegisteredTask } from './plugin-registry.js';
import type { SecretSource } from './secret-source.js';
import { sleepUntil } from './sleep-until.js';

export interface InProcessRunnerOptions {
  readonly registry: PluginRegistry;
  readonly schemaChecker: SchemaChecker;
  readonly secrets: SecretSource;
  readonly services: TaskServices;
  readonly clock: Clock;
  readonly limits: { readonly maxOutputBytes: number };
}

/** Runs tasks in this process. Whatever a task does wrong is a failed outcome. */
export const createInProcessRunner = (options: InProcessRunnerOptions): TaskRunner => new InProcessRunner(options);

const PROBLEMS_SHOWN = 20;

class InProcessRunner implements TaskRunner {
  private readonly masking: Masking;
  private readonly schemas = new Map<RegisteredTask, CheckedSchema | undefined>();

  constructor(private readonly options: InProcessRunnerOptions) {
    this.masking = maskingOf(options.secrets.values());
  }

  run(attempt: Attempt, signal: AbortSignal, listener: AttemptListener): AttemptOutcome | Promise<AttemptOutcome> {
    const registered = this.options.registry.task(attempt.type);
    if (!registered)
      return failed({
        kind: 'fatal',
        code: 'task_type_unknown',
        message: messageOf('task_type_unknown', { type: attempt.type }),
      });
    const filled = fillSecrets(attempt.input, attempt.secrets, this.options.secrets);
    if (filled.is === 'missing') return failed(filled.failure);
    const mismatch = this.mismatch(registered, filled.input);
    if (mismatch) return failed(this.masked(mismatch));
    const context = new AttemptContext({
      attempt,
      signal,
      listener,
      registered,
      options: this.options,
      masking: this.masking,
    });
    try {
      const result = registered.task.run(filled.input, context);
      if (result instanceof Promise) return this.settle(result);
      return this.completed(result);
    } catch (error) {
      return this.threw(error);
    }
  }

  private async settle(result: Promise<Json | undefined | void>): Promise<AttemptOutcome> {
    try {
      return this.completed(await result);
    } catch (error) {
      return this.threw(error);
    }
  }

  private completed(result: unknown): AttemptOutcome {
    const checked = checkOutput(result, this.options.limits.maxOutputBytes);
    if (checked.is === 'refused') return failed(checked.failure);
    return { is: 'completed', output: this.masking.json(checked.output) };
  }

  private threw(error: unknown): AttemptOutcome {
    return failed(this.masked(failureOf(error)));
  }

  private masked(failure: Failure): Failure {
    const details = failure.details === undefined ? {} : { details: this.masking.json(failure.details) };
    return { ...failure, message: this.masking.text(failure.message), ...details };
  }

  private mismatch(registered: RegisteredTask, input: JsonObject): Failure | undefined {
    const problems = this.schemaOf(registered)?.check(input) ?? [];
    if (problems.length === 0) return undefined;
    const details = problems.slice(0, PROBLEMS_SHOWN).map(({ pointer, reason }) => ({ pointer, reason }));
    const [first] = details;
    return {
      kind: 'fatal',
      code: 'schema_mismatch',
      message: `The input does not fit ${registered.type}: ${first?.pointer} ${first?.reason}.`,
      details,
    };
  }

  private schemaOf(registered: RegisteredTask): CheckedSchema | undefined {
    if (this.schemas.has(registered)) return this.schemas.get(registered);
    const { input } = registered.task;
    const compiled = input && this.options.schemaChecker.compile(input);
    const schema = compiled?.ok ? compiled.value : undefined;
    this.schemas.set(registered, schema);
    return schema;
  }
}

const failed = (failure: Failure): AttemptOutcome => ({ is: 'failed', failure });

/** A failure that was thrown on purpose says what it is; anything else may go away by itself. No stack leaves the process. */
const failureOf = (error: unknown): Failure => {
  if (!isTaskFailure(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'transient', code: 'task_threw', message: messageOf('task_threw', { reason }) };
  }
  const details = checkOutput(error.details, 64 * 1024);
  return {
    kind: error.kind === 'fatal' ? 'fatal' : 'transient',
    code: String(error.code),
    message: error.message,
    ...(error.details !== undefined && details.is === 'json' && { details: details.output }),
    ...(error.kind === 'transient' && typeof error.retryAfter === 'number' && { retry_after: error.retryAfter }),
  };
};

interface ContextParts {
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
  readonly listener: AttemptListener;
  readonly registered: RegisteredTask;
  readonly options: InProcessRunnerOptions;
  readonly masking: Masking;
}

/** What a task sees. A class, so that an attempt of a small task costs one object and no closures. */
class AttemptContext implements TaskContext {
  constructor(private readonly parts: ContextParts) {}

  get executionId(): string {
    return this.parts.attempt.executionId;
  }

  get address(): string {
    return this.parts.attempt.address;
  }

  get generation(): number {
    return this.parts.attempt.generation;
  }

  get attempt(): number {
    return this.parts.attempt.attempt;
  }

  get idempotencyKey(): string {
    return `${this.executionId}:${this.address}:${this.generation}`;
  }

  get firstStartedAt(): Instant {
    return this.parts.attempt.firstStartedAt;
  }

  get deadline(): Instant | undefined {
    return this.parts.attempt.deadline;
  }

  get signal(): AbortSignal {
    return this.parts.signal;
  }

  get config(): JsonObject {
    return this.parts.registered.config;
  }

  get services(): TaskServices {
    const granted = this.parts.registered.services;
    const { components } = this.parts.options.services;
    return components && granted.includes('components') ? { components } : {};
  }

  now(): Instant {
    return this.parts.options.clock.now();
  }

  sleepUntil(time: Instant): Promise<void> {
    return sleepUntil(time, this.parts.options.clock, this.signal);
  }

  log(level: LogLevel, message: string, details?: Json): void {
    const { listener, masking } = this.parts;
    if (details === undefined) listener.log(level, masking.text(message));
    else listener.log(level, masking.text(message), masking.json(details));
  }

  progress(fraction: number, message?: string): void {
    const { listener, masking } = this.parts;
    const bounded = Math.min(1, Math.max(0, fraction));
    listener.progress(bounded, message === undefined ? undefined : masking.text(message));
  }
}
