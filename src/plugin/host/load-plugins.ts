import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault, HarmoniaError, type JsonObject } from '../../kernel/index.js';
import { reasonOf } from './failure-of.js';
import { loadPlugin } from './load-plugin.js';
import { readPluginPackage, Unusable } from './plugin-package.js';
import { PluginRegistry } from './plugin-registry.js';
import { registrationOf } from './registration.js';

export interface LoadOptions {
  /** Settings by plugin id. */
  readonly config: Readonly<Record<string, JsonObject>>;
  /** ms that the code of one plugin may take to load. Default 30 s. */
  readonly patience?: number;
}

/** A package that cannot be used, and one reason why. */
interface Wrong {
  readonly plugin: string;
  readonly reason: string;
}

/**
 * Loads the plugins of these package directories, in their order, manifests first: code of a package whose manifest is
 * wrong, or whose id is taken, does not run. Throws one `plugin_invalid` that names all that is wrong with all of them.
 */
export const loadPlugins = async (
  directories: readonly string[],
  { config, patience }: LoadOptions,
): Promise<PluginRegistry> => {
  const registry = new PluginRegistry();
  const wrong: Wrong[] = [];
  const taken = new Set<string>();
  const read = await Promise.allSettled(directories.map(readPluginPackage));
  for (const [index, outcome] of read.entries()) {
    try {
      if (outcome.status === 'rejected') throw outcome.reason;
      const { id } = outcome.value.manifest;
      if (taken.has(id)) throw new Unusable(['another plugin has this id']);
      taken.add(id);
      const plugin = await loadPlugin(outcome.value, patience);
      const settings = Object.hasOwn(config, id) ? config[id] : undefined;
      const origin = outcome.value.directory.startsWith(BUILT_IN) ? 'built-in' : 'folder';
      registry.add(plugin, registrationOf(outcome.value, origin, settings));
    } catch (error) {
      const plugin = directories[index] as string;
      wrong.push(...reasonsOf(error).map((reason) => ({ plugin, reason })));
    }
  }
  if (wrong.length > 0) throw unusable(wrong);
  return registry;
};

const reasonsOf = (error: unknown): readonly string[] =>
  error instanceof Unusable ? error.reasons : [reasonOf(error).replace(/\.$/, '')];

const unusable = (wrong: readonly Wrong[]): HarmoniaError => {
  const faults = wrong.map(({ plugin, reason }) => fault('plugin_invalid', '', { plugin, reason }));
  const [first] = wrong;
  if (first && wrong.length === 1) return new HarmoniaError('plugin_invalid', { ...first }, { faults });
  const reason = wrong.map((one) => `${one.plugin}: ${one.reason}`).join('; ');
  return new HarmoniaError('plugin_invalid', { plugin: `(${wrong.length})`, reason }, { faults });
};

const BUILT_IN = fileURLToPath(new URL('../../../plugins/', import.meta.url));

/** Directories of the plugins that come with Harmonia. */
export const builtInPlugins = async (): Promise<string[]> => {
  const entries = await readdir(BUILT_IN, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(BUILT_IN, entry.name))
    .sort();
};
