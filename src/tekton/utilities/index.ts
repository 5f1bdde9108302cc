/**
 * `@tekton/harmonia/tekton`: what every component of the platform needs, as Harmonia itself uses it. Nothing else is
 * promised. docs/guides/tekton-utilities.md shows each.
 */
export {
  checkApiKey,
  challenge,
  hashApiKey,
  makeApiKey,
  permits,
  signBearer,
  verifyBearer,
  type ApiKeyRecord,
  type BearerClaims,
  type BearerIssuer,
  type BearerKeys,
  type BearerWords,
  type CheckedApiKey,
  type RefusedBearer,
  type Verified,
} from './authentication/index.js';
export {
  CLI_EXIT,
  componentProgram,
  Interruption,
  logLevelOption,
  runProgram,
  type ProgramOptions,
  type ProgramRun,
  type ProgramWords,
} from './cli/index.js';
export { readConfiguration, type ConfigurationSchema, type ConfigurationSource } from './configuration/index.js';
export {
  answerHeaders,
  contextOfHeaders,
  currentContext,
  inContext,
  outgoingHeaders,
  type ContextSource,
  type RequestContext,
} from './context/index.js';
export {
  ConversationContexts,
  messagesWithin,
  type ConversationContext,
  type ConversationMessage,
  type ConversationRole,
} from './conversation/index.js';
export { componentAddress, findComponent, findHermes, tektonSettings, type Environment } from './environment/index.js';
export type { Backoff } from './backoff/index.js';
export * from './errors/index.js';
export {
  componentClient,
  HttpClient,
  type AbortSignalLike,
  type HttpAnswer,
  type HttpCall,
  type HttpClientOptions,
  type HttpMethod,
  type HttpRetry,
} from './http/index.js';
export { Lifecycle, type LifecycleEvent, type LifecycleHooks, type LifecycleState } from './lifecycle/index.js';
export { parseLogFormat, parseLogLevel, type LogFormat, type LogLevel } from './log-line/index.js';
export {
  createLog,
  logFile,
  maskOf,
  secretSettings,
  type Log,
  type LogDetails,
  type LogFileOptions,
  type LogOptions,
  type Mask,
} from './logging/index.js';
export {
  HermesClient,
  HermesRegistration,
  NoAnswer,
  type Belongings,
  type Capability,
  type HermesAnswer,
  type HermesClientOptions,
  type HermesLog,
  type HermesRegistrationOptions,
  type HermesRequest,
  type Registration,
  type RegistrationState,
} from './registration/index.js';
export {
  gather,
  Settings,
  wrong,
  WrongSettings,
  type Bounds,
  type ConfigurationProblem,
  type Readings,
} from './settings/index.js';
export { standardOutput, surviveClosedStreams, type Sink } from './streams/index.js';
export {
  SocketClient,
  SocketHub,
  type Frame,
  type FrameHandler,
  type HubClient,
  type HubSocket,
  type Reconnection,
  type SocketClientOptions,
  type SocketHubOptions,
  type SocketState,
} from './websocket/index.js';
