/** What an embedding Nest application may use; nothing else is promised. Tasks are written with `@tekton/harmonia/plugin`. */
export { readConfig, type Config } from './config/index.js';
export { Credentials, type KnownCredential, type RotationReport } from './credential/index.js';
export { Engine } from './engine/index.js';
export type {
  Acknowledged,
  CheckpointPosition,
  CheckpointRequest,
  CheckpointTaken,
  Ended,
  EngineStatus,
  RunnableWorkflow,
  StartExecution,
} from './engine/index.js';
export type { Notifier, ProgressReport, Publication, PublishedEvent } from './engine/ports/index.js';
export { HarmoniaError, type Fault, type Json, type JsonObject } from './kernel/index.js';
export {
  CredentialModule,
  EngineModule,
  HarmoniaModule,
  IntegrationModule,
  PluginModule,
  RetryPolicies,
  RetryPolicyModule,
  TektonComponents,
  WorkflowModule,
  type HarmoniaOptions,
} from './nest/index.js';
export { PluginRegistry } from './plugin/host/index.js';
export type { FailedAttempt, NextAttempt, RetryPolicy, RetryPolicySpec } from './retry-policy/index.js';
export { WorkflowCatalog, type SaveWorkflow, type WorkflowWithDocument } from './workflow/index.js';
