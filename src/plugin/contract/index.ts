/** What a plugin may use, published as `@tekton/harmonia/plugin`. */
export type { Instant, Json, JsonObject, Millis } from '../../kernel/index.js';
export type { AbortSignalLike } from './abort-signal.js';
export {
  CREDENTIAL_TYPES,
  secretTexts,
  type Credential,
  type CredentialFields,
  type CredentialSlot,
  type CredentialSlots,
  type CredentialType,
  type FilledSlots,
} from './credential.js';
export { fatal, isTaskFailure, TaskFailure, transient, type FailureKind, type FailureOptions } from './failure.js';
export type { HttpClient, HttpRequest, HttpResponse } from './http.js';
export type { Infer, InferObject } from './infer.js';
export { API_VERSION, type PluginManifest, type PluginRole } from './manifest.js';
export { definePlugin, isPlugin, PLUGIN_BRAND, type Plugin, type PluginContext, type PluginSpec } from './plugin.js';
export {
  SERVICE_NAMES,
  type ComponentCall,
  type ComponentService,
  type Cost,
  type LlmAnswer,
  type LlmRequest,
  type LlmService,
  type ServiceName,
  type TaskServices,
  type UsageReport,
  type WorkflowEvent,
  type WorkflowBudget,
  type WorkflowService,
  type WorkflowStart,
} from './services.js';
export {
  defineTask,
  type Effects,
  type LogLevel,
  type Task,
  type TaskCompensation,
  type TaskContext,
  type TaskRetry,
  type TaskSpec,
} from './task.js';
export { defineTrigger, type Occurrence, type Trigger, type TriggerContext, type TriggerSpec } from './trigger.js';
export type {
  TriggerServices,
  WatchedEvent,
  WatchedExecution,
  WatchMark,
  Watched,
  WatchRequest,
  WorkflowWatch,
} from './watch.js';
