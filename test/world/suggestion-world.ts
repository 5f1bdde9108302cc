import { v7 as newId } from 'uuid';
import type { JsonObject } from '../../src/kernel/index.js';
import { FactBook, KeptHistories, SuggestionDesk } from '../../src/llm/suggestion/index.js';
import type { Observations, Proposed, Proposer, ProposalRequest, RunHistory } from '../../src/llm/ports/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import { surroundings } from '../optimizer/versions.js';
import { NO_MODEL } from './no-model.js';
import { temporaryStorage } from './stores.js';

/** What was seen, as a test has it. */
export class GivenHistory implements RunHistory {
  observations: Observations = { until: 0, windowDays: 30, own: [], others: [], documents: new Map() };
  /** How often it was read. */
  reads = 0;

  observe(): Promise<Observations> {
    this.reads += 1;
    return Promise.resolve(this.observations);
  }

  place(): Promise<string> {
    return Promise.resolve(`${this.observations.own.length} ${this.observations.until}`);
  }
}

/** A source of proposals that says what it was told to. */
export class ScriptedProposer implements Proposer {
  readonly asked: ProposalRequest[] = [];
  isReady = true;

  constructor(private readonly script: (request: ProposalRequest, signal: AbortSignal) => AsyncIterable<Proposed>) {}

  ready(): ReturnType<Proposer['ready']> {
    return Promise.resolve(this.isReady ? { ok: true } : { ok: false, reason: 'unavailable' });
  }

  propose(request: ProposalRequest, signal: AbortSignal): AsyncIterable<Proposed> {
    this.asked.push(request);
    return this.script(request, signal);
  }
}

export const proposal = (ops: unknown, more: Partial<Extract<Proposed, { is: 'proposal' }>> = {}): Proposed => ({
  is: 'proposal',
  ops: ops as never,
  ...{ provider: 'p', model: 'm', promptVersion: 'v1' },
  ...more,
});

/** The desk over the real store and the real catalogue of workflows, with task types that do nothing. */
export class SuggestionWorld {
  now = 1_800_000_000_000;
  readonly history = new GivenHistory();
  readonly troubles: string[] = [];
  readonly catalog: WorkflowCatalog;

  private constructor(readonly storage: Storage) {
    const clock = { now: (): number => this.now };
    this.catalog = new WorkflowCatalog({ store: storage.workflows, surroundings, clock, newId: () => newId() });
  }

  static async open(): Promise<SuggestionWorld> {
    return new SuggestionWorld(await temporaryStorage());
  }

  desk(proposer: Proposer = NO_MODEL): SuggestionDesk {
    const { storage, catalog, history } = this;
    const clock = { now: (): number => this.now };
    return new SuggestionDesk({
      ...{ store: storage.suggestions, catalog, limits: {}, now: clock.now, proposer },
      ...{ trials: storage.trials, runs: storage.trialRuns, newId: () => newId() },
      facts: new FactBook(storage.suggestions),
      histories: new KeptHistories(history, clock),
      onTrouble: (what) => void this.troubles.push(what),
    });
  }

  /** Keeps a workflow and answers its id. */
  async keep(tasks: JsonObject, more: JsonObject = {}): Promise<string> {
    const { workflow } = await this.catalog.create({ source: { name: 'w', version: '1.0.0', tasks, ...more } });
    return workflow.id;
  }

  close(): Promise<void> {
    return this.storage.close();
  }
}
