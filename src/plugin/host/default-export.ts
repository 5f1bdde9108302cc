import { isPlugin } from '../contract/index.js';

/** What a module exports by default. One that a compiler made CommonJS holds it one level deeper. */
export const defaultExportOf = (module: unknown): unknown => {
  const outer = (module as { default?: unknown }).default;
  return isPlugin(outer) ? outer : ((outer as { default?: unknown } | undefined)?.default ?? outer);
};
