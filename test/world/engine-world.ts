import type { Uuid } from '../../src/kernel/index.js';
import type { CompiledWorkflow, ExecutionOptions } from '../../src/engine/core/index.js';
import { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import type { Notifier, ProgressReport, PublishedEvent } from '../../src/engine/ports/index.js';
import { canonicalJson, contentHash, HarmoniaError } from '../../src/kernel/index.js';
import { mustCompile } from './core-world.js';
import { HandRunner } from './hand-runner.js';
import { MemoryJournal, VirtualTimers } from '../../src/simulation/index.js';

/** Turns of the event loop after which whatever was going to happen has happened. */
const TURNS = 20;
/** Turns after which a condition that has not come about never will. */
const PATIENCE = 20_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits for something that the engine is about to do. */
export const until = async (condition: () => boolean): Promise<void> => {
  for (let turns = 0; !condition(); turns++) {
    if (turns > PATIENCE) throw new Error(`never: ${condition.toString()}`);
    await turn();
  }
};

/** Lets the engine do all that it can do without the test. */
export const settled = async (): Promise<void> => {
  for (let turns = 0; turns < TURNS; turns++) await turn();
};

export interface WorldLimits {
  readonly slots?: number;
  readonly open?: number;
  readonly steps?: number;
}

/** The real embedded engine over a journal in memory, a clock and tasks that the test cranks by hand. */
export class EngineWorld {
  readonly timers = new VirtualTimers();
  readonly journal = new MemoryJournal();
  readonly runner = new HandRunner();
  readonly published: (PublishedEvent & { readonly execution: Uuid })[] = [];
  readonly progress: ProgressReport[] = [];
  readonly trouble: string[] = [];
  /** The set of plugin versions that there is. */
  plugins: number | undefined;
  /** Sets for which definitions were compiled, in order. */
  readonly compiledFor: (number | undefined)[] = [];
  engine: EmbeddedEngine;
  private readonly definitions = new Map<string, CompiledWorkflow>();
  private readonly named = new Map<string, RunnableWorkflow>();
  private ids = 0;

  private constructor(private readonly limits: WorldLimits) {
    this.engine = this.createEngine();
  }

  static async open(limits: WorldLimits = {}): Promise<EngineWorld> {
    const world = new EngineWorld(limits);
    await world.engine.open();
    return world;
  }

  /** The process dies and another one opens the same journal. The attempts of the first are lost. */
  async restart(): Promise<void> {
    this.timers.die();
    this.engine = this.createEngine();
    await this.engine.open();
  }

  /** Keeps a workflow; one that may be run. */
  workflow(tasks: unknown, more: Record<string, unknown> = {}): RunnableWorkflow {
    const compiled = mustCompile({ name: 'w', tasks, ...more });
    const definition = contentHash(canonicalJson(compiled.document));
    this.definitions.set(definition, compiled);
    const { name } = compiled;
    const { plugins } = this;
    const pinned = { id: name, name, version: '1.0.0', definition, ...(plugins !== undefined && { plugins }) };
    const runnable = { pinned, compiled };
    this.named.set(name, runnable);
    return runnable;
  }

  async start(workflow: RunnableWorkflow, options: ExecutionOptions = {}): Promise<Uuid> {
    const { execution } = await this.engine.start({ workflow, input: {}, options });
    await settled();
    return execution;
  }

  /** Completes attempts one after another; the engine goes on from each before the next. */
  async complete(...names: string[]): Promise<void> {
    for (const name of names) {
      this.runner.complete(name);
      await settled();
    }
  }

  async fail(
    name: string,
    ...failure: Parameters<HandRunner['fail']> extends [string, ...infer F] ? F : never
  ): Promise<void> {
    this.runner.fail(name, ...failure);
    await settled();
  }

  async advance(ms: number): Promise<void> {
    this.timers.advance(ms);
    await settled();
  }

  /** The events that were published of an execution, by type. */
  told(execution: Uuid): string[] {
    return this.published.filter((event) => event.execution === execution).map(({ recorded }) => recorded.event.type);
  }

  private mustKnow(name: string): RunnableWorkflow {
    const known = this.named.get(name);
    if (!known) throw new HarmoniaError('workflow_not_found', { id: name });
    return known;
  }

  private createEngine(): EmbeddedEngine {
    const notifier: Notifier = {
      publish: (publications) => {
        for (const { execution, events } of publications)
          for (const event of events) this.published.push({ execution, ...event });
      },
      progress: (report) => void this.progress.push(report),
    };
    return new EmbeddedEngine({
      journal: this.journal,
      timers: this.timers,
      runner: this.runner,
      notifier,
      limits: {
        maxRunningTasks: this.limits.slots ?? 100,
        maxOpenExecutions: this.limits.open ?? 1000,
        maxOpenSteps: this.limits.steps ?? 100_000,
      },
      compiled: (definition, plugins) => {
        this.compiledFor.push(plugins);
        return Promise.resolve(this.definitions.get(definition) as CompiledWorkflow);
      },
      plugins: () => this.plugins,
      newId: () => `execution-${++this.ids}`,
      newSeed: () => 'seed',
      workflow: (name) => Promise.resolve().then(() => this.mustKnow(name)),
      onTrouble: (what, error) => this.trouble.push(`${what}: ${String(error)}`),
    });
  }
}
