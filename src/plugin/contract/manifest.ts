import type { ServiceName } from './services.js';

/** The `harmonia` field of a plugin's package.json. The host reads it before any code of the plugin runs. */
export interface PluginManifest {
  /** Version of this format: 1. */
  readonly manifest: 1;
  readonly id: string;
  /** Ids of the tasks that the plugin offers; must be exactly those that the code defines. */
  readonly tasks: readonly string[];
  /** Platform services that its tasks use. */
  readonly services?: readonly ServiceName[];
}
