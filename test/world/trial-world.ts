import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommitPulse } from '../../src/composition/commit-pulse.js';
import type { Usage } from '../../src/engine/core/index.js';
import { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { AttemptOutcome, TaskRunner } from '../../src/engine/ports/index.js';
import { Chance, deriveUuid, type JsonObject, type Uuid } from '../../src/kernel/index.js';
import { FactBook, KeptHistories, SuggestionDesk } from '../../src/llm/suggestion/index.js';
import type { FollowUp, Trial } from '../../src/llm/ports/index.js';
import { openStorage, type Storage } from '../../src/persistence/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { WorkflowCatalog, WorkflowRequests } from '../../src/workflow/index.js';
import { pure, surroundings } from '../optimizer/versions.js';
import { settled } from './engine-world.js';
import { NO_MODEL } from './no-model.js';

/** How an attempt of a version goes: ms, or it fails, or nobody ever hears of it. */
export type Going = number | 'fails' | 'hangs';

/** Three tasks one after another for no reason: one suggestion, that two need not wait. */
export const CHAIN: JsonObject = {
  name: 'w',
  version: '1.0.0',
  tasks: { a: pure(), b: pure({ depends_on: ['a'] }), c: pure({ depends_on: ['b'] }) },
  output: { a: '${tasks.a.output}', b: '${tasks.b.output}', c: '${tasks.c.output}' },
};

interface Parts {
  readonly storage: Storage;
  readonly catalog: WorkflowCatalog;
  readonly engine: EmbeddedEngine;
  readonly desk: SuggestionDesk;
  readonly requests: WorkflowRequests;
}

/**
 * Suggestions, the catalogue and the engine over one store, in virtual time: an attempt takes as long as the version of its
 * execution is told to. Executions run one after another.
 */
export class TrialWorld {
  readonly timers = new VirtualTimers(1_800_000_000_000);
  /** By version. Default: 1000 ms an attempt, give or take a few. */
  readonly goes = new Map<string, (chance: Chance, address: string) => Going>();
  /** By version, what an attempt books. Default: nothing. */
  readonly uses = new Map<string, (chance: Chance) => Usage>();
  /** What was told of trials. */
  readonly told: Trial[] = [];
  readonly troubles: string[] = [];
  private parts!: Parts;
  private runs = 0;
  private ids = 0;
  /** The same in every process: so is what is drawn for executions. */
  private readonly newId = (): Uuid => deriveUuid('trial world', String(this.ids++));

  private constructor(private readonly directory: string) {}

  static async open(): Promise<TrialWorld> {
    const world = new TrialWorld(await mkdtemp(join(tmpdir(), 'harmonia-trial-')));
    await world.start();
    return world;
  }

  get desk(): SuggestionDesk {
    return this.parts.desk;
  }

  get catalog(): WorkflowCatalog {
    return this.parts.catalog;
  }

  get engine(): EmbeddedEngine {
    return this.parts.engine;
  }

  get storage(): Storage {
    return this.parts.storage;
  }

  get requests(): WorkflowRequests {
    return this.parts.requests;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Keeps a workflow, runs it so many times, and finds what can be better. */
  async improvable(runs: number, source = CHAIN): Promise<{ readonly id: string; readonly suggestion: string }> {
    const { workflow } = await this.catalog.create({ source });
    for (let run = 0; run < runs; run++) await this.run(workflow.id);
    const { suggestions } = await this.desk.suggest(workflow.id, { goal: 'latency' });
    const [found] = suggestions;
    if (!found) throw new Error('nothing was found');
    return { id: workflow.id, suggestion: found.suggestion.id };
  }

  /** Begins an execution as the API does, and waits for its end unless it hangs. Answers its version. */
  async run(id: string, version?: string): Promise<string> {
    const to = await this.catalog.toStart(id, version);
    const { version: ran } = to.workflow.pinned;
    this.versions.set(to.execution, ran);
    await this.engine.start({ ...to, input: {} });
    await this.pass();
    return ran;
  }

  /** Lets time pass until nothing is under way that would end by itself. */
  private async pass(): Promise<void> {
    do {
      await settled();
      for (const timer of this.timers.turnToNext()) this.timers.ring(timer);
    } while (this.timers.waiting > 0);
    await settled();
    await this.quiet();
  }

  async times(id: string, count: number): Promise<string[]> {
    const versions: string[] = [];
    for (let run = 0; run < count; run++) versions.push(await this.run(id));
    return versions;
  }

  async followUp(suggestion: string): Promise<FollowUp | undefined> {
    return (await this.desk.get(suggestion)).followUp;
  }

  /** Whatever is under way of looking at trials is over. */
  async quiet(): Promise<void> {
    await this.desk.watch.settled();
  }

  private readonly versions = new Map<string, string>();

  private readonly runner: TaskRunner = {
    run: async ({ executionId, address }, control): Promise<AttemptOutcome> => {
      const version = this.versions.get(executionId) ?? '';
      const chance = new Chance('trial', version, this.runs++);
      const used = this.uses.get(version)?.(chance);
      if (used) await control.use(used);
      const goes = this.goes.get(version)?.(chance, address) ?? 1000 * (1 + 0.02 * chance.normal());
      return new Promise((resolve) => {
        const failure = { kind: 'fatal', code: 'told', message: 'told to', details: {} } as const;
        if (goes === 'fails') resolve({ is: 'failed', failure });
        if (typeof goes !== 'number') return;
        const ends = this.timers.now() + Math.round(goes);
        this.timers.at(ends, () => resolve({ is: 'completed', output: null }));
      });
    },
  };

  private async start(): Promise<void> {
    const storage = await openStorage(this.directory);
    const clock = this.timers;
    const catalog = new WorkflowCatalog({ store: storage.workflows, surroundings, clock, newId: this.newId });
    const onTrouble = (what: string, error: unknown): void => void this.troubles.push(`${what}: ${String(error)}`);
    const pulse = new CommitPulse({ publish: () => undefined, progress: () => undefined });
    const engine = new EmbeddedEngine({
      ...{ journal: storage.journal, timers: clock, notifier: pulse, runner: this.runner, onTrouble },
      limits: { maxRunningTasks: 100, maxOpenExecutions: 1000, maxOpenSteps: 100_000 },
      compiled: (definition) => catalog.compiled(definition),
      workflow: (name, range, execution) => catalog.runnableByName(name, range, execution),
      ...{ newId: this.newId, newSeed: this.newId },
    });
    const desk = new SuggestionDesk({
      ...{ store: storage.suggestions, trials: storage.trials, runs: storage.trialRuns, catalog, onTrouble },
      ...{ limits: {}, now: () => clock.now(), newId: this.newId, proposer: NO_MODEL },
      facts: new FactBook(storage.suggestions),
      histories: new KeptHistories(storage.runHistory, clock),
    });
    desk.followUps.follow((trial) => void this.told.push(trial));
    pulse.followEnds(desk.watch);
    const requests = new WorkflowRequests({ engine: () => engine, catalog, newId: this.newId });
    this.parts = { storage, catalog, engine, desk, requests };
    await engine.open();
    await desk.watch.start();
    await this.quiet();
  }

  private async stop(): Promise<void> {
    await this.desk.watch.stop();
    await Promise.all([this.engine.close(0), this.pass()]);
    await this.storage.close();
  }
}
