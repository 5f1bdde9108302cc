/** Language models: the client and what stands on it. */
export { Ledger, Prices } from './ledger/index.js';
export { PromptLibrary } from './prompt/index.js';
export { FactBook, KeptHistories, NOTHING_STATED, readFacts, SuggestionDesk } from './suggestion/index.js';
export { createLlmService } from './llm-service.js';
export * from './tekton-llm-client/index.js';
