/** Loads plugins and runs their tasks. */
export { createInProcessRunner, type InProcessRunnerOptions } from './in-process-runner.js';
export { builtInPlugins, loadPlugins, type LoadOptions } from './load-plugins.js';
export { readPluginPackage, type PluginPackage } from './plugin-package.js';
export { PluginRegistry, type RegisteredTask, type Registration } from './plugin-registry.js';
export { secretsFrom } from './constant-secrets.js';
