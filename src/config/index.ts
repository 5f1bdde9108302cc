/** The one reader of the environment. */
export type { AccessConfig } from './access-config.js';
export { readConfig, type Config } from './config.js';
export { readEnvironment, type Environment } from './environment.js';
export type { LlmConfig } from './llm-config.js';
