import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/index.js';
import type { ComponentDirectory, SchemaChecker, TaskCatalogue } from '../../engine/core/index.js';
import { systemTimers } from '../../engine/embedded/index.js';
import {
  createLlmService,
  DraftWriter,
  fenceMaker,
  Ledger,
  LlmProposer,
  ModelAsker,
  Prices,
  PromptLibrary,
  TektonLLMClient,
  type TektonLLMClientOptions,
} from '../../llm/index.js';
import type { LlmCallStore, LlmUsage, LlmWorth, Proposer } from '../../llm/ports/index.js';
import type { LlmSource } from '../../plugin/ports/index.js';

export interface LlmParts {
  readonly config: Config;
  readonly schemas: SchemaChecker;
  readonly calls: LlmCallStore;
  readonly catalogue: Pick<TaskCatalogue, 'find'>;
  readonly components: ComponentDirectory;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export interface Llm {
  readonly client: TektonLLMClient;
  readonly ledger: Ledger;
  readonly prompts: PromptLibrary;
  /** These say themselves when no way to a model is configured. */
  readonly proposer: Proposer;
  readonly writer: DraftWriter;
  readonly asker: ModelAsker;
  /** For tasks; absent when no way to a model is configured. */
  readonly services: { readonly llm?: LlmSource };
}

const ledgerOf = ({ prices: models, currency, budgets }: Config['llm']['spending'], store: LlmCallStore): Ledger =>
  new Ledger({ store, prices: new Prices({ currency, models }), budgets });

const optionsOf = (llm: Config['llm']): TektonLLMClientOptions => {
  const { openai, timeout, maxRetries, mode, webSocket, rhetorPayloads, stopSequences } = llm;
  const { rhetorUrl, rhetorWsUrl, authToken, providerId, modelId, temperature, maxTokens } = llm;
  return {
    ...{ mode, webSocket, rhetorPayloads, timeout, maxRetries },
    ...(rhetorUrl !== undefined && { rhetorUrl }),
    ...(rhetorWsUrl !== undefined && { rhetorWsUrl }),
    ...(authToken !== undefined && { authToken }),
    ...(openai && {
      openai: { baseUrl: openai.baseUrl, ...(openai.apiKey !== undefined && { apiKey: openai.apiKey }) },
    }),
    ...(providerId !== undefined && { providerId }),
    ...(modelId !== undefined && { modelId }),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(stopSequences.length > 0 && { stopSequences }),
  };
};

/** Language models as they are configured. Nothing is sent, and no library is loaded, before somebody asks. */
export const createLlm = ({ config: { llm }, schemas, calls, catalogue, components, onTrouble }: LlmParts): Llm => {
  const { mode, rhetorUrl, openai } = llm;
  calls.loseOpen();
  const ledger = ledgerOf(llm.spending, calls);
  const client = new TektonLLMClient(optionsOf(llm), {
    ...{ timers: systemTimers, schemas, newId: randomUUID, random: Math.random, onTrouble },
    ...{ ledger, budgets: ledger },
  });
  const prompts = new PromptLibrary(schemas);
  const isConfigured = mode !== 'off' && (rhetorUrl !== undefined || openai !== undefined);
  const asking = {
    ...{ client, prompts, timers: systemTimers, tenant: client.componentId, onTrouble },
    // Known to nobody outside of this process.
    fence: fenceMaker(randomUUID()),
    amend: (call: string, worth: LlmWorth) => ledger.amend(call, worth),
    costOf: (model: string, usage: LlmUsage) => ledger.costOf(model, usage)?.amount,
  };
  const proposer = new LlmProposer({
    ...asking,
    words: {
      hasType: (type) => catalogue.find(type) !== undefined,
      hasAction: (component, action) => components.paramsOf(component)?.has(action) ?? false,
    },
  });
  return {
    ...{ client, ledger, prompts, proposer },
    writer: new DraftWriter(asking),
    asker: new ModelAsker(asking),
    services: isConfigured ? { llm: createLlmService(client, ledger) } : {},
  };
};
