import type { JsonObject } from '../../kernel/index.js';
import type { PluginPackage } from './plugin-package.js';
import type { PluginOrigin } from '../ports/index.js';
import type { Registration } from './plugin-registry.js';

/** What the manifest of a package grants, with the settings that somebody has made. */
export const registrationOf = (
  { manifest, version, description }: PluginPackage,
  origin: PluginOrigin,
  config: JsonObject = {},
): Registration => {
  const { services = [], hosts = [] } = manifest;
  return {
    config,
    services,
    hosts,
    origin,
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
  };
};
