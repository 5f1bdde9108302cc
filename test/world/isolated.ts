import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { RecordedResult, Usage } from '../../src/engine/core/index.js';
import type { AttemptOutcome } from '../../src/engine/ports/index.js';
import { GuardedHttp } from '../../src/integration/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import type { ServiceName, TaskServices } from '../../src/plugin/contract/index.js';
import {
  createInProcessRunner,
  PluginRegistry,
  readPluginPackage,
  secretsFrom,
  type PluginPackage,
} from '../../src/plugin/host/index.js';
import { isolate, type Isolated, type IsolationLimits } from '../../src/plugin/isolation/index.js';

/** How an attempt is made. Everything has a default. */
export interface IsolatedAttempt {
  readonly input?: JsonObject;
  readonly signal?: AbortSignal;
  readonly results?: readonly RecordedResult[];
}

export interface IsolatedWorld extends Isolated {
  /** Through the runner that the service has. */
  run(task: string, attempt?: IsolatedAttempt): Promise<AttemptOutcome>;
  readonly logs: { level: string; message: string; details?: Json }[];
  readonly progress: { fraction: number; message?: string }[];
  readonly recorded: Record<string, Json>;
  /** What was booked as usage. */
  readonly usage: Usage[];
}

export interface IsolatedSpec {
  /** Function bodies of tasks by id, with `input` and `context`. */
  readonly tasks: Readonly<Record<string, string>>;
  /** Code before the definition of the plugin. */
  readonly before?: string;
  readonly limits?: Partial<IsolationLimits>;
  readonly services?: TaskServices;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly config?: JsonObject;
}

const made: string[] = [];

/** Directories and pools of a test file go away with it. */
const open: Isolated[] = [];
export const closeIsolated = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true })));
};

/** A package that lies outside of every node_modules, as an installed one does. */
export const writePackage = async (code: string, harmonia: JsonObject = {}): Promise<PluginPackage> => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-isolated-'));
  made.push(directory);
  const manifest = { apiVersion: '^1.0', id: 'stranger', tasks: [], ...harmonia };
  const content = { type: 'module', exports: './index.js', harmonia: manifest };
  await writeFile(join(directory, 'package.json'), JSON.stringify(content));
  await writeFile(join(directory, 'index.js'), code);
  return readPluginPackage(directory);
};

const codeOf = ({ tasks, before = '' }: IsolatedSpec): string =>
  `import { definePlugin, defineTask, fatal, transient } from '@tekton/harmonia/plugin';
   ${before}
   const task = (id, run) => defineTask({ id, description: id, run });
   export default definePlugin({ id: 'stranger', tasks: [${Object.entries(tasks)
     .map(([id, body]) => `task('${id}', async (input, context) => { ${body} })`)
     .join(',\n')}] });`;

const outbound = new GuardedHttp({ allow: ['127.0.0.0/8'] });

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The contract where the package finds it: a thread then needs no hook of the loader, which costs more than the thread. */
const putContractBeside = async ({ directory }: PluginPackage): Promise<void> => {
  await mkdir(join(directory, 'node_modules/@tekton'), { recursive: true });
  await symlink(ROOT, join(directory, 'node_modules/@tekton/harmonia'));
};

/** A plugin of these tasks in workers, and a runner over it. */
export const isolated = async (spec: IsolatedSpec): Promise<IsolatedWorld> => {
  const services = Object.keys(spec.services ?? {}) as ServiceName[];
  const found = await writePackage(codeOf(spec), { tasks: Object.keys(spec.tasks), services });
  await putContractBeside(found);
  const isolation = await isolate(found, { hungAfter: 2000, grace: 200, ...spec.limits });
  open.push(isolation);
  const registry = new PluginRegistry();
  registry.add(isolation.plugin, { config: spec.config ?? {}, services, hosts: ['127.0.0.1'] });
  const runner = createInProcessRunner({
    registry,
    schemaChecker: createSchemaChecker(),
    secrets: secretsFrom(spec.secrets ?? {}),
    services: spec.services ?? {},
    http: outbound,
    clock: systemTimers,
    limits: { maxOutputBytes: 2 ** 20 },
  });
  const said: Pick<IsolatedWorld, 'logs' | 'progress' | 'recorded' | 'usage'> = {
    logs: [],
    progress: [],
    recorded: {},
    usage: [],
  };
  const run = async (task: string, { input = {}, signal, results = [] }: IsolatedAttempt = {}) => {
    const attempt = { executionId: 'e', address: '/a', generation: 1, attempt: 1, type: `stranger/${task}` };
    return runner.run(
      { ...attempt, input, secrets: [], firstStartedAt: 1000, deadline: undefined, results },
      {
        signal: signal ?? new AbortController().signal,
        log: (level, message, details) => said.logs.push({ level, message, ...(details !== undefined && { details }) }),
        progress: (fraction, message) => said.progress.push({ fraction, ...(message !== undefined && { message }) }),
        heartbeat: () => said.progress.push({ fraction: -1 }),
        use: (usage) => Promise.resolve(void said.usage.push(usage)),
        record: async (key, result) => {
          said.recorded[key] = result;
          await Promise.resolve();
        },
      },
    );
  };
  return { ...isolation, ...said, run };
};
