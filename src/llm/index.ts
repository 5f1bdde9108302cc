/** Language models: the client and what stands on it. */
export { createLlmService } from './llm-service.js';
export * from './tekton-llm-client/index.js';
