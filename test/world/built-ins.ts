import { builtInPlugins, loadPlugins, type PluginRegistry } from '../../src/plugin/host/index.js';

/** The plugins that ship with Harmonia. */
export const loadBuiltIns = async (): Promise<PluginRegistry> => loadPlugins(await builtInPlugins(), { config: {} });
