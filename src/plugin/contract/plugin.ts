import type { Task } from './task.js';

export const PLUGIN_BRAND = 'tekton.harmonia.plugin/1';

/** A plain frozen value; importing a plugin does nothing but make it. */
export interface Plugin {
  readonly brand: typeof PLUGIN_BRAND;
  readonly id: string;
  readonly tasks: readonly Task[];
}

/** What `definePlugin` makes a plugin of. */
export interface PluginSpec {
  /** Lower case, digits and `-`, 64 characters at most; the first part of its task types. */
  readonly id: string;
  readonly tasks: readonly Task[];
}

/** What `id` of a plugin must match. */
export const PLUGIN_ID = /^[a-z][a-z0-9-]{0,63}$/;

/** Makes a plugin. Throws a `TypeError` on a malformed id or when two tasks have one id. */
export const definePlugin = (spec: PluginSpec): Plugin => {
  if (!PLUGIN_ID.test(spec.id)) throw new TypeError(`Plugin id "${spec.id}" must match ${PLUGIN_ID.source}`);
  const ids = new Set<string>();
  for (const { id } of spec.tasks) {
    if (ids.has(id)) throw new TypeError(`Plugin "${spec.id}" has two tasks "${id}"`);
    ids.add(id);
  }
  return Object.freeze({ brand: PLUGIN_BRAND, id: spec.id, tasks: Object.freeze([...spec.tasks]) });
};

export const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === PLUGIN_BRAND;
