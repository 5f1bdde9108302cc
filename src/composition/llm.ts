import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.js';
import type { ComponentDirectory, SchemaChecker, TaskCatalogue } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import {
  createLlmService,
  fenceMaker,
  Ledger,
  LlmProposer,
  Prices,
  PromptLibrary,
  TektonLLMClient,
} from '../llm/index.js';
import type { LlmCallStore, Proposer } from '../llm/ports/index.js';
import type { LlmSource } from '../plugin/ports/index.js';

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
  /** Absent when no way to a model is configured. */
  readonly proposer: Proposer | undefined;
  /** For tasks; absent when no way to a model is configured. */
  readonly services: { readonly llm?: LlmSource };
}

/** Language models as they are configured. Nothing is sent, and no library is loaded, before somebody asks. */
export const createLlm = ({ config: { llm }, schemas, calls, catalogue, components, onTrouble }: LlmParts): Llm => {
  const { openai, timeout, maxRetries, mode, webSocket, rhetorPayloads, stopSequences } = llm;
  const { rhetorUrl, rhetorWsUrl, authToken, providerId, modelId, temperature, maxTokens } = llm;
  const { prices: models, currency, budgets } = llm.spending;
  calls.loseOpen();
  const ledger = new Ledger({ store: calls, prices: new Prices({ currency, models }), budgets });
  const client = new TektonLLMClient(
    {
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
    },
    {
      ...{ timers: systemTimers, schemas, newId: randomUUID, random: Math.random, onTrouble },
      ...{ ledger, budgets: ledger },
    },
  );
  const prompts = new PromptLibrary(schemas);
  if (mode === 'off' || (rhetorUrl === undefined && openai === undefined))
    return { client, ledger, prompts, proposer: undefined, services: {} };
  const proposer = new LlmProposer({
    ...{ client, prompts, timers: systemTimers, tenant: client.componentId, onTrouble },
    // Known to nobody outside of this process.
    fence: fenceMaker(randomUUID()),
    words: {
      hasType: (type) => catalogue.find(type) !== undefined,
      hasAction: (component, action) => components.paramsOf(component)?.has(action) ?? false,
    },
    amend: (call, worth) => ledger.amend(call, worth),
    costOf: (model, usage) => ledger.costOf(model, usage)?.amount,
  });
  return { client, ledger, prompts, proposer, services: { llm: createLlmService(client, ledger) } };
};
