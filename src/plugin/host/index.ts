/** Loads plugins and runs their tasks. */
export { createInProcessRunner, type InProcessRunnerOptions } from './in-process-runner.js';
export { builtInPlugins, loadPlugins, type LoadOptions } from './load-plugins.js';
export { readPluginPackage, Unusable, type PluginPackage } from './plugin-package.js';
export { PluginRegistry, type RegisteredPlugin, type RegisteredTask, type Registration } from './plugin-registry.js';
export { maskingOf, type Masking } from './masking.js';
export { secretsFrom } from './constant-secrets.js';
export type { IsolatedPlugin } from './management/installed-plugins.js';
export type { PluginLogLine } from './management/plugin-hooks.js';
export { PluginHost, type PluginHostOptions } from './management/plugin-host.js';
