/** The one reader of the environment. */
export { readConfig, type Config } from './config.js';
export { readEnvironment, type Environment } from './environment.js';
