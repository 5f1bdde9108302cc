import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { fault, HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { isPlugin, type Plugin, type PluginManifest } from '../contract/index.js';
import { offerContract } from './offer-contract.js';
import { PluginRegistry, SERVICE_NAMES } from './plugin-registry.js';

/** A package that says it is a plugin. Nothing of its code has run. */
export interface PluginPackage {
  readonly directory: string;
  readonly entry: string;
  readonly manifest: PluginManifest;
}

export interface LoadOptions {
  /** Settings by plugin id. */
  readonly config: Readonly<Record<string, JsonObject>>;
}

class Unusable extends Error {}

/** A package that cannot be used, and why. */
interface Wrong {
  readonly plugin: string;
  readonly reason: string;
}

const isTextList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

const asManifest = (field: Json | undefined): PluginManifest => {
  if (!isJsonObject(field)) throw new Unusable('its package.json has no field `harmonia`');
  const { manifest, id, tasks, services } = field;
  if (manifest !== 1) throw new Unusable('`harmonia.manifest` must be 1');
  if (typeof id !== 'string') throw new Unusable('`harmonia.id` must be a text');
  if (!isTextList(tasks)) throw new Unusable('`harmonia.tasks` must be a list of task ids');
  if (services !== undefined && !isTextList(services))
    throw new Unusable('`harmonia.services` must be a list of service names');
  const unknown = services?.find((name) => !SERVICE_NAMES.some((known) => known === name));
  if (unknown !== undefined)
    throw new Unusable(`there is no service "${unknown}"; there are: ${SERVICE_NAMES.join(', ')}`);
  return field as unknown as PluginManifest;
};

const entryOf = (manifest: JsonObject): string => {
  const { exports } = manifest;
  const root = isJsonObject(exports) ? exports['.'] : exports;
  const entry = isJsonObject(root) ? (root.import ?? root.default) : (root ?? manifest.main);
  if (typeof entry !== 'string') throw new Unusable('its package.json exports no "."');
  return entry;
};

/** Reads what a package says about itself. */
export const readPluginPackage = async (directory: string): Promise<PluginPackage> => {
  let manifest: Json;
  try {
    manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Json;
  } catch (error) {
    throw new Unusable(`its package.json cannot be read: ${(error as Error).message}`);
  }
  if (!isJsonObject(manifest)) throw new Unusable('its package.json is no object');
  return { directory, entry: join(directory, entryOf(manifest)), manifest: asManifest(manifest.harmonia) };
};

/** A module that a compiler made CommonJS holds its default export one level deeper. */
const defaultOf = (module: unknown): unknown => {
  const outer = (module as { default?: unknown }).default;
  return isPlugin(outer) ? outer : ((outer as { default?: unknown } | undefined)?.default ?? outer);
};

const load = async ({ entry, manifest }: PluginPackage): Promise<Plugin> => {
  offerContract(entry);
  const plugin = defaultOf(await import(pathToFileURL(entry).href));
  if (!isPlugin(plugin)) throw new Unusable('its default export was not made by definePlugin');
  if (plugin.id !== manifest.id)
    throw new Unusable(`the code says it is "${plugin.id}", the manifest "${manifest.id}"`);
  const offered = plugin.tasks.map(({ id }) => id).sort();
  const promised = [...manifest.tasks].sort();
  if (offered.join() !== promised.join())
    throw new Unusable(`it offers ${offered.join(', ')}; its manifest says ${promised.join(', ')}`);
  return plugin;
};

/** Loads the plugins of these package directories, manifests first. Throws one `plugin_invalid` that names all that is wrong. */
export const loadPlugins = async (directories: readonly string[], { config }: LoadOptions): Promise<PluginRegistry> => {
  const registry = new PluginRegistry();
  const wrong: Wrong[] = [];
  const refuse = (directory: string, error: unknown): void => {
    wrong.push({ plugin: directory, reason: reasonOf(error) });
  };
  const read = await Promise.allSettled(directories.map(readPluginPackage));
  for (const [index, outcome] of read.entries()) {
    const directory = directories[index] as string;
    if (outcome.status === 'rejected') refuse(directory, outcome.reason);
    else await register(outcome.value, registry, config).catch((error: unknown) => refuse(directory, error));
  }
  if (wrong.length > 0) throw unusable(wrong);
  return registry;
};

const register = async (
  found: PluginPackage,
  registry: PluginRegistry,
  config: LoadOptions['config'],
): Promise<void> => {
  const { id, services = [] } = found.manifest;
  registry.add(await load(found), { services, config: Object.hasOwn(config, id) ? config[id] : {} });
};

const reasonOf = (error: unknown): string => {
  if (error instanceof HarmoniaError && typeof error.params.reason === 'string') return error.params.reason;
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
};

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
