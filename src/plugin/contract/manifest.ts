import type { ServiceName } from './services.js';

/** The version of this contract. A later minor version only adds; a plugin of another major version is refused. */
export const API_VERSION = '1.0.0';

/**
 * What a plugin is to the host. `tasks`: it offers tasks and nothing else; it can be isolated. `service`: it has triggers or
 * hooks, so it lives in the process of the service and must be trusted. `templates`: its package holds no code, but the
 * documents that `templates` names.
 */
export type PluginRole = 'tasks' | 'service' | 'templates';

/** The `harmonia` field of a plugin's package.json. The host reads it before any code of the plugin runs. */
export interface PluginManifest {
  /** Versions of the contract that it was made for, as npm writes ranges: `^1.0`. */
  readonly apiVersion: string;
  /** First part of the task types: lower case, digits and `-`, 64 characters at most. No two plugins share one. */
  readonly id: string;
  /** Default `tasks`. */
  readonly role?: PluginRole;
  /** Ids of the tasks that the plugin offers; must be exactly those that the code defines. Default: none. */
  readonly tasks?: readonly string[];
  /** Ids of its triggers, likewise. Default: none. */
  readonly triggers?: readonly string[];
  /** Files with templates (JSON or YAML), relative to the package; only with the role `templates`. */
  readonly templates?: readonly string[];
  /** Platform services that it uses. Default: none. */
  readonly services?: readonly ServiceName[];
  /** Hosts that `context.http` reaches: `api.example.com`, `*.example.com`, or `*` for all. Default: none. */
  readonly hosts?: readonly string[];
}
