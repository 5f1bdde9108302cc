import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/clock/index.js';
import { GuardedHttp } from '../integration/outbound/index.js';
import { createSchemaChecker } from '../json-schema/index.js';
import type { Plugin } from '../plugin/contract/index.js';
import {
  builtInPlugins,
  loadPlugins,
  PluginHost,
  type PluginHostOptions,
  type PluginRegistry,
} from '../plugin/host/index.js';
import { isolate, type IsolationLimits } from '../plugin/isolation/index.js';
import type { HostServices, OutboundHttp } from '../plugin/ports/index.js';

/** Where plugins lie that were installed, and those that somebody has put there. */
const pluginFolder = (config: Config): string => config.borrowedPlugins ?? join(config.dataDirectory, 'plugins');

/** Packages that somebody has put into the folder of the plugins. Installed ones lie in folders whose names begin with a dot. */
const foldersIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name))
    .sort();
};

/** The plugins that come with Harmonia, those of the folders that are configured, and those of the data directory. */
export const loadConfigured = async (config: Config): Promise<PluginRegistry> => {
  const dropped = await foldersIn(pluginFolder(config));
  const directories = [...(await builtInPlugins()), ...config.pluginDirectories, ...dropped];
  return loadPlugins(directories, { config: config.plugins });
};

export interface PluginHostParts extends Pick<PluginHostOptions, 'inUse' | 'onTrouble' | 'log' | 'without'> {
  readonly config: Config;
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  readonly services: HostServices;
  readonly http: OutboundHttp;
  /** Plugins that live in this process. */
  readonly plugins: readonly Plugin[];
}

/** A worker shows a sign of life within the same time when it loads the plugin as when it runs it. */
const isolationLimits = ({ isolation, limits }: Config): Partial<IsolationLimits> => ({
  ...isolation,
  patience: isolation.hungAfter,
  maxOutputBytes: limits.maxPayloadBytes,
});

/** What is installed is registered beside what is configured. */
export const createPluginHost = async ({ config, plugins, ...parts }: PluginHostParts): Promise<PluginHost> => {
  for (const plugin of plugins) parts.registry.add(plugin);
  const host = new PluginHost({
    ...parts,
    folder: pluginFolder(config),
    isBorrowed: config.borrowedPlugins !== undefined,
    config: config.plugins,
    npm: config.npm,
    isolate: (found) => isolate(found, isolationLimits(config)),
    timers: systemTimers,
    clock: systemTimers,
  });
  await host.load();
  return host;
};

/** Every plugin that there is, to be read: nothing of it is started. `close` ends what runs apart. */
export const readPlugins = async (
  config: Config,
): Promise<{ readonly registry: PluginRegistry; readonly close: () => Promise<void> }> => {
  const registry = await loadConfigured(config);
  const host = await createPluginHost({
    config,
    registry,
    schemas: createSchemaChecker(),
    services: {},
    http: new GuardedHttp({ allow: [] }),
    plugins: [],
    inUse: () => new Set(),
    log: () => undefined,
    onTrouble: () => undefined,
  });
  return { registry, close: () => host.stop() };
};
