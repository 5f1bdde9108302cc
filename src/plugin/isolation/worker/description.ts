import type { Plugin } from '../../contract/index.js';

const HOOKS = ['start', 'stop'] as const;

/** What the code of a plugin says about itself, without what can be called. */
export const descriptionOf = (plugin: Plugin): unknown => ({
  brand: plugin.brand,
  id: plugin.id,
  config: plugin.config,
  tasks: [...plugin.tasks].map((task) => ({ ...task })),
  triggers: plugin.triggers?.length ?? 0,
  templates: plugin.templates?.length ?? 0,
  hooks: HOOKS.filter((name) => plugin[name] !== undefined),
});
