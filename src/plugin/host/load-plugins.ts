import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { fault, HarmoniaError, type JsonObject } from '../../kernel/index.js';
import { isPlugin, type Plugin } from '../contract/index.js';
import { reasonOf } from './failure-of.js';
import { offerContract } from './offer-contract.js';
import { readPluginPackage, Unusable, type PluginPackage } from './plugin-package.js';
import { problemsOf } from './plugin-problems.js';
import { PluginRegistry } from './plugin-registry.js';

export interface LoadOptions {
  /** Settings by plugin id. */
  readonly config: Readonly<Record<string, JsonObject>>;
  /** ms that the code of one plugin may take to load. Default 30 s. */
  readonly patience?: number;
}

const PATIENCE = 30_000;

/** A package that cannot be used, and one reason why. */
interface Wrong {
  readonly plugin: string;
  readonly reason: string;
}

/** A module that a compiler made CommonJS holds its default export one level deeper. */
const defaultOf = (module: unknown): unknown => {
  const outer = (module as { default?: unknown }).default;
  return isPlugin(outer) ? outer : ((outer as { default?: unknown } | undefined)?.default ?? outer);
};

/** Code that waits for something at its top level might wait for ever. */
const importPatiently = async (entry: string, patience: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const reason = `its code did not finish loading within ${patience / 1000} s`;
    timer = setTimeout(() => reject(new Unusable([reason])), patience);
  });
  try {
    return await Promise.race([import(pathToFileURL(entry).href), late]);
  } finally {
    clearTimeout(timer);
  }
};

const load = async ({ entry, manifest }: PluginPackage, patience: number): Promise<Plugin> => {
  offerContract(entry);
  const plugin = defaultOf(await importPatiently(entry, patience));
  const problems = problemsOf(plugin);
  if (!isPlugin(plugin)) throw new Unusable(['its default export was not made by definePlugin']);
  if (problems.length > 0) throw new Unusable(problems);
  if (plugin.id !== manifest.id)
    throw new Unusable([`the code says it is "${plugin.id}", the manifest "${manifest.id}"`]);
  const offered = plugin.tasks.map(({ id }) => id).sort();
  const promised = [...(manifest.tasks ?? [])].sort();
  if (offered.join() !== promised.join())
    throw new Unusable([`it offers ${offered.join(', ')}; its manifest says ${promised.join(', ')}`]);
  return plugin;
};

/**
 * Loads the plugins of these package directories, in their order, manifests first: code of a package whose manifest is
 * wrong, or whose id is taken, does not run. Throws one `plugin_invalid` that names all that is wrong with all of them.
 */
export const loadPlugins = async (
  directories: readonly string[],
  { config, patience = PATIENCE }: LoadOptions,
): Promise<PluginRegistry> => {
  const registry = new PluginRegistry();
  const wrong: Wrong[] = [];
  const taken = new Set<string>();
  const read = await Promise.allSettled(directories.map(readPluginPackage));
  for (const [index, outcome] of read.entries()) {
    try {
      if (outcome.status === 'rejected') throw outcome.reason;
      const { id, services = [], hosts = [] } = outcome.value.manifest;
      if (taken.has(id)) throw new Unusable(['another plugin has this id']);
      taken.add(id);
      const plugin = await load(outcome.value, patience);
      registry.add(plugin, { services, hosts, config: Object.hasOwn(config, id) ? config[id] : {} });
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
