/** The service's face: REST, WebSocket, server-sent events. */
export { ApiModule } from './api.module.js';
export { configureHttp } from './configure-http.js';
export { answerFrameworkError } from './rest/error-filter.js';
export type { ClientOf } from './limits/admission.js';
export { guardedServer } from './limits/guarded-server.js';
export { MAX_URL, type HttpLimits } from './limits/http-limits.js';
export { openApiDocument } from './openapi.js';
export { EventFeed } from './streams/event-feed.js';
export {
  COMPONENT_NOTES,
  COMPONENTS,
  CREDENTIALS,
  DESTINATIONS,
  LLM,
  LLM_USAGE,
  ASSISTANTS,
  GENERATION,
  OTHER_WEBHOOKS,
  PLUGINS,
  READER,
  SCHEDULES,
  SUGGESTIONS,
  TEMPLATES,
  TRIGGERS,
  type ApiParts,
  type ApiSettings,
} from './tokens.js';
export { HOOKS, INBOUND, OUTBOUND } from './tokens.js';
export type { StreamLimits } from './streams/stream-limits.js';
