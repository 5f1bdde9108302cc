/** Language models: the client and what stands on it. */
export * from './assistants/index.js';
export { createLlmService } from './llm-service.js';
export * from './tekton-llm-client/index.js';
