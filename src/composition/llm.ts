import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { createLlmService, Ledger, Prices, PromptLibrary, TektonLLMClient } from '../llm/index.js';
import type { LlmCallStore } from '../llm/ports/index.js';
import type { LlmService } from '../plugin/contract/index.js';

export interface LlmParts {
  readonly config: Config;
  readonly schemas: SchemaChecker;
  readonly calls: LlmCallStore;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export interface Llm {
  readonly client: TektonLLMClient;
  readonly ledger: Ledger;
  readonly prompts: PromptLibrary;
  /** For tasks; absent when no way to a model is configured. */
  readonly services: { readonly llm?: LlmService };
}

/** Language models as they are configured. Nothing is sent, and no library is loaded, before somebody asks. */
export const createLlm = ({ config: { llm }, schemas, calls, onTrouble }: LlmParts): Llm => {
  const { openai, timeout, maxRetries, mode, webSocket, rhetorPayloads, stopSequences } = llm;
  const { rhetorUrl, rhetorWsUrl, authToken, providerId, modelId, temperature, maxTokens } = llm;
  const { prices: models, currency, budgets } = llm.spending;
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
  const isConfigured = rhetorUrl !== undefined || openai !== undefined;
  const prompts = new PromptLibrary(schemas);
  return { client, ledger, prompts, services: isConfigured ? { llm: createLlmService(client) } : {} };
};
