/** Language models: the client and what stands on it. */
export { DraftWriter, GenerationDesk } from './generate/index.js';
export { Ledger, Prices } from './ledger/index.js';
export { LlmProposer } from './optimizer/proposer/index.js';
export { fenceMaker, PromptLibrary } from './prompt/index.js';
export {
  FactBook,
  KeptHistories,
  NOTHING_STATED,
  readFacts,
  SuggestionDesk,
  type FollowUps,
} from './suggestion/index.js';
export * from './assistants/index.js';
export { createLlmService } from './llm-service.js';
export * from './tekton-llm-client/index.js';
