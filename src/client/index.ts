/**
 * `@tekton/harmonia/client`: a typed client of a Harmonia service. Loads neither Nest nor the engine, and nothing of Node
 * before it is needed. Nothing else is promised. docs/guides/client.md shows it.
 */
export { answerOf, dataOf, type Sent } from './call/answered.js';
export type { CallOptions } from './call/line.js';
export { isRefusal, type Fault, type Refusal, type RefusalWords } from './call/refusal.js';
export type { FetchLike, HarmoniaClientOptions, SecurityContext } from './client-options.js';
export {
  getHarmoniaClient,
  getHarmoniaClient as get_harmonia_client,
  // One client does both.
  getHarmoniaClient as getHarmoniaStateClient,
  getHarmoniaClient as get_harmonia_state_client,
  HarmoniaClient,
} from './harmonia-client.js';
export type {
  Checkpoint,
  Execution,
  HarmoniaMethods,
  SavedState,
  Schemas,
  Since,
  Template,
  Workflow,
  WorkflowDocument,
} from './harmonia-methods.js';
export type { SnakeCase, SnakeNames } from './both-cases.js';
export type { EventWatch, WatchOptions } from './stream/event-watch.js';
export type { ExecutionEvent, ProgressEvent, StoredEvent } from './stream/frame.js';
export {
  AuthenticationError,
  AuthorizationError,
  CapabilityInvocationError,
  CapabilityNotFoundError,
  ComponentError,
  ComponentNotFoundError,
  ComponentNotReadyError,
  ComponentUnavailableError,
  ConfigurationValueError,
  DataConflictError,
  DataNotFoundError,
  DataValidationError,
  ResourceLimitError,
  ServiceTimeoutError,
  TektonError,
} from '../tekton/utilities/errors/index.js';
