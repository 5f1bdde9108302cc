import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { HttpClient } from './http.js';
import type { TaskServices } from './services.js';
import type { LogLevel, Task } from './task.js';
import type { Trigger } from './trigger.js';

/** Marks a value as a plugin, and says how it is built. */
export const PLUGIN_BRAND = 'tekton.harmonia.plugin/1';

/** What the hooks of a plugin may know and use. */
export interface PluginContext {
  /** Settings of the plugin. */
  readonly config: JsonObject;
  /** HTTP within the platform's limits, to the hosts that the manifest names. */
  readonly http: HttpClient;
  /** Platform services, those that the manifest asks for. */
  readonly services: TaskServices;
  /** Aborts when the service stops, or the plugin is disabled, upgraded or removed. */
  readonly signal: AbortSignalLike;
  /** ms since 1970. */
  now(): Instant;
  /** Goes into the log of the service. */
  log(level: LogLevel, message: string, details?: Json): void;
}

/** A plain frozen value; importing a plugin does nothing but make it. */
export interface Plugin {
  /** Marks it as a plugin. */
  readonly brand: typeof PLUGIN_BRAND;
  /** As `PluginSpec.id`. */
  readonly id: string;
  /** What it can do. */
  readonly tasks: readonly Task[];
  /** What it notices. */
  readonly triggers: readonly Trigger[];
  /** Templates that it brings along. */
  readonly templates: readonly JsonObject[];
  /** As `PluginSpec.config`. */
  readonly config?: JsonObject;
  /** As `PluginSpec.start`. */
  start?(context: PluginContext): void | Promise<void>;
  /** As `PluginSpec.stop`. */
  stop?(): void | Promise<void>;
}

/** What `definePlugin` makes a plugin of. */
export interface PluginSpec {
  /** Lower case, digits and `-`, 64 characters at most; the first part of its task types. */
  readonly id: string;
  /** Default: none. */
  readonly tasks?: readonly Task[];
  /** Default: none. */
  readonly triggers?: readonly Trigger[];
  /** Workflow templates, in the words of `POST /templates/import`. Default: none. */
  readonly templates?: readonly JsonObject[];
  /** JSON Schema 2020-12 of its settings, beside those that its tasks state. */
  readonly config?: JsonObject;
  /** Called once all plugins are registered, before any task of it runs, and anew when its settings change. 30 s at most. */
  start?(context: PluginContext): void | Promise<void>;
  /** Called after the last task has ended. 10 s at most. */
  stop?(): void | Promise<void>;
}

/** What `id` of a plugin must match. */
export const PLUGIN_ID = /^[a-z][a-z0-9-]{0,63}$/;

const refuseTwins = (id: string, kind: string, ids: readonly string[]): void => {
  const twin = ids.find((one, index) => ids.indexOf(one) !== index);
  if (twin !== undefined) throw new TypeError(`Plugin "${id}" has two ${kind} "${twin}"`);
};

/** Makes a plugin. Throws a `TypeError` on a malformed id or when two tasks, or two triggers, have one id. */
export const definePlugin = (spec: PluginSpec): Plugin => {
  const { id, tasks = [], triggers = [], templates = [] } = spec;
  if (!PLUGIN_ID.test(id)) throw new TypeError(`Plugin id "${id}" must match ${PLUGIN_ID.source}`);
  refuseTwins(
    id,
    'tasks',
    tasks.map((task) => task.id),
  );
  refuseTwins(
    id,
    'triggers',
    triggers.map((trigger) => trigger.id),
  );
  return Object.freeze({
    ...spec,
    brand: PLUGIN_BRAND,
    tasks: Object.freeze([...tasks]),
    triggers: Object.freeze([...triggers]),
    templates: Object.freeze([...templates]),
  });
};

/** Whether something is a plugin, of whatever copy of the contract. */
export const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === PLUGIN_BRAND;
