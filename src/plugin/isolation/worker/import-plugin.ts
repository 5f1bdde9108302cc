import { pathToFileURL } from 'node:url';
import { isPlugin, type Plugin } from '../../contract/index.js';
import { defaultExportOf } from '../../host/default-export.js';
import { offerContract } from '../../host/offer-contract.js';

/** The plugin that an entry exports. The host looks closer at what it says of itself. */
export const importPlugin = async (entry: string): Promise<Plugin> => {
  offerContract(entry);
  const plugin = defaultExportOf(await import(pathToFileURL(entry).href));
  if (!isPlugin(plugin)) throw new Error('its default export was not made by definePlugin');
  if (!Array.isArray(plugin.tasks)) throw new Error('its tasks are no list');
  return plugin;
};
