import { pathToFileURL } from 'node:url';
import { isPlugin, type Plugin, type PluginManifest } from '../contract/index.js';

/** A module that a compiler made CommonJS holds its default export one level deeper. */
const defaultOf = (module: unknown): unknown => {
  const outer = (module as { default?: unknown }).default;
  return isPlugin(outer) ? outer : ((outer as { default?: unknown } | undefined)?.default ?? outer);
};

/** What the entry of a plugin exports. */
export const importPlugin = async (entry: string): Promise<unknown> =>
  defaultOf(await import(pathToFileURL(entry).href));

/** Where the code of a plugin is not what its manifest says. */
export const mismatchOf = (plugin: Plugin, manifest: PluginManifest): string | undefined => {
  if (plugin.id !== manifest.id) return `the code says it is "${plugin.id}", the manifest "${manifest.id}"`;
  const offered = plugin.tasks.map(({ id }) => id).sort();
  const promised = [...(manifest.tasks ?? [])].sort();
  if (offered.join() === promised.join()) return undefined;
  return `it offers ${offered.join(', ')}; its manifest says ${promised.join(', ')}`;
};
