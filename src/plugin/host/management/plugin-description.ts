import type { Installation, PluginDescription } from '../../ports/index.js';
import type { RegisteredPlugin } from '../plugin-registry.js';
import { settingsSchemas } from './plugin-settings.js';

/** What the host knows of a plugin beside what is registered. */
interface Standing {
  readonly enabled: boolean;
  readonly olderVersions: readonly string[];
  readonly installation: Installation | undefined;
}

export const describePlugin = (
  { plugin, version, description, origin, services, hosts, config }: RegisteredPlugin,
  { enabled, olderVersions, installation }: Standing,
): PluginDescription => {
  return {
    id: plugin.id,
    version,
    description,
    origin,
    enabled,
    installation,
    olderVersions,
    services,
    hosts,
    settings: config,
    settingsSchemas: settingsSchemas(plugin),
    tasks: plugin.tasks,
    triggers: plugin.triggers,
    templates: plugin.templates,
  };
};
