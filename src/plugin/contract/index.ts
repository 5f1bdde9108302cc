/** What a plugin may use, published as `@tekton/harmonia/plugin`. */
export type { Instant, Json, JsonObject, Millis } from '../../kernel/index.js';
export type { AbortSignalLike } from './abort-signal.js';
export { fatal, isTaskFailure, TaskFailure, transient, type FailureKind, type FailureOptions } from './failure.js';
export type { PluginManifest } from './manifest.js';
export { definePlugin, isPlugin, PLUGIN_BRAND, type Plugin, type PluginSpec } from './plugin.js';
export type { ComponentCall, ComponentService, ServiceName, TaskServices } from './services.js';
export {
  defineTask,
  type Effects,
  type LogLevel,
  type Task,
  type TaskContext,
  type TaskRetry,
  type TaskSpec,
} from './task.js';
