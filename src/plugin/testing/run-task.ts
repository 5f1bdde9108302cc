import { createSchemaChecker } from '../../json-schema/index.js';
import type { Clock, Instant, Json, JsonObject } from '../../kernel/index.js';
import { GuardedHttp } from '../../integration/index.js';
import {
  definePlugin,
  secretTexts,
  type Credential,
  type HttpClient,
  type LogLevel,
  type Task,
  type TaskServices,
} from '../contract/index.js';
import { createInProcessRunner, PluginRegistry, secretsFrom } from '../host/index.js';
import type { SecretSource } from '../ports/index.js';

/** What an attempt finds around it. Everything has a default. */
export interface TaskSurroundings {
  /** Settings of the plugin. Default: none. */
  readonly config?: JsonObject;
  /** What fills the slots of its `credentials`. Default: nothing. Their texts are masked in what comes out. */
  readonly credentials?: Readonly<Record<string, Credential>>;
  /** Default: that of the service, which reaches this machine, too. */
  readonly http?: HttpClient;
  /** Platform services. Default: none. */
  readonly services?: TaskServices;
  /** Default 1. */
  readonly attempt?: number;
  /** Default 1. */
  readonly generation?: number;
  /** Default `execution`. With address and generation it makes the idempotency key: `execution:/task:1`. */
  readonly executionId?: string;
  /** Default `/task`. */
  readonly address?: string;
  /** What attempts before this one did by `context.once`, by key. Default: nothing. */
  readonly results?: Readonly<Record<string, Json>>;
  /** ms since 1970. Default: the clock's time. */
  readonly firstStartedAt?: Instant;
  /** ms since 1970. Default: none. It is shown to the task, not enforced. */
  readonly deadline?: Instant;
  /** Default: one that never aborts. */
  readonly signal?: AbortSignal;
  /** What `context.now()` says. Default: the system's. */
  readonly clock?: Clock;
  /** Values to be masked in what comes out, by name. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Bytes of the output. Default 16 MiB, as in the service. */
  readonly maxOutputBytes?: number;
}

/** A line that an attempt wrote by `context.log`. */
export interface LogLine {
  /** What is none of the levels is `info`. */
  readonly level: LogLevel;
  /** Masked, 4000 characters at most. */
  readonly message: string;
  /** Masked, 64 KiB at most; absent when they were larger, or no JSON. */
  readonly details?: Json;
}

/** What an attempt said by `context.progress`. */
export interface ProgressReport {
  /** 0..1 */
  readonly fraction: number;
  /** Masked, 4000 characters at most. */
  readonly message?: string;
}

/** Something that an attempt has used, as the journal says it. */
export interface BookedUsage {
  readonly tokens?: { readonly input: number; readonly output: number };
  /** By currency. */
  readonly cost?: Readonly<Record<string, number>>;
  readonly calls?: number;
  /** Of those, the ones without a known price. */
  readonly unpriced_calls?: number;
}

/** What the engine would record of an attempt, and what the attempt said on the way. */
export interface TaskRun {
  /** How the attempt ended: with its output, or with why it failed. */
  readonly outcome:
    | { readonly is: 'completed'; readonly output: Json }
    | {
        readonly is: 'failed';
        readonly failure: {
          /** `timeout` and `canceled` are made by the engine; a task does not end so here. */
          readonly kind: 'transient' | 'fatal' | 'timeout' | 'canceled';
          readonly code: string;
          readonly message: string;
          readonly details?: Json;
          /** ms */
          readonly retry_after?: number;
        };
      };
  /** Oldest first. */
  readonly logs: readonly LogLine[];
  /** Oldest first. */
  readonly progress: readonly ProgressReport[];
  /** What it did by `context.once`, by key, with what attempts before it did. */
  readonly results: Readonly<Record<string, Json>>;
  /** What was booked: the reports of `context.usage`, and calls of `services.llm`. */
  readonly usage: readonly BookedUsage[];
}

const MAX_OUTPUT = 16 * 2 ** 20;
const SYSTEM: Clock = { now: () => Date.now() };
const PLUGIN = 'test';
/** Shared by all runs: it keeps what it has compiled. */
const schemaChecker = createSchemaChecker();
/** Fake services listen on this machine. */
const outbound = new GuardedHttp({ allow: ['127.0.0.0/8', '::1/128', 'localhost'] });

const testSecrets = ({ secrets = {}, credentials = {} }: TaskSurroundings): SecretSource => {
  const plain = secretsFrom(secrets);
  return {
    ...plain,
    credential: (name) => credentials[name],
    values: () => [...plain.values(), ...Object.values(credentials).flatMap(secretTexts)],
  };
};

/**
 * Runs one attempt of a task as the service would: the input is checked against the task's schema first, the output
 * must be JSON, what is thrown becomes a failure, secrets are masked. Never rejects.
 *
 * ```ts
 * const { outcome } = await runTask(shout, { text: 'hi' }, { config: { marks: 3 } });
 * expect(outcome).toEqual({ is: 'completed', output: { text: 'HI!!!' } });
 * ```
 */
export const runTask = async (
  task: Task,
  input: JsonObject = {},
  surroundings: TaskSurroundings = {},
): Promise<TaskRun> => {
  const { clock = SYSTEM, config, signal = new AbortController().signal } = surroundings;
  const registry = new PluginRegistry();
  registry.add(definePlugin({ id: PLUGIN, tasks: [task] }), { ...(config && { config }) });
  const runner = createInProcessRunner({
    registry,
    schemaChecker,
    secrets: testSecrets(surroundings),
    http: surroundings.http ? { client: () => surroundings.http as HttpClient } : outbound,
    services: surroundings.services ?? {},
    clock,
    limits: { maxOutputBytes: surroundings.maxOutputBytes ?? MAX_OUTPUT },
  });
  const logs: LogLine[] = [];
  const progress: ProgressReport[] = [];
  const results = new Map(Object.entries(surroundings.results ?? {}));
  const usage: BookedUsage[] = [];
  const attempt = {
    executionId: surroundings.executionId ?? 'execution',
    address: surroundings.address ?? '/task',
    generation: surroundings.generation ?? 1,
    attempt: surroundings.attempt ?? 1,
    type: `${PLUGIN}/${task.id}`,
    input,
    secrets: [],
    credentials: Object.fromEntries(Object.keys(surroundings.credentials ?? {}).map((slot) => [slot, slot])),
    firstStartedAt: surroundings.firstStartedAt ?? clock.now(),
    deadline: surroundings.deadline,
    results: [...results].map(([key, result]) => ({ key, result })),
  };
  const outcome = await runner.run(attempt, {
    signal,
    log: (level, message, details) => void logs.push({ level, message, ...(details !== undefined && { details }) }),
    heartbeat: () => undefined,
    record: (key, result) => Promise.resolve(void results.set(key, result)),
    use: (used) => Promise.resolve(void usage.push(used)),
    progress: (fraction, message) => void progress.push({ fraction, ...(message !== undefined && { message }) }),
  });
  return { outcome, logs, progress, results: Object.fromEntries(results), usage };
};
