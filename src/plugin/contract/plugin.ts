import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';
import type { HttpClient } from './http.js';
import type { TaskServices } from './services.js';
import type { LogLevel, Task } from './task.js';
import type { Trigger } from './trigger.js';

export const PLUGIN_BRAND = 'tekton.harmonia.plugin/1';

/** What the hooks of a plugin may know and use. */
export interface PluginContext {
  /** Settings of the plugin. */
  readonly config: JsonObject;
  readonly http: HttpClient;
  readonly services: TaskServices;
  /** Aborts when the service stops, or the plugin is disabled, upgraded or removed. */
  readonly signal: AbortSignalLike;
  now(): Instant;
  log(level: LogLevel, message: string, details?: Json): void;
}

/** A plain frozen value; importing a plugin does nothing but make it. */
export interface Plugin {
  readonly brand: typeof PLUGIN_BRAND;
  readonly id: string;
  readonly tasks: readonly Task[];
  readonly triggers: readonly Trigger[];
  readonly templates: readonly JsonObject[];
  readonly config?: JsonObject;
  start?(context: PluginContext): void | Promise<void>;
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

export const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === PLUGIN_BRAND;
