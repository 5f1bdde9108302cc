import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledWorkflow, Surroundings } from '../../../src/engine/core/index.js';
import { systemTimers } from '../../../src/engine/embedded/index.js';
import { canonicalJson, type Json, type JsonObject } from '../../../src/kernel/index.js';
import {
  FactBook,
  fenceMaker,
  KeptHistories,
  Ledger,
  LlmProposer,
  Prices,
  PromptLibrary,
  SuggestionDesk,
  TektonLLMClient,
  type TektonLLMClientOptions,
  type TektonLLMSurroundings,
} from '../../../src/llm/index.js';
import type { AsksForLines } from '../../../src/llm/lines/index.js';
import type { KeptSuggestion, Observations, Proposer, RunHistory } from '../../../src/llm/ports/index.js';
import { openStorage, type Storage } from '../../../src/persistence/index.js';
import { WorkflowCatalog } from '../../../src/workflow/index.js';
import { LlmDouble, type DoubleOptions } from '../../../test/llm/double/llm-double.mjs';
import { NO_MODEL } from '../../../test/world/no-model.js';
import { surroundings } from '../catalogue.js';

const NOW = 1_800_000_000_000;
const NOTHING_SEEN: Observations = { until: NOW, windowDays: 30, own: [], others: [], documents: new Map() };
const NO_LIMIT = { request: {}, workflowDay: {}, tenantDay: {} };
/** Remembers no answer: each request reaches the model. */
export const FORGETFUL: TektonLLMSurroundings['cache'] = {
  get: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
  forget: () => Promise.resolve(),
};

/** Who asks a model, and through what. */
export interface Asking {
  readonly client?: TektonLLMClientOptions;
  /** What the proposer gets in its place. Default: the client itself. */
  readonly as?: (client: TektonLLMClient) => AsksForLines;
  readonly around?: Partial<TektonLLMSurroundings>;
}

/** The parts of the service between a request for suggestions and a model. */
export interface ModelParts {
  readonly client: TektonLLMClient;
  readonly ledger: Ledger;
  readonly proposer: LlmProposer;
  readonly desk: SuggestionDesk;
}

/**
 * Suggestions as the service makes them: the store in SQLite, the catalogue of workflows, the client, the ledger, the
 * proposer and the desk are the real ones. The model alone is played, by a server on loopback.
 */
export class ModelDesk {
  /** What went wrong without anybody being told. */
  readonly troubles: string[] = [];
  private readonly seen = new Map<string, Observations>();
  private readonly prompts: PromptLibrary;
  private readonly clients: TektonLLMClient[] = [];

  private constructor(
    readonly double: LlmDouble,
    readonly storage: Storage,
    readonly catalog: WorkflowCatalog,
    private readonly directory: string,
  ) {
    this.prompts = new PromptLibrary(catalog.surroundings.schemas);
  }

  static async open(
    double: DoubleOptions = { speaks: ['openai'] },
    around: Surroundings = surroundings,
  ): Promise<ModelDesk> {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-eval-'));
    const storage = await openStorage(directory);
    const clock = { now: () => NOW };
    const catalog = new WorkflowCatalog({
      ...{ store: storage.workflows, surroundings: around, clock },
      newId: () => randomUUID(),
    });
    return new ModelDesk(await LlmDouble.start(double), storage, catalog, directory);
  }

  /** A desk of its own; without options it asks the double as an OpenAI-compatible endpoint. */
  with({ client: options, as, around = {} }: Asking = {}): ModelParts {
    const { storage, prompts, catalog } = this;
    const onTrouble = (what: string, error: unknown): void => void this.troubles.push(`${what}: ${String(error)}`);
    const ledger = new Ledger({
      store: storage.llmCalls,
      prices: new Prices({ currency: 'EUR', models: {} }),
      budgets: NO_LIMIT,
    });
    const client = new TektonLLMClient(options ?? { openai: { baseUrl: this.double.openaiUrl }, modelId: 'scripted' }, {
      ...{ timers: systemTimers, schemas: catalog.surroundings.schemas, newId: randomUUID, random: () => 0.5 },
      ...{ ledger, budgets: ledger, onTrouble },
      ...around,
    });
    this.clients.push(client);
    const proposer = new LlmProposer({
      ...{
        client: as?.(client) ?? client,
        prompts,
        timers: systemTimers,
        tenant: 'harmonia',
        fence: fenceMaker('evaluation'),
        onTrouble,
      },
      words: { hasType: (type) => catalog.surroundings.catalogue.find(type) !== undefined, hasAction: () => false },
      amend: (call, worth) => ledger.amend(call, worth),
      costOf: (model, usage) => ledger.costOf(model, usage)?.amount,
    });
    return { client, ledger, proposer, desk: this.desk(proposer) };
  }

  /** Without a proposer: rules alone. */
  desk(proposer: Proposer = NO_MODEL): SuggestionDesk {
    const { storage, catalog } = this;
    const now = (): number => NOW;
    return new SuggestionDesk({
      ...{ store: storage.suggestions, catalog, limits: {}, now, proposer },
      ...{ trials: storage.trials, runs: storage.trialRuns, newId: () => randomUUID() },
      facts: new FactBook(storage.suggestions),
      histories: new KeptHistories(this.history(), { now }),
      ...{ trials: storage.trials, runs: storage.trialRuns, newId: randomUUID },
      onTrouble: (what, error) => void this.troubles.push(`${what}: ${String(error)}`),
    });
  }

  private history(): RunHistory {
    const of = (workflow: string): Observations => this.seen.get(workflow) ?? NOTHING_SEEN;
    return {
      observe: ({ workflow }) => Promise.resolve(of(workflow)),
      place: (workflow) => Promise.resolve(String(of(workflow).own.length)),
    };
  }

  /** Keeps a workflow with what was seen of its runs, which name its document `today`; its id. */
  async keep(document: JsonObject, own: Observations['own'] = []): Promise<string> {
    const { workflow } = await this.catalog.create({ source: { version: '1.0.0', ...document } });
    const { id } = workflow;
    this.seen.set(id, { ...NOTHING_SEEN, own, documents: new Map([['today', document]]) });
    return id;
  }

  async compiled(workflow: string): Promise<CompiledWorkflow> {
    return (await this.catalog.runnable(workflow)).compiled;
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.shutdown();
    await this.double.stop();
    await this.storage.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Suggestions without their times, as they are compared byte for byte. */
export const bytesOf = (suggestions: readonly KeptSuggestion[]): string =>
  canonicalJson(suggestions.map(({ suggestion, status }) => ({ suggestion, status })) as unknown as Json);
