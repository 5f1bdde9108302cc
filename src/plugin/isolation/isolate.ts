import { HarmoniaError, isJsonObject, messageOf, type Json, type JsonObject } from '../../kernel/index.js';
import { SERVICE_NAMES, transient, type Plugin, type Task, type TaskContext } from '../contract/index.js';
import { reasonOf } from '../host/failure-of.js';
import { mustKeepPromises } from '../host/load-plugin.js';
import { Unusable, type PluginPackage } from '../host/plugin-package.js';
import { Gate } from './gate.js';
import { IsolatedAttempt, type AttemptEnd } from './isolated-attempt.js';
import { DEFAULT_LIMITS, type IsolationLimits } from './limits.js';
import type { AttemptFacts, Job } from './wire.js';
import { openPool, type WorkerPool } from './worker-pool.js';

/** A plugin whose tasks run in workers. */
export interface Isolated {
  /** As if its code were in this process. */
  readonly plugin: Plugin;
  /** Ends its workers at once. Attempts under way fail; wait for them before, or let the engine abort them. */
  close(): Promise<void>;
}

/** New workers that may die before an attempt begins. */
const MOST_ROUNDS = 2;

const factsOf = (context: TaskContext): AttemptFacts => {
  const { executionId, address, generation, attempt, idempotencyKey, firstStartedAt, deadline } = context;
  const services = SERVICE_NAMES.filter((name) => context.services[name] !== undefined);
  return {
    ...{ executionId, address, generation, attempt, idempotencyKey, firstStartedAt, deadline, services },
    config: context.config,
    secrets: context.secrets,
    now: context.now(),
  };
};

/** Attempts of one plugin, each alone in a worker. */
class Isolation {
  private readonly gate: Gate;
  private readonly attempts = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly pool: WorkerPool,
    private readonly limits: IsolationLimits,
  ) {
    this.gate = new Gate(limits.maxThreads);
  }

  async run(task: string, input: JsonObject, context: TaskContext): Promise<Json> {
    const job: Job = { is: 'attempt', task, input, facts: factsOf(context) };
    // One that was idle may have been harmed by what ran in it before: there are as many as there are threads.
    let left = { new: MOST_ROUNDS, used: this.limits.maxThreads };
    for (;;) {
      const end = await this.once(job, context.signal as AbortSignal, context);
      if (end.is === 'done') return end.output;
      if (end.is === 'failed' || context.signal.aborted || this.closing.signal.aborted) throw end.error;
      left = end.wasUsed ? { ...left, used: left.used - 1 } : { ...left, new: left.new - 1 };
      if (left.new === 0 || left.used < 0) throw end.error;
    }
  }

  async describe(): Promise<Json> {
    const end = await this.once({ is: 'describe' }, this.closing.signal);
    if (end.is === 'done') return end.output;
    throw end.error;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.pool.close();
    await Promise.all(this.attempts);
  }

  private async once(job: Job, signal: AbortSignal, context?: TaskContext): Promise<AttemptEnd> {
    await this.gate.enter(signal);
    if (this.closing.signal.aborted || signal.aborted) {
      this.gate.leave();
      const reason = this.closing.signal.aborted ? 'the plugin was taken out of service' : 'aborted';
      throw transient('worker_crashed', messageOf('worker_crashed', { reason }));
    }
    const { pool, limits } = this;
    const attempt = new IsolatedAttempt({ pool, limits, job, context, signal });
    const left = attempt.left.then(() => {
      this.attempts.delete(left);
      this.gate.leave();
    });
    this.attempts.add(left);
    return attempt.ended;
  }
}

/** What was described as a plugin; not yet known to be one. */
const assemble = (described: Json, isolation: Isolation): Plugin => {
  const fields = isJsonObject(described) ? described : {};
  const tasks = (Array.isArray(fields.tasks) ? (fields.tasks as Json[]) : []).map((task) =>
    Object.freeze({
      ...(isJsonObject(task) ? task : {}),
      run: (input: JsonObject, context: TaskContext) => isolation.run((task as { id: string }).id, input, context),
    }),
  ) as unknown as readonly Task[];
  const { brand, id, config } = fields;
  return Object.freeze({
    ...{ brand, id, tasks: Object.freeze(tasks), triggers: [], templates: [] },
    ...(config !== undefined && { config }),
  }) as unknown as Plugin;
};

const NOT_ISOLATED = 'it must be trusted: what is isolated has tasks and nothing else';

/** What a plugin has that cannot be isolated. */
function* beyondTasks({ triggers, templates, hooks }: JsonObject): Generator<string, void, void> {
  if (triggers !== 0) yield `it has triggers; ${NOT_ISOLATED}`;
  if (templates !== 0) yield `its code makes templates; ${NOT_ISOLATED}`;
  if (!Array.isArray(hooks) || hooks.length > 0) yield `it has the hooks start or stop; ${NOT_ISOLATED}`;
}

/**
 * Loads a plugin into workers. Its code never runs in this process; its tasks can be used like others. Rejects with
 * `plugin_needs_trust` when it has another role, and with `Unusable` when it cannot be loaded, is not what its manifest says,
 * or does more than offer tasks.
 */
export const isolate = async (found: PluginPackage, given: Partial<IsolationLimits> = {}): Promise<Isolated> => {
  const { entry, manifest } = found;
  const { role = 'tasks', id } = manifest;
  if (role !== 'tasks' || entry === undefined) throw new HarmoniaError('plugin_needs_trust', { id });
  const limits = { ...DEFAULT_LIMITS, ...given };
  const isolation = new Isolation(openPool(entry, limits), limits);
  try {
    const described = await isolation.describe();
    const beyond = [...beyondTasks(isJsonObject(described) ? described : {})];
    if (beyond.length > 0) throw new Unusable(beyond);
    const plugin = mustKeepPromises(assemble(described, isolation), found);
    return { plugin, close: () => isolation.close() };
  } catch (error) {
    await isolation.close();
    throw error instanceof Unusable ? error : new Unusable([reasonOf(error).replace(/\.$/, '')]);
  }
};
