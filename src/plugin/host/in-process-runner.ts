import { messageOf, type Clock, type Instant, type Json, type JsonObject, type Result } from '../../kernel/index.js';
import type { CheckedSchema, Failure, SchemaChecker, SchemaProblem } from '../../engine/core/index.js';
import type { Attempt, AttemptControl, AttemptOutcome, TaskRunner } from '../../engine/ports/index.js';
import type { LogLevel, TaskContext, TaskServices } from '../contract/index.js';
import { failureOf } from './failure-of.js';
import { fillSecrets } from './fill-secrets.js';
import { maskingOf, type Masking } from './masking.js';
import { Once } from './once.js';
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
/** Characters of a message of a failure, a log line or a report; what is beyond is cut off, because it is kept. */
const LONGEST_MESSAGE = 4000;
/** Bytes of the details of one log line; larger ones are left out. */
const MAX_LOG_DETAILS = 64 * 1024;
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

class InProcessRunner implements TaskRunner {
  private readonly masking: Masking;
  private readonly schemas = new Map<RegisteredTask, Result<CheckedSchema, SchemaProblem> | undefined>();

  constructor(private readonly options: InProcessRunnerOptions) {
    this.masking = maskingOf(options.secrets.values());
  }

  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome> {
    const registered = this.options.registry.task(attempt.type);
    if (!registered) return failed(unknownType(attempt.type));
    try {
      const filled = fillSecrets(attempt.input, attempt.secrets, this.options.secrets);
      if (filled.is === 'missing') return failed(filled.failure);
      const mismatch = this.mismatch(registered, filled.input);
      if (mismatch) return failed(this.masked(mismatch));
      const { options, masking } = this;
      const context = new AttemptContext({ attempt, control, registered, options, masking });
      const result: unknown = registered.task.run(filled.input, context);
      return isThenable(result) ? this.settle(result) : this.completed(result);
    } catch (error) {
      return this.threw(error);
    }
  }

  private async settle(result: PromiseLike<unknown>): Promise<AttemptOutcome> {
    try {
      return this.completed(await result);
    } catch (error) {
      return this.threw(error);
    }
  }

  private completed(result: unknown): AttemptOutcome {
    const checked = checkOutput(result, this.options.limits.maxOutputBytes);
    if (checked.is === 'refused') return failed(this.masked(checked.failure));
    return { is: 'completed', output: this.masking.json(checked.output) };
  }

  private threw(error: unknown): AttemptOutcome {
    return failed(this.masked(failureOf(error)));
  }

  private masked(failure: Failure): Failure {
    const details = failure.details === undefined ? {} : { details: this.masking.json(failure.details) };
    // Cut after masking: half a secret would not be recognised.
    const message = this.masking.text(failure.message).slice(0, LONGEST_MESSAGE);
    return { ...failure, code: this.masking.text(failure.code), message, ...details };
  }

  private mismatch(registered: RegisteredTask, input: JsonObject): Failure | undefined {
    const schema = this.schemaOf(registered);
    if (schema === undefined) return undefined;
    const { type } = registered;
    if (!schema.ok) {
      const { pointer, reason } = schema.error;
      return {
        kind: 'fatal',
        code: 'invalid_schema',
        message: `The input schema of ${type} is wrong: ${pointer} ${reason}.`,
      };
    }
    const problems = schema.value.check(input);
    if (problems.length === 0) return undefined;
    const details = problems.slice(0, PROBLEMS_SHOWN).map(({ pointer, reason }) => ({ pointer, reason }));
    const [first] = details;
    return {
      kind: 'fatal',
      code: 'schema_mismatch',
      message: `The input does not fit ${type}: ${first?.pointer} ${first?.reason}.`,
      details,
    };
  }

  private schemaOf(registered: RegisteredTask): Result<CheckedSchema, SchemaProblem> | undefined {
    if (this.schemas.has(registered)) return this.schemas.get(registered);
    const { input } = registered.task;
    const schema = input && this.options.schemaChecker.compile(input);
    this.schemas.set(registered, schema);
    return schema;
  }
}

/** Promises of other realms and libraries count too. */
const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

const unknownType = (type: string): Failure => ({
  kind: 'fatal',
  code: 'task_type_unknown',
  message: messageOf('task_type_unknown', { type }),
});

const failed = (failure: Failure): AttemptOutcome => ({ is: 'failed', failure });

interface ContextParts {
  readonly attempt: Attempt;
  readonly control: AttemptControl;
  readonly registered: RegisteredTask;
  readonly options: InProcessRunnerOptions;
  readonly masking: Masking;
}

/** What a task sees. A class, so that an attempt of a small task costs one object and no closures. */
class AttemptContext implements TaskContext {
  private results: Once | undefined;

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
    return this.parts.control.signal;
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

  once<T extends Json>(key: string, work: () => T | Promise<T>): Promise<T> {
    const { attempt, control, masking, options } = this.parts;
    this.results ??= new Once({
      known: attempt.results,
      check: (result) => {
        const checked = checkOutput(result, options.limits.maxOutputBytes);
        return checked.is === 'json' ? { output: masking.json(checked.output) } : { failure: checked.failure };
      },
      record: (name, result) => control.record(name, result),
    });
    return this.results.do(key, work) as Promise<T>;
  }

  log(given: LogLevel, message: string, details?: Json): void {
    const { control, masking } = this.parts;
    // The storage takes texts only, and a task written in JavaScript may say anything.
    const level = LEVELS.includes(given) ? given : 'info';
    const line = this.said(message);
    if (details === undefined) return control.log(level, line);
    const checked = checkOutput(details, MAX_LOG_DETAILS);
    if (checked.is === 'json') control.log(level, line, masking.json(checked.output));
    else control.log(level, line);
  }

  progress(fraction: number, message?: string): void {
    const bounded = Math.min(1, Math.max(0, Number(fraction))) || 0;
    this.parts.control.progress(bounded, message === undefined ? undefined : this.said(message));
  }

  heartbeat(): void {
    this.parts.control.heartbeat();
  }

  private said(message: string): string {
    return this.parts.masking.text(String(message)).slice(0, LONGEST_MESSAGE);
  }
}
