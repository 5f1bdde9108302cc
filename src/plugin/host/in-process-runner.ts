import { messageOf, type JsonObject, type Result } from '../../kernel/index.js';
import type { CheckedSchema, Failure, SchemaChecker, SchemaProblem } from '../../engine/core/index.js';
import type { Attempt, AttemptControl, AttemptOutcome, TaskRunner } from '../../engine/ports/index.js';
import type { Credential } from '../contract/index.js';
import type { SecretSource } from '../ports/index.js';
import { AttemptContext, LONGEST_MESSAGE, type AttemptSurroundings } from './attempt-context.js';
import { failureOf } from './failure-of.js';
import { fillSecrets } from './fill-secrets.js';
import { maskingOf, type Masking } from './masking.js';
import { checkOutput } from './output.js';
import type { PluginRegistry, RegisteredTask } from './plugin-registry.js';

export interface InProcessRunnerOptions extends AttemptSurroundings {
  readonly registry: PluginRegistry;
  readonly schemaChecker: SchemaChecker;
  readonly secrets: SecretSource;
}

/** Runs tasks in this process. Whatever a task does wrong is a failed outcome. */
export const createInProcessRunner = (options: InProcessRunnerOptions): TaskRunner => new InProcessRunner(options);

const PROBLEMS_SHOWN = 20;

class InProcessRunner implements TaskRunner {
  private masking: { readonly revision: number; readonly of: Masking } | undefined;
  /** A task that was upgraded, or got other settings, is another one. */
  private readonly schemas = new WeakMap<RegisteredTask, Result<CheckedSchema, SchemaProblem> | undefined>();

  constructor(private readonly options: InProcessRunnerOptions) {}

  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome> {
    const registered = this.options.registry.task(attempt.type, attempt.plugins);
    if (!registered) return failed(unknownType(attempt.type));
    try {
      const filled = fillSecrets(attempt.input, attempt.secrets, this.options.secrets);
      if (filled.is === 'missing') return failed(filled.failure);
      const slots = fillSlots(attempt.credentials, this.options.secrets);
      if (slots.is === 'missing') return failed(slots.failure);
      const mismatch = this.mismatch(registered, filled.input);
      if (mismatch) return failed(this.masked(mismatch));
      const { options: surroundings } = this;
      const { secrets } = slots;
      const masking = this.currentMasking();
      const context = new AttemptContext({ attempt, control, registered, secrets, surroundings, masking });
      const result: unknown = registered.task.run(filled.input, context);
      return isThenable(result) ? this.settle(result, context) : this.completed(result);
    } catch (error) {
      return this.threw(error);
    }
  }

  private async settle(result: PromiseLike<unknown>, context: AttemptContext): Promise<AttemptOutcome> {
    try {
      return this.completed(await result);
    } catch (error) {
      return this.threw(error);
    } finally {
      context.end();
    }
  }

  private completed(result: unknown): AttemptOutcome {
    const checked = checkOutput(result, this.options.limits.maxOutputBytes);
    if (checked.is === 'refused') return failed(this.masked(checked.failure));
    return { is: 'completed', output: this.currentMasking().json(checked.output) };
  }

  private threw(error: unknown): AttemptOutcome {
    return failed(this.masked(failureOf(error, this.currentMasking())));
  }

  private masked(failure: Failure): Failure {
    const details = failure.details === undefined ? {} : { details: this.currentMasking().json(failure.details) };
    // Cut after masking: half a secret would not be recognised.
    const message = this.currentMasking().text(failure.message).slice(0, LONGEST_MESSAGE);
    return { ...failure, code: this.currentMasking().text(failure.code), message, ...details };
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

  /** Of the values that are secret now: credentials come and go while the service runs. */
  private currentMasking(): Masking {
    const { secrets } = this.options;
    if (this.masking?.revision !== secrets.revision)
      this.masking = { revision: secrets.revision, of: maskingOf(secrets.values()) };
    return this.masking.of;
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

type FilledSlots =
  | { readonly is: 'filled'; readonly secrets: Readonly<Record<string, Credential>> }
  | { readonly is: 'missing'; readonly failure: Failure };

const NO_SLOTS: FilledSlots = { is: 'filled', secrets: {} };

/** The credentials that a task names, by slot. One may have been removed since its workflow was saved. */
const fillSlots = (names: Readonly<Record<string, string>> | undefined, source: SecretSource): FilledSlots => {
  if (names === undefined) return NO_SLOTS;
  const secrets: Record<string, Credential> = {};
  for (const [slot, name] of Object.entries(names)) {
    const credential = source.credential(name);
    if (!credential) {
      const message = messageOf('credential_missing', { name });
      return { is: 'missing', failure: { kind: 'fatal', code: 'credential_missing', message } };
    }
    secrets[slot] = credential;
  }
  return { is: 'filled', secrets };
};
