/** The service's face: REST, WebSocket, server-sent events. */
export { ApiModule } from './api.module.js';
export { configureHttp } from './configure-http.js';
export { answerFrameworkError } from './rest/error/error-filter.js';

export { guardedServer } from './limits/guarded-server.js';
export { MAX_URL, type HttpLimits } from './limits/http-limits.js';
export { openApiDocument } from './openapi.js';
export { EventFeed } from './streams/event-feed.js';
export {
  ACCESS,
  COMPONENT_NOTES,
  COMPONENTS,
  CREDENTIALS,
  DESTINATIONS,
  LLM,
  LLM_USAGE,
  ASSISTANTS,
  GENERATION,
  OTHER_WEBHOOKS,
  PLATFORM,
  PLUGINS,
  READER,
  SCHEDULES,
  SUGGESTIONS,
  TEMPLATES,
  TRIGGERS,
  type ApiParts,
  type ApiSettings,
} from './tokens.js';
export { OpenSockets } from './open-sockets.js';
export {
  HANDOFFS,
  HERMES_STATE,
  HOOKS,
  INBOUND,
  MESSAGES,
  METRICS,
  OUTBOUND,
  OWN_ACTIONS,
  REQUEST_METER,
  SPRINTS,
} from './tokens.js';
export type { StreamLimits } from './streams/stream-limits.js';
export { HERMES_TOOLS } from './mcp/catalogue.js';
export { speakOverPipes } from './mcp/speak-over-pipes.js';
export type { Pipes } from './mcp/protocol/index.js';
