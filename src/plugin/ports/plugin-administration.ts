import type { JsonObject } from '../../kernel/index.js';
import type { Effects, Task, Trigger } from '../contract/index.js';

/** Where a plugin came from: with Harmonia, from a folder that the configuration names or the data directory holds, by installation, or with the application that embeds Harmonia. */
export type PluginOrigin = 'built-in' | 'folder' | 'installed' | 'application';

/** What the author of a plugin says was seen when a task was killed at every boundary. */
export interface CertifiedTask {
  readonly task: string;
  readonly declared: Effects;
  readonly seen: 'none' | 'exactly-once' | 'at-least-once';
  /** Places at which an attempt could have died. */
  readonly boundaries: number;
  /** Steps whose attempts were killed. */
  readonly kills: number;
  /** Of them: those after which an effect had happened twice. */
  readonly repeated: number;
}

/** What the certificate of a package is worth. It is the author's own word: nobody has checked it but for the files it is about. */
export type CertificateState =
  | {
      readonly state: 'certified';
      /** Version of Harmonia that certified. */
      readonly harmonia: string;
      /** ISO 8601. */
      readonly date: string;
      readonly tasks: readonly CertifiedTask[];
    }
  | { readonly state: 'stale'; readonly reason: string };

/** How a plugin was installed. */
export interface Installation {
  /** As it was asked for: a name and range, a file, a folder. */
  readonly source: string;
  /** SHA-512 of its files, as npm writes it. */
  readonly integrity: string;
  /** Its code runs in the process of the service. */
  readonly trusted: boolean;
  /** Undefined: it has none. */
  readonly certificate: CertificateState | undefined;
}

/** A plugin as people see it. */
export interface PluginDescription {
  readonly id: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly origin: PluginOrigin;
  /** False: it is switched off. */
  readonly enabled: boolean;
  readonly installation: Installation | undefined;
  /** Versions before this one that executions under way still use. */
  readonly olderVersions: readonly string[];
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  /** As its tasks see them. */
  readonly settings: JsonObject;
  /** JSON Schemas that the settings must fit, all of them. */
  readonly settingsSchemas: readonly JsonObject[];
  readonly tasks: readonly Task[];
  readonly triggers: readonly Trigger[];
  readonly templates: readonly JsonObject[];
}

export interface InstallPlugin {
  /** A name and range, the path of a tarball or a folder, the https address of a tarball. */
  readonly source: string;
  /** What its tarball must be, as npm writes it. Default: anything. */
  readonly integrity?: string | undefined;
  /** Its code may run in this process. Default: it is isolated. */
  readonly trusted?: boolean | undefined;
  /** Install scripts may run. Default: none does. */
  readonly allowScripts?: boolean | undefined;
}

/** Changes the plugins while the service runs. A refusal is a `HarmoniaError`, and changes nothing. */
export interface PluginAdministration {
  /** By id. */
  list(): readonly PluginDescription[];
  /** Throws `plugin_unknown`. */
  find(id: string): PluginDescription;
  install(request: InstallPlugin): Promise<PluginDescription>;
  /** From the source it was installed from, unless another is given; trusted as before, unless said. */
  upgrade(id: string, request: Partial<InstallPlugin>): Promise<PluginDescription>;
  /** Executions under way keep it. */
  remove(id: string): Promise<void>;
  enable(id: string): Promise<PluginDescription>;
  /** Executions under way keep it; new ones do not find it. */
  disable(id: string): Promise<PluginDescription>;
  /** Settings over those of the configuration, all at once. Attempts that begin from now on see them. */
  configure(id: string, settings: JsonObject): Promise<PluginDescription>;
}
