import { GuardedHttp } from '../../src/integration/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { AttemptControl, AttemptOutcome } from '../../src/engine/ports/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import type { Plugin, TaskServices } from '../../src/plugin/contract/index.js';
import { createInProcessRunner, PluginRegistry, secretsFrom } from '../../src/plugin/host/index.js';
import type { SecretSource } from '../../src/plugin/ports/index.js';
import type { RecordedResult, SecretSlot } from '../../src/engine/core/index.js';

export interface RunAttempt {
  readonly plugin: Plugin;
  readonly type: string;
  readonly input?: JsonObject;
  readonly config?: JsonObject;
  readonly services?: TaskServices;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Instead of `secrets`. */
  readonly source?: SecretSource;
  readonly slots?: readonly SecretSlot[];
  readonly signal?: AbortSignal;
  readonly attempt?: number;
  readonly firstStartedAt?: number;
  readonly results?: readonly RecordedResult[];
  readonly listener?: Omit<AttemptControl, 'signal'>;
}

const schemaChecker = createSchemaChecker();
const outbound = new GuardedHttp({ allow: ['127.0.0.0/8'] });
const SILENT: Omit<AttemptControl, 'signal'> = {
  log: () => undefined,
  progress: () => undefined,
  heartbeat: () => undefined,
  record: () => Promise.resolve(),
  use: () => Promise.resolve(),
};

/** Runs one attempt of a task through the real runner. */
export const runAttempt = async (request: RunAttempt): Promise<AttemptOutcome> => {
  const registry = new PluginRegistry();
  registry.add(request.plugin, { config: request.config ?? {} });
  const runner = createInProcessRunner({
    registry,
    schemaChecker,
    secrets: request.source ?? secretsFrom(request.secrets ?? {}),
    services: request.services ?? {},
    http: outbound,
    clock: systemTimers,
    limits: { maxOutputBytes: 2 ** 20 },
  });
  const attempt = {
    executionId: 'e',
    address: '/a',
    generation: 1,
    attempt: request.attempt ?? 1,
    type: request.type,
    input: request.input ?? {},
    secrets: request.slots ?? [],
    firstStartedAt: request.firstStartedAt ?? Date.now(),
    deadline: undefined,
    results: request.results ?? [],
  };
  const signal = request.signal ?? new AbortController().signal;
  return runner.run(attempt, { signal, ...(request.listener ?? SILENT) });
};
