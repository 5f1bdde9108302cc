/** The one reader of the environment. */
export type { AccessConfig } from './access-config.js';
export { readConfig, type Config } from './config.js';
export { readEnvironment, type Environment } from './environment.js';
export { startUpSettings } from './start-up-instructions.js';
export { demandPorts, type TektonConfig } from './tekton-config.js';
export { isTektonRoot } from '../tekton/utilities/environment/index.js';
export { UNUSED_SETTINGS } from './unused-settings.js';
export type { LlmConfig } from './llm-config.js';
